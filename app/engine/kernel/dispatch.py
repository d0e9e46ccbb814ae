"""Which behaviour a kind has: two lines per kind, here and nowhere else."""

from typing import Any

from app.engine.kernel.jit import hot
from app.kinds.cache import behaviour as cache
from app.kinds.client import behaviour as client
from app.kinds.client import names
from app.kinds.database import behaviour as database
from app.kinds.dns import behaviour as dns
from app.kinds.load_balancer import behaviour as load_balancer
from app.kinds.store import behaviour as store
from app.kinds.web_server import behaviour as web_server

CLIENT, DNS, LOAD_BALANCER, WEB_SERVER, DATABASE, CACHE, STORE = range(7)

_fire = client.fire
_client_arrive = names.arrive
_dns_arrive, _dns_finish = dns.arrive, dns.finish
_balancer_arrive, _balancer_finish = load_balancer.arrive, load_balancer.finish
_web_arrive, _web_finish = web_server.arrive, web_server.finish
_database_arrive, _database_finish = database.arrive, database.finish
_cache_arrive, _cache_finish = cache.arrive, cache.finish
_store_arrive, _store_finish = store.arrive, store.finish


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """Slot `s` reaches node `n`."""
    kind = w.nodes[n].kind
    if kind == WEB_SERVER:
        _web_arrive(w, n, s, t)
    elif kind == DATABASE:
        _database_arrive(w, n, s, t)
    elif kind == LOAD_BALANCER:
        _balancer_arrive(w, n, s, t)
    elif kind == DNS:
        _dns_arrive(w, n, s, t)
    elif kind == CACHE:
        _cache_arrive(w, n, s, t)
    elif kind == STORE:
        _store_arrive(w, n, s, t)
    else:
        _client_arrive(w, s, t)


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """A core of node `n` has finished the work of slot `s`."""
    kind = w.nodes[n].kind
    if kind == WEB_SERVER:
        _web_finish(w, n, s, t)
    elif kind == DATABASE:
        _database_finish(w, n, s, t)
    elif kind == LOAD_BALANCER:
        _balancer_finish(w, n, s, t)
    elif kind == CACHE:
        _cache_finish(w, n, s, t)
    elif kind == STORE:
        _store_finish(w, n, s, t)
    else:
        _dns_finish(w, n, s, t)
