"""How a web server calls databases, as parameters: which one reads, through what connections."""

from app.schema import NO_UNIT, SECONDS, Choice, Parameter, Text


def routing() -> tuple[Parameter, ...]:
    """Which database a read goes to."""
    return (
        Parameter(
            "read_routing",
            Text("Reads go to", "읽기 경로"),
            NO_UNIT,
            "round_robin",
            Text(
                "The replicas in turn; the one that said at its last check that it is least "
                "behind; in turn, but reads of one's own writes to the primary for a while; "
                "always the primary; or whichever its link has the least latency to.",
                "부 서버에 차례로, 마지막 점검에서 가장 덜 뒤처졌다고 한 부 서버로, 차례로 보내되 "
                "자기가 쓴 것의 읽기는 한동안 주 서버로, 항상 주 서버로, 또는 연결 지연이 가장 "
                "짧은 곳으로 보냅니다.",
            ),
            choices=(
                Choice("round_robin", Text("Replicas in turn", "부 서버 차례로")),
                Choice("least_lag", Text("Least lag", "가장 덜 뒤처진 곳")),
                Choice("pin_after_write", Text("Pinned after a write", "쓴 뒤 주 서버 고정")),
                Choice("primary_only", Text("Primary only", "주 서버만")),
                Choice("nearest", Text("Nearest", "가장 가까운 곳")),
            ),
            group="data",
        ),
        Parameter(
            "pin_s",
            Text("Pinned for", "고정 시간"),
            SECONDS,
            5.0,
            Text(
                "How long after its write was answered a user reads it back at the primary.",
                "쓰기 응답을 받은 사용자가 그것을 주 서버에서 읽는 기간입니다.",
            ),
            0.0,
            3600.0,
            1.0,
            when=(("read_routing", ("pin_after_write",)),),
            group="data",
        ),
        Parameter(
            "primary_fallback",
            Text("Without a replica", "부 서버가 없으면"),
            NO_UNIT,
            "primary",
            Text(
                "What becomes of reads while no replica takes any.",
                "읽기를 받는 부 서버가 없을 때의 처리입니다.",
            ),
            choices=(
                Choice("primary", Text("Read at the primary", "주 서버에서 읽기")),
                Choice("fail", Text("Fail", "실패")),
            ),
            when=(("read_routing", ("round_robin", "least_lag", "pin_after_write", "nearest")),),
            group="data",
        ),
    )


def writing() -> Parameter:
    """Which of several primaries a write goes to."""
    return Parameter(
        "write_routing",
        Text("Writes go to", "쓰기 경로"),
        NO_UNIT,
        "round_robin",
        Text(
            "Where several databases take writes: all in turn; the nearest; or each key to the "
            "same one, its home, while that is up, so that no two of them write it at once.",
            "쓰기를 받는 데이터베이스가 여럿일 때, 차례로, 가장 가까운 곳으로, 또는 키마다 정해진 "
            "곳으로 보냅니다. 정해 두면 같은 키를 두 곳에서 동시에 쓰지 않습니다.",
        ),
        choices=(
            Choice("round_robin", Text("All in turn", "차례로")),
            Choice("nearest", Text("Nearest", "가장 가까운 곳")),
            Choice("home", Text("Home of the key", "키마다 정해진 곳")),
        ),
        group="data",
    )


def pool() -> tuple[Parameter, ...]:
    """Connections that are kept open to databases. The wait is HikariCP's default."""
    return (
        Parameter(
            "pool_size",
            Text("Connection pool", "연결 풀"),
            NO_UNIT,
            0,
            Text(
                "Connections to databases, all together; a call waits until one is free, and it is "
                "free again when the answer is back. 0: as many as it takes (HikariCP has 10).",
                "데이터베이스와의 연결 수의 합입니다. 빈 연결이 없으면 기다리고, 응답이 돌아오면 "
                "다시 빕니다. 0이면 제한이 없습니다 (HikariCP는 10).",
            ),
            0,
            10_000,
            5,
            whole=True,
            group="data",
        ),
        Parameter(
            "pool_wait_s",
            Text("Wait for a connection", "연결 대기 한도"),
            SECONDS,
            30.0,
            Text(
                "A call that has waited so long for a connection fails (HikariCP's default).",
                "이만큼 기다려도 연결을 얻지 못하면 실패합니다 (HikariCP 기본값).",
            ),
            0.001,
            600.0,
            1.0,
            group="data",
        ),
    )
