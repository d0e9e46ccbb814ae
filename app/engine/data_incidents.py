"""Incidents of databases and of memory: what happened to writes, and to who takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.schema import Text


@dataclass(frozen=True, slots=True)
class IncidentKind:
    """A sort of incident: name, severity (a status word of the design), and its sentence."""

    code: str
    severity: str
    text: Text


DATA_KINDS: Final = (
    IncidentKind(
        "split_brain",
        "down",
        Text(
            "Split brain: {node} and {other} both take writes",
            "스플릿 브레인: {node}, {other} 둘 다 쓰기를 받음",
        ),
    ),
    IncidentKind(
        "split_brain_over",
        "recovering",
        Text(
            "One primary takes writes again, after {value} s with two",
            "주 서버가 다시 하나뿐, {value}초 동안 둘이었음",
        ),
    ),
    IncidentKind(
        "stood_down",
        "down",
        Text(
            "{node} takes no more writes: no majority of its group stands behind it",
            "{node} 쓰기 중단: 그룹 과반수의 지지가 없음",
        ),
    ),
    IncidentKind(
        "no_quorum",
        "down",
        Text(
            "{node} lost {other}, but {value} votes are no majority: nobody is elected",
            "{node}: {other}을(를) 잃었지만 {value}표는 과반수가 아니어서 선출하지 못함",
        ),
    ),
    IncidentKind(
        "out_of_memory",
        "down",
        Text(
            "{node} killed: requests took {value} GB, more memory than there is",
            "{node} 강제 종료: 요청이 메모리보다 많은 {value}GB를 씀",
        ),
    ),
    IncidentKind(
        "semi_sync_off",
        "down",
        Text(
            "{node} waited {value} s for a replica, and now commits without (asynchronously)",
            "{node}: 부 서버를 {value}초 기다린 뒤 이제 기다리지 않고 커밋 (비동기)",
        ),
    ),
    IncidentKind(
        "semi_sync_on",
        "healthy",
        Text(
            "{node} waits for a replica again: one has caught up",
            "{node}: 부 서버가 따라잡아 다시 기다리며 커밋 (준동기)",
        ),
    ),
    IncidentKind(
        "commits_stalled",
        "down",
        Text(
            "commits hang on {node}: fewer than {value} replicas answer",
            "{node}의 커밋 정지: 응답하는 부 서버가 {value}대 미만",
        ),
    ),
    IncidentKind(
        "commits_resumed",
        "healthy",
        Text("commits go on at {node}, after {value} s", "{value}초 만에 {node}의 커밋 재개"),
    ),
    IncidentKind(
        "duplicate_key",
        "down",
        Text(
            "{node} stopped applying what {other} writes: it has a row {value} of its own",
            "{node}이(가) {other}의 쓰기 적용을 멈춤: 자기에게도 {value}번 행이 있음",
        ),
    ),
    IncidentKind(
        "conflict_rejected",
        "saturated",
        Text(
            "{node} rejects writes of {other}: keys were changed on both",
            "{node}이(가) {other}의 쓰기를 거부: 같은 키가 양쪽에서 바뀜",
        ),
    ),
    IncidentKind(
        "circling",
        "saturated",
        Text(
            "{value} writes of {other}, which is gone, circle in the ring from {node} on",
            "사라진 {other}의 쓰기 {value}건이 {node}부터 링을 맴돎",
        ),
    ),
    IncidentKind(
        "log_gone",
        "down",
        Text(
            "{node} misses {value} writes of {other}: its log holds them no longer",
            "{node}에 {other}의 쓰기 {value}건이 빠짐: 로그에 더는 남아 있지 않음",
        ),
    ),
    IncidentKind(
        "leaderless",
        "down",
        Text(
            "{node} lost {other}: no heartbeat, and only people elect here",
            "{node}: {other} 하트비트 없음, 자동 선출 꺼짐",
        ),
    ),
    IncidentKind(
        "diverged_writes",
        "down",
        Text(
            "{node} stays out: it has {value} writes that {other} never got",
            "{node} 대기: {other}에 없는 쓰기 {value}건을 가지고 있음",
        ),
    ),
    IncidentKind(
        "repairing",
        "recovering",
        Text("{node} is being recovered, for {value} s", "{node} 복구 중 ({value}초 걸림)"),
    ),
    IncidentKind(
        "repair_done",
        "recovering",
        Text(
            "{node} is recovered and catches up with {other}",
            "{node} 복구됨, {other}을(를) 따라잡는 중",
        ),
    ),
    IncidentKind(
        "not_recovered",
        "neutral",
        Text(
            "{node}: nothing to recover, or nobody to recover from",
            "{node}: 복구할 것이 없거나 복구할 원본이 없음",
        ),
    ),
    IncidentKind(
        "merged",
        "healthy",
        Text(
            "{value} lost writes of {node} are on {other} again",
            "{node}의 유실된 쓰기 {value}건이 {other}에 다시 반영됨",
        ),
    ),
    IncidentKind(
        "destroyed",
        "down",
        Text(
            "A destructive write on {node}: {value} rows are gone, and soon on every replica",
            "{node}에서 파괴적인 쓰기: 행 {value}개가 사라지고 곧 모든 부 서버에서도 사라짐",
        ),
    ),
    IncidentKind(
        "restored",
        "healthy",
        Text("{value} rows are back, from {other}", "{other}에서 행 {value}개를 되살림"),
    ),
)
"""In the order of their numbers, behind those of `incident`."""
