"""Theory of caches: hit ratios, and the load that is left for databases."""

import pytest

from app.theory.analysis import analyse
from app.theory.traffic.cache_hits import lru_hits, popularity, ttl_hits
from app.topology.edits.apply import RemoveNode, SetNode
from tests.support.drawings import drawing, edited, link, node, users, web
from tests.support.runs import Run

DRAWING = drawing(
    users(1000.0, write_share=10.0),
    web("web-1", cores=64, service_ms=1.0),
    node("database", "db-1", cores=64),
    node("cache", "cache-1", cores=4),
    link("users-1", "web-1"),
    link("web-1", "db-1"),
    link("web-1", "cache-1"),
)


def test_popularity_of_keys_follows_zipf() -> None:
    """domain.md A7: the hottest 1 % of 10,000 keys get 53 % of the reads, 10 % get 76 %."""
    shares = [share for share, count in popularity(10_000, 1.0) for _ in range(count)]
    assert len(shares) == 10_000
    assert sum(shares) == pytest.approx(1.0)
    assert sum(shares[:100]) == pytest.approx(0.53, abs=0.005)
    assert sum(shares[:1000]) == pytest.approx(0.76, abs=0.005)
    assert popularity(2500, 0.0)[0][0] == pytest.approx(1 / 2500)


def test_hit_ratios_at_their_limits() -> None:
    shares = popularity(1000, 1.0)
    assert lru_hits(shares, 1000) == 1.0
    assert lru_hits(popularity(1000, 0.0), 250) == pytest.approx(0.25, abs=1e-6)
    assert ttl_hits(shares, 100.0, 0.0) == 0.0
    assert ttl_hits(shares, 100.0, 1e9) == pytest.approx(1.0, abs=1e-3)


def test_databases_get_what_caches_miss() -> None:
    theory = {one.node: one for one in analyse(DRAWING).nodes}
    hits = ttl_hits(popularity(10_000, 1.0), 900.0, 60.0)
    assert theory["db-1"].arrivals_rps == pytest.approx(100.0 + 900.0 * (1.0 - hits))
    assert theory["cache-1"].arrivals_rps == pytest.approx(1000.0 + 900.0 * (1.0 - hits))
    for name in ("db-1", "cache-1"):
        assert "No closed form holds here" in theory[name].statement.en


def test_database_rates_of_theory_agree_with_a_run() -> None:
    drawn = edited(DRAWING, SetNode(node="users-1", parameters={"write_share": 0.0}))
    theory = analyse(drawn)
    window = Run(drawn).to(150.0).watch(60.0)
    found = {one.node: one for one in theory.nodes}
    assert window.node("db-1")["rps"] == pytest.approx(found["db-1"].arrivals_rps, rel=0.05)
    assert window.node("cache-1")["util"] == pytest.approx(found["cache-1"].utilisation, rel=0.05)
    mean = theory.clients[0].latency_ms
    assert mean is not None
    gained = window.now.latency_ns - window.before.latency_ns
    assert gained / window.completed / 1e6 == pytest.approx(mean, rel=0.02)


def test_a_cache_that_nobody_fills_answers_nothing() -> None:
    """Without a database its reads miss and its writes have nowhere to go."""
    lonely = edited(DRAWING, RemoveNode(node="db-1"))
    theory = analyse(lonely)
    window = Run(lonely).to(5.0).watch(20.0)
    found = {one.node: one for one in theory.nodes}
    assert window.completed == 0
    assert theory.clients[0].latency_ms is None
    assert found["cache-1"].arrivals_rps == pytest.approx(900.0)
    assert window.node("cache-1")["util"] == pytest.approx(found["cache-1"].utilisation, rel=0.05)
