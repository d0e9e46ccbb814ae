"""The model's scope: what of users is modelled, as what, and what is not."""

from __future__ import annotations

from typing import Final

from app.kinds.scope import ScopeRow
from app.texts.text import Text

SCOPE: Final = (
    ScopeRow(
        Text("Arrivals"),
        Text(
            "Poisson at a rate that is constant, ramps, steps, spikes, swings over a day or "
            "follows a table; a closed loop with think time; a recorded trace."
        ),
        Text("Correlated bursts. A trace holds as many rows as the field takes."),
        "Kleinrock, Queueing Systems I (1975)",
        (
            "users",
            "requests_per_user",
            "arrivals",
            "think_s",
            "shape",
            "shape_factor",
            "shape_start_s",
            "shape_length_s",
            "rates",
            "trace",
            "write_share",
        ),
    ),
    ScopeRow(
        Text("Pages and their parts"),
        Text(
            "After the first answer a browser asks for the parts over six connections to one "
            "address."
        ),
        Text(
            "HTTP/2 multiplexing. The parts are dealt out to the connections beforehand; users of "
            "a closed loop and of a trace ask for none."
        ),
        "RFC 9112, section 9.4; browsers' limit of 6",
        ("subrequests",),
    ),
    ScopeRow(
        Text("Users who read back what they wrote"),
        Text(
            "A share of writes is followed by a read of the same key by the same user; older "
            "answers are counted as stale."
        ),
        None,
        "Terry et al., Session guarantees (1994)",
        ("read_back_percent", "read_back_s"),
    ),
    ScopeRow(
        Text("Patience and retries"),
        Text(
            "A user gives up after a fixed patience; the work goes on unless it is cancelled. "
            "Retries at once, after a fixed wait or backing off, with or without jitter, within a "
            "budget of tokens."
        ),
        Text("A retry draws its work anew."),
        "AWS Builders' Library, Timeouts, retries and backoff with jitter; gRPC retry throttling",
        ("patience_s", "retry", "retries", "backoff_ms", "backoff_max_s", "retry_budget"),
    ),
    ScopeRow(
        Text("DNS caches of users"),
        Text(
            "Answers are kept until their TTL, or as long as resolvers that set bounds or ignore "
            "it do; each cache belongs to many users."
        ),
        Text("Lookups under way for one name are not merged."),
        "RFC 1035, RFC 2308",
        (
            "resolver",
            "dns_caches",
            "ttl_min_s",
            "ttl_max_s",
            "ttl_ignored_percent",
            "ttl_ignored_s",
            "try_next_address",
        ),
    ),
    ScopeRow(
        Text("New connections"),
        Text(
            "A share of requests opens a connection: one round trip for TCP, one more for TLS 1.3; "
            "refusals, connect timeouts, the next address of the record."
        ),
        Text("Idle connections that are closed: the share stands for them."),
        "RFC 9293, RFC 8446, RFC 8305",
        ("connection_reuse_percent", "tls", "connect_timeout_s", "nat"),
    ),
)
