"""The model's scope: what of load balancers is modelled, as what, and what is not."""

from __future__ import annotations

from typing import Final

from app.kinds.scope import ScopeRow
from app.texts.text import Text

SCOPE: Final = (
    ScopeRow(
        Text("Choice of a server"),
        Text(
            "Round robin, random, least connections, two random choices with and without "
            "replacement, smooth weighted round robin, hash of the source, consistent hashing; "
            "among the servers that the balancer believes to be up. Slow start, cookies, panic "
            "below a share of usable servers."
        ),
        None,
        "HAProxy, nginx and Envoy manuals; Mitzenmacher, The power of two choices (2001)",
        ("algorithm", "slow_start_s", "sticky", "panic_percent"),
    ),
    ScopeRow(
        Text("Forwarding"),
        Text("Work on the balancer's own cores, with a bounded queue."),
        Text("TLS termination, layer 4 against layer 7, bytes."),
        "",
        (
            "forward_ms",
            "cores",
            "queue_limit",
            "distribution",
            "scv",
            "discipline",
            "cancels",
            "exposure",
            "nat",
        ),
    ),
    ScopeRow(
        Text("Attempts, limits and retries"),
        Text(
            "Connections per server with a queue in the balancer, connect and response timeouts, "
            "retries of connections, of what was not answered or of all requests, writes or "
            "not, at the same or another server."
        ),
        Text(
            "Requests wait for a connection in one queue of the balancer; HAProxy's random and "
            "hash choose first and wait at that server. Of the servers that have failed a request, "
            "only the last is avoided. A retry brings the work that it had left. A connection "
            "counts as free as soon as the server is done, not when the answer has passed."
        ),
        "HAProxy configuration manual 2.6; nginx, ngx_http_proxy_module",
        (
            "retries",
            "retry_on",
            "retry_writes",
            "redispatch",
            "retry_wait_s",
            "connect_timeout_s",
            "response_timeout_s",
            "max_connections",
            "queue_max",
            "queue_timeout_s",
        ),
    ),
    ScopeRow(
        Text("Health checks"),
        Text(
            "Connect, request and deep checks that travel the links and wait in the servers' "
            "queues; rise, fall, timeout, a faster interval while in doubt. Passive ejection of "
            "servers whose requests fail."
        ),
        Text("Checks meet cuts and extra latency, but no loss of messages."),
        "HAProxy, option httpchk; AWS ALB, target health checks; Envoy, outlier detection",
        (
            "check_type",
            "check_interval_s",
            "check_fall",
            "check_rise",
            "check_timeout_s",
            "check_fast_interval_s",
            "passive",
            "passive_failures",
            "passive_counts",
            "passive_window_s",
            "passive_ejection_s",
            "passive_ejection_max_s",
            "passive_share_max",
        ),
    ),
    ScopeRow(
        Text("Draining"),
        Text("A server that is removed finishes what it has, for as long as it may."),
        Text("It keeps to the databases as it last knew them."),
        "AWS, deregistration delay",
        ("drain_s",),
    ),
    ScopeRow(
        Text("Virtual IP"),
        Text(
            "Balancers with one address: adverts, priority, take-over after three missed adverts "
            "and the skew time."
        ),
        Text(
            "Adverts need no link and pass every cut; connections through a balancer that gives "
            "the address up are let finish."
        ),
        "RFC 3768; keepalived",
        ("vrrp_priority", "advert_interval_s"),
    ),
    ScopeRow(
        Text("Restart and resize"),
        Text("A node that comes back needs its boot time; a resize is live or a restart."),
        None,
        "",
        ("boot_s", "resize_restarts"),
    ),
)
