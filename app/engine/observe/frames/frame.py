"""Frames: what a screen needs for one instant, from two readings with a window between them.

A frame is JSON-ready, with short keys, since viewers get ten of them a second.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from app.engine.numbering import LinkCondition
from app.engine.observe import replication as replicas
from app.engine.observe.connections import UNCOUNTED
from app.engine.observe.frames.instances import fold
from app.engine.observe.frames.users import client_part, failing
from app.engine.observe.reading import Reading, latency_percentile_ms, sojourn_percentile_ms
from app.kernel.state.codes.nodes import Cut, Membership
from app.kernel.state.codes.requests import OUTCOMES
from app.kinds import KINDS
from app.schema import Kind, Role

BUSY, SATURATED = 0.70, 0.90
"""Utilisation from which a node counts as busy, and as saturated."""

PERCENTILE_REQUESTS_MIN: Final = {50: 10, 95: 20, 99: 100}
"""Of fewer requests than this, of which one is to be beyond it, a percentile is left out."""

_REPLICATION_STATES: Final = {
    int(Membership.DIVERGED): "diverged",
    int(Membership.REPAIRING): "repairing",
}
_PERCENTILE_VISITS_MIN: Final = 20
_NANOSECONDS: Final = 1e-9


def frame(before: Reading, now: Reading) -> dict[str, Any]:
    """The measured parts of a frame: window ``w``, nodes ``n``, links ``e``, totals ``m``.

    What is wrong with links is ``link_faults``: where each is cut, percent lost, added ms.
    ``breaches`` names the invariants that have not held.

    Rates are means over the window from `before` to `now`, which are readings of one run.
    """
    window_s = (now.now_ns - before.now_ns) * _NANOSECONDS
    found = {
        "w": round(window_s, 4),
        "n": [
            _node(before, now, n, window_s)
            for n in range(len(now.node_ids))
            if now.nodes[n]["placed"]
        ],
        "e": _links(before, now, window_s),
        "link_faults": {link: _condition(one) for link, one in sorted(now.link_conditions.items())},
        "m": _totals(before, now, window_s),
        "breaches": list(now.breaches),
    }
    return fold(found)


def _rate(count: float, window_s: float) -> float:
    return round(count / window_s, 3) if window_s > 0 else 0.0


def _known(before: Reading, n: int) -> bool:
    return n < len(before.nodes)


def _gain(before: Reading, now: Reading, n: int, *fields: str) -> int:
    """Return the growth of a node's counters, summed; a node that is new counts from nothing."""
    grown = sum(int(now.nodes[n][field]) for field in fields)
    return grown - (
        sum(int(before.nodes[n][field]) for field in fields) if _known(before, n) else 0
    )


def _node(before: Reading, now: Reading, n: int, window_s: float) -> dict[str, Any]:
    node = now.nodes[n]
    kind = KINDS[int(node["kind"])]
    up = bool(node["up"])
    reads, writes = (_rate(_gain(before, now, n, name), window_s) for name in ("reads", "writes"))
    found: dict[str, Any] = {
        "id": now.node_ids[n],
        "state": "healthy" if up else _away(node),
        "util": None,
        "queue": int(node["queue_length"]),
        "rps": round(reads + writes, 3),
        "reads": reads,
        "writes": writes,
        "fail": _rate(_gain(before, now, n, "failed"), window_s),
        "p95": None,
        "wait": None,
        "fault": _fault(node),
        "slow": float(node["slow"]),
        "role": None,
        "lag": None,
        "data": None,
        "group": None,
        "divergent_writes": None,
        "replication_state": None,
        "remedies": [],
        "since": None if up else round(_away_since(node) * _NANOSECONDS, 3),
        "hit": None,
        "failing": failing(before, now, n, window_s),
        "conn": None if now.connections[n] == UNCOUNTED else int(now.connections[n]),
    }
    past = before.nodes[n] if _known(before, n) else None
    for is_of, part in _PARTS:
        if is_of(kind):
            found |= part(before, now, n, window_s)
    own = kind.frame_figures(past, node, window_s)
    if up and "util" in own:
        found["state"] = _state(own["util"], found["queue"], 1)
    return {**found, **own}


