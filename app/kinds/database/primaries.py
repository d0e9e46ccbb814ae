"""Several primaries, as parameters: who takes writes, and what becomes of writes that meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.kinds.database.versions import ZIPF_HELP
from app.schema import NO_UNIT, PERCENT, Choice, Parameter, Text

_ALL_WRITE = (("replication", ("multi_primary", "ring")),)
_ONE_WRITES = ("replication", ("primary_replica",))
_RING = (("replication", ("ring",)),)
_OF_ONE_PRIMARY = {
    "role",
    "max_lag_s",
    "heartbeat_s",
    "heartbeat_misses",
    "promotion_s",
    "fencing",
    "quorum",
    "lease_s",
    "automatic",
    "election_s",
    "reaim_s",
    "repoint_s",
    "candidate_lag_mib",
    "on_return",
    "rows",
    "commit",
    "sync_replicas",
    "semi_sync_timeout_s",
    "replica_flush_ms",
    "apply_delay_s",
    "write_bytes",
    "followed_keys",
    "key_skew",
}
"""Parameters that mean nothing where each member is a primary."""


def where_it_matters(parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """A database's parameters, those of one primary and its replicas only for such a group."""
    return tuple(
        replace(one, when=(*one.when, _ONE_WRITES)) if one.name in _OF_ONE_PRIMARY else one
        for one in parameters
    )


def primaries() -> tuple[Parameter, ...]:
    """How a group replicates, and what matters where each member takes writes.

    Defaults are MySQL's: row numbers in steps of 1 from 1 on, a duplicate key stops the replica,
    no server ids are ignored.
    """
    return (
        Parameter(
            "replication",
            Text("Replication", "복제 방식"),
            NO_UNIT,
            "primary_replica",
            Text(
                "One primary takes the writes; or every member does and sends them to all others; "
                "or to the next one in a ring that the links make. The oldest member decides for "
                "its group.",
                "주 서버 하나만 쓰기를 받거나, 모두가 받아 서로에게 보내거나, 연결이 이루는 링의 "
                "다음 서버로만 넘깁니다. 그룹에서 가장 오래된 서버의 설정을 따릅니다.",
            ),
            choices=(
                Choice("primary_replica", Text("One primary", "주 서버 하나")),
                Choice("multi_primary", Text("Several primaries", "여러 주 서버")),
                Choice("ring", Text("Ring", "링")),
            ),
            group="replication",
        ),
        Parameter(
            "conflicts",
            Text("Conflicts", "충돌 처리"),
            NO_UNIT,
            "last_writer_wins",
            Text(
                "What becomes of two writes of one key when neither writer knew of the other: the "
                "older is dropped silently; the one that arrives is rejected, so both sides keep "
                "their own; or both are kept.",
                "서로 모른 채 같은 키에 쓴 두 쓰기의 처리입니다. 오래된 쪽을 말없이 버리거나, "
                "나중에 도착한 쪽을 거부해 양쪽이 제 것을 갖거나, 둘 다 남깁니다.",
            ),
            choices=(
                Choice("last_writer_wins", Text("Last writer wins", "마지막 쓰기 우선")),
                Choice("reject", Text("Reject", "거부")),
                Choice("merge", Text("Merge", "병합")),
            ),
            when=_ALL_WRITE,
            group="replication",
        ),
        *_keys(),
        *_rows(),
        *_duplicates(),
    )


def _rows() -> tuple[Parameter, ...]:
    """New rows, whose numbers each member gives by itself."""
    return (
        Parameter(
            "insert_percent",
            Text("New rows", "새 행 비율"),
            PERCENT,
            0.0,
            Text(
                "Share of writes that add a row, with the next number that this member knows to "
                "be free; the others change a key.",
                "새 행을 추가하는 쓰기의 비율입니다. 이 서버가 아는 다음 빈 번호를 붙입니다. "
                "나머지는 키를 바꿉니다.",
            ),
            0.0,
            100.0,
            10.0,
            when=_ALL_WRITE,
            group="replication",
        ),
        Parameter(
            "row_step",
            Text("Row number step", "행 번호 증가폭"),
            NO_UNIT,
            1,
            Text(
                "Row numbers go up in such steps (auto_increment_increment). With n members, n "
                "keeps them apart.",
                "행 번호의 증가폭입니다(auto_increment_increment). 서버가 n대면 n으로 두어야 "
                "겹치지 않습니다.",
            ),
            1,
            1000,
            1,
            whole=True,
            when=_ALL_WRITE,
            group="replication",
        ),
        Parameter(
            "row_offset",
            Text("Row number offset", "행 번호 시작값"),
            NO_UNIT,
            1,
            Text(
                "The first row number (auto_increment_offset): another for each member.",
                "첫 행 번호입니다(auto_increment_offset). 서버마다 다르게 둡니다.",
            ),
            1,
            1000,
            1,
            whole=True,
            when=_ALL_WRITE,
            group="replication",
        ),
    )


def _keys() -> tuple[Parameter, ...]:
    """What writes go to."""
    return (
        Parameter(
            "keys",
            Text("Keys", "키 개수"),
            NO_UNIT,
            1000,
            Text("Different keys that writes go to.", "쓰기가 향하는 서로 다른 키의 개수입니다."),
            1,
            1_000_000,
            100,
            whole=True,
            when=_ALL_WRITE,
            group="replication",
        ),
        Parameter(
            "write_skew",
            Text("Skew of the writes", "쓰기의 쏠림"),
            NO_UNIT,
            0.0,
            ZIPF_HELP,
            0.0,
            4.0,
            0.1,
            when=_ALL_WRITE,
            group="replication",
        ),
    )


def _duplicates() -> tuple[Parameter, ...]:
    """What a member does about writes that it cannot apply, or has had before."""
    return (
        Parameter(
            "on_collision",
            Text("Duplicate row", "중복된 행"),
            NO_UNIT,
            "stop",
            Text(
                "When a row arrives whose number it has given itself: it stops applying what comes "
                "from there, or skips the row. Choosing skip lets what has stopped go on.",
                "자기가 쓴 번호의 행이 도착하면 그쪽 적용을 멈추거나 그 행을 건너뜁니다. "
                "건너뛰기로 바꾸면 멈춘 적용이 이어집니다.",
            ),
            choices=(
                Choice("stop", Text("Stop", "멈춤")),
                Choice("skip", Text("Skip the row", "건너뛰기")),
            ),
            when=_ALL_WRITE,
            group="replication",
        ),
        Parameter(
            "filter_gone",
            Text("Filter known writes", "이미 받은 쓰기 거르기"),
            NO_UNIT,
            "off",
            Text(
                "Whether it drops writes that it has had before (GTIDs, IGNORE_SERVER_IDS). "
                "Without, the writes of a member that is taken out of the ring may circle for "
                "ever.",
                "이미 받은 쓰기를 버릴지 정합니다(GTID, IGNORE_SERVER_IDS). 버리지 않으면 링에서 "
                "빠진 서버의 쓰기가 끝없이 맴돌 수 있습니다.",
            ),
            choices=(Choice("off", Text("Off", "끔")), Choice("on", Text("On", "켬"))),
            when=_RING,
            group="replication",
        ),
    )
