"""The model's scope: what of caches is modelled, as what, and what is not."""

from __future__ import annotations

from typing import Final

from app.kinds.scope import ScopeRow
from app.texts.text import Text

SCOPE: Final = (
    ScopeRow(
        Text("Cache-aside"),
        Text(
            "Keys by Zipf's law, TTL, least recently used, leases or single flight against "
            "stampedes, invalidation by writes, flush; a cache that is down or slow is done "
            "without."
        ),
        Text(
            "A key is the whole page, drawn apart from that of a sharded store. Invalidations can "
            "arrive late even without loss; single flight is per cache node."
        ),
        "Nishtala et al., Scaling Memcache at Facebook (2013); Che et al. (2002)",
        ("keys", "zipf", "ttl_s", "capacity", "single_flight", "lease_s", "timeout_ms"),
    ),
    ScopeRow(
        Text("Service"),
        Text("Look-ups are work on the cache's cores, with a bounded queue."),
        Text("Bytes per entry."),
        "",
        ("get_ms", "cores", "queue_limit", "distribution", "scv", "discipline"),
    ),
    ScopeRow(
        Text("Restart and resize"),
        Text(
            "A node that comes back needs its boot time, and is empty; a resize is live or a "
            "restart."
        ),
        None,
        "",
        ("boot_s", "resize_restarts"),
    ),
)