def _served(before: Reading, now: Reading, n: int, window_s: float) -> dict[str, Any]:
    node = now.nodes[n]
    cores = max(int(node["cores"]), 1)
    util = _util(before, now, n, window_s)
    visits = now.sojourns[n] - (before.sojourns[n] if _known(before, n) else 0)
    p95 = (
        sojourn_percentile_ms(visits, 0.95)
        if int(visits.sum()) >= _PERCENTILE_VISITS_MIN
        else math.nan
    )
    return {
        "util": round(util, 4),
        "p95": None if math.isnan(p95) else round(p95, 3),
        "state": _state(_machine_util(before, now, n, window_s), int(node["queue_length"]), cores)
        if node["up"]
        else _away(node),
    }


def _util(before: Reading, now: Reading, n: int, window_s: float) -> float:
    """The share of its machine's cores that a node kept busy."""
    busy_ns = int(now.busy_ns[n]) - (int(before.busy_ns[n]) if _known(before, n) else 0)
    cores = max(int(now.nodes[n]["cores"]), 1)
    return min(max(busy_ns * _NANOSECONDS / window_s / cores, 0.0), 1.0) if window_s > 0 else 0.0


def _machine_util(before: Reading, now: Reading, n: int, window_s: float) -> float:
    """Return the utilisation of a node's machine."""
    machine = int(now.nodes[n]["machine"])
    if not machine:
        return _util(before, now, n, window_s)
    inside = (m for m in range(len(now.nodes)) if int(now.nodes[m]["machine"]) == machine)
    return min(sum(_util(before, now, m, window_s) for m in inside), 1.0)


def _cache(before: Reading, now: Reading, n: int, _window_s: float) -> dict[str, Any]:
    """The share of its reads that a cache has answered, and of them that were stale."""
    row = int(now.nodes[n]["row"])
    hits, misses = (int(now.caches[row][name]) for name in ("hits", "misses"))
    if row < len(before.caches):
        hits -= int(before.caches[row]["hits"])
        misses -= int(before.caches[row]["misses"])
    return {
        "hit": round(hits / (hits + misses), 4) if hits + misses else None,
        "data": {"stale": replicas.stale_hits(before, now, n)},
    }


def _member(before: Reading, now: Reading, n: int, _window_s: float) -> dict[str, Any]:
    return {"data": replicas.voted(before, now, n)}


def _virtual(_before: Reading, now: Reading, n: int, _window_s: float) -> dict[str, Any]:
    """The part of a balancer that shares a virtual IP."""
    node = now.nodes[n]
    if not node["vip"]:
        return {}
    return {"role": "active" if node["master"] and node["holder"] == n + 1 else "standby"}


def _state(util: float, queue: int, cores: int) -> str:
    if util >= SATURATED or queue > 10 * cores:
        return "saturated"
    return "busy" if util >= BUSY else "healthy"


def _database(before: Reading, now: Reading, n: int, _window_s: float) -> dict[str, Any]:
    node = now.nodes[n]
    database = now.databases[int(node["row"])]
    leads = bool(database["leads"])
    lags = not leads or bool(now.groups[database["group"]]["mode"])
    behind = not leads and (database["catching_up"] or not database["ready"])
    group = now.groups[database["group"]]
    divergent = int(database["received"] - database["fork_position"])
    has_diverged = bool(database["timeline"] != group["timeline"]) and divergent > 0
    away = not node["up"] and not node["booting"]
    return {
        "divergent_writes": divergent if has_diverged else None,
        "replication_state": _REPLICATION_STATES.get(int(database["membership"])),
        "remedies": replicas.remedies(now, n),
        "role": "primary" if leads else "replica",
        "lag": None if not lags else round(float(now.lag_ns[int(now.nodes[n]["row"])]) / 1e9, 3),
        **({"state": "recovering"} if behind and not away else {}),
        "data": replicas.framed(before, now, n),
        "group": _primaries(now, n),
    }


