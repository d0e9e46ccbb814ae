"""A cache: keeps what web servers have read, for a while, so that databases are asked less."""

from app.kinds.shared_figures import CACHED, DOWN_SINCE, FAILED, LOAD
from app.kinds.shared_parameters import cores, queue_limit, restarts, variation, work_ms
from app.schema import (
    MILLISECONDS,
    NO_UNIT,
    PERCENT,
    SECONDS,
    Choice,
    Figure,
    Kind,
    Parameter,
    Port,
    Preset,
    Role,
    Unit,
)
from app.texts.text import Text

_KEYS = Unit(Text("keys"))

KIND = Kind(
    name="cache",
    label=Text("Cache"),
    help=Text(
        "Web servers linked to it look here before they read from a database, and fill it with "
        "what they find there (cache-aside)."
    ),
    category="data",
    role=Role.CACHES,
    prefix="cache",
    subnet=2,
    parameters=(
        Parameter(
            "keys",
            Text("Keys"),
            _KEYS,
            10_000,
            Text("How many different things requests are about."),
            1,
            100_000,
            100,
            whole=True,
        ),
        Parameter(
            "zipf",
            Text("Skew (Zipf)"),
            NO_UNIT,
            1.0,
            Text(
                "The k-th most popular key is asked for in proportion to 1 / k to this power; 0: "
                "all alike. At 1, one key in a hundred gets half of the requests."
            ),
            0.0,
            3.0,
            0.1,
        ),
        Parameter(
            "ttl_s",
            Text("TTL"),
            SECONDS,
            60.0,
            Text(
                "How long it keeps a value before it has to be read again; 0: until it is written "
                "or pushed out."
            ),
            0.0,
            86_400.0,
            10.0,
        ),
        Parameter(
            "capacity",
            Text("Capacity"),
            _KEYS,
            100_000,
            Text(
                "Values it has room for; beyond that, what has not been asked for for longest goes "
                "(LRU)."
            ),
            1,
            100_000,
            100,
            whole=True,
        ),
        Parameter(
            "single_flight",
            Text("Single flight"),
            NO_UNIT,
            "off",
            Text(
                "Off: everybody who misses a key reads it. On: the first one does, and the others "
                "wait here for what it brings."
            ),
            choices=(Choice("off", Text("Off")), Choice("on", Text("On"))),
        ),
        Parameter(
            "lease_s",
            Text("Lease", context="cache"),
            SECONDS,
            5.0,
            Text(
                "If nothing has come for so long, the next one that misses reads for itself "
                "(nginx's proxy_cache_lock_timeout)."
            ),
            0.001,
            3600.0,
            1.0,
            when=(("single_flight", ("on",)),),
        ),
        Parameter(
            "timeout_ms",
            Text("Timeout"),
            MILLISECONDS,
            100.0,
            Text(
                "A web server that has waited for its answer for so long goes on without. 0: it "
                "waits as long as its user does."
            ),
            0.0,
            60_000.0,
            10.0,
        ),
        work_ms(
            "get_ms",
            Text("Time per key"),
            0.2,
            Text("Mean work to look a key up, to store it or to drop it."),
        ),
        cores(1, Text("Keys looked up at the same time.")),
        queue_limit(10_000),
        *variation(),
        *restarts(),
    ),
    presets=(Preset("cache", Text("Cache"), "cache", {}),),
    first=(
        "keys",
        "zipf",
        "ttl_s",
        "capacity",
        "single_flight",
        "cores",
        "machine",
    ),
    port=Port((), 0.25),
    work=("get_ms", "get_ms"),
    price_usd=110.0,
    checked=False,
    faults=("crash", "silence", "slow", "flush"),
    figures=(
        *LOAD,
        CACHED,
        FAILED,
        Figure("stale", Text("Stale hits"), PERCENT, when="missed"),
        DOWN_SINCE,
    ),
)
