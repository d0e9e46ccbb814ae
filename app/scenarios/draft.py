"""A drawing in the making: many edits in a row, at the price of what each one touches.

`app.topology.edits.apply` makes a new drawing for every edit, which costs as much as the drawing
is large. A document may hold hundreds of edits and comes from strangers, so here each edit is
judged by that same `apply`, but on the smallest piece of the drawing that decides it.
"""

from __future__ import annotations

from app.kinds import BY_NAME
from app.topology.edits import (
    AddLink,
    AddNode,
    AddPeering,
    Batch,
    Edit,
    EditError,
    MoveNode,
    RemoveLink,
    RemoveNode,
    RemovePeering,
    RenameNode,
    SetGroups,
    SetLink,
    SetNode,
    apply,
    next_id,
)
from app.topology.model import LINKS_MAX, NODES_MAX, Link, Node, Topology


class Draft:
    """Takes edits one after the other and gives the drawing they lead to."""

    def __init__(self, topology: Topology | None = None) -> None:
        start = topology or Topology()
        self._nodes: dict[str, Node] = {node.id: node for node in start.nodes}
        self._links: dict[str, Link] = {link.id: link for link in start.links}
        self._peerings = start.peerings
        self._at: dict[str, set[str]] = {node_id: set() for node_id in self._nodes}
        for link in self._links.values():
            self._attach(link)

    def has_node(self, node_id: str) -> bool:
        """Whether a node with this id is on the drawing now."""
        return node_id in self._nodes

    def has_link(self, link_id: str) -> bool:
        """Whether a link with this id is on the drawing now."""
        return link_id in self._links

    def topology(self) -> Topology:
        """The drawing so far."""
        return Topology.of(self._nodes.values(), self._links.values(), self._peerings)

    def apply(self, edit: Edit) -> Edit:
        """Carry out `edit` and give it back with everything filled in.

        Raises EditError exactly as `app.topology.edits.apply` does; nothing has changed then.
        """
        return self.change(edit)[0]

    def change(self, edit: Edit) -> tuple[Edit, Edit]:
        """Like `apply`; gives also the edit that takes it back."""
        if isinstance(edit, Batch):
            return self._change_all(edit)
        edit = self._named(edit)
        after, resolved, inverse = apply(self._piece(edit), edit)
        self._record(resolved, after)
        return resolved, inverse

    def _change_all(self, batch: Batch) -> tuple[Edit, Edit]:
        done: list[Edit] = []
        back: list[Edit] = []
        for position, part in enumerate(batch.edits):
            try:
                resolved, inverse = self.change(part)
            except EditError as error:
                for undo in back:
                    self.change(undo)
                raise EditError(f"edits[{position}].{error.field}", error.text) from error
            done.append(resolved)
            back.insert(0, inverse)
        return Batch(edits=tuple(done)), Batch(edits=tuple(back))

    def _named(self, edit: Edit) -> Edit:
        """`edit` with the id that it will get, which only the whole drawing can tell."""
        if isinstance(edit, AddNode) and edit.id is None and edit.kind in BY_NAME:
            new = next_id(BY_NAME[edit.kind].prefix, set(self._nodes))
        elif isinstance(edit, AddLink) and edit.id is None:
            new = next_id("link", set(self._links))
        else:
            return edit
        return edit.model_copy(update={"id": new})

    def _piece(self, edit: Edit) -> Topology:
        """What decides `edit`: its surroundings, or everything where ids or limits matter."""
        match edit:
            case AddNode():
                at_stake = edit.id in self._nodes
                return self.topology() if at_stake or len(self._nodes) >= NODES_MAX else Topology()
            case AddLink():
                at_stake = edit.id in self._links
                if at_stake or len(self._links) >= LINKS_MAX:
                    return self.topology()
                shared = self._at.get(edit.source, set()) & self._at.get(edit.target, set())
                return self._around({edit.source, edit.target}, shared)
            case RemoveLink() | SetLink():
                return self._around(set(), {edit.link})
            case RemoveNode():
                return self._around({edit.node}, self._at.get(edit.node, set()))
            case MoveNode() | RenameNode() | SetNode() | SetGroups():
                return self._around({edit.node}, set())
            case AddPeering() | RemovePeering():
                return Topology(peerings=self._peerings)
            case Batch():
                return self.topology()

    def _around(self, node_ids: set[str], link_ids: set[str]) -> Topology:
        links = [self._links[link_id] for link_id in sorted(link_ids) if link_id in self._links]
        ends = node_ids.union(*((link.source, link.target) for link in links))
        return Topology.of(
            (self._nodes[node_id] for node_id in sorted(ends) if node_id in self._nodes), links
        )

    def _record(self, edit: Edit, after: Topology) -> None:
        """Bring over what `edit`, already judged, made of the piece it is about."""
        match edit:
            case AddNode():
                node = after.nodes[-1]
                self._nodes[node.id] = node
                self._at[node.id] = set()
            case MoveNode() | RenameNode() | SetNode() | SetGroups():
                self._nodes[edit.node] = after.node(edit.node)
            case AddPeering() | RemovePeering():
                self._peerings = after.peerings
            case RemoveNode():
                for link_id in tuple(self._at[edit.node]):
                    self._detach(link_id)
                del self._nodes[edit.node], self._at[edit.node]
            case AddLink():
                link = after.link_between(edit.source, edit.target)
                assert link is not None, "judged to be there"
                self._links[link.id] = link
                self._attach(link)
            case SetLink():
                self._links[edit.link] = after.link(edit.link)
            case RemoveLink():
                self._detach(edit.link)
            case Batch():
                raise TypeError("a batch is carried out part by part")

    def _detach(self, link_id: str) -> None:
        gone = self._links.pop(link_id)
        self._at[gone.source].discard(link_id)
        self._at[gone.target].discard(link_id)

    def _attach(self, link: Link) -> None:
        self._at[link.source].add(link.id)
        self._at[link.target].add(link.id)
