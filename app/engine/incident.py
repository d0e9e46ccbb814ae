"""Incidents: what the system did or suffered, with a severity and words for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.engine.data_incidents import DATA_KINDS, IncidentKind
from app.engine.records import constants
from app.schema import Text

(
    MARKED_DOWN,
    MARKED_UP,
    SHEDDING,
    LAGGING,
    CAUGHT_UP,
    SUSPECTED,
    ELECTED,
    PROMOTED,
    WRITES_LOST,
    WRITES_RESUMED,
    REWOUND,
    REJOINED,
    AT_LIMIT,
    SWITCHED,
    CIRCUIT_OPENED,
    CIRCUIT_CLOSED,
    TOOK_ADDRESS,
    PANIC,
    PANIC_OVER,
    EJECTED,
    EJECTION_OVER,
    BACKLOG_FULL,
    FAULT_OVER,
    LINK_FAULT_OVER,
    RESTARTING,
    STARTED,
    DRAINING,
    DRAINED,
    SPLIT_BRAIN,
    SPLIT_BRAIN_OVER,
    STOOD_DOWN,
    NO_QUORUM,
    OUT_OF_MEMORY,
    SEMI_SYNC_OFF,
    SEMI_SYNC_ON,
    COMMITS_STALLED,
    COMMITS_RESUMED,
    DUPLICATE_KEY,
    CONFLICT_REJECTED,
    CIRCLING,
    LOG_GONE,
    LEADERLESS,
    DIVERGED_WRITES,
    REPAIRING,
    REPAIR_DONE,
    NOT_RECOVERED,
    MERGED,
    DESTROYED,
    RESTORED,
    SCALED_OUT,
    SCALED_IN,
    RECOVERY_POINT,
    NOT_FOLLOWED,
) = constants(*range(53))


@dataclass(frozen=True, slots=True)
class Incident:
    """Something the system did or suffered. `node` and `other` are ids, "" when there is none."""

    at_ns: int
    code: str
    node: str
    other: str
    value: float


_KINDS: Final = (
    IncidentKind(
        "marked_down",
        "down",
        Text(
            "{node} stopped using {other} (checks failed)",
            "{node}이(가) {other} 사용을 멈춤 (점검 실패)",
        ),
    ),
    IncidentKind(
        "marked_up",
        "healthy",
        Text(
            "{node} uses {other} again (checks passed)",
            "{node}이(가) {other}을(를) 다시 사용 (점검 통과)",
        ),
    ),
    IncidentKind(
        "shedding",
        "saturated",
        Text(
            "{node} refuses requests: its queue of {value} is full",
            "{node} 요청 거절: 대기열 {value}건이 가득 참",
        ),
    ),
    IncidentKind(
        "lagging",
        "saturated",
        Text("{node} takes no reads: {value} s behind", "{node} 읽기 중단: {value}초 뒤처짐"),
    ),
    IncidentKind(
        "caught_up",
        "healthy",
        Text("{node} caught up and takes reads", "{node} 따라잡음, 읽기 시작"),
    ),
    IncidentKind(
        "suspected",
        "down",
        Text(
            "{node} lost {other}: no heartbeat, election called",
            "{node}: {other} 하트비트 없음, 선출 시작",
        ),
    ),
    IncidentKind(
        "elected",
        "neutral",
        Text("{node} elected: it has the most of the log", "{node} 선출: 로그를 가장 많이 가짐"),
    ),
    IncidentKind(
        "promoted",
        "recovering",
        Text(
            "{node} promoted to primary in place of {other}",
            "{node}이(가) {other} 대신 주 서버로 승격",
        ),
    ),
    IncidentKind(
        "writes_lost",
        "down",
        Text(
            "{value} acknowledged writes lost with {other}",
            "{other}와(과) 함께 승인된 쓰기 {value}건 유실",
        ),
    ),
    IncidentKind(
        "writes_resumed",
        "healthy",
        Text("writes resumed on {node} after {value} s", "{value}초 만에 {node}에서 쓰기 재개"),
    ),
    IncidentKind(
        "rewound",
        "recovering",
        Text(
            "{node} is back as a replica; it discarded {value} writes that {other} never got",
            "{node}이(가) 부 서버로 복귀, {other}에 없던 쓰기 {value}건 폐기",
        ),
    ),
    IncidentKind(
        "rejoined",
        "recovering",
        Text(
            "{node} is back as a replica, catching up", "{node}이(가) 부 서버로 복귀, 따라잡는 중"
        ),
    ),
    IncidentKind(
        "at_limit",
        "saturated",
        Text(
            "the run reached its limit of {value} requests in flight: new ones are refused",
            "동시에 처리 중인 요청 한도 {value}건 도달: 새 요청 거절",
        ),
    ),
    IncidentKind(
        "switched",
        "recovering",
        Text(
            "{node} took over from {other} as planned", "{node}이(가) 계획대로 {other}와(과) 교대"
        ),
    ),
    IncidentKind(
        "circuit_opened",
        "down",
        Text(
            "{node} stops asking {other}: {value} calls failed in a row",
            "{node}이(가) {other} 호출 중단: 연속 {value}회 실패",
        ),
    ),
    IncidentKind(
        "circuit_closed",
        "healthy",
        Text("{node} asks {other} again: a call succeeded", "{node}이(가) {other} 호출 재개"),
    ),
    IncidentKind(
        "took_address",
        "recovering",
        Text("{node} took over the virtual IP", "{node}이(가) 가상 IP를 넘겨받음"),
    ),
    IncidentKind(
        "panic",
        "saturated",
        Text(
            "{node} uses all servers: only {value} % of them look usable",
            "{node}: 쓸 만한 서버가 {value}%뿐이라 모든 서버를 사용",
        ),
    ),
    IncidentKind(
        "panic_over",
        "healthy",
        Text(
            "{node} goes by its checks again: {value} % of its servers are usable",
            "{node}: 서버의 {value}%가 쓸 만해져 다시 점검 결과를 따름",
        ),
    ),
    IncidentKind(
        "ejected",
        "down",
        Text(
            "{node} ejected {other} for {value} s (its requests failed)",
            "{node}이(가) {other}을(를) {value}초 동안 제외 (요청 연속 실패)",
        ),
    ),
    IncidentKind(
        "ejection_over",
        "recovering",
        Text(
            "{node} tries {other} again (ejection over)",
            "{node}이(가) {other}을(를) 다시 사용 (제외 기간 끝)",
        ),
    ),
    IncidentKind(
        "backlog_full",
        "saturated",
        Text(
            "{node} hangs and its backlog of {value} is full: connections are dropped",
            "{node}이(가) 응답 없이 백로그 {value}건이 가득 참: 연결을 버림",
        ),
    ),
    IncidentKind(
        "fault_over",
        "recovering",
        Text("{node}: its fault is over, by itself", "{node}: 고장이 저절로 끝남"),
    ),
    IncidentKind(
        "link_fault_over",
        "recovering",
        Text(
            "{node} → {other}: the link's fault is over, by itself",
            "{node} → {other}: 연결 고장이 저절로 끝남",
        ),
    ),
    IncidentKind(
        "restarting",
        "down",
        Text("{node} restarts: its size was changed", "{node} 다시 시작: 크기가 바뀜"),
    ),
    IncidentKind(
        "started",
        "healthy",
        Text("{node} has started, after {value} s", "{node} 시작됨 ({value}초 걸림)"),
    ),
    IncidentKind(
        "draining",
        "recovering",
        Text(
            "{node} is removed: it has {value} s to finish what it has",
            "{node} 제거: {value}초 안에 가진 요청을 마무리",
        ),
    ),
    IncidentKind(
        "drained",
        "healthy",
        Text("{node} is drained and gone", "{node} 비우기가 끝나 사라짐"),
    ),
    *DATA_KINDS,
    IncidentKind(
        "scaled_out",
        "recovering",
        Text("{node} scales out to {value} servers", "{node} 서버를 {value}대로 늘림"),
    ),
    IncidentKind(
        "scaled_in",
        "neutral",
        Text("{node} scales in to {value} servers", "{node} 서버를 {value}대로 줄임"),
    ),
    IncidentKind(
        "recovery_point",
        "down",
        Text(
            "{node} goes on from {value} s before {other} failed: that is the recovery point",
            "{node}: {other} 장애보다 {value}초 앞선 데이터로 이어감 (복구 시점)",
        ),
    ),
    IncidentKind(
        "not_followed",
        "down",
        Text(
            "{node}: {value} writes off the main line are too many to be kept, no merge finds them",
            "{node}: 주 로그 밖의 쓰기 {value}건은 너무 많아 남기지 못해 병합할 수 없음",
        ),
    ),
)
CODES: Final = tuple(kind.code for kind in _KINDS)
CATALOGUE: Final[dict[str, IncidentKind]] = {kind.code: kind for kind in _KINDS}
"""Every sort of incident by code; placeholders of the text are {node}, {other} and {value}."""
