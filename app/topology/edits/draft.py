"""A Draft: the one implementation of every edit, at the price of the things an edit touches."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatchmethod

from app.kinds import BY_NAME
from app.schema import LINK_PARAMETERS, ParameterError, Value, parse_all
from app.texts.text import Text
from app.topology.edits.canvas import changed
from app.topology.edits.checks import pair_of, rows_of
from app.topology.edits.compound import batch_of, next_id
from app.topology.edits.errors import (
    EditError,
    cannot_link,
    too_many_links,
    too_many_nodes,
    too_many_peerings,
)
from app.topology.edits.shapes import (
    AddLink,
    AddNode,
    AddPeering,
    Batch,
    Before,
    CanvasEdit,
    Change,
    CompoundEdit,
    Edit,
    MoveNode,
    RemoveLink,
    RemoveNode,
    RemovePeering,
    RenameNode,
    SetExpectations,
    SetGroups,
    SetLink,
    SetNode,
)
from app.topology.groups import GroupError, check_groups
from app.topology.model import (
    LINKS_MAX,
    NODES_MAX,
    PEERINGS_MAX,
    REMOVED_MAX,
    DrawingGraph,
    Order,
    Topology,
    following,
    inserted,
    remembered,
)
from app.topology.nodes import Link, Node


class Draft:
    """Takes edits one after the other and gives the drawing they lead to.

    An edit that does not fit raises EditError, naming the field, and leaves the draft as it was.
    The inverse of an edit gives back exactly the drawing before it, in the same order.
    """

    def __init__(self, topology: Topology | None = None) -> None:
        self._take_over(topology or Topology())

    def has_node(self, node_id: str) -> bool:
        """Tell if a node with this id is on the drawing now."""
        return node_id in self._nodes

    def has_link(self, link_id: str) -> bool:
        """Tell if a link with this id is on the drawing now."""
        return link_id in self._ends

    def topology(self) -> Topology:
        """The drawing so far."""
        graph = DrawingGraph.of(dict(self._nodes), dict(self._out), dict(self._in))
        order = Order(self._node_order, dict(self._link_order))
        return Topology(
            graph,
            self._peerings,
            dict(self._ends),
            order,
            rows=dict(self._rows),
            canvas=self._canvas,
        )

    def apply(self, edit: Edit) -> Edit:
        """Carry out `edit` and give it back with everything filled in. Raises EditError."""
        return self.change(edit)[0]

    def change(self, edit: Edit) -> Change:
        """Carry out `edit`; gives it with everything filled in, and its inverse. Raises EditError,
        naming the field.
        """
        if not isinstance(edit, Batch | CompoundEdit):
            return self._carry_out(edit)
        before = self.topology()
        try:
            return self._carry_out(edit)
        except EditError:
            self._take_over(before)
            raise

    def _take_over(self, topology: Topology) -> None:
        # Rows of networkx's tables are shared with the drawing: they are replaced, never changed.
        self._nodes, self._out, self._in = topology.graph.tables()
        self._ends = dict(topology.ends)
        self._peerings = topology.peerings
        self._rows = dict(topology.rows)
        self._canvas = topology.canvas
        self._node_order = topology.order.nodes
        self._link_order = dict(topology.order.links)

    def _carry_out(self, edit: Edit) -> Change:
        try:
            return self._change(edit)
        except ParameterError as error:
            raise EditError(f"parameters.{error.parameter}", error.text) from error
        except GroupError as error:
            raise EditError(f"groups.{error.sort}", error.text) from error

    @singledispatchmethod
    def _change(self, edit: Edit) -> Change:
        raise TypeError(f"an edit that nothing carries out: {edit!r}")

    @_change.register
    def _batch(self, edit: Batch) -> Change:
        done: list[Edit] = []
        back: list[Edit] = []
        for position, part in enumerate(edit.edits):
            try:
                resolved, inverse = self._carry_out(part)
            except EditError as error:
                raise EditError(f"edits[{position}].{error.field}", error.text) from error
            done.append(resolved)
            back.append(inverse)
        resolved = edit.model_copy(update={"edits": tuple(done)})
        return resolved, Batch(edits=tuple(reversed(back)))

    @_change.register
    def _compound(self, edit: CompoundEdit) -> Change:
        return self._change(batch_of(edit, self.topology()))

    @_change.register
    def _around(self, edit: CanvasEdit) -> Change:
        self._canvas, change = changed(edit, self._canvas)
        return change

    # Nodes

    @_change.register
    def _add_node(self, edit: AddNode) -> Change:
        if edit.kind not in BY_NAME:
            raise EditError("kind", Text("There is no such kind."))
        if len(self._nodes) >= NODES_MAX:
            raise too_many_nodes()
        spec = BY_NAME[edit.kind]
        preset = spec.preset(edit.preset)
        node_id = edit.id or next_id(spec.prefix, self._nodes)
        if node_id in self._nodes:
            raise EditError("id", Text("This id is taken."))
        given = parse_all(spec.parameters, edit.parameters)
        node = Node(
            node_id,
            edit.kind,
            edit.name or node_id,
            edit.x,
            edit.y,
            preset.name,
            {**spec.defaults(), **preset.parameters, **given},
            check_groups(edit.groups or {}, edit.kind),
        )
        resolved = edit.model_copy(
            update={
                "id": node.id,
                "name": node.name,
                "preset": node.preset,
                "parameters": dict(node.parameters),
                "groups": dict(node.groups) or None,
                "before": self._put_node(node, edit.before if edit.id else ()),
            }
        )
        return resolved, RemoveNode(node=node_id)

    @_change.register
    def _remove_node(self, edit: RemoveNode) -> Change:
        node = self._node(edit.node)
        links = [row["link"] for row in self._out[node.id].values()]
        links += [row["link"] for row in self._in[node.id].values()]
        back: list[Edit] = [AddNode.of(node, self._next_nodes(node.id))]
        back += [AddLink.of(link, self._next_links(link)) for link in links]
        for link in links:
            self._drop_link(link)
        order = self._node_order or tuple(self._nodes)
        del self._nodes[node.id], self._out[node.id], self._in[node.id]
        self._node_order = remembered(order, self._nodes)
        return edit, Batch(edits=tuple(back))

    @_change.register
    def _move_node(self, edit: MoveNode) -> Change:
        node = self._node(edit.node)
        self._nodes[node.id] = {"node": replace(node, x=edit.x, y=edit.y)}
        return edit, MoveNode(node=node.id, x=node.x, y=node.y)

    @_change.register
    def _rename_node(self, edit: RenameNode) -> Change:
        node = self._node(edit.node)
        self._nodes[node.id] = {"node": replace(node, name=edit.name)}
        return edit, RenameNode(node=node.id, name=node.name)

    @_change.register
    def _set_node(self, edit: SetNode) -> Change:
        node = self._node(edit.node)
        given = parse_all(BY_NAME[node.kind].parameters, edit.parameters)
        before = {name: node.parameters[name] for name in given}
        self._nodes[node.id] = {"node": replace(node, parameters={**node.parameters, **given})}
        return SetNode(node=node.id, parameters=given), SetNode(node=node.id, parameters=before)

    @_change.register
    def _set_groups(self, edit: SetGroups) -> Change:
        node = self._node(edit.node)
        groups = check_groups({**node.groups, **edit.groups}, node.kind)
        self._nodes[node.id] = {"node": replace(node, groups=groups)}
        now = {sort: groups.get(sort, "") for sort in edit.groups}
        before = {sort: node.groups.get(sort, "") for sort in edit.groups}
        return SetGroups(node=node.id, groups=now), SetGroups(node=node.id, groups=before)

    # Links

    @_change.register
    def _add_link(self, edit: AddLink) -> Change:
        source, target = self._node(edit.source, "source"), self._node(edit.target, "target")
        spec = BY_NAME[source.kind]
        if not spec.may_link_to(BY_NAME[target.kind]) or source.id == target.id:
            raise EditError("target", cannot_link(spec))
        back_too = source.kind == target.kind and source.id in self._out[target.id]
        if target.id in self._out[source.id] or back_too:
            raise EditError("target", Text("They are linked already."))
        if len(self._ends) >= LINKS_MAX:
            raise too_many_links()
        link_id = edit.id or next_id("link", self._ends)
        if link_id in self._ends:
            raise EditError("id", Text("This id is taken."))
        given = parse_all(LINK_PARAMETERS, edit.parameters)
        defaults: dict[str, Value] = {"latency_ms": spec.port.latency_ms}
        link = Link(link_id, source.id, target.id, {**defaults, **given})
        resolved = edit.model_copy(
            update={
                "id": link_id,
                "parameters": dict(link.parameters),
                "before": self._put_link(link, edit.before if edit.id else ()),
            }
        )
        return resolved, RemoveLink(link=link_id)

    @_change.register
    def _remove_link(self, edit: RemoveLink) -> Change:
        link = self._link(edit.link)
        back = AddLink.of(link, self._next_links(link))
        self._drop_link(link)
        return edit, back

    @_change.register
    def _set_link(self, edit: SetLink) -> Change:
        link = self._link(edit.link)
        given = parse_all(LINK_PARAMETERS, edit.parameters)
        before = {name: link.parameters[name] for name in given}
        row = {"link": replace(link, parameters={**link.parameters, **given})}
        self._out[link.source] = {**self._out[link.source], link.target: row}
        self._in[link.target] = {**self._in[link.target], link.source: row}
        return SetLink(link=link.id, parameters=given), SetLink(link=link.id, parameters=before)

    # Networks

    @_change.register
    def _add_peering(self, edit: AddPeering) -> Change:
        pair = pair_of(edit)
        if not all(pair):
            raise EditError("networks", Text("Name two networks."))
        if pair[0] == pair[1]:
            raise EditError("networks", Text("A network reaches itself anyway."))
        if pair in self._peerings:
            raise EditError("networks", Text("They peer already."))
        if len(self._peerings) >= PEERINGS_MAX:
            raise too_many_peerings()
        self._peerings = tuple(sorted((*self._peerings, pair)))
        return AddPeering(networks=pair), RemovePeering(networks=pair)

    @_change.register
    def _remove_peering(self, edit: RemovePeering) -> Change:
        pair = pair_of(edit)
        if pair not in self._peerings:
            raise EditError("networks", Text("They do not peer."))
        self._peerings = tuple(one for one in self._peerings if one != pair)
        return RemovePeering(networks=pair), AddPeering(networks=pair)

    @_change.register
    def _set_expectations(self, edit: SetExpectations) -> Change:
        before = self._rows.get(edit.of, ())
        given = edit.model_copy(update={"rows": rows_of(edit)})
        self._rows = {name: rows for name, rows in self._rows.items() if name != edit.of}
        if given.rows:
            self._rows[edit.of] = given.rows
        return given, SetExpectations(of=edit.of, rows=before)

    # Tables

    def _node(self, node_id: str, field: str = "node") -> Node:
        if node_id not in self._nodes:
            raise EditError(field, Text("There is no node “{node}”.", node=node_id))
        return self._nodes[node_id]["node"]

    def _link(self, link_id: str) -> Link:
        if link_id not in self._ends:
            raise EditError("link", Text("There is no link “{link}”.", link=link_id))
        source, target = self._ends[link_id]
        return self._out[source][target]["link"]

    def _put_node(self, node: Node, before: Before) -> Before:
        """Add a node in its place; the `before` that says where, None if it is last by itself."""
        order = self._node_order or tuple(self._nodes)
        self._nodes[node.id], self._out[node.id], self._in[node.id] = {"node": node}, {}, {}
        known = node.id in order
        order = inserted(order, node.id, before)
        if order[-1] != node.id:
            names = [name for name in order if name in self._nodes]
            self._nodes = {name: self._nodes[name] for name in names}
            self._out = {name: self._out[name] for name in names}
            self._in = {name: self._in[name] for name in names}
        self._node_order = remembered(order, self._nodes)
        return self._next_nodes(node.id) or (() if known else None)

    def _next_nodes(self, node_id: str) -> Before:
        return following(self._node_order or tuple(self._nodes), node_id, self._nodes)

    def _put_link(self, link: Link, before: Before) -> Before:
        """Add a link in its place among those of its source; the `before` that says where."""
        row = {**self._out[link.source], link.target: {"link": link}}
        order = self._links_of(link.source)
        known = link.id in order
        order = inserted(order, link.id, before)
        if order[-1] != link.id:
            targets = {data["link"].id: target for target, data in row.items()}
            there = [targets[name] for name in order if name in targets]
            row = {target: row[target] for target in there}
        self._out[link.source] = row
        self._ends[link.id] = link.source, link.target
        into = {**self._in[link.target], link.source: row[link.target]}
        if len(into) > 1:
            into = {name: into[name] for name in self._nodes if name in into}
        self._in[link.target] = into
        self._remember(link.source, order)
        return self._next_links(link) or (() if known else None)

    def _drop_link(self, link: Link) -> None:
        order = self._links_of(link.source)
        self._out[link.source] = _without(self._out[link.source], link.target)
        self._in[link.target] = _without(self._in[link.target], link.source)
        del self._ends[link.id]
        self._remember(link.source, order)

    def _links_of(self, source: str) -> tuple[str, ...]:
        """The ids of a node's links, in order, with those that were removed."""
        there = self._out[source].values()
        return self._link_order.get(source) or tuple(row["link"].id for row in there)

    def _next_links(self, link: Link) -> Before:
        there = {row["link"].id for row in self._out[link.source].values()}
        return following(self._links_of(link.source), link.id, there)

    def _remember(self, source: str, order: tuple[str, ...]) -> None:
        self._link_order.pop(source, None)
        kept = remembered(order, {row["link"].id for row in self._out[source].values()})
        if kept:
            self._link_order[source] = kept
        if len(self._link_order) > REMOVED_MAX:
            del self._link_order[next(iter(self._link_order))]


def apply(topology: Topology, edit: Edit) -> tuple[Topology, Edit, Edit]:
    """The drawing after `edit`, the edit with everything filled in, and the edit that undoes it.

    Raises EditError, naming the field, when the edit does not fit the drawing.
    """
    draft = Draft(topology)
    resolved, inverse = draft.change(edit)
    return draft.topology(), resolved, inverse


def _without(row: dict[str, dict[str, Link]], name: str) -> dict[str, dict[str, Link]]:
    return {other: data for other, data in row.items() if other != name}
