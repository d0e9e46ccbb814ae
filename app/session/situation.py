"""A Situation: the drawing, the load on it and everything broken; and the effect of a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from app.actions import (
    AnyFault,
    Crash,
    Destroy,
    Faults,
    Flush,
    Heal,
    HealLink,
    LinkFault,
    NodeFault,
    Recover,
    Remedy,
    ends_itself,
    singly,
    target_of,
)
from app.texts.text import Text
from app.topology.edits.apply import EditError
from app.topology.model import Topology
from app.topology.replication.replication_groups import LED, mode_of


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that actions change; immutable. `faults` and `link_faults` hold what was broken
    last and not healed by anybody, by id; one with a duration may be over by itself.
    """

    topology: Topology
    load: float = 1.0
    faults: Mapping[str, NodeFault] = field(default_factory=dict)
    link_faults: Mapping[str, LinkFault] = field(default_factory=dict)

    @property
    def crashed(self) -> frozenset[str]:
        """The ids of crashed nodes."""
        return frozenset(one for one, fault in self.faults.items() if isinstance(fault, Crash))

    @property
    def broken(self) -> tuple[NodeFault | LinkFault, ...]:
        """Every fault, in the order of ids, nodes first."""
        nodes = (fault for _, fault in sorted(self.faults.items()))
        return (*nodes, *(fault for _, fault in sorted(self.link_faults.items())))

    def unhealed(self, shown: frozenset[str]) -> list[NodeFault | LinkFault]:
        """Return the faults that last, and those that end by themselves if they are `shown` yet."""
        return [
            fault for fault in self.broken if target_of(fault) in shown or not ends_itself(fault)
        ]


def with_fault(
    situation: Situation, action: AnyFault
) -> tuple[Situation, Faults | NodeFault | LinkFault | Remedy | None]:
    """The situation after a fault, or several, and the fault that takes that back, if any does.

    Raises EditError when nothing on the drawing can fail so, or all of it has already.
    """
    faults, link_faults = dict(situation.faults), dict(situation.link_faults)
    back: list[NodeFault | LinkFault] = []
    refused: EditError | None = None
    fits = False
    if isinstance(action, Remedy):
        return situation, _remedy(situation.topology, action)
    for one in singly(action, situation.topology):
        try:
            if isinstance(one, Remedy):
                raise EditError("node", _EMPTY)
            if isinstance(one, LinkFault):
                back.append(_break_link(situation.topology, link_faults, one))
            else:
                undone = _break_node(situation.topology, faults, one)
                back += [undone] if undone else []
        except EditError as error:
            refused = refused or error
        else:
            fits = True
    if not fits:
        raise refused or EditError("group", _EMPTY)
    inverse: Faults | NodeFault | LinkFault | None = None
    if back:
        inverse = back[0] if len(back) == 1 else Faults(faults=tuple(reversed(back)))
    return replace(situation, faults=faults, link_faults=link_faults), inverse


def _break_node(
    topology: Topology, faults: dict[str, NodeFault], fault: NodeFault
) -> NodeFault | None:
    """Note a node's fault; what takes it back, if anything can. Raises EditError when it does not
    fit.
    """
    node_id = str(fault.node)
    hit = "crash" if isinstance(fault, Heal) else fault.type
    name = _known(topology, node_id, hit)
    if isinstance(fault, Flush):
        return None
    before = faults.get(node_id)
    if before == fault and not ends_itself(fault):
        raise EditError("node", _ALREADY[fault.type](name))
    if isinstance(fault, Heal):
        if before is None:
            raise EditError("node", Text("{name} is not down.", name=name))
        del faults[node_id]
        return before
    faults[node_id] = fault
    return before or Heal(node=node_id)


def _remedy(topology: Topology, action: Remedy) -> Remedy:
    """Return the remedy that takes one back, as far as that goes. Raises EditError when it does not
    fit.
    """
    name = _known(topology, str(action.node), "crash")
    if topology.node(str(action.node)).spec.replication != "log":
        raise EditError("node", Text("{name} is no database.", name=name))
    if isinstance(action, Recover):
        _can_be_done(topology, name, action)
    back = "restore" if isinstance(action, Destroy) else "stop"
    return Recover(node=action.node, how=back)


def _can_be_done(topology: Topology, name: str, action: Recover) -> None:
    """Raise EditError, naming the field, for a recovery that how the group replicates leaves no
    sense to.
    """
    groups = topology.database_groups()
    group = next(one for one in groups if any(node.id == action.node for node in one))
    several = mode_of(group) != LED
    if several and action.how in _OF_ONE_PRIMARY:
        raise EditError(
            "how",
            Text(
                "{name} is a primary like all of its group: there is no other timeline to follow.",
                name=name,
            ),
        )
    if not several and action.how == "skip":
        raise EditError(
            "how",
            Text("{name} has one primary: nothing that it applies can be a duplicate.", name=name),
        )


def _break_link(topology: Topology, faults: dict[str, LinkFault], fault: LinkFault) -> LinkFault:
    """Note a link's fault; what takes it back. Raises EditError when it does not fit."""
    link_id = str(fault.link)
    if not topology.has_link(link_id):
        raise EditError("link", Text("There is no link “{link}”.", link=link_id))
    before = faults.get(link_id)
    if isinstance(fault, HealLink):
        if before is None:
            raise EditError("link", Text("This link works."))
        del faults[link_id]
        return before
    if before == fault and not ends_itself(fault):
        raise EditError("link", Text("It is so already."))
    faults[link_id] = fault
    return before or HealLink(link=link_id)


_OF_ONE_PRIMARY = ("rewind", "rebuild", "merge")
_EMPTY = Text("Nothing in this group can fail so.")
_ALREADY: dict[str, Callable[[str], Text]] = {
    "crash": lambda name: Text("{name} is down already.", name=name),
    "silence": lambda name: Text("{name} hangs already.", name=name),
    "slow": lambda name: Text("{name} is that slow already.", name=name),
}
_CANNOT: dict[str, Callable[[str], Text]] = {
    "crash": lambda name: Text("{name} cannot crash.", name=name),
    "silence": lambda name: Text("{name} cannot hang.", name=name),
    "flush": lambda name: Text("{name} is no cache: there is nothing to flush.", name=name),
    "slow": lambda name: Text("{name} cannot be slowed down.", name=name),
}


def _known(topology: Topology, node_id: str, fault: str) -> str:
    """The name of a node that the fault can happen to. Raises EditError for any other."""
    if not topology.has_node(node_id):
        raise EditError("node", Text("There is no node “{node}”.", node=node_id))
    node = topology.node(node_id)
    if fault not in node.spec.faults:
        raise EditError("node", _CANNOT[fault](node.name))
    return node.name
