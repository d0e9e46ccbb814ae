"""A population of users that sends requests."""

from app.kinds.client.parameters_connections import connecting, resolving, subrequests
from app.kinds.client.parameters_read_back import reading_back
from app.kinds.shared_figures import CACHED, FAILED
from app.kinds.shared_parameters import nat
from app.schema import (
    MILLISECONDS,
    NO_UNIT,
    PER_SECOND,
    PERCENT,
    SECONDS,
    TIMES,
    USERS,
    Choice,
    Figure,
    Kind,
    Need,
    Parameter,
    Port,
    Preset,
    Role,
)
from app.texts.text import Text, plural

_OPEN = (("arrivals", ("open",)),)
_PEOPLE = (("arrivals", ("open", "closed")),)
_RETRIES = (("retry", ("at_once", "fixed", "exponential", "full_jitter")),)
_DRAWN = (("arrivals", ("open", "closed", "table")),)

_WEB, _MOBILE = Text("Web users"), Text("Mobile users")

KIND = Kind(
    name="client",
    label=Text("Users"),
    help=Text(
        "People who send requests, each at their own random moments, however slow the answers are."
    ),
    category="traffic",
    role=Role.SENDS,
    prefix="users",
    subnet=0,
    parameters=(
        Parameter(
            "users",
            Text("Users", context="number"),
            USERS,
            8000,
            Text("How many people are using the system."),
            0,
            10_000_000,
            100,
            whole=True,
            group="load",
            when=_PEOPLE,
        ),
        Parameter(
            "requests_per_user",
            Text("Requests per user"),
            PER_SECOND,
            0.1,
            Text("Mean rate of one user: Poisson, not waiting for answers."),
            0.0,
            1000.0,
            0.01,
            group="load",
            when=_OPEN,
        ),
        Parameter(
            "arrivals",
            Text("Arrivals"),
            NO_UNIT,
            "open",
            Text(
                "Open loop: users act at their own moments, at a steady rate or as a table says. "
                "Closed loop: each waits for the answer, then thinks. Recorded: as in a trace."
            ),
            choices=(
                Choice("open", Text("Open loop")),
                Choice("closed", Text("Closed loop")),
                Choice("table", Text("Open loop, table of rates")),
                Choice("recorded", Text("Recorded")),
            ),
            group="load",
        ),
        Parameter(
            "think_s",
            Text("Think time"),
            SECONDS,
            5.0,
            Text("Mean pause of a user between an answer and the next request."),
            0.001,
            86_400.0,
            0.5,
            group="load",
            when=(("arrivals", ("closed",)),),
        ),
        Parameter(
            "shape",
            Text("Shape"),
            NO_UNIT,
            "constant",
            Text("How the rate changes over time. A daily curve swings once per length."),
            choices=(
                Choice("constant", Text("Constant")),
                Choice("ramp", Text("Ramp")),
                Choice("step", Text("Step", context="load")),
                Choice("spike", Text("Spike")),
                Choice("daily", Text("Daily curve")),
            ),
            group="load",
            when=_OPEN,
        ),
        Parameter(
            "shape_factor",
            Text("Peak"),
            NO_UNIT,
            3.0,
            Text(
                "The highest rate of a ramp, step, spike or daily curve, in multiples of the base."
            ),
            0.0,
            1000.0,
            0.5,
            group="load",
            when=(*_OPEN, ("shape", ("ramp", "step", "spike", "daily"))),
        ),
        Parameter(
            "shape_start_s",
            Text("Change at"),
            SECONDS,
            20.0,
            Text("When a ramp, step or spike begins."),
            0.0,
            1_000_000.0,
            5.0,
            group="load",
            when=(*_OPEN, ("shape", ("ramp", "step", "spike"))),
        ),
        Parameter(
            "shape_length_s",
            Text("Length"),
            SECONDS,
            20.0,
            Text("How long a ramp or spike takes, or one swing of a daily curve."),
            0.001,
            1_000_000.0,
            5.0,
            group="load",
            when=(*_OPEN, ("shape", ("ramp", "spike", "daily"))),
        ),
        Parameter(
            "rates",
            Text("Rates (CSV)"),
            NO_UNIT,
            "",
            Text(
                "One time_s,requests_per_s per line; straight lines between them, and the last one "
                "holds."
            ),
            0.0,
            1e9,
            columns=("time_s", "requests_per_s"),
            rows_max=2000,
            group="load",
            when=(("arrivals", ("table",)),),
        ),
        Parameter(
            "trace",
            Text("Trace (CSV)"),
            NO_UNIT,
            "",
            Text(
                "One arrival_s,writes,work_ms,... per line; one work_ms for each station visited "
                "in turn, writes is 0 or 1."
            ),
            0.0,
            1e9,
            columns=("arrival_s", "writes", "work_ms"),
            rows_max=5000,
            group="load",
            when=(("arrivals", ("recorded",)),),
        ),
        Parameter(
            "write_share",
            Text("Writes", context="share"),
            PERCENT,
            10.0,
            Text("Share of requests that change data; the rest only read."),
            0.0,
            100.0,
            1.0,
            group="load",
            when=_DRAWN,
        ),
        Parameter(
            "patience_s",
            Text("Patience"),
            SECONDS,
            30.0,
            Text("A user gives up after this long; the servers go on with the abandoned work."),
            0.01,
            600.0,
            0.5,
            group="behaviour",
        ),
        Parameter(
            "retry",
            Text("After a failure"),
            NO_UNIT,
            "never",
            Text(
                "What a user does when an attempt fails or takes longer than the patience. Work on "
                "the attempt before goes on unless the servers cancel it."
            ),
            choices=(
                Choice("never", Text("Give up")),
                Choice("at_once", Text("Retry at once")),
                Choice("fixed", Text("Retry after a fixed pause")),
                Choice("exponential", Text("Exponential back-off")),
                Choice("full_jitter", Text("Back-off with full jitter")),
            ),
            group="retries",
        ),
        Parameter(
            "retries",
            Text("Retries", context="number"),
            TIMES,
            3,
            Text("Attempts after the first one."),
            1,
            20,
            1,
            whole=True,
            group="retries",
            when=_RETRIES,
        ),
        Parameter(
            "backoff_ms",
            Text("Pause", context="retry"),
            MILLISECONDS,
            100.0,
            Text(
                "Pause before the first retry; back-off doubles it every time. With full jitter "
                "the pause is uniform between nothing and that."
            ),
            0.0,
            600_000.0,
            50.0,
            group="retries",
            when=(("retry", ("fixed", "exponential", "full_jitter")),),
        ),
        Parameter(
            "backoff_max_s",
            Text("Longest pause"),
            SECONDS,
            10.0,
            Text("Back-off grows no further than this."),
            0.0,
            3600.0,
            1.0,
            group="retries",
            when=(("retry", ("exponential", "full_jitter")),),
        ),
        Parameter(
            "retry_budget",
            Text("Retry budget"),
            PERCENT,
            0.0,
            Text("Retries allowed per hundred requests, saved up to ten; 0 sets no limit."),
            0.0,
            100.0,
            5.0,
            group="retries",
            when=_RETRIES,
        ),
        nat(),
        subrequests(),
        *reading_back(),
        *resolving(),
        *connecting(),
    ),
    presets=(
        Preset("web_users", _WEB, "users", {}, retired=True),
        Preset(
            "mobile_users", _MOBILE, "mobile", {"users": 4000, "write_share": 20.0}, retired=True
        ),
        Preset(
            "browsers",
            _WEB,
            "users",
            {
                "users": 1600,
                "subrequests": 4,
                "connection_reuse_percent": 80.0,
                "try_next_address": "on",
            },
            help=Text(
                "People with browsers: a page and its parts, over connections that stay open."
            ),
        ),
        Preset(
            "apps",
            _MOBILE,
            "mobile",
            {
                "users": 4000,
                "write_share": 20.0,
                "connection_reuse_percent": 50.0,
                "try_next_address": "on",
            },
            help=Text(
                "People with apps: single calls, half of which have to open a connection first."
            ),
        ),
    ),
    faults=("crash",),
    first=(
        "users",
        "requests_per_user",
        "think_s",
        "arrivals",
        "write_share",
        "patience_s",
        "retry",
    ),
    needs=(
        ("group.names", Need.NAMES),
        ("group.connections", Need.TARGETS),
    ),
    port=Port((Role.NAMES, Role.FORWARDS, Role.WORKS), 20.0),
    price_usd=0.0,
    checked=False,
    detail=plural("{users} user", "{users} users"),
    figures=(Figure("rps", Text("Sent"), PER_SECOND), FAILED, CACHED),
    headline="rate",
)
