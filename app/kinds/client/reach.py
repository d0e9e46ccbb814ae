"""Parameters of how users find a server by its name, and connect to it."""

from app.schema import CACHES, NO_UNIT, PERCENT, REQUESTS, SECONDS, Choice, Parameter, Text

DAY_S = 86_400.0
_OWN = (("resolver", ("own",)),)
_OFF = Choice("off", Text("Off", "끔"))
_ON = Choice("on", Text("On", "켬"))


def resolving() -> tuple[Parameter, ...]:
    """Who keeps answers of the name server, for how long, and what a refusal makes of them."""
    return (
        Parameter(
            "resolver",
            Text("Resolver", "리졸버"),
            NO_UNIT,
            "own",
            Text(
                "Own caches expire one by one, and each stays with one address. A shared resolver "
                "has one record for everybody: all switch together.",
                "각자의 캐시는 따로 만료되고 저마다 한 주소에 머뭅니다. 공유 리졸버는 모두에게 "
                "같은 레코드를 주므로 모두 함께 바뀝니다.",
            ),
            choices=(
                Choice("own", Text("Own caches", "각자의 캐시")),
                Choice("shared", Text("Shared", "공유")),
            ),
            group="names",
        ),
        Parameter(
            "dns_caches",
            Text("DNS caches", "DNS 캐시"),
            CACHES,
            500,
            Text(
                "How many browsers and resolvers the users share. Each keeps an answer "
                "for its TTL.",
                "사용자들이 나눠 쓰는 브라우저와 리졸버의 수입니다. 각각 TTL 동안 답을 보관합니다.",
            ),
            1,
            65_536,
            10,
            whole=True,
            group="names",
            when=_OWN,
        ),
        *_lifetimes(),
        Parameter(
            "try_next_address",
            Text("Try the next address", "다음 주소 시도"),
            NO_UNIT,
            "off",
            Text(
                "When a connection is refused or times out, the same request goes to the next "
                "address of the answer.",
                "연결이 거절되거나 시간이 초과되면, 같은 요청이 응답에 있는 다음 주소로 갑니다.",
            ),
            choices=(_OFF, _ON),
            group="names",
        ),
    )


def _lifetimes() -> tuple[Parameter, ...]:
    """How long answers are kept. 1 % that ignores the TTL for 30 minutes is what to expect of the
    internet (domain.md A2), as are 86,400 s as the most that Windows keeps an answer.
    """
    return (
        Parameter(
            "ttl_min_s",
            Text("Shortest TTL", "최소 TTL"),
            SECONDS,
            0.0,
            Text(
                "Answers are kept for at least this long, whatever the name server says.",
                "네임 서버가 무엇이라 하든 답을 적어도 이만큼 보관합니다.",
            ),
            0.0,
            DAY_S,
            10.0,
            group="names",
        ),
        Parameter(
            "ttl_max_s",
            Text("Longest TTL", "최대 TTL"),
            SECONDS,
            DAY_S,
            Text(
                "Answers are kept for at most this long; browsers take about 60 s.",
                "답을 길어야 이만큼 보관합니다. 브라우저는 60초쯤입니다.",
            ),
            0.0,
            DAY_S,
            10.0,
            group="names",
        ),
        Parameter(
            "ttl_ignored_percent",
            Text("Caches that ignore the TTL", "TTL을 무시하는 캐시"),
            PERCENT,
            0.0,
            Text(
                "Share of caches that keep answers for a time of their own.",
                "답을 제멋대로 정한 시간 동안 보관하는 캐시의 비율입니다.",
            ),
            0.0,
            100.0,
            1.0,
            group="names",
            when=_OWN,
        ),
        Parameter(
            "ttl_ignored_s",
            Text("They keep answers for", "그 캐시의 보관 시간"),
            SECONDS,
            1800.0,
            Text(
                "How long caches that ignore the TTL keep an answer.",
                "TTL을 무시하는 캐시가 답을 보관하는 시간입니다.",
            ),
            0.0,
            DAY_S,
            60.0,
            group="names",
            when=_OWN,
        ),
    )


def subrequests() -> Parameter:
    """What a page asks for besides itself; an API call asks for nothing."""
    return Parameter(
        "subrequests",
        Text("Requests per page, besides", "페이지의 추가 요청"),
        REQUESTS,
        0,
        Text(
            "Reads that follow each page's answer, over at most six connections that each fetch "
            "their share one after the other. 0: a single call.",
            "페이지의 응답 뒤에 이어지는 읽기입니다. 최대 여섯 연결이 몫을 나눠 하나씩 가져옵니다. "
            "0이면 호출 하나뿐입니다.",
        ),
        0,
        200,
        1,
        whole=True,
        group="load",
        when=(("arrivals", ("open", "table")),),
    )


def connecting() -> tuple[Parameter, ...]:
    """What it takes before a request sets out. Linux gives a connection up after 127 s, when six
    repeated SYNs have brought no answer (domain.md A5).
    """
    return (
        Parameter(
            "connection_reuse_percent",
            Text("Connections reused", "연결 재사용"),
            PERCENT,
            100.0,
            Text(
                "Share of requests that find an open connection; the others open one first.",
                "열려 있는 연결을 쓰는 요청의 비율입니다. 나머지는 먼저 연결을 엽니다.",
            ),
            0.0,
            100.0,
            5.0,
            group="connections",
        ),
        Parameter(
            "tls",
            Text("TLS", "TLS"),
            NO_UNIT,
            "on",
            Text(
                "A new connection takes one round trip for TCP, and another one for TLS.",
                "새 연결에는 TCP로 왕복 한 번, TLS로 왕복 한 번이 더 걸립니다.",
            ),
            choices=(_OFF, _ON),
            group="connections",
        ),
        Parameter(
            "connect_timeout_s",
            Text("Connect timeout", "연결 제한 시간"),
            SECONDS,
            127.0,
            Text(
                "How long a new connection is waited for when nothing answers at the address.",
                "주소에서 아무 답이 없을 때 새 연결을 기다리는 시간입니다.",
            ),
            0.01,
            600.0,
            1.0,
            group="connections",
        ),
    )
