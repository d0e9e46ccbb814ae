"""Stale reads of replicas: acknowledged writes of the key, or the user's own, not yet there."""

import math

import pytest

from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, replica, replicated, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import seeds

INSTANT: dict[str, Value] = {"read_ms": 0.0, "write_ms": 0.0, "apply_ms": 0.0, "max_lag_s": 600.0}


def reading_back(lag_s: float, think_s: float = 1.0, **primary: Value) -> Topology:
    """Users who write, and read that back after a while at a replica so far behind; nothing else
    takes any time.
    """
    return drawing(
        users(100.0, write_share=100.0, read_back_percent=100.0, read_back_s=think_s),
        web("web-1", service_ms=0.0),
        node("database", "db-1", "", **{**INSTANT, **primary}),
        replica("db-2", **INSTANT),
        link("users-1", "web-1", 0.0),
        link("web-1", "db-1", 0.0),
        link("web-1", "db-2", 0.0),
        link("db-1", "db-2", 1000 * lag_s),
    )


@pytest.mark.parametrize(("lag_s", "percent"), [(0.1, 9.5), (1.0, 63.0), (5.0, 99.3)])
def test_the_share_of_users_who_miss_their_own_write_follows_lag_and_think_time(
    lag_s: float, percent: float
) -> None:
    """P(stale) = 1 - exp(-lag / think)."""
    own = missed = 0
    for seed in seeds(4):
        run = Run(reading_back(lag_s), seed).to(50.0)
        shown = run.node("db-2")
        own, missed = own + shown["own_reads"], missed + shown["own_stale_reads"]
        assert run.node("db-1")["stale_reads"] == run.node("db-1")["own_reads"] == 0
        assert run.summary()["ledger"]["stale_reads"] == shown["stale_reads"]
    expected = 1.0 - math.exp(-lag_s)
    assert 100 * expected == pytest.approx(percent, abs=0.3)
    assert own == pytest.approx(4 * 50 * 100, rel=0.1)
    assert abs(missed / own - expected) < 4 * math.sqrt(expected * (1 - expected) / own)


@pytest.mark.parametrize(("mode", "stale"), [("sync_receive", True), ("sync_apply", False)])
def test_only_commits_that_wait_for_application_end_stale_reads(mode: str, stale: bool) -> None:
    """What is received is not yet seen: applying takes 5 ms here, and nobody thinks for long."""
    drawn = edited(
        reading_back(0.01, 0.005, commit=mode, followed_keys=100),
        SetNode(node="db-2", parameters={"apply_ms": 5.0}),
    )
    run = Run(drawn).to(30.0)
    shown = run.node("db-2")
    assert shown["own_reads"] > 2500
    assert (shown["own_stale_reads"] > 100) == stale
    assert (shown["stale_reads"] > 100) == stale
    if not stale:
        assert shown["stale_reads"] == shown["own_stale_reads"] == 0


def test_the_share_of_stale_reads_follows_the_rate_of_writes_of_a_key_within_the_lag() -> None:
    """Equal keys: each is written w/K times a second, so that a read at a replica L behind misses
    a write with 1 - exp(-w L / K); 20/s, 100 keys, 1 s: 18 %.
    """
    drawn = replicated(
        200.0,
        [replica("db-2", max_lag_s=600.0)],
        write_share=10.0,
        replication_ms=1000.0,
        primary={"followed_keys": 100, "key_skew": 0.0},
    )
    reads = stale = 0
    for seed in seeds(4):
        run = Run(drawn, seed).to(100.0)
        shown = run.node("db-2")
        reads, stale = reads + shown["reads"], stale + shown["stale_reads"]
        window = run.watch(10.0)
        assert window.node("db-2")["data"]["stale"] == pytest.approx(0.18, abs=0.04)
        assert window.node("db-1")["data"]["stale"] is None  # it is not read
    assert stale / reads == pytest.approx(1.0 - math.exp(-0.2), abs=0.008)


def test_with_zipf_popularity_the_share_of_stale_reads_follows_its_formula() -> None:
    """Zipf: sum of p_k (1 - exp(-w L p_k)) over the keys."""
    keys = 1000
    weights = [1.0 / k for k in range(1, keys + 1)]
    shares = [one / sum(weights) for one in weights]
    expected = sum(p * (1.0 - math.exp(-20.0 * p)) for p in shares)
    drawn = replicated(
        200.0,
        [replica("db-2", max_lag_s=600.0)],
        write_share=10.0,
        replication_ms=1000.0,
        primary={"followed_keys": keys},
    )
    reads = stale = 0
    for seed in seeds(4):
        shown = Run(drawn, seed).to(100.0).node("db-2")
        reads, stale = reads + shown["reads"], stale + shown["stale_reads"]
    assert stale / reads == pytest.approx(expected, rel=0.08)


def test_following_the_versions_of_keys_changes_nothing_else_in_a_run() -> None:
    """Which key a request is about takes no draw from anybody."""
    plain = replicated(400.0, write_share=20.0)
    followed = edited(plain, SetNode(node="db-1", parameters={"followed_keys": 100}))
    figures = []
    for drawn in (plain, followed):
        run = Run(drawn).to(10.0).crash("db-1").on(10.0).heal("db-1").on(10.0)
        shown = run.summary()
        del shown["fingerprint"], shown["ledger"]["stale_reads"]
        for name in ("db-1", "db-2"):
            del shown["nodes"][name]["stale_reads"]
        figures.append(shown)
    assert figures[0] == figures[1]


def test_a_write_lost_in_a_failover_makes_no_later_read_stale() -> None:
    """Keys whose newest write was lost with the primary are as fresh as what the new one has."""
    drawn = replicated(
        200.0,
        [replica("db-2"), replica("db-3")],
        write_share=20.0,
        replication_ms=500.0,
        primary={"followed_keys": 10},
    )
    run = Run(drawn).to(20.0).crash("db-1").on(10.0)
    assert run.summary()["ledger"]["lost"] > 0
    run.edit(SetNode(node="users-1", parameters={"write_share": 0.0}))
    run.on(3.0)
    before = run.summary()["ledger"]["stale_reads"]
    assert run.on(10.0).summary()["ledger"]["stale_reads"] == before > 0


def test_reading_back_own_writes_adds_requests_until_it_is_switched_off() -> None:
    drawn = edited(
        replicated(200.0, write_share=50.0, replication_ms=50.0),
        SetNode(node="users-1", parameters={"read_back_percent": 50.0, "read_back_s": 0.5}),
    )
    run = Run(drawn).to(5.0)
    window = run.watch(20.0)
    assert window.offered / 20 == pytest.approx(250, rel=0.05)
    assert window.failed == 0
    run.edit(SetNode(node="users-1", parameters={"read_back_percent": 0.0}))
    assert run.on(5.0).watch(20.0).offered / 20 == pytest.approx(200, rel=0.05)
