"""The model's scope: what of name servers is modelled, as what, and what is not."""

from __future__ import annotations

from typing import Final

from app.kinds.scope import ScopeRow
from app.texts.text import Text

SCOPE: Final = (
    ScopeRow(
        Text("Answers"),
        Text(
            "All addresses of the linked entry points with one TTL, in a fixed, rotating or "
            "shuffled order; a lookup is work on the name server's cores."
        ),
        Text("Delegation, zones, negative answers, records by region or weight."),
        "RFC 1034, RFC 1035",
        (
            "ttl_s",
            "lookup_ms",
            "cores",
            "queue_limit",
            "answer_order",
            "distribution",
            "scv",
            "discipline",
        ),
    ),
    ScopeRow(
        Text("Failover by health checks"),
        Text(
            "An address leaves the record after a number of failed checks and is back after passed "
            "ones; users follow as their answers run out."
        ),
        Text(
            "Checks from several places: an address is checked over the way of the first of its "
            "users that goes there."
        ),
        "Amazon Route 53, health checks",
        (
            "health_checks",
            "check_interval_s",
            "check_fall",
            "check_rise",
            "check_timeout_s",
            "check_fast_interval_s",
        ),
    ),
    ScopeRow(
        Text("Restart and resize"),
        Text("A node that comes back needs its boot time; a resize is live or a restart."),
        None,
        "",
        ("boot_s", "resize_restarts"),
    ),
)
