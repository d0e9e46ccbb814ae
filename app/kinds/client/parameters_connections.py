"""Parameters of how users find a server by its name, and connect to it."""

from app.schema import CACHES, NO_UNIT, PERCENT, REQUESTS, SECONDS, Choice, Parameter
from app.texts.text import Text

DAY_S = 86_400.0
_OWN = (("resolver", ("own",)),)
_OFF = Choice("off", Text("Off"))
_ON = Choice("on", Text("On"))


def resolving() -> tuple[Parameter, ...]:
    """Return the parameters of the cache of DNS answers, and of a refusal's effect on it."""
    return (
        Parameter(
            "resolver",
            Text("Resolver"),
            NO_UNIT,
            "own",
            Text(
                "Own caches expire one by one, and each stays with one address. A shared resolver "
                "has one record for everybody: all switch together."
            ),
            choices=(
                Choice("own", Text("Own caches")),
                Choice("shared", Text("Shared")),
            ),
            group="names",
        ),
        Parameter(
            "dns_caches",
            Text("DNS caches"),
            CACHES,
            500,
            Text(
                "How many browsers and resolvers the users share. Each keeps an answer for its TTL."
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
            Text("Try the next address"),
            NO_UNIT,
            "off",
            Text(
                "When a connection is refused or times out, the same request goes to the next "
                "address of the answer."
            ),
            choices=(_OFF, _ON),
            group="names",
        ),
    )


def _lifetimes() -> tuple[Parameter, ...]:
    """Return the parameters of a DNS answer's time to live.

    1 % that ignores the TTL for 30 minutes is what to expect of the internet (domain.md A2), as are
    86,400 s as the most that Windows keeps an answer.
    """
    return (
        Parameter(
            "ttl_min_s",
            Text("Shortest TTL"),
            SECONDS,
            0.0,
            Text("Answers are kept for at least this long, whatever the name server says."),
            0.0,
            DAY_S,
            10.0,
            group="names",
        ),
        Parameter(
            "ttl_max_s",
            Text("Longest TTL"),
            SECONDS,
            DAY_S,
            Text("Answers are kept for at most this long; browsers take about 60 s."),
            0.0,
            DAY_S,
            10.0,
            group="names",
        ),
        Parameter(
            "ttl_ignored_percent",
            Text("Caches that ignore the TTL"),
            PERCENT,
            0.0,
            Text("Share of caches that keep answers for a time of their own."),
            0.0,
            100.0,
            1.0,
            group="names",
            when=_OWN,
        ),
        Parameter(
            "ttl_ignored_s",
            Text("They keep answers for"),
            SECONDS,
            1800.0,
            Text("How long caches that ignore the TTL keep an answer."),
            0.0,
            DAY_S,
            60.0,
            group="names",
            when=_OWN,
        ),
    )


def subrequests() -> Parameter:
    """Return the parameter of a page's further requests; an API call has none."""
    return Parameter(
        "subrequests",
        Text("Requests per page, besides"),
        REQUESTS,
        0,
        Text(
            "Reads that follow each page's answer, over at most six connections that each fetch "
            "their share one after the other. 0: a single call."
        ),
        0,
        200,
        1,
        whole=True,
        group="load",
        when=(("arrivals", ("open", "table")),),
    )


def connecting() -> tuple[Parameter, ...]:
    """Return the parameters of opening a connection.

    Linux gives a connection up after 127 s, when six repeated SYNs have brought no answer
    (domain.md A5).
    """
    return (
        Parameter(
            "connection_reuse_percent",
            Text("Connections reused"),
            PERCENT,
            100.0,
            Text("Share of requests that find an open connection; the others open one first."),
            0.0,
            100.0,
            5.0,
            group="connections",
        ),
        Parameter(
            "tls",
            Text("TLS"),
            NO_UNIT,
            "on",
            Text("A new connection takes one round trip for TCP, and another one for TLS."),
            choices=(_OFF, _ON),
            group="connections",
        ),
        Parameter(
            "connect_timeout_s",
            Text("Connect timeout"),
            SECONDS,
            127.0,
            Text("How long a new connection is waited for when nothing answers at the address."),
            0.01,
            600.0,
            1.0,
            group="connections",
        ),
    )
