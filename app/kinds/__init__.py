"""The registry of node kinds. Append only: a kind's position is its code in the engine."""

from app.kinds.cache.spec import KIND as CACHE
from app.kinds.client.spec import KIND as CLIENT
from app.kinds.database.spec import KIND as DATABASE
from app.kinds.dns.spec import KIND as DNS
from app.kinds.load_balancer.spec import KIND as LOAD_BALANCER
from app.kinds.rate_limiter.spec import KIND as RATE_LIMITER
from app.kinds.store.spec import KIND as STORE
from app.kinds.web_server.spec import KIND as WEB_SERVER
from app.schema import Kind

KINDS: tuple[Kind, ...] = (
    *(CLIENT, DNS, LOAD_BALANCER, WEB_SERVER, DATABASE, CACHE, STORE),
    RATE_LIMITER,
)

BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}


def targets_of(kind: Kind) -> tuple[Kind, ...]:
    """The kinds that links may lead to from a kind."""
    return tuple(other for other in KINDS if kind.may_link_to(other))
