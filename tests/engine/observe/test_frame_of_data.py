"""Frames of databases, stores and caches: stale reads, excluded members, possible remedies."""

from __future__ import annotations

import pytest

from app.actions import CutLink, Destroy, Recover
from tests.kinds.cache.test_caches import cached
from tests.kinds.database.failover.test_recovery import diverged
from tests.kinds.store.test_stores import ring, stale
from tests.support.drawings import edited, link, replica, replicated, web
from tests.support.runs import Run

RECOVERIES = ["rewind", "rebuild", "merge"]


def test_a_ring_member_shows_its_share_of_stale_reads() -> None:
    """With one copy read and one written many reads are stale, with two of three each none is."""
    drawn = ring(write_share=50.0, keys=5, read_copies=1, write_copies=1)
    run = Run(drawn).to(10.0)
    missed = stale(run)
    window = run.watch(20.0)
    shares = [window.node(f"store-{number}")["data"]["stale"] for number in (1, 2, 3)]
    assert all(0.01 < share < 0.5 for share in shares)
    mean = (stale(run) - missed) / (window.completed / 2)
    assert sum(shares) / 3 == pytest.approx(mean, rel=0.15)
    assert Run(ring(write_share=50.0)).to(5.0).watch(5.0).node("store-1")["data"] == {"stale": 0.0}
    assert Run(ring(write_share=100.0)).to(5.0).watch(5.0).node("store-1")["data"] == {
        "stale": None
    }


def test_a_cache_shows_its_share_of_stale_hits() -> None:
    """One of two web servers cannot tell the cache what it has written."""
    drawn = edited(
        cached(rate=200.0, write_share=20.0, keys=10, ttl_s=0.0, timeout_ms=0.0),
        web("web-2", cores=64, service_ms=1.0),
        *(link(a, b) for a, b in (("users-1", "web-2"), ("web-2", "db-1"), ("web-2", "cache-1"))),
    )
    run = Run(drawn).fault(CutLink(link="web-2_cache-1", direction="forth")).to(10.0)
    before = run.node("cache-1")
    window = run.watch(10.0)
    now = run.node("cache-1")
    hits, missed = (now[name] - before[name] for name in ("hits", "stale_hits"))
    assert missed > 100
    assert window.node("cache-1")["data"]["stale"] == pytest.approx(missed / hits, abs=1e-4)


def test_a_frame_offers_recovery_for_an_excluded_member_and_a_stop_while_it_recovers() -> None:
    run = diverged(1, data_gb=100.0)
    shown = run.watch(0.1).node("db-1")
    assert (shown["replication_state"], shown["remedies"]) == ("diverged", [*RECOVERIES, "destroy"])
    assert run.watch(0.1).node("db-2")["remedies"] == ["destroy"]
    run.fault(Recover(node="db-1", how="rebuild"))
    shown = run.watch(0.1).node("db-1")
    assert (shown["replication_state"], shown["remedies"]) == ("repairing", ["stop", "destroy"])
    run.fault(Recover(node="db-1", how="stop"))
    assert run.watch(0.1).node("db-1")["replication_state"] == "diverged"
    run.fault(Recover(node="db-1", how="rewind"))
    shown = run.watch(0.1).node("db-1")
    assert (shown["replication_state"], shown["remedies"]) == (None, ["destroy"])


def test_a_frame_offers_a_healthy_primary_only_the_destructive_write() -> None:
    run = Run(replicated(100.0, [replica("db-2")])).to(5.0)
    for name in ("db-1", "db-2"):
        shown = run.watch(0.1).node(name)
        assert (shown["replication_state"], shown["remedies"]) == (None, ["destroy"])
    run.fault(Destroy(node="db-1"))
    assert run.watch(0.1).node("db-2")["remedies"] == ["restore", "stop", "destroy"]
    run.crash("db-1")
    assert "destroy" not in run.watch(0.1).node("db-2")["remedies"]
