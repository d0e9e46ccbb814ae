"""A Situation: the drawing, the load on it and what is broken; and what an action does to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.actions import Crash, Heal, Recorded, SetLoad
from app.scenarios.draft import Draft
from app.schema import Text
from app.topology.edits import AddLink, AddNode, Batch, Edit, EditError, MoveNode, RenameNode, apply
from app.topology.model import Topology


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that actions change; immutable. `crashed` holds the ids of crashed nodes."""

    topology: Topology
    load: float = 1.0
    crashed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did: the situation after it, itself with ids filled in, and its inverse."""

    before: Situation
    after: Situation
    action: Recorded
    inverse: Recorded


def carry_out(situation: Situation, action: Recorded) -> Change:
    """What `action` does to `situation`. Raises EditError, naming the field, when it does not fit.

    A fault that changes nothing (crashing what is down already) does not fit either.
    """
    if isinstance(action, SetLoad):
        after = replace(situation, load=action.factor)
        return Change(situation, after, action, SetLoad(factor=situation.load))
    if isinstance(action, Crash):
        name = _known(situation, action.node, "crash")
        if action.node in situation.crashed:
            raise EditError(
                "node", Text(f"{name} is down already.", f"{name}은(는) 이미 중단됐습니다.")
            )
        after = replace(situation, crashed=situation.crashed | {action.node})
        return Change(situation, after, action, Heal(node=action.node))
    if isinstance(action, Heal):
        name = _known(situation, action.node, "crash")
        if action.node not in situation.crashed:
            raise EditError(
                "node", Text(f"{name} is not down.", f"{name}은(는) 중단되지 않았습니다.")
            )
        after = replace(situation, crashed=situation.crashed - {action.node})
        return Change(situation, after, action, Crash(node=action.node))
    if isinstance(action, Batch):
        # Edit by edit a large drawing would be made anew a thousand times.
        draft = Draft(situation.topology)
        resolved, inverse = draft.change(action)
        topology = draft.topology()
    else:
        topology, resolved, inverse = apply(situation.topology, action)
    crashed = frozenset(one for one in situation.crashed if topology.has_node(one))
    return Change(situation, Situation(topology, situation.load, crashed), resolved, inverse)


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


def _known(situation: Situation, node_id: str, fault: str) -> str:
    """The name of a node that the fault can happen to. Raises EditError for any other."""
    if not situation.topology.has_node(node_id):
        raise EditError(
            "node", Text(f"There is no node “{node_id}”.", f"“{node_id}” 노드가 없습니다.")
        )
    node = situation.topology.node(node_id)
    if fault not in node.spec.faults:
        raise EditError(
            "node", Text(f"{node.name} cannot crash.", f"{node.name}은(는) 중단할 수 없습니다.")
        )
    return node.name
