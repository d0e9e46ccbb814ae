"""How safe a write is before its client is told: parameters of commits and delayed copies."""

from app.schema import BYTES, MILLISECONDS, NO_UNIT, SECONDS, Choice, Parameter, Text

WAITING = ("semi_sync", "sync_receive", "sync_flush", "sync_apply")
"""The commit modes in which a write waits for replicas."""


def commits() -> tuple[Parameter, ...]:
    """Whom a primary waits for. Those of the present primary count."""
    return (
        Parameter(
            "commit",
            Text("Commit mode", "커밋 방식"),
            NO_UNIT,
            "async",
            Text(
                "What this database, as the primary, waits for before it acknowledges a write. "
                "The strict modes block writes while too few replicas answer; semi-sync gives up "
                "waiting after its timeout, and no client is told.",
                "주 서버일 때 쓰기를 승인하기 전에 무엇을 기다리는지 정합니다. 엄격한 방식은 "
                "응답하는 부 서버가 모자라면 쓰기를 막고, 준동기는 제한 시간이 지나면 알리지 않고 "
                "기다리기를 그만둡니다.",
            ),
            choices=(
                Choice("async", Text("Nobody (async)", "기다리지 않음 (비동기)")),
                Choice("semi_sync", Text("Receipt, up to a timeout (semi-sync)", "수신 (준동기)")),
                Choice("sync_receive", Text("Receipt (sync)", "수신 (동기)")),
                Choice("sync_flush", Text("Flush to disk (sync)", "디스크 반영 (동기)")),
                Choice("sync_apply", Text("Application (sync)", "적용 (동기)")),
            ),
            group="commit",
        ),
        Parameter(
            "sync_replicas",
            Text("Replicas to wait for", "기다릴 부 서버 수"),
            NO_UNIT,
            1,
            Text(
                "Any so many of the replicas are enough.",
                "어느 부 서버든 이만큼이면 충분합니다.",
            ),
            1,
            16,
            1,
            whole=True,
            when=(("commit", WAITING),),
            group="commit",
        ),
        *_times(),
    )


def _times() -> tuple[Parameter, ...]:
    return (
        Parameter(
            "semi_sync_timeout_s",
            Text("Semi-sync timeout", "준동기 제한 시간"),
            SECONDS,
            10.0,
            Text(
                "How long a commit waits before all go on without replicas, until one has caught "
                "up (MySQL's default).",
                "커밋이 이만큼 기다리면 부 서버가 따라잡을 때까지 아무도 기다리지 않습니다 "
                "(MySQL 기본값).",
            ),
            0.01,
            3600.0,
            1.0,
            when=(("commit", ("semi_sync",)),),
            group="commit",
        ),
        Parameter(
            "replica_flush_ms",
            Text("Flush time of a replica", "부 서버의 디스크 반영 시간"),
            MILLISECONDS,
            1.0,
            Text(
                "How long each of its replicas needs to flush what it has received; what comes "
                "meanwhile shares the next flush.",
                "부 서버가 받은 것을 디스크에 반영하는 시간입니다. 그사이 온 것은 다음 반영에 "
                "함께 갑니다.",
            ),
            0.0,
            10_000.0,
            0.5,
            when=(("commit", ("sync_flush",)),),
            group="commit",
        ),
    )


def apply_delay() -> Parameter:
    """How long a delayed replica holds back what it has received."""
    return Parameter(
        "apply_delay_s",
        Text("Apply delay", "적용 지연"),
        SECONDS,
        0.0,
        Text(
            "As a replica it applies nothing younger than this: a mistake can be stopped before "
            "it is here too. It holds back 32,768 writes at most.",
            "부 서버일 때 이보다 새로운 쓰기는 적용하지 않습니다. 실수가 여기까지 퍼지기 전에 막을 "
            "수 있습니다. 최대 쓰기 32,768건까지 미룹니다.",
        ),
        0.0,
        86_400.0,
        10.0,
        group="replication",
    )


def write_bytes() -> Parameter:
    """How much log a write makes."""
    return Parameter(
        "write_bytes",
        Text("Log per write", "쓰기당 로그"),
        BYTES,
        1000,
        Text(
            "Log that one write makes on the primary: lag in bytes is counted with it.",
            "주 서버에서 쓰기 한 건이 만드는 로그의 크기입니다. 지연을 바이트로 셀 때 씁니다.",
        ),
        1,
        100_000_000,
        100,
        whole=True,
        group="replication",
    )


def max_connections() -> Parameter:
    """How many connections a database takes."""
    return Parameter(
        "max_connections",
        Text("Connection limit", "연결 한도"),
        NO_UNIT,
        0,
        Text(
            "Connections that it takes at most (PostgreSQL: 100). Pools open theirs in the order "
            "in which their servers were drawn, and what they leave is for servers without one. "
            "0: no limit.",
            "받아들이는 최대 연결 수입니다 (PostgreSQL은 100). 풀은 서버를 그린 순서대로 연결을 "
            "열고, 남은 것은 풀이 없는 서버가 씁니다. 0이면 제한이 없습니다.",
        ),
        0,
        100_000,
        10,
        whole=True,
    )
