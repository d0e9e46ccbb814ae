"""A load balancer: one public address in front of many servers.

Check defaults are HAProxy's (configuration manual: ``inter`` 2 s, ``fall`` 3, ``rise`` 2).
"""

from app.kinds.load_balancer import parameters_attempts as attempts
from app.kinds.load_balancer import parameters_servers as servers
from app.kinds.load_balancer.layout import lay_out, summary_figures
from app.kinds.load_balancer.presets import PRESETS
from app.kinds.shared_figures import DOWN_SINCE, FAILED, LOAD
from app.kinds.shared_parameters import (
    cancels,
    checks,
    cores,
    exposure,
    nat,
    queue_limit,
    restarts,
    variation,
    virtual_ip,
    work_ms,
)
from app.schema import NO_UNIT, REQUESTS, SECONDS, Choice, Kind, Need, Parameter, Port, Role
from app.texts.text import Text

KIND = Kind(
    name="load_balancer",
    label=Text("Load balancer"),
    help=Text("Spreads requests over the servers that pass its health checks."),
    category="traffic",
    role=Role.FORWARDS,
    prefix="lb",
    subnet=0,
    parameters=(
        exposure("public"),
        nat(("exposure", ("private",))),
        Parameter(
            "algorithm",
            Text("Algorithm"),
            NO_UNIT,
            "round_robin",
            Text(
                "How a server is chosen among those believed up. Connections are the balancer's "
                "own requests that are not answered yet, counted against a server's weight. A hash "
                "keeps a user at one server; when one is added, nearly all users move, or, if it "
                "is consistent, only the new one's share. Two random choices (Envoy) are of two "
                "servers; two random draws (HAProxy's random) may be the same one twice."
            ),
            choices=(
                Choice("round_robin", Text("Round robin")),
                Choice("random", Text("Random")),
                Choice("least_connections", Text("Least connections")),
                Choice("two_choices", Text("Two random choices")),
                Choice("weighted", Text("Weighted round robin")),
                Choice("source_hash", Text("Source address hash")),
                Choice("consistent_hash", Text("Consistent hash")),
                Choice("random_two", Text("Two random draws")),
            ),
        ),
        work_ms(
            "forward_ms",
            Text("Forwarding time"),
            0.1,
            Text("Mean work per request."),
        ),
        cores(2, Text("Requests forwarded at the same time.")),
        queue_limit(10_000),
        *attempts.retries(),
        Parameter(
            "connect_timeout_s",
            Text("Connect timeout"),
            SECONDS,
            0.0,
            Text("How long a server may take to accept a connection; 0 sets no limit."),
            0.0,
            3600.0,
            0.5,
            group="attempts",
        ),
        Parameter(
            "response_timeout_s",
            Text("Response timeout"),
            SECONDS,
            0.0,
            Text(
                "How long a server may take to answer; 0 sets no limit. It goes on with its work."
            ),
            0.0,
            3600.0,
            0.5,
            group="attempts",
        ),
        Parameter(
            "max_connections",
            Text("Connections per server"),
            REQUESTS,
            0,
            Text(
                "Requests at one server at most; the others wait in the balancer, in order. 0: "
                "they queue in the servers."
            ),
            0,
            1_000_000,
            10,
            whole=True,
            group="attempts",
        ),
        Parameter(
            "queue_max",
            Text("Balancer queue"),
            REQUESTS,
            0,
            Text("Requests that may wait here for a connection; 0 sets no limit."),
            0,
            1_000_000,
            10,
            whole=True,
            group="attempts",
        ),
        Parameter(
            "queue_timeout_s",
            Text("Queue timeout"),
            SECONDS,
            0.0,
            Text("How long a request may wait here for a connection; 0 sets no limit."),
            0.0,
            3600.0,
            0.5,
            group="attempts",
        ),
        cancels(),
        *variation(),
        *virtual_ip(),
        servers.depth(),
        *checks(2.0, 3, 2, Text("each server"), servers.CHECKED),
        *servers.passive(),
        *servers.coming_and_going(),
        *restarts(),
    ),
    presets=PRESETS,
    first=(
        "exposure",
        "algorithm",
        "sticky",
        "check_interval_s",
        "check_fall",
        "cores",
        "virtual_ip",
    ),
    needs=(
        ("group.attempts", Need.TARGETS),
        ("group.checks", Need.TARGETS),
        ("group.passive", Need.TARGETS),
        ("group.servers", Need.TARGETS),
    ),
    port=Port((Role.FORWARDS, Role.WORKS), 0.25),
    work=("forward_ms", "forward_ms"),
    timeouts=("connect_timeout_s", "response_timeout_s", "queue_timeout_s"),
    groups=("virtual_ip",),
    price_usd=25.0,
    figures=(*LOAD, FAILED, DOWN_SINCE),
    lay_out=lay_out,
    summary_figures=summary_figures,
)
