"""Databases of one group that do not agree on how they replicate, and rings that are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.texts.text import Text, plural
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.replication.replication_groups import (
    LED,
    RING,
    distinct_keys,
    is_ring,
    mode_of,
    successors,
)
from app.topology.validation.problem import Problem

_SHARED: Final = ("replication", "conflicts", "keys", "write_skew", "insert_percent")
"""Parameters on which all members must agree; the oldest one decides."""


def disagreements(topology: Topology) -> Iterator[Problem]:
    """Find settings that keep databases which all take writes from working as they say."""
    for group in topology.database_groups():
        shared = _SHARED if mode_of(group) != LED else _SHARED[:1]
        for node in group[1:]:
            yield from (
                _differs(node, group[0], name)
                for name in shared
                if _not_alike(node, group[0], name)
            )
        if mode_of(group) == RING and len(group) > 1:
            after = successors(topology, group)
            if not is_ring(group, after):
                yield _no_ring(next((one for one in group if one.id not in after), group[0]))
        distinct = distinct_keys(topology, group)
        if mode_of(group) != LED and distinct < int(group[0].parameters["keys"]):
            yield _too_many(group, distinct)


def _not_alike(node: Node, first: Node, name: str) -> bool:
    return node.parameters[name] != first.parameters[name]


def _differs(node: Node, first: Node, name: str) -> Problem:
    label = node.spec.parameter(name).label
    return Problem(
        f"{name}_differs",
        node.id,
        "",
        Text(
            "{label} of {node} is not what {first} has. Its group follows {first}.",
            label=label,
            node=node.name,
            first=first.name,
        ),
    )


def _no_ring(node: Node) -> Problem:
    return Problem(
        "no_ring",
        node.id,
        "",
        Text(
            "The links of {node}'s group do not form one ring: not every write reaches every "
            "member. Each needs one link to the next, and the last one to the first.",
            node=node.name,
        ),
    )


def _too_many(group: tuple[Node, ...], distinct: int) -> Problem:
    return Problem(
        "keys_not_told_apart",
        group[0].id,
        "",
        plural(
            "Only {count} key of {group}'s group is told apart: conflicts are as frequent as "
            "with so many.",
            "Only {count} keys of {group}'s group are told apart: conflicts are as frequent as "
            "with so many.",
            count=distinct,
            group=group[0].name,
        ),
    )
