"""Commits that wait for replicas: their latency, their losses, and when they block."""

import random

import pytest

from app.actions import CutLink, HealLink
from app.schema import Value
from app.topology.edits.apply import AddNode, SetLink, SetNode
from app.topology.model import Topology
from tests.support.databases.ledger import Ledger, quiet
from tests.support.drawings import drawing, edited, link, node, replica, replicated, web
from tests.support.runs import Run
from tests.support.statistics.samples import must_be_poisson, seeds

STRICT = ("sync_receive", "sync_flush", "sync_apply")


def group(
    mode: str, replicas: int = 1, ms: float = 1.0, rate: float = 200.0, **primary: Value
) -> Topology:
    """Users who only write, on a primary that commits like this."""
    return replicated(
        rate,
        [replica(f"db-{number}") for number in range(2, 2 + replicas)],
        write_share=100.0,
        replication_ms=ms,
        primary={"cores": 16, "commit": mode, **primary},
    )


def waits_ms(run: Run, name: str = "db-1") -> float:
    found: float = run.node(name)["commit_ms"]
    return found


@pytest.mark.parametrize(
    ("round_trip_ms", "per_s"), [(0.5, 667), (2.0, 333), (31.0, 31), (178.0, 6)]
)
def test_serial_commits_take_one_flush_and_one_round_trip_each(
    round_trip_ms: float, per_s: int
) -> None:
    """1/(flush + RTT) with a flush of 1 ms: the same rack, another zone, Tokyo, Virginia."""
    quick: dict[str, Value] = {"service_ms": 0.0, "cores": 1}
    writer: dict[str, Value] = {"users": 1, "think_s": 0.001, "write_share": 100.0}
    drawn = drawing(
        node("client", "users-1", arrivals="closed", **writer),
        web("web-1", **quick),
        node("database", "db-1", write_ms=0.0, commit="sync_flush", replica_flush_ms=1.0),
        replica("db-2"),
        link("users-1", "web-1", 0.0),
        link("web-1", "db-1", 0.0),
        link("db-1", "db-2", round_trip_ms / 2),
    )
    run = Run(drawn).to(1.0)
    window = run.watch(60.0)
    assert waits_ms(run) == pytest.approx(1.0 + round_trip_ms)
    assert round(1000.0 / waits_ms(run)) == per_s
    cycle_s = (1.0 + round_trip_ms + 1.0) / 1000.0  # and 1 ms to think
    assert window.completed / 60.0 == pytest.approx(1.0 / cycle_s, rel=0.03)


@pytest.mark.parametrize(("copies", "expected_ms"), [(1, 10.0), (2, 40.0), (3, 100.0)])
def test_a_commit_by_any_k_of_n_waits_for_the_kth_fastest_replica(
    copies: int, expected_ms: float
) -> None:
    drawn = edited(
        group("sync_receive", replicas=3, sync_replicas=copies),
        *(
            SetLink(link=f"db-1_{name}", parameters={"latency_ms": ms})
            for name, ms in (("db-2", 20.0), ("db-3", 5.0), ("db-4", 50.0))
        ),
    )
    run = Run(drawn).to(20.0)
    assert waits_ms(run) == pytest.approx(expected_ms)
    ledger = Ledger.of(run)
    assert ledger.acknowledged == run.read().completed
    assert run.read().failed == 0


