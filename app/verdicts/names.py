"""Names in rows, found on a drawing: which nodes, links or groups a row means."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from app.actions import AnyFault, Faults, GroupOf, Recorded
from app.expectations.rows import OF_USERS, Comparison, Deadline, Event, Instant, Row
from app.schema import Role
from app.texts.text import Text, joined
from app.topology.model import Topology

TYPES = {
    "crash": "crash",
    "silence": "silence",
    "slow": "slow",
    "heal": "heal",
    "heal_link": "heal",
    "flush": "flush",
    "cut_link": "cut",
    "degrade": "degrade",
    "destroy": "destroy",
    "recover": "recover",
}
"""Sorts of events in a row, by the type of the action."""


def nodes_named(topology: Topology, name: str) -> tuple[str, ...]:
    """Return the ids of the nodes that a name means: the one with that id, or all of that name."""
    if topology.has_node(name):
        return (name,)
    wanted = name.casefold()
    return tuple(node.id for node in topology.nodes if node.name.casefold() == wanted)


def events_of(action: Recorded) -> Iterable[tuple[str, str | GroupOf]]:
    """Sort and target of everything that an action breaks or heals: an id, or a group."""
    if isinstance(action, Faults):
        for part in action.faults:
            yield from events_of(part)
    elif isinstance(action, AnyFault):
        fields = (getattr(action, name, None) for name in ("node", "link", "group"))
        target = next(one for one in fields if one is not None)
        yield TYPES[action.type], target


def happens(event: Event, action: Recorded, topology: Topology) -> bool:
    """Tell if an action is, on a drawing as it is then, an event that a row means."""
    name = event.subject.casefold()
    for sort, target in events_of(action):
        if sort != event.type:
            continue
        if isinstance(target, GroupOf):
            if name in (target.name.casefold(), f"{target.sort} {target.name}".casefold()):
                return True
        elif target == event.subject or target in nodes_named(topology, event.subject):
            return True
    return False


def events_in(row: Row) -> tuple[Event, ...]:
    """Return the events that a row names."""
    when = row.when if isinstance(row, Comparison) else row.deadline
    if isinstance(when, Deadline):
        return (when.event,)
    moments: tuple[Instant | None, ...] = (when.start, when.end)
    return tuple(one.event for one in moments if one and one.event)


def problem_of(row: Row, topology: Topology) -> Text | None:
    """Return the reason why a row cannot be judged on a drawing; None when it can."""
    if not isinstance(row, Comparison) or not row.figure.subject:
        return None
    name = row.figure.subject
    found = nodes_named(topology, name)
    if not found:
        return joined(Text("There is no node “{node}”.", node=name), *_near(name, topology))
    of_users = row.figure.name in OF_USERS
    if of_users != all(topology.node(one).spec.role is Role.SENDS for one in found):
        if of_users:
            return Text("{name} sends no requests: name users.", name=name)
        return Text("{name} are users: name a node that serves.", name=name)
    if not of_users and len(found) > 1:
        return Text("Several nodes are called {name}: use the id of one.", name=name)
    if row.figure.name == "lag" and topology.node(found[0]).spec.replication != "log":
        return Text("{name} is no database.", name=name)
    return None


def _near(name: str, topology: Topology) -> tuple[Text, ...]:
    known = sorted({one for node in topology.nodes for one in (node.id, node.name)})
    near = get_close_matches(name, known, n=1)
    return (Text("Did you mean {name}?", name=near[0]),) if near else ()
