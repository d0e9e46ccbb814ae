"""Caches: hit ratios, load kept from databases, single flight, staleness, and their failures."""

from __future__ import annotations

import math
from typing import Any

import pytest

from app.actions import CutLink, Flush, Silence
from app.schema import Value
from app.theory.traffic.cache_hits import lru_hits, popularity, ttl_hits
from app.topology.edits.apply import RemoveLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, must_be_poisson, seeds

RATE = 1000.0


def cached(
    rate: float = RATE, write_share: float = 0.0, read_ms: float = 3.0, **cache: Value
) -> Topology:
    """A web server with a cache before its database, all of them with room to spare."""
    return drawing(
        users(rate, write_share=write_share, patience_s=30.0),
        web("web-1", cores=64, service_ms=1.0),
        node("database", "db-1", read_ms=read_ms, write_ms=read_ms, cores=1000),
        node("cache", "cache-1", cores=4, **cache),
        link("users-1", "web-1"),
        link("web-1", "db-1"),
        link("web-1", "cache-1"),
    )


def hits(run: Run, warm_s: float, until_s: float) -> float:
    """The hit ratio between two moments."""
    before = run.to(warm_s).node("cache-1")
    now = run.to(until_s).node("cache-1")
    found, missed = (now[name] - before[name] for name in ("hits", "misses"))
    return float(found / (found + missed))


@pytest.mark.parametrize(
    ("ttl_s", "ratio", "database_rps"), [(10.0, 0.757, 243), (60.0, 0.901, 99), (300.0, 0.971, 29)]
)
def test_the_hit_ratio_follows_from_ttl_and_popularity(
    ttl_s: float, ratio: float, database_rps: float
) -> None:
    """domain.md, lesson 13: the sum of p l T / (1 + l T) over 10,000 keys at Zipf(1)."""
    law = ttl_hits(popularity(10_000, 1.0), RATE, ttl_s)
    assert law == pytest.approx(ratio, abs=0.0006)
    run = Run(cached(ttl_s=ttl_s))
    assert hits(run, 2.0 * ttl_s, 3.0 * ttl_s + 60.0) == pytest.approx(law, abs=0.006)
    window = run.watch(ttl_s + 30.0)
    assert window.node("db-1")["rps"] == pytest.approx(database_rps, rel=0.08)


@pytest.mark.parametrize(("zipf", "capacity"), [(1.0, 1000), (0.8, 500), (0.0, 2500)])
def test_without_ttl_the_least_recently_used_key_is_evicted(zipf: float, capacity: int) -> None:
    """Least recently used, by Che's approximation."""
    run = Run(cached(zipf=zipf, capacity=capacity, ttl_s=0.0))
    law = lru_hits(popularity(10_000, zipf), capacity)
    assert hits(run, 30.0, 90.0) == pytest.approx(law, abs=0.006)
    assert run.node("cache-1")["values"] == capacity
    assert run.node("cache-1")["evicted"] > capacity


def rebuilds(seed: int, **cache: Value) -> dict[str, Any]:
    """A cache with one key, whose value takes 0.2 s to read, in its first second."""
    drawn = edited(
        cached(RATE, 0.0, 200.0, keys=1, ttl_s=0.0, **cache),
        SetNode(node="db-1", parameters={"distribution": "constant"}),
    )
    return Run(drawn, seed).to(2.0).node("cache-1")


def test_every_miss_of_a_hot_key_reads_the_database_until_it_is_cached() -> None:
    """Duplicates = rate x time to rebuild: 1,000 a second for 0.2 s are 200 (lesson 13)."""
    found = [rebuilds(seed)["misses"] for seed in seeds(10)]
    must_be_poisson(found, RATE * (0.2 + 0.002))


def test_single_flight_reads_a_missing_hot_key_once() -> None:
    for seed in seeds(5):
        found = rebuilds(seed, single_flight="on")
        assert found["misses"] - found["waited"] == 1
        assert found["waited"] == pytest.approx(200, abs=60)


def test_with_single_flight_a_waiting_request_reads_itself_when_the_reader_fails() -> None:
    """The database dies under the one that reads: the next one goes, and finds it dead as well."""
    drawn = cached(read_ms=200.0, keys=1, ttl_s=0.0, single_flight="on")
    run = Run(drawn).to(0.1).crash("db-1")
    run.to(0.5)
    assert run.summary()["failures"].keys() <= {"lost_in_crash", "refused", "no_database"}
    run.heal("db-1").to(10.0)
    assert run.node("cache-1")["values"] == 1
    assert run.watch(2.0).failed == 0


def test_with_single_flight_waiting_for_the_reader_ends_with_its_lease() -> None:
    """The answer of the first reader is lost on a cut link: after the lease, another one reads."""
    drawn = cached(rate=100.0, keys=1, ttl_s=0.0, single_flight="on", lease_s=2.0)
    run = Run(drawn).fault(CutLink(link="web-1_db-1", for_s=1.0)).to(1.9)
    assert run.read().completed == 0
    assert run.to(3.0).read().completed > 200


