"""A rate limiter: lets so many requests a second through, and refuses or delays the others.

Defaults are Envoy's and nginx' manners: refuse at once, unless told to wait.
"""

from dataclasses import replace

from app.kinds.rate_limiter.layout import frame_figures, lay_out, summary_figures
from app.kinds.rate_limiter.theory import admit
from app.kinds.shared_figures import DOWN_SINCE, FAILED
from app.kinds.shared_parameters import exposure, nat, queue_limit
from app.schema import (
    MILLISECONDS,
    NO_UNIT,
    PER_SECOND,
    PERCENT,
    REQUESTS,
    SECONDS,
    Choice,
    Figure,
    Kind,
    Parameter,
    Port,
    Preset,
    Role,
)
from app.texts.text import Text

_QUEUES = (("when_empty", ("queue",)),)

KIND = Kind(
    name="rate_limiter",
    label=Text("Rate limiter"),
    help=Text("Lets so many requests a second through; the others are refused, or wait."),
    category="traffic",
    role=Role.FORWARDS,
    prefix="limiter",
    subnet=0,
    parameters=(
        exposure("public"),
        nat(("exposure", ("private",))),
        Parameter(
            "rate",
            Text("Rate"),
            PER_SECOND,
            100.0,
            Text("Tokens that come each second; a request takes one to pass."),
            0.1,
            1_000_000.0,
            10.0,
        ),
        Parameter(
            "burst",
            Text("Burst"),
            REQUESTS,
            20,
            Text("Tokens that the bucket holds: as many requests pass at once after a quiet time."),
            1,
            100_000,
            1,
            whole=True,
        ),
        Parameter(
            "when_empty",
            Text("Without a token"),
            NO_UNIT,
            "reject",
            Text("A request that finds no token is refused (429), or waits for the next one."),
            choices=(
                Choice("reject", Text("Refuse")),
                Choice("queue", Text("Wait")),
            ),
        ),
        replace(queue_limit(100), when=_QUEUES),
        Parameter(
            "wait_max_s",
            Text("Longest wait"),
            SECONDS,
            1.0,
            Text("Who would have to wait longer is refused on arrival; 0 sets no limit."),
            0.0,
            3600.0,
            0.1,
            when=_QUEUES,
        ),
    ),
    presets=(Preset("rate_limiter", Text("Rate limiter"), "limiter", {}),),
    port=Port((Role.FORWARDS, Role.WORKS), 0.25),
    faults=("crash", "silence"),
    price_usd=6.0,
    relays=True,
    first=("rate", "burst", "when_empty", "queue_limit", "wait_max_s", "exposure"),
    detail=Text("{rate}/s, burst {burst}"),
    figures=(
        Figure("util", Text("Tokens taken"), PERCENT),
        Figure("queue", Text("Queue"), NO_UNIT),
        Figure("p95", Text("p95 here"), MILLISECONDS),
        Figure("rps", Text("Passed"), PER_SECOND),
        Figure("limited", Text("Refused", context="requests"), PER_SECOND, form="rate"),
        FAILED,
        DOWN_SINCE,
    ),
    admit=admit,
    lay_out=lay_out,
    frame_figures=frame_figures,
    summary_figures=summary_figures,
)
