"""What a load balancer does about servers that come, go and fail, as parameters."""

from app.schema import NO_UNIT, PERCENT, SECONDS, TIMES, Choice, Parameter, Text

CHECKED = (("check_type", ("request", "connect", "deep")),)
_PASSIVE = (("passive", ("on",)),)


def depth() -> Parameter:
    """What a health check asks a server for."""
    return Parameter(
        "check_type",
        Text("Check asks for", "점검 방식"),
        NO_UNIT,
        "request",
        Text(
            "A request: the health page answers, however busy the server is; one that hangs does "
            "not. A connection: even a server that hangs accepts it. Deep: real work that queues "
            "with everybody's, so an overloaded server fails it.",
            "요청: 서버가 아무리 바빠도 상태 페이지는 답하고, 멈춘 서버는 답하지 못합니다. 연결: "
            "멈춘 서버도 받아들입니다. 심층: 다른 요청과 함께 줄을 서는 실제 작업이라 과부하인 "
            "서버는 실패합니다.",
        ),
        choices=(
            Choice("request", Text("A request", "요청")),
            Choice("connect", Text("A connection", "연결")),
            Choice("deep", Text("Real work (deep)", "실제 작업 (심층)")),
            Choice("none", Text("Nothing: no checks", "점검 안 함")),
        ),
        group="checks",
    )


def passive() -> tuple[Parameter, ...]:
    """Passive checks: the balancer judges servers by the requests it sends them anyway.

    Defaults are Envoy's outlier detection: 5 in a row, 30 s times ejected, 300 s at most, 10 %.
    """
    return (
        Parameter(
            "passive",
            Text("Passive checks", "수동 점검"),
            NO_UNIT,
            "off",
            Text(
                "Whether a server is also judged by how the requests sent to it end.",
                "보낸 요청의 결과로도 서버를 판단할지 정합니다.",
            ),
            choices=(Choice("off", Text("Off", "끔")), Choice("on", Text("On", "켬"))),
            group="passive",
        ),
        Parameter(
            "passive_failures",
            Text("Failures in a row", "연속 실패"),
            TIMES,
            5,
            Text(
                "Requests that must fail in a row before a server is ejected.",
                "연속으로 이만큼 실패하면 서버를 잠시 제외합니다.",
            ),
            1,
            1000,
            1,
            whole=True,
            when=_PASSIVE,
            group="passive",
        ),
        *_ejection(),
    )


def _ejection() -> tuple[Parameter, ...]:
    return (
        _seconds(
            "passive_window_s",
            Text("Within", "판단 시간"),
            0.0,
            Text(
                "Failures count together only if all fall within this time. 0: always.",
                "이 시간 안의 실패만 함께 셉니다. 0이면 언제나 셉니다.",
            ),
        ),
        _seconds(
            "passive_ejection_s",
            Text("Ejection", "제외 시간"),
            30.0,
            Text(
                "How long a server is left out, times how often it was of late; 10 s without an "
                "ejection take one off.",
                "서버를 빼 두는 시간입니다. 최근에 제외된 횟수를 곱하며, 10초 동안 제외되지 "
                "않을 때마다 한 번씩 줄어듭니다.",
            ),
            0.1,
        ),
        _seconds(
            "passive_ejection_max_s",
            Text("Ejection, at most", "최대 제외 시간"),
            300.0,
            Text("The longest ejection.", "가장 긴 제외 시간입니다."),
            0.1,
        ),
        Parameter(
            "passive_share_max",
            Text("Ejected, at most", "최대 제외 비율"),
            PERCENT,
            10.0,
            Text(
                "Share of the servers that may be ejected at the same time; one always may.",
                "동시에 제외할 수 있는 서버의 비율입니다. 한 대는 언제나 제외할 수 있습니다.",
            ),
            0.0,
            100.0,
            5.0,
            when=_PASSIVE,
            group="passive",
        ),
    )


def _seconds(
    name: str, label: Text, default: float, help_text: Text, low: float = 0.0
) -> Parameter:
    return Parameter(
        name,
        label,
        SECONDS,
        default,
        help_text,
        low,
        3600.0,
        1.0,
        when=_PASSIVE,
        group="passive",
    )


def coming_and_going() -> tuple[Parameter, ...]:
    """What becomes of traffic when servers return or too few are left."""
    return (
        Parameter(
            "slow_start_s",
            Text("Slow start", "천천히 시작"),
            SECONDS,
            0.0,
            Text(
                "A server that is back, or new, gets a share that grows evenly to a full one over "
                "this time. 0: a full share at once.",
                "돌아오거나 새로 들어온 서버의 몫이 이 시간 동안 고르게 늘어 온전한 몫이 됩니다. "
                "0이면 곧바로 온전한 몫을 받습니다.",
            ),
            0.0,
            900.0,
            5.0,
            group="servers",
        ),
        _draining(),
        Parameter(
            "sticky",
            Text("Sticky sessions", "세션 고정"),
            NO_UNIT,
            "off",
            Text(
                "Cookie: a user stays at one server until the balancer stops using it. Whoever has "
                "to move then has lost what only that server knew.",
                "쿠키: 로드 밸런서가 그 서버를 쓰지 않게 될 때까지 사용자가 한 서버에 머뭅니다. "
                "그때 옮겨 가는 사용자는 그 서버만 알던 세션을 잃습니다.",
            ),
            choices=(
                Choice("off", Text("Off", "끔")),
                Choice("cookie", Text("By cookie", "쿠키로")),
            ),
            group="servers",
        ),
        Parameter(
            "panic_percent",
            Text("Panic threshold", "패닉 기준"),
            PERCENT,
            0.0,
            Text(
                "With a smaller share of usable servers than this, checks are ignored and all "
                "servers get requests. 0: never, so with none usable requests fail; 1: only when "
                "none is.",
                "쓸 만한 서버의 비율이 이보다 낮으면 점검 결과를 무시하고 모든 서버에 보냅니다. "
                "0이면 무시하지 않아 쓸 서버가 없으면 요청이 실패하고, 1이면 한 대도 없을 때만 "
                "무시합니다.",
            ),
            0.0,
            100.0,
            5.0,
            group="servers",
        ),
    )


def _draining() -> Parameter:
    return Parameter(
        "drain_s",
        Text("Connection draining", "연결 비우기"),
        SECONDS,
        0.0,
        Text(
            "A server that is removed gets no new requests, and for so long goes on with those "
            "that it has. 0: they are cut off at once.",
            "제거된 서버는 새 요청을 받지 않고, 이 시간 동안 가진 요청을 계속 처리합니다. "
            "0이면 바로 끊깁니다.",
        ),
        0.0,
        3600.0,
        5.0,
        group="servers",
    )