def test_waiting_for_receipt_flush_and_application_takes_longer_in_turn_and_holds_no_core() -> None:
    """Receipt after the round trip; flushed 4 ms later; applied after 8 ms of work and the queue
    before it. The primary's cores do no more for it.
    """
    found, cores = {}, {}
    for mode in ("async", *STRICT):
        drawn = edited(
            group(mode, ms=10.0, rate=50.0),
            SetNode(node="db-2", parameters={"apply_ms": 8.0, "distribution": "constant"}),
        )
        if mode == "sync_flush":
            drawn = edited(drawn, SetNode(node="db-1", parameters={"replica_flush_ms": 4.0}))
        run = Run(drawn).to(100.0)
        found[mode], cores[mode] = run.node("db-1")["commit_ms"], run.node("db-1")["utilisation"]
        assert run.read().failed == 0
    assert found["async"] is None
    assert found["sync_receive"] == pytest.approx(20.0)
    # Of a flush that begins while another runs, the rest of that one comes on top: M/G/1-like.
    assert 24.0 < found["sync_flush"] < 25.0
    # M/D/1 at 0.4: 8 ms of work, and 8 x 0.4 / (2 x 0.6) = 2.67 ms of waiting.
    assert found["sync_apply"] == pytest.approx(20.0 + 8.0 + 2.67, rel=0.03)
    for mode in STRICT:
        assert cores[mode] == pytest.approx(cores["async"], rel=0.01)


DEATHS_A_RUN = 250


@pytest.mark.parametrize(
    ("mode", "copies"),
    [("async", 1), ("semi_sync", 1), *((mode, 1) for mode in STRICT), ("sync_flush", 2)],
)
def test_a_strict_primary_may_die_at_any_instant_and_loses_nothing(mode: str, copies: int) -> None:
    """1,000 deaths of whoever leads, each at a random instant of a healthy group of three, for each
    of the modes that wait: none of them loses what a client was told is written. Without waiting,
    each costs what is under way: 200/s for the 2 ms that the log needs to the next database.
    """
    lost = [deaths(mode, copies, seed) for seed in seeds(4)]
    if mode == "async":
        must_be_poisson(lost, DEATHS_A_RUN * 200 * 0.002)
    else:
        assert lost == [0, 0, 0, 0]


def deaths(mode: str, copies: int, seed: int) -> int:
    """How many acknowledged writes a run loses whose primaries die, one after the other."""
    quick: dict[str, Value] = {
        "heartbeat_s": 0.05,
        "heartbeat_misses": 1,
        "promotion_s": 0.0,
        "commit": mode,
        "sync_replicas": copies,
        "cores": 16,
    }
    names = ("db-1", "db-2", "db-3")
    drawn = edited(
        group(mode, replicas=2, ms=2.0),
        *(SetNode(node=name, parameters=dict(quick)) for name in names),
        SetNode(node="web-1", parameters={"check_interval_s": 0.05}),
    )
    chance = random.Random(seed)
    run = Run(drawn, seed)
    for _ in range(DEATHS_A_RUN):
        run.on(0.3 + chance.uniform(0.0, 0.1))
        leader = Ledger.of(run).primary
        run.crash(leader).on(0.3)
        if copies == 1:
            assert Ledger.of(run).primary != leader
        run.heal(leader)
    ledger = quiet(run, 3.0)
    assert ledger.agrees
    assert len(run.incidents("promoted")) == DEATHS_A_RUN
    assert ledger.acknowledged > 10_000
    assert ledger.lost > 0 or ledger.written >= ledger.acknowledged
    return ledger.lost


def test_a_dead_asynchronous_primary_loses_its_write_rate_times_the_lag() -> None:
    """The control: the same group, 1 s away; a strict mode loses nothing there either."""
    lost = []
    for seed in seeds(8):
        lost.append(Ledger.of(Run(group("async", ms=1000.0), seed).to(20.0).crash("db-1").on(8.0)))
        strict = Run(group("sync_receive", ms=1000.0), seed).to(20.0).crash("db-1").on(8.0)
        assert Ledger.of(strict).lost == 0
        assert strict.incidents("writes_lost") == []
    must_be_poisson([one.lost for one in lost], 200)


def patient(drawn: Topology, patience_s: float = 60.0) -> Topology:
    return edited(drawn, SetNode(node="users-1", parameters={"patience_s": patience_s}))


