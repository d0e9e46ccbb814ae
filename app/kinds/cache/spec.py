"""A cache: keeps what web servers have read, for a while, so that databases are asked less."""

from app.kinds.parts import cores, queue_limit, restarts, variation, work_ms
from app.schema import (
    MILLISECONDS,
    NO_UNIT,
    SECONDS,
    Choice,
    Kind,
    Parameter,
    Port,
    Preset,
    Text,
    Unit,
)

_KEYS = Unit(Text("keys", "개"))

KIND = Kind(
    name="cache",
    label=Text("Cache", "캐시"),
    help=Text(
        "Web servers linked to it look here before they read from a database, and fill it with "
        "what they find there (cache-aside).",
        "연결된 웹 서버는 데이터베이스를 읽기 전에 여기를 먼저 보고, 없으면 읽어 온 값을 "
        "채워 넣습니다 (cache-aside).",
    ),
    category="data",
    prefix="cache",
    subnet=2,
    parameters=(
        Parameter(
            "keys",
            Text("Keys", "키 수"),
            _KEYS,
            10_000,
            Text(
                "How many different things requests are about.",
                "요청이 다루는 서로 다른 대상의 수입니다.",
            ),
            1,
            100_000,
            100,
            whole=True,
        ),
        Parameter(
            "zipf",
            Text("Skew (Zipf)", "쏠림 (지프)"),
            NO_UNIT,
            1.0,
            Text(
                "The k-th most popular key is asked for in proportion to 1 / k to this power; 0: "
                "all alike. At 1, one key in a hundred gets half of the requests.",
                "k번째로 인기 있는 키는 1 / k의 이 거듭제곱에 비례해 요청됩니다. 0이면 모두 같고, "
                "1이면 키의 1%가 요청의 절반을 받습니다.",
            ),
            0.0,
            3.0,
            0.1,
        ),
        Parameter(
            "ttl_s",
            Text("TTL", "TTL"),
            SECONDS,
            60.0,
            Text(
                "How long it keeps a value before it has to be read again; 0: until it is "
                "written or pushed out.",
                "값을 다시 읽기 전까지 보관하는 시간입니다. 0이면 쓰기나 밀려남으로 없어질 때까지 "
                "보관합니다.",
            ),
            0.0,
            86_400.0,
            10.0,
        ),
        Parameter(
            "capacity",
            Text("Capacity", "용량"),
            _KEYS,
            100_000,
            Text(
                "Values it has room for; beyond that, what has not been asked for for longest "
                "goes (LRU).",
                "담을 수 있는 값의 수입니다. 넘으면 가장 오래 쓰이지 않은 것부터 버립니다 (LRU).",
            ),
            1,
            100_000,
            100,
            whole=True,
        ),
        Parameter(
            "single_flight",
            Text("Single flight", "단일 요청"),
            NO_UNIT,
            "off",
            Text(
                "Off: everybody who misses a key reads it. On: the first one does, and the others "
                "wait here for what it brings.",
                "끄면 없는 키를 찾은 모두가 데이터베이스를 읽습니다. 켜면 첫 요청만 읽고 나머지는 "
                "그 결과를 기다립니다.",
            ),
            choices=(Choice("off", Text("Off", "끔")), Choice("on", Text("On", "켬"))),
        ),
        Parameter(
            "lease_s",
            Text("Lease", "대기 한도"),
            SECONDS,
            5.0,
            Text(
                "If nothing has come for so long, the next one that misses reads for itself "
                "(nginx's proxy_cache_lock_timeout).",
                "이만큼 결과가 오지 않으면 다음에 찾는 요청이 직접 읽습니다 "
                "(nginx의 proxy_cache_lock_timeout).",
            ),
            0.001,
            3600.0,
            1.0,
            when=(("single_flight", ("on",)),),
        ),
        Parameter(
            "timeout_ms",
            Text("Timeout", "시간 제한"),
            MILLISECONDS,
            100.0,
            Text(
                "A web server that has waited for its answer for so long goes on without. 0: it "
                "waits as long as its user does.",
                "웹 서버는 이만큼 기다려도 답이 없으면 캐시 없이 진행합니다. 0이면 사용자가 "
                "기다리는 만큼 기다립니다.",
            ),
            0.0,
            60_000.0,
            10.0,
        ),
        work_ms(
            "get_ms",
            Text("Time per key", "키당 처리 시간"),
            0.2,
            Text(
                "Mean work to look a key up, to store it or to drop it.",
                "키 하나를 찾거나 저장하거나 지우는 평균 처리 시간입니다.",
            ),
        ),
        cores(1, Text("Keys looked up at the same time.", "동시에 찾는 키의 수입니다.")),
        queue_limit(10_000),
        *variation(),
        *restarts(),
    ),
    presets=(Preset("cache", Text("Cache", "캐시"), "cache", {}),),
    port=Port((), 0.25),
    faults=("crash", "silence", "slow", "flush"),
)
