"""A web server: computes the page and asks a database for the data."""

from app.kinds.machine_sizes import memory, sized_cores
from app.kinds.page_recipes import page_parameters
from app.kinds.shared_figures import DOWN_SINCE, FAILED, LOAD
from app.kinds.shared_parameters import (
    checks,
    cores,
    exposure,
    queue_limit,
    restarts,
    variation,
    waiting_rules,
    work_ms,
)
from app.kinds.web_server.layout import frame_figures, lay_out, summary_figures
from app.kinds.web_server.parameters_autoscaling import SCALING
from app.kinds.web_server.parameters_database_calls import POOL_FIGURES, pool, routing, writing
from app.schema import NO_UNIT, REQUESTS, SECONDS, TIMES, Kind, Need, Parameter, Port, Preset, Role
from app.texts.text import Text

KIND = Kind(
    name="web_server",
    label=Text("Web server"),
    help=Text(
        "Works on a request, then sends a write to the primary database or a read to a replica."
    ),
    category="compute",
    role=Role.WORKS,
    prefix="web",
    subnet=1,
    parameters=(
        exposure("private"),
        work_ms(
            "service_ms",
            Text("Service time"),
            8.0,
            Text(
                "Mean work per request, before queueing; the core is free while the database works."
            ),
        ),
        *sized_cores(cores(4, Text("Requests worked on at the same time."))),
        queue_limit(500),
        Parameter(
            "read_replies",
            Text("Parallel replies"),
            TIMES,
            0,
            Text(
                "0: a read asks one database. Otherwise it asks all that take reads at once, and "
                "goes on after this many answers."
            ),
            0,
            16,
            1,
            whole=True,
        ),
        Parameter(
            "weight",
            Text("Weight"),
            NO_UNIT,
            100,
            Text(
                "Its share of the traffic beside other servers', for balancers that are weighted "
                "or compare connections."
            ),
            1,
            1000,
            10,
            whole=True,
        ),
        *routing(),
        writing(),
        *pool(),
        Parameter(
            "workers",
            Text("Workers"),
            REQUESTS,
            0,
            Text(
                "Requests in hand at most, waiting for a database included; one more is turned "
                "away. 0 sets no limit."
            ),
            0,
            1_000_000,
            10,
            whole=True,
            group="overload",
        ),
        Parameter(
            "data_timeout_s",
            Text("Database timeout"),
            SECONDS,
            0.0,
            Text("How long it waits for a database before the request fails; 0 sets no limit."),
            0.0,
            600.0,
            0.5,
            group="overload",
        ),
        Parameter(
            "breaker_failures",
            Text("Circuit breaker"),
            TIMES,
            0,
            Text(
                "Failed calls in a row to one database before it is not asked for a while; 0 is "
                "off. Afterwards single calls try whether it is back."
            ),
            0,
            1000,
            1,
            whole=True,
            group="overload",
        ),
        Parameter(
            "breaker_open_s",
            Text("Open for"),
            SECONDS,
            5.0,
            Text("How long an open circuit lets nothing through (Hystrix's default)."),
            0.1,
            3600.0,
            1.0,
            group="overload",
        ),
        *page_parameters(),
        *variation(),
        *waiting_rules(),
        *checks(1.0, 2, 1, Text("each database")),
        *SCALING,
        *memory(),
        *restarts(),
    ),
    presets=(Preset("web_server", Text("Web server"), "web", {}),),
    first=(
        "exposure",
        "service_ms",
        "size",
        "cores",
        "instances",
        "read_routing",
        "machine",
    ),
    needs=(
        ("group.data", Need.DATA),
        ("group.checks", Need.DATA),
        ("group.page", Need.DATA),
        ("data_timeout_s", Need.DATA),
        ("breaker_failures", Need.DATA),
        ("breaker_open_s", Need.DATA),
    ),
    port=Port((Role.CACHES, Role.KEEPS), 0.25),
    work=("service_ms", "service_ms"),
    timeouts=("data_timeout_s",),
    figures=(*LOAD, FAILED, *POOL_FIGURES, DOWN_SINCE),
    lay_out=lay_out,
    frame_figures=frame_figures,
    summary_figures=summary_figures,
)
