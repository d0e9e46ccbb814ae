"""Databases of one group that do not agree on how they replicate, and rings that are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.schema import Text
from app.topology.model import Node, Topology
from app.topology.primaries import LED, RING, is_ring, mode_of, successors
from app.topology.problem import Problem

VERSIONS_FOLLOWED: Final = 1 << 19
"""Versions that are told apart in one drawing: of each key as many as its group has members."""
_SHARED: Final = ("replication", "conflicts", "keys", "write_skew", "insert_percent")
"""What all members must say alike; the oldest one decides."""


def keys_told_apart(topology: Topology, group: tuple[Node, ...]) -> int:
    """How many of a group's keys are told apart: all, unless that is too much to remember."""
    members = sum(len(one) for one in topology.database_groups() if mode_of(one) != LED)
    return max(1, min(int(group[0].parameters["keys"]), VERSIONS_FOLLOWED // max(1, members)))


def disagreements(topology: Topology) -> Iterator[Problem]:
    """What keeps databases that all take writes from working as they say."""
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
        told = keys_told_apart(topology, group)
        if mode_of(group) != LED and told < int(group[0].parameters["keys"]):
            yield _too_many(group, told)


def _not_alike(node: Node, first: Node, name: str) -> bool:
    return node.parameters[name] != first.parameters[name]


def _differs(node: Node, first: Node, name: str) -> Problem:
    label = node.spec.parameter(name).label
    return Problem(
        f"{name}_differs",
        node.id,
        "",
        Text(
            f"{label.en} of {node.name} is not what {first.name} has. Its group follows "
            f"{first.name}.",
            f"{node.name}의 {label.ko} 설정이 {first.name}와(과) 다릅니다. 그룹은 {first.name}의 "
            "설정을 따릅니다.",
        ),
    )


def _no_ring(node: Node) -> Problem:
    return Problem(
        "no_ring",
        node.id,
        "",
        Text(
            f"The links of {node.name}'s group do not form one ring: not every write reaches "
            "every member. Each needs one link to the next, and the last one to the first.",
            f"{node.name} 그룹의 연결이 하나의 링을 이루지 않아 모든 쓰기가 모두에게 닿지는 "
            "않습니다. 저마다 다음 서버로, 마지막은 첫 서버로 연결하세요.",
        ),
    )


def _too_many(group: tuple[Node, ...], told: int) -> Problem:
    return Problem(
        "keys_not_told_apart",
        group[0].id,
        "",
        Text(
            f"Only {told:,} keys of {group[0].name}'s group are told apart: conflicts are as "
            "frequent as with so many.",
            f"{group[0].name} 그룹의 키는 {told:,}개까지만 구별합니다. 충돌도 그만큼의 키일 때처럼 "
            "일어납니다.",
        ),
    )
