"""Groups: what nodes stand in together, and so fail together or reach one another by.

A node is in at most one group of each sort. A group is nothing but its name: it is there as long
as some node is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.kinds import BY_NAME, KINDS
from app.texts.text import Text, plural
from app.topology.model import Topology

GROUP_NAME_LENGTH_MAX = 60

GROUP_LABELS: dict[str, Text] = {
    "machine": Text("Machine"),
    "zone": Text("Zone"),
    "region": Text("Region"),
    "network": Text("Private network"),
    "virtual_ip": Text("Virtual IP"),
}
"""Every sort of group, in the order in which documents and forms name them."""

GROUP_HELP: dict[str, Text] = {
    "machine": Text(
        "Nodes on one machine share its cores and fail together. Its first node sets its size."
    ),
    "zone": Text("A data centre: its nodes share power and cooling, and fail together."),
    "region": Text("A group of zones near each other."),
    "network": Text("Nodes without one share the default network."),
    "virtual_ip": Text(
        "Balancers that name the same one share an address: one answers, the others stand by."
    ),
}

_NOT_FOR_ALL = {sort for kind in KINDS for sort in kind.groups}

_NO_SORT = Text("There is no such sort of group.")
_LENGTH = plural(
    "Use at most {count} character.", "Use at most {count} characters.", count=GROUP_NAME_LENGTH_MAX
)
_CHARACTERS = Text("Use visible characters.")


class GroupError(ValueError):
    """A group that a node cannot be in. `sort` names it, `text` says why."""

    def __init__(self, sort: str, text: Text) -> None:
        super().__init__(f"{sort}: {text.en}")
        self.sort = sort
        self.text = text


def sorts_for(kind: str) -> tuple[str, ...]:
    """The sorts of group that nodes of a kind may be in."""
    own = BY_NAME[kind].groups
    return tuple(sort for sort in GROUP_LABELS if sort in own or sort not in _NOT_FOR_ALL)


def names_in_use(topology: Topology, sort: str) -> list[str]:
    """The names of all groups of a sort, of those too that have a frame and nobody in it."""
    framed = {frame.name for frame in topology.canvas.frames if frame.sort == sort}
    return sorted(framed.union(topology.group_names(sort)))


def check_groups(raw: Mapping[str, object], kind: str) -> dict[str, str]:
    """The groups that `raw` names for a node of a kind, in a normal form: order of sorts, trimmed,
    no empty names.

    Raises GroupError for the first sort that is not there, or name that is none.
    """
    named: dict[str, str] = {}
    for sort, value in raw.items():
        if sort not in sorts_for(kind):
            raise GroupError(sort, _NO_SORT)
        named[sort] = group_name(sort, value)
    return {sort: named[sort] for sort in GROUP_LABELS if named.get(sort)}


def group_name(sort: str, value: object) -> str:
    """`value` as the name of a group, trimmed; "" for none. Raises GroupError."""
    if not isinstance(value, str):
        raise GroupError(sort, Text("Use text."))
    name = " ".join(value.split())
    if len(name) > GROUP_NAME_LENGTH_MAX:
        raise GroupError(sort, _LENGTH)
    if not name.isprintable():
        raise GroupError(sort, _CHARACTERS)
    return name


def network_pair(names: Iterable[object]) -> tuple[str, str]:
    """Two names of private networks, in order. Raises GroupError."""
    first, second = sorted(group_name("network", name) for name in names)
    return first, second
