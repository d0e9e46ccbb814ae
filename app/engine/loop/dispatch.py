"""Dispatch of the five questions that every kind answers, to the kind of the node.

`arrive` and `finish` come with most events: the kinds with the most traffic stand first. What
people tell nodes of one kind to do, `obey` passes on.
"""

from typing import Any

from app.engine.loop.commands import Command
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.state.codes.events import EventType
from app.kinds.cache.behaviour import main as cache
from app.kinds.client.behaviour import arrivals
from app.kinds.client.behaviour import main as client
from app.kinds.database.behaviour import backups, checksums, commit, failover, resync
from app.kinds.database.behaviour import main as database
from app.kinds.dns.behaviour import main as dns
from app.kinds.load_balancer.behaviour import main as load_balancer
from app.kinds.rate_limiter.behaviour import main as rate_limiter
from app.kinds.store.behaviour import main as store
from app.kinds.web_server.behaviour import main as web_server

CLIENT, DNS, LOAD_BALANCER, WEB_SERVER, DATABASE, CACHE, STORE, RATE_LIMITER = range(8)

issue_request = client.issue_request
"""A user acts: the one thing that begins with a kind."""
_client_arrive, _client_due = client.arrive, client.due
_client_crashed, _client_healed = client.crashed, client.healed
_dns_arrive, _dns_finish, _dns_due = dns.arrive, dns.finish, dns.due
_dns_crashed, _dns_healed = dns.crashed, dns.healed
_balancer_arrive, _balancer_finish = load_balancer.arrive, load_balancer.finish
_balancer_crashed, _balancer_healed = load_balancer.crashed, load_balancer.healed
_balancer_due = load_balancer.due
_web_arrive, _web_finish, _web_due = web_server.arrive, web_server.finish, web_server.due
_web_crashed, _web_healed = web_server.crashed, web_server.healed
_database_arrive, _database_finish = database.arrive, database.finish
_database_crashed, _database_healed = database.crashed, database.healed
_database_due = database.due
_cache_arrive, _cache_finish, _cache_due = cache.arrive, cache.finish, cache.due
_cache_crashed, _cache_healed = cache.crashed, cache.healed
_store_arrive, _store_finish, _store_due = store.arrive, store.finish, store.due
_store_crashed, _store_healed = store.crashed, store.healed
_limiter_arrive, _limiter_due = rate_limiter.arrive, rate_limiter.due
_limiter_finish = rate_limiter.finish
_limiter_crashed, _limiter_healed = rate_limiter.crashed, rate_limiter.healed

_first_arrival, _shrink = arrivals.schedule_next, cache.shrink
_switch, _recheck_commits = failover.switch_over, commit.recheck_commits
_reconnect, _catch_up, _skip = resync.reconnect, resync.catch_up, resync.skip
_destroy, _rejoin, _add_write = resync.destroy, checksums.rejoin, checksums.add_write
_note_backups = backups.note_backups


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """Let slot `s` reach node `n`."""
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
    elif kind == CLIENT:
        _client_arrive(w, n, s, t)
    else:
        _limiter_arrive(w, n, s, t)


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """End the work of slot `s` on a core of node `n`."""
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
    elif kind == DNS:
        _dns_finish(w, n, s, t)
    else:
        _limiter_finish(w, n, s, t)


@cold
def crashed(w: Any, n: int, hung: int, t: int) -> None:
    """Lose what the process of node `n` worked on and what waited; or let it keep that, if it
    `hung`.
    """
    kind = w.nodes[n].kind
    if kind == WEB_SERVER:
        _web_crashed(w, n, hung, t)
    elif kind == DATABASE:
        _database_crashed(w, n, hung, t)
    elif kind == LOAD_BALANCER:
        _balancer_crashed(w, n, hung, t)
    elif kind == CACHE:
        _cache_crashed(w, n, hung, t)
    elif kind == STORE:
        _store_crashed(w, n, hung, t)
    elif kind == DNS:
        _dns_crashed(w, n, hung, t)
    elif kind == RATE_LIMITER:
        _limiter_crashed(w, n, hung, t)
    else:
        _client_crashed(w, n, hung, t)


@cold
def healed(w: Any, n: int, hung: int, t: int) -> None:
    """Node `n` runs again: empty, or, if it had `hung`, with all that it had."""
    kind = w.nodes[n].kind
    if kind == WEB_SERVER:
        _web_healed(w, n, hung, t)
    elif kind == DATABASE:
        _database_healed(w, n, hung, t)
    elif kind == LOAD_BALANCER:
        _balancer_healed(w, n, hung, t)
    elif kind == CACHE:
        _cache_healed(w, n, hung, t)
    elif kind == STORE:
        _store_healed(w, n, hung, t)
    elif kind == DNS:
        _dns_healed(w, n, hung, t)
    elif kind == RATE_LIMITER:
        _limiter_healed(w, n, hung, t)
    else:
        _client_healed(w, n, hung, t)


@cold
def due(w: Any, event_type: int, n: int, subject: int, t: int) -> None:
    """An event that a kind has scheduled, or that concerns nodes of one kind only.

    Of types that are one kind's own, `n` is whatever it likes; of all others, a node.
    """
    kind = _owner(w, event_type, n)
    if kind == WEB_SERVER:
        _web_due(w, event_type, n, subject, t)
    elif kind == DATABASE:
        _database_due(w, event_type, n, subject, t)
    elif kind == LOAD_BALANCER:
        _balancer_due(w, event_type, n, subject, t)
    elif kind == CACHE:
        _cache_due(w, event_type, n, subject, t)
    elif kind == STORE:
        _store_due(w, event_type, n, subject, t)
    elif kind == DNS:
        _dns_due(w, event_type, n, subject, t)
    elif kind == RATE_LIMITER:
        _limiter_due(w, event_type, n, subject, t)
    else:
        _client_due(w, event_type, n, subject, t)


@cold
def _owner(w: Any, event_type: int, n: int) -> int:
    """The kind that an event of a type of its own belongs to; else that of node `n`."""
    if event_type == EventType.THINK_END or event_type == EventType.RETRY:
        return int64(CLIENT)
    if event_type == EventType.CONNECT_TIMEOUT:
        return int64(CLIENT)
    if event_type == EventType.PROMOTION or event_type == EventType.RESYNC:
        return int64(DATABASE)
    if event_type == EventType.HEARTBEAT_ANSWER:
        return int64(DATABASE)
    return int64(w.nodes[n].kind)


@cold
def obey(w: Any, command: int, arg1: int, arg2: int, arg3: int, t: int) -> None:
    """Do what people, or an edit, ask of nodes of one kind."""
    if command == Command.FIRST_ARRIVAL:
        _first_arrival(w, arg1, t + w.sources[arg1].lead)
    elif command == Command.SHRINK_CACHE:
        _shrink(w, arg1, arg2)
    elif command == Command.SWITCH_PRIMARY:
        _switch(w, arg1, arg2)
    elif command == Command.RECHECK_COMMITS:
        _recheck_commits(w, arg1, t)
    elif command == Command.CATCH_UP:
        _catch_up(w, arg1, t)
    elif command == Command.SKIP_WRITE:
        _skip(w, arg1, t)
    elif command == Command.DESTROY:
        _destroy(w, arg1, arg2, t)
    elif command == Command.REJOIN:
        _rejoin(w, w.databases[arg1], w.databases[arg2], arg3)
    elif command == Command.ADD_WRITE:
        _add_write(w, w.databases[arg1], arg2)
    elif command == Command.NOTE_BACKUPS:
        _note_backups(w, arg1, t)
    elif command == Command.RECONNECT:
        _reconnect(w, t)
