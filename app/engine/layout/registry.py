"""The registry of layouts: who fills a table when the drawing changes, and in what order.

What fits in a node's row a kind fills by itself (`Kind.lay_out`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.engine.layout.data.caches import lay_out_caches
from app.engine.layout.data.database_calls import lay_out_database_calls
from app.engine.layout.data.replication_groups import lay_out_replication_groups
from app.engine.layout.data.stores import lay_out_stores
from app.engine.layout.dns import lay_out_dns_caches
from app.engine.layout.health_checks import lay_out_health_checks
from app.engine.layout.load_balancers import lay_out_balancer_checks
from app.engine.layout.relays import lay_out_relays, tell_relays
from app.engine.layout.retries import lay_out_balancers
from app.engine.numbering import Numbering
from app.kernel.state.world import World
from app.topology.model import Topology

LayOut = Callable[[World, Numbering, Topology], None]

BEFORE_EDGES: Final[tuple[LayOut, ...]] = (
    lay_out_balancers,
    lay_out_relays,
    lay_out_replication_groups,
    lay_out_caches,
    lay_out_stores,
)
"""Tables that edges refer to."""
AFTER_EDGES: Final[tuple[LayOut, ...]] = (
    lay_out_health_checks,
    lay_out_balancer_checks,
    lay_out_dns_caches,
    lay_out_database_calls,
    tell_relays,
)
"""Tables that refer to edges."""
