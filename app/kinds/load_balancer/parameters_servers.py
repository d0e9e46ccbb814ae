"""Parameters of a load balancer about servers that come, go and fail."""

from app.schema import NO_UNIT, PERCENT, SECONDS, TIMES, Choice, Parameter
from app.texts.text import Text

CHECKED = (("check_type", ("request", "connect", "deep")),)
_PASSIVE = (("passive", ("on",)),)


def depth() -> Parameter:
    """Return the parameter of a health check's type."""
    return Parameter(
        "check_type",
        Text("Check asks for"),
        NO_UNIT,
        "request",
        Text(
            "A request: the health page answers, however busy the server is; one that hangs does "
            "not. A connection: even a server that hangs accepts it. Deep: real work that queues "
            "with everybody's, so an overloaded server fails it."
        ),
        choices=(
            Choice("request", Text("A request")),
            Choice("connect", Text("A connection")),
            Choice("deep", Text("Real work (deep)")),
            Choice("none", Text("Nothing: no checks")),
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
            Text("Passive checks"),
            NO_UNIT,
            "off",
            Text("Whether a server is also judged by how the requests sent to it end."),
            choices=(Choice("off", Text("Off")), Choice("on", Text("On"))),
            group="passive",
        ),
        Parameter(
            "passive_failures",
            Text("Failures"),
            TIMES,
            5,
            Text("Requests that must fail before a server is ejected."),
            1,
            1000,
            1,
            whole=True,
            when=_PASSIVE,
            group="passive",
        ),
        Parameter(
            "passive_counts",
            Text("Counted"),
            NO_UNIT,
            "in_a_row",
            Text(
                "Failures in a row, and the server is back when its ejection is over (Envoy). Or "
                "all within a time, whatever succeeds between them; then one request probes "
                "whether it is back, and if that fails it is out again (nginx's max_fails, whose "
                "clock has whole seconds; an only server stays)."
            ),
            choices=(
                Choice("in_a_row", Text("In a row")),
                Choice("within", Text("Within a time")),
            ),
            when=_PASSIVE,
            group="passive",
        ),
        *_ejection(),
    )


def _ejection() -> tuple[Parameter, ...]:
    return (
        _seconds(
            "passive_window_s",
            Text("Within"),
            0.0,
            Text(
                "Failures in a row count together only if all fall within this time; 0: always. "
                "Failures within a time: if none is later than this after the one before."
            ),
        ),
        _seconds(
            "passive_ejection_s",
            Text("Ejection"),
            30.0,
            Text(
                "How long a server is left out, times how often it was of late; 10 s without an "
                "ejection take one off."
            ),
            0.1,
        ),
        _seconds(
            "passive_ejection_max_s",
            Text("Ejection, at most"),
            300.0,
            Text("The longest ejection."),
            0.1,
        ),
        Parameter(
            "passive_share_max",
            Text("Ejected, at most"),
            PERCENT,
            10.0,
            Text("Share of the servers that may be ejected at the same time; one always may."),
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
    """Return the parameters of traffic when servers return or too few are left."""
    return (
        Parameter(
            "slow_start_s",
            Text("Slow start"),
            SECONDS,
            0.0,
            Text(
                "A server that is back, or new, gets a share that grows evenly to a full one over "
                "this time. 0: a full share at once."
            ),
            0.0,
            900.0,
            5.0,
            group="servers",
        ),
        _draining(),
        Parameter(
            "sticky",
            Text("Sticky sessions"),
            NO_UNIT,
            "off",
            Text(
                "Cookie: a user stays at one server until the balancer stops using it. Whoever has "
                "to move then has lost what only that server knew."
            ),
            choices=(
                Choice("off", Text("Off")),
                Choice("cookie", Text("By cookie")),
            ),
            group="servers",
        ),
        Parameter(
            "panic_percent",
            Text("Panic threshold"),
            PERCENT,
            0.0,
            Text(
                "With a smaller share of usable servers than this, checks are ignored and all "
                "servers get requests. 0: never, so with none usable requests fail; 1: only when "
                "none is."
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
        Text("Connection draining"),
        SECONDS,
        0.0,
        Text(
            "A server that is removed gets no new requests, and for so long goes on with those "
            "that it has. 0: they are cut off at once."
        ),
        0.0,
        3600.0,
        5.0,
        group="servers",
    )