def test_semi_sync_waits_ten_seconds_once_after_its_replica_died_and_then_not_at_all() -> None:
    """The replica dies: commits in flight wait until the first of them has waited for 10 s, later
    ones not at all, nobody sees an error, and a crash now loses what sync was there to save.
    """
    for seed in seeds(5):
        run = Run(patient(group("semi_sync")), seed).to(20.0)
        assert waits_ms(run) == pytest.approx(2.0)
        run.crash("db-2")
        stalled = run.watch(9.9)
        assert stalled.failed == 0
        assert stalled.completed < 20  # those that had been received
        assert run.node("db-1")["commits_waiting"] == pytest.approx(9.9 * 200, rel=0.1)
        assert run.incidents("semi_sync_off") == []
        flood = run.watch(0.3)
        (fallen,) = run.incidents("semi_sync_off")
        assert fallen.node == "db-1"
        assert fallen.value == pytest.approx(10.0)
        assert 30.0 <= fallen.at_ns / 1e9 < 30.0 + 0.05
        assert flood.completed == pytest.approx(10 * 200, rel=0.1)
        assert run.node("db-1")["commits_waiting"] == 0
        assert run.node("db-1")["semi_sync_off"]
        assert flood.node("db-1")["data"]["commit_p99"] == pytest.approx(9_900, rel=0.1)
        assert flood.node("db-1")["data"]["fallen"]
        before = run.read().databases[0].copy()
        window = run.watch(5.0)
        after = run.read().databases[0]
        assert window.failed == 0
        assert after["commit_ns"] == before["commit_ns"]
        assert after["commits"] - before["commits"] == pytest.approx(1000, rel=0.2)
        dead = Ledger.of(run.crash("db-1"))
        run.heal("db-2").on(8.0)
        assert Ledger.of(run).primary == "db-2"
        assert Ledger.of(run).lost == dead.acknowledged - dead.received["db-2"] > 2500


def test_semi_sync_waits_again_once_a_replica_has_caught_up() -> None:
    run = Run(patient(group("semi_sync", semi_sync_timeout_s=2.0))).to(10.0)
    run.crash("db-2").on(5.0)
    (off,) = run.incidents("semi_sync_off")
    assert off.value == pytest.approx(2.0)
    run.heal("db-2").on(5.0)
    (on,) = run.incidents("semi_sync_on")
    assert on.node == "db-1"
    assert on.at_ns > 15e9
    before = run.read()
    run.on(5.0)
    reading = run.read()
    gained = [int(reading.databases[0][one] - before.databases[0][one]) for one in _COUNTS]
    assert gained[1] / gained[0] == pytest.approx(2e6)
    assert reading.failed == 0


_COUNTS = ("commits", "commit_ns")


@pytest.mark.parametrize("mode", STRICT)
def test_without_enough_replicas_a_strict_primary_takes_no_writes(mode: str) -> None:
    """Durability bought with availability: it blocks, says so, and goes on with the replica."""
    run = Run(patient(group(mode, replicas=2, sync_replicas=2), 5.0)).to(10.0)
    assert run.read().failed == 0
    run.crash("db-3").on(0.1)
    window = run.watch(20.0)
    assert window.completed == 0
    assert set(window.failures) == {"timed_out"}
    (stalled,) = run.incidents("commits_stalled")
    assert (stalled.node, stalled.value) == ("db-1", 2.0)
    ledger = Ledger.of(run)
    assert ledger.written > ledger.acknowledged + 20 * 150  # in the log, and nobody was told
    run.heal("db-3").on(9.0)
    assert len(run.incidents("commits_resumed")) == len(run.incidents("commits_stalled")) > 0
    assert run.watch(5.0).failed == 0
    assert Ledger.of(run).acknowledged == run.read().completed


def test_acknowledgements_lost_on_a_cut_link_are_covered_by_the_next_one() -> None:
    """The way back of a replica is cut: it has the log, and its primary does not know."""
    run = Run(patient(group("sync_receive"))).to(5.0)
    run.fault(CutLink(link="db-1_db-2", direction="back")).on(3.0)
    ledger = Ledger.of(run)
    assert ledger.received["db-2"] >= ledger.written - 5
    waiting = run.node("db-1")["commits_waiting"]
    assert waiting == pytest.approx(600, rel=0.15)
    run.fault(HealLink(link="db-1_db-2")).on(0.1)
    assert run.node("db-1")["commits_waiting"] < 10
    assert run.on(2.0).read().failed == 0