def _primaries(now: Reading, n: int) -> dict[str, Any] | None:
    """Return figures of a database's group where each member takes writes: totals, the first
    ``keys`` that differ, members whose writes this one no longer applies (``stopped``), and the
    number of ordered ``pairs`` of live members, and of those that still ``reach`` each other.
    """
    several = now.several.get(int(now.databases[int(now.nodes[n]["row"])]["group"]))
    if several is None:
        return None
    return {
        **several.counts,
        "diverged": several.diverged,
        "keys": list(several.diverged_keys),
        "stopped": [now.node_ids[origin] for node, origin in several.stopped if node == n],
        "pairs": several.pairs,
        "reach": several.reachable,
        "circling": several.circling,
    }


def _links(before: Reading, now: Reading, window_s: float) -> list[list[Any]]:
    # Before the first event an edit may leave fewer links than there were; none has counted yet.
    known = min(len(before.sent), len(now.sent))
    sent, failed = now.sent.copy(), now.link_failed.copy()
    sent[:known] -= before.sent[:known]
    failed[:known] -= before.link_failed[:known]
    return [
        [link_id, _rate(max(int(sent[k]), 0), window_s), _rate(max(int(failed[k]), 0), window_s)]
        for k, link_id in enumerate(now.link_ids)
    ]


def _away_since(node: Any) -> int:
    return int(node["hung_since"] if node["hanging"] else node["down_since"])


def _away(node: Any) -> str:
    return "recovering" if node["booting"] else "down"


def _fault(node: Any) -> str | None:
    """Return the type of a node's fault; ``boot`` while it starts again, None without any."""
    if node["booting"]:
        return "boot"
    if node["hanging"]:
        return "silence"
    if not node["up"]:
        return "crash"
    return "slow" if node["slow"] > 1.0 else None


def _condition(condition: LinkCondition) -> list[Any]:
    cut = {Cut.FORWARD: "forth", Cut.BACKWARD: "back", Cut.FORWARD | Cut.BACKWARD: "both"}
    where = cut.get(condition.cut, "")
    return [where, round(condition.loss * 100.0, 4), round(condition.extra_ns / 1e6, 4)]


def _totals(before: Reading, now: Reading, window_s: float) -> dict[str, Any]:
    latencies = now.latencies - before.latencies
    count = int(latencies.sum())
    percentiles = {
        f"p{share}": round(latency_percentile_ms(latencies, share / 100), 3)
        if count >= enough
        else None
        for share, enough in PERCENTILE_REQUESTS_MIN.items()
    }
    return {
        "offered": now.offered,
        "completed": now.completed,
        "failed": now.failed,
        "in_flight": now.in_flight,
        "offered_rps": _rate(now.offered - before.offered, window_s),
        "completed_rps": _rate(now.completed - before.completed, window_s),
        "failed_rps": _rate(now.failed - before.failed, window_s),
        "attempts_rps": _rate(max(_attempts(now) - _attempts(before), 0), window_s),
        "failing": _failing(before, now, window_s),
        **percentiles,
        "acknowledged": int(now.groups["acknowledged"].sum()),
        "lost": now.ledger.lost,
        "failures": now.failures_by_outcome(),
        "ledger": now.ledger.plain(),
    }


def _attempts(reading: Reading) -> int:
    """Requests as often as somebody made them: users, balancers and servers that try again too."""
    return reading.offered + int(reading.nodes["retried"].sum())


def _failing(before: Reading, now: Reading, window_s: float) -> dict[str, float]:
    """Failed requests a second by outcome, of those outcomes that there were."""
    counts = now.failures.sum(axis=0) - before.failures.sum(axis=0)
    return {
        OUTCOMES[kind]: _rate(int(count), window_s)
        for kind, count in enumerate(counts)
        if count > 0
    }


Part = Callable[[Reading, Reading, int, float], dict[str, Any]]

_PARTS: Final[tuple[tuple[Callable[[Kind], bool], Part], ...]] = (
    (lambda kind: kind.role is Role.SENDS, client_part),
    (lambda kind: kind.role is not Role.SENDS, _served),
    (lambda kind: kind.role is Role.CACHES, _cache),
    (lambda kind: kind.replication == "ring", _member),
    (lambda kind: kind.replication == "log", _database),
    (lambda kind: "virtual_ip" in kind.groups, _virtual),
)
"""The registry of what other tables than the node's row say, by the fact that a kind has them. What
its row says a kind tells by itself (`Kind.frame_figures`).
"""
