"""A name server: turns the service's name into the addresses its users may connect to."""

from dataclasses import replace

from app.kinds.dns.layout import lay_out
from app.kinds.shared_figures import DOWN_SINCE, FAILED, LOAD
from app.kinds.shared_parameters import checks, cores, queue_limit, restarts, variation, work_ms
from app.schema import NO_UNIT, SECONDS, Choice, Kind, Parameter, Port, Preset, Role
from app.texts.text import Text

_CHECKS = (("health_checks", ("on",)),)

KIND = Kind(
    name="dns",
    label=Text("DNS"),
    help=Text(
        "Answers a client's name lookup with one of the addresses that the client is linked to."
    ),
    category="traffic",
    role=Role.NAMES,
    prefix="dns",
    subnet=0,
    parameters=(
        Parameter(
            "ttl_s",
            Text("TTL"),
            SECONDS,
            60.0,
            Text("How long a client's cache may keep an answer before it asks again."),
            0.0,
            86_400.0,
            10.0,
        ),
        work_ms(
            "lookup_ms",
            Text("Lookup time"),
            1.0,
            Text("Mean work per lookup, before queueing."),
        ),
        cores(2, Text("Lookups served at the same time.")),
        queue_limit(1000),
        *variation(),
        Parameter(
            "answer_order",
            Text("Order of addresses"),
            NO_UNIT,
            "round_robin",
            Text(
                "Users connect to the first address of an answer: the same for all, each in turn, "
                "or drawn at random."
            ),
            choices=(
                Choice("fixed", Text("Fixed")),
                Choice("round_robin", Text("Round robin")),
                Choice("shuffle", Text("Shuffled")),
            ),
            group="names",
        ),
        Parameter(
            "health_checks",
            Text("Health checks"),
            NO_UNIT,
            "off",
            Text(
                "Checks every address and answers only with those believed to be up; with all of "
                "them when none is."
            ),
            choices=(Choice("off", Text("Off")), Choice("on", Text("On"))),
            group="checks",
        ),
        # Route 53: every 30 s (or 10 s), and 3 in a row either way (domain.md A2).
        *(
            replace(parameter, when=(*parameter.when, *_CHECKS))
            for parameter in checks(30.0, 3, 3, Text("an address"))
        ),
        *restarts(),
    ),
    presets=(Preset("dns", Text("DNS"), "dns", {}),),
    first=(
        "ttl_s",
        "answer_order",
        "health_checks",
        "check_interval_s",
    ),
    port=Port((), 20.0),
    work=("lookup_ms", "lookup_ms"),
    price_usd=1.0,
    public=True,
    detail=Text("TTL {ttl_s}\N{NO-BREAK SPACE}s"),
    figures=(*LOAD, FAILED, DOWN_SINCE),
    lay_out=lay_out,
)
