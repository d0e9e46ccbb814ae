"""A Situation: the drawing, the load on it and what is broken; and what an action does to it."""

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
    Recorded,
    Recover,
    Remedy,
    SetLoad,
    ends_itself,
    singly,
)
from app.scenarios.draft import Draft
from app.schema import Text
from app.topology.edits import AddLink, AddNode, Batch, Edit, EditError, MoveNode, RenameNode, apply
from app.topology.model import Topology


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


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did: the situation after it, itself with ids filled in, and its inverse, if
    it can be taken back.
    """

    before: Situation
    after: Situation
    action: Recorded
    inverse: Recorded | None


def carry_out(situation: Situation, action: Recorded) -> Change:
    """What `action` does to `situation`. Raises EditError, naming the field, when it does not fit.

    A fault that changes nothing (crashing what is down already) does not fit either.
    """
    if isinstance(action, SetLoad):
        after = replace(situation, load=action.factor)
        return Change(situation, after, action, SetLoad(factor=situation.load))
    if isinstance(action, AnyFault):
        return _break(situation, action)
    if isinstance(action, Batch):
        # Edit by edit a large drawing would be made anew a thousand times.
        draft = Draft(situation.topology)
        resolved, inverse = draft.change(action)
        topology = draft.topology()
    else:
        topology, resolved, inverse = apply(situation.topology, action)
    return Change(situation, _placed(situation, topology), resolved, inverse)


def added_ids(edit: Edit) -> tuple[str, ...]:
    """The ids of the nodes and links that a resolved edit adds, in its order."""
    if isinstance(edit, Batch):
        return tuple(one for part in edit.edits for one in added_ids(part))
    return (edit.id,) if isinstance(edit, AddNode | AddLink) and edit.id else ()


def edit_count(edit: Edit) -> int:
    """How many single edits an edit consists of."""
    return sum(edit_count(part) for part in edit.edits) if isinstance(edit, Batch) else 1


def changes_run(action: Recorded) -> bool:
    """Whether a run can tell the difference: not where nodes stand, or what they are called."""
    if isinstance(action, Batch):
        return any(changes_run(part) for part in action.edits)
    return not isinstance(action, MoveNode | RenameNode)


def moved_nodes(action: Recorded) -> frozenset[str]:
    """The nodes of an action that only moves nodes; empty for every other action."""
    if isinstance(action, MoveNode):
        return frozenset((action.node,))
    if isinstance(action, Batch) and all(isinstance(part, MoveNode) for part in action.edits):
        return frozenset(one for part in action.edits for one in moved_nodes(part))
    return frozenset()


def _placed(situation: Situation, topology: Topology) -> Situation:
    """The situation on another drawing: what is broken and still there stays broken."""
    faults, link_faults = situation.faults, situation.link_faults
    if faults:
        faults = {one: fault for one, fault in faults.items() if topology.has_node(one)}
    if link_faults:
        known = {link.id for link in topology.links}
        link_faults = {one: fault for one, fault in link_faults.items() if one in known}
    return Situation(topology, situation.load, faults, link_faults)


def _break(situation: Situation, action: AnyFault) -> Change:
    """A fault, or several: what it changes on each node and link, and what takes that back."""
    faults, link_faults = dict(situation.faults), dict(situation.link_faults)
    back: list[NodeFault | LinkFault] = []
    refused: EditError | None = None
    fits = False
    if isinstance(action, Remedy):
        return Change(situation, situation, action, _remedy(situation.topology, action))
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
    after = replace(situation, faults=faults, link_faults=link_faults)
    return Change(situation, after, action, inverse)


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
            raise EditError(
                "node", Text(f"{name} is not down.", f"{name}은(는) 중단되지 않았습니다.")
            )
        del faults[node_id]
        return before
    faults[node_id] = fault
    return before or Heal(node=node_id)


def _remedy(topology: Topology, action: Remedy) -> Remedy:
    """What takes a remedy back, as far as that goes. Raises EditError when it does not fit."""
    name = _known(topology, str(action.node), "crash")
    if topology.node(str(action.node)).kind != "database":
        raise EditError(
            "node", Text(f"{name} is no database.", f"{name}은(는) 데이터베이스가 아닙니다.")
        )
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
    several = group[0].parameters["replication"] != "primary_replica"
    if several and action.how in _OF_ONE_PRIMARY:
        raise EditError(
            "how",
            Text(
                f"{name} is a primary like all of its group: no other line of writes is there to "
                "follow.",
                f"{name}은(는) 그룹의 다른 서버처럼 주 서버여서 따를 다른 로그가 없습니다.",
            ),
        )
    if not several and action.how == "skip":
        raise EditError(
            "how",
            Text(
                f"{name} has one primary: nothing that it applies can be a duplicate.",
                f"{name}의 그룹은 주 서버가 하나여서 중복된 행을 받을 일이 없습니다.",
            ),
        )


def _break_link(topology: Topology, faults: dict[str, LinkFault], fault: LinkFault) -> LinkFault:
    """Note a link's fault; what takes it back. Raises EditError when it does not fit."""
    link_id = str(fault.link)
    if all(link.id != link_id for link in topology.links):
        raise EditError(
            "link", Text(f"There is no link “{link_id}”.", f"“{link_id}” 연결이 없습니다.")
        )
    before = faults.get(link_id)
    if isinstance(fault, HealLink):
        if before is None:
            raise EditError("link", Text("This link works.", "이 연결은 정상입니다."))
        del faults[link_id]
        return before
    if before == fault and not ends_itself(fault):
        raise EditError("link", Text("It is so already.", "이미 그런 상태입니다."))
    faults[link_id] = fault
    return before or HealLink(link=link_id)


_OF_ONE_PRIMARY = ("rewind", "rebuild", "merge")
_EMPTY = Text("Nothing in this group can fail so.", "이 그룹에는 그렇게 고장 날 것이 없습니다.")
_ALREADY: dict[str, Callable[[str], Text]] = {
    "crash": lambda name: Text(f"{name} is down already.", f"{name}은(는) 이미 중단됐습니다."),
    "silence": lambda name: Text(f"{name} hangs already.", f"{name}은(는) 이미 응답이 없습니다."),
    "slow": lambda name: Text(f"{name} is that slow already.", f"{name}은(는) 이미 느립니다."),
}
_CANNOT: dict[str, Callable[[str], Text]] = {
    "crash": lambda name: Text(f"{name} cannot crash.", f"{name}은(는) 중단할 수 없습니다."),
    "silence": lambda name: Text(f"{name} cannot hang.", f"{name}은(는) 멈추게 할 수 없습니다."),
    "flush": lambda name: Text(
        f"{name} is no cache: there is nothing to flush.",
        f"{name}은(는) 캐시가 아니어서 비울 것이 없습니다.",
    ),
    "slow": lambda name: Text(
        f"{name} cannot be slowed down.", f"{name}은(는) 느리게 할 수 없습니다."
    ),
}


def _known(topology: Topology, node_id: str, fault: str) -> str:
    """The name of a node that the fault can happen to. Raises EditError for any other."""
    if not topology.has_node(node_id):
        raise EditError(
            "node", Text(f"There is no node “{node_id}”.", f"“{node_id}” 노드가 없습니다.")
        )
    node = topology.node(node_id)
    if fault not in node.spec.faults:
        raise EditError("node", _CANNOT[fault](node.name))
    return node.name