def test_a_cache_that_is_made_smaller_evicts_at_once() -> None:
    """What was used longest ago, and counted as evicted; a larger one keeps what it has."""
    run = Run(cached(ttl_s=0.0, capacity=500)).to(5.0)
    before = run.node("cache-1")
    run.edit(SetNode(node="cache-1", parameters={"capacity": 100}))
    now = run.node("cache-1")
    assert (before["values"], now["values"]) == (500, 100)
    assert now["evicted"] == before["evicted"] + 400
    run.edit(SetNode(node="cache-1", parameters={"capacity": 500}))
    assert run.node("cache-1") == now


def test_a_flush_of_a_cache_with_90_percent_hits_multiplies_the_database_load_by_ten() -> None:
    """B22: at a hit ratio of 90 % the database sees ten times its load at once, and the load
    falls as the most popular keys come back first: to 410 a second after 1 s, 184 after 10 s.
    """
    warm, at_once, after_1, after_10 = [], [], [], []
    for seed in seeds(4):
        run = Run(cached(ttl_s=60.0), seed).to(150.0)
        warm.append(run.watch(10.0).node("db-1")["rps"])
        run.fault(Flush(node="cache-1"))
        assert run.node("cache-1")["values"] == 0
        at_once.append(run.watch(0.03).link_rps("web-1_db-1"))
        after_1.append(run.to(160.95).watch(0.1).node("db-1")["rps"])
        after_10.append(run.to(169.5).watch(1.0).node("db-1")["rps"])
    must_average(warm, 99.0, 4.0)
    must_average(at_once, 950.0, math.sqrt(RATE / 0.03))
    must_average(after_1, 410.0, math.sqrt(410.0 / 0.1))
    must_average(after_10, 184.0, math.sqrt(184.0))


def test_requests_do_without_a_crashed_cache_and_it_comes_back_empty() -> None:
    run = Run(cached(single_flight="on")).to(30.0).crash("cache-1")
    window = run.watch(5.0)
    assert window.failed == 0
    assert window.node("db-1")["rps"] == pytest.approx(RATE, rel=0.05)
    run.heal("cache-1")
    assert run.node("cache-1")["values"] == 0
    assert run.watch(1.0).node("db-1")["rps"] > 400.0


def test_a_hanging_cache_costs_each_request_its_timeout() -> None:
    run = Run(cached(timeout_ms=50.0)).to(10.0)
    quick = run.watch(5.0).frame["m"]["p50"]
    run.fault(Silence(node="cache-1")).on(1.0)
    window = run.watch(5.0)
    assert window.failed == 0
    assert window.frame["m"]["p50"] > quick + 45.0
    assert run.heal("cache-1").on(2.0).watch(5.0).frame["m"]["p50"] < quick + 5.0
    run.engine.set_load(0.0)
    run.on(40.0)
    assert run.engine.world.control["orphaned_work"] == run.read().in_flight == 0


def test_a_write_invalidates_its_key_in_the_cache() -> None:
    """With one key and one write in five reads or so, what is read after a write is new."""
    run = Run(cached(rate=5.0, write_share=20.0, keys=1, ttl_s=0.0)).to(1000.0)
    writes, misses = run.node("db-1")["writes"], run.node("cache-1")["misses"]
    assert misses == pytest.approx(writes * 0.8, rel=0.1)
    assert run.node("cache-1")["stale_hits"] < 0.02 * run.node("cache-1")["hits"]


def test_a_write_whose_invalidation_is_lost_leaves_a_stale_value() -> None:
    """The link from the web server is cut on the way there: its values stay, and are wrong."""
    drawn = edited(
        cached(rate=200.0, write_share=20.0, keys=10, ttl_s=0.0, timeout_ms=0.0),
        web("web-2", cores=64, service_ms=1.0),
        link("users-1", "web-2"),
        link("web-2", "db-1"),
        link("web-2", "cache-1"),
    )
    run = Run(drawn).to(5.0)
    fresh = run.node("cache-1")["stale_hits"]
    run.fault(CutLink(link="web-2_cache-1", direction="forth")).to(30.0)
    stale = run.node("cache-1")["stale_hits"] - fresh
    assert stale > 100 > fresh


def test_keys_of_requests_do_not_depend_on_the_rest_of_the_drawing() -> None:
    """Other users and other servers leave a cache's hits as they are."""
    alone = Run(cached()).to(20.0).node("cache-1")
    others = edited(
        cached(), users(100.0, "users-2"), web("web-9", cores=8), link("users-2", "web-9")
    )
    assert Run(others).to(20.0).node("cache-1")["misses"] == alone["misses"]


def test_several_caches_of_a_web_server_share_the_keys() -> None:
    drawn = edited(cached(ttl_s=0.0, zipf=0.0), node("cache", "cache-2"), link("web-1", "cache-2"))
    run = Run(drawn).to(60.0)
    first, second = run.node("cache-1")["values"], run.node("cache-2")["values"]
    assert first + second == pytest.approx(10_000, abs=100)
    assert first == pytest.approx(5000, abs=300)
    run.edit(RemoveLink(link="web-1_cache-2"))
    run.on(30.0)
    assert run.node("cache-1")["values"] > 9000
    assert run.read().failed == 0
