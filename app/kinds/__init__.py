"""The registry of node kinds. Append only: a kind's position is its code in the engine."""

from app.kinds.cache.spec import KIND as CACHE
from app.kinds.client.spec import KIND as CLIENT
from app.kinds.database.spec import KIND as DATABASE
from app.kinds.dns.spec import KIND as DNS
from app.kinds.load_balancer.spec import KIND as LOAD_BALANCER
from app.kinds.store.spec import KIND as STORE
from app.kinds.web_server.spec import KIND as WEB_SERVER
from app.schema import Kind

KINDS: tuple[Kind, ...] = (CLIENT, DNS, LOAD_BALANCER, WEB_SERVER, DATABASE, CACHE, STORE)

BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