def test_a_write_whose_client_gave_up_lasts_unacknowledged() -> None:
    run = Run(patient(group("sync_receive", ms=300.0), 0.5)).to(10.0)
    ledger = Ledger.of(run)
    assert run.read().completed == ledger.acknowledged == 0
    assert ledger.written > 1500
    assert ledger.received["db-2"] > 1400
    assert run.read().failures_by_outcome().keys() == {"timed_out"}
    assert run.node("db-1")["commits_waiting"] < 200


def test_a_dead_primary_leaves_waiting_commits_in_the_state_unknown() -> None:
    for seed in seeds(10):
        run = Run(group("sync_receive", ms=200.0), seed).to(20.0)
        waiting = run.node("db-1")["commits_waiting"]
        assert waiting > 50
        dead = Ledger.of(run.crash("db-1"))
        assert run.read().failures_by_outcome()["lost_in_crash"] >= waiting
        run.on(10.0)
        ledger = Ledger.of(run)
        assert ledger.primary == "db-2"
        assert ledger.lost == 0
        unknown = dead.received["db-2"] - dead.acknowledged
        assert unknown == pytest.approx(waiting / 2, rel=0.4)
        assert ledger.written == ledger.acknowledged + unknown


def test_a_commit_mode_set_during_the_run_releases_waiting_commits() -> None:
    run = Run(patient(group("sync_receive"))).to(5.0)
    run.crash("db-2").on(2.0)
    assert run.node("db-1")["commits_waiting"] > 300
    run.edit(SetNode(node="db-1", parameters={"commit": "async"}))
    assert run.node("db-1")["commits_waiting"] == 0
    window = run.watch(5.0)
    assert window.failed == 0
    assert Ledger.of(run).acknowledged == run.read().completed


def test_a_delayed_replica_applies_only_writes_older_than_its_delay() -> None:
    late: AddNode = replica("db-2", apply_delay_s=5.0, max_lag_s=600.0)
    run = Run(replicated(100.0, [late], write_share=100.0, primary={"cores": 16})).to(30.0)
    ledger = Ledger.of(run)
    assert ledger.received["db-2"] >= ledger.written - 3
    assert ledger.written - ledger.applied["db-2"] == pytest.approx(500, rel=0.2)
    lags = [run.on(0.1).node("db-2")["lag_s"] for _ in range(50)]
    assert sum(lags) / 50 == pytest.approx(5.0, abs=0.05)
    assert run.node("db-2")["lag_bytes"] == pytest.approx(500 * 1000, rel=0.2)
    assert quiet(run, 6.0).agrees


@pytest.mark.parametrize(("mode", "lost"), [("async", True), ("sync_receive", False)])
def test_a_strict_primary_cut_off_without_fencing_acknowledges_no_write(
    mode: str, lost: bool
) -> None:
    """Split brain: both take writes, a strict one without replicas tells nobody so."""
    plain: dict[str, Value] = {"fencing": "off", "commit": mode, "heartbeat_s": 0.5}
    drawn = edited(
        group(mode, replicas=2, fencing="off"),
        *(SetNode(node=name, parameters=dict(plain)) for name in ("db-2", "db-3")),
        link("db-2", "db-3"),
    )
    run = Run(patient(drawn, 3.0)).to(10.0)
    for name in ("db-1_db-2", "db-1_db-3"):
        run.fault(CutLink(link=name, direction="both"))
    run.on(20.0)
    assert len(run.incidents("promoted")) == 1
    for name in ("db-1_db-2", "db-1_db-3"):
        run.fault(HealLink(link=name))
    run.on(5.0)
    assert (Ledger.of(run).lost > 100) == lost
    assert (Ledger.of(run).lost == 0) != lost
