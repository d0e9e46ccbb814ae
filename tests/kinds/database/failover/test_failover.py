"""Failover of a primary: missed heartbeats, election of the most advanced replica, losses."""

import pytest

from app.engine.observe.incident import Incident
from app.schema import Value
from app.topology.edits.apply import SetLink, SetNode
from app.topology.model import Topology
from tests.support.databases.ledger import Ledger, quiet
from tests.support.drawings import edited, final_design, replica, replicated
from tests.support.runs import SECOND, Run, Window
from tests.support.statistics.samples import (
    SIGMAS,
    must_average,
    must_be_poisson,
    must_be_uniform,
    seeds,
)

CRASH_S = 20.0
PATH_S = LINK_S = 0.00025


def writers(rate: float = 200.0, replicas: int = 1, ms: float = 0.25, **each: Value) -> Topology:
    """Users who only write, on a primary that is fast enough, with some replicas."""
    return replicated(
        rate,
        [replica(f"db-{number}", **each) for number in range(2, 2 + replicas)],
        write_share=100.0,
        replication_ms=ms,
        primary={"cores": 16, **each},
    )


def only(run: Run, code: str) -> Incident:
    """The one incident of this sort."""
    (one,) = run.incidents(code)
    return one


def after_s(one: Incident) -> float:
    """When it was, from the crash on."""
    return one.at_ns / SECOND - CRASH_S


def test_the_write_outage_is_detection_plus_promotion_plus_the_next_check() -> None:
    """Two to three heartbeats, 2 s of promotion, and up to 1 s until the web server asks again."""
    drawn, detected, outages = writers(), [], []
    for seed in seeds(150):
        run = Run(drawn, seed).to(CRASH_S)
        assert run.read().failed == 0
        window = run.crash("db-1").watch(7.0)
        suspected, resumed = only(run, "suspected"), only(run, "writes_resumed")
        elected, promoted = only(run, "elected"), only(run, "promoted")
        assert (suspected.node, suspected.other) == ("db-2", "db-1")
        assert (elected.node, promoted.node, promoted.other) == ("db-2", "db-2", "db-1")
        assert elected.at_ns == suspected.at_ns
        assert promoted.at_ns - elected.at_ns == 2 * SECOND
        assert 2.0 < after_s(suspected) <= 3.0 + PATH_S
        assert resumed.value == pytest.approx(after_s(resumed))
        assert after_s(promoted) < resumed.value < after_s(promoted) + 1.0 + LINK_S + 0.1
        assert window.failures.keys() <= {"refused", "lost_in_crash", "no_database", "not_primary"}
        assert window.failed == pytest.approx(200 * resumed.value, abs=5 * (200 * 6) ** 0.5)
        detected.append(after_s(suspected) - PATH_S - 2.0)
        outages.append(resumed.value)
    must_be_uniform(detected)
    # Halves of a heartbeat and of a check on average; then a write comes and is worked on.
    must_average(outages, 2.5 + 2.0 + 0.5 + 0.01, (2 / 12) ** 0.5)


@pytest.mark.parametrize(
    ("heartbeat_s", "misses", "promotion_s", "check_s"),
    [(0.5, 2, 0.0, 0.1), (1.0, 5, 10.0, 2.0), (3.0, 1, 4.0, 1.0)],
)
def test_each_part_of_the_write_outage_follows_its_parameter(
    heartbeat_s: float, misses: int, promotion_s: float, check_s: float
) -> None:
    each: dict[str, Value] = {
        "heartbeat_s": heartbeat_s,
        "heartbeat_misses": misses,
        "promotion_s": promotion_s,
    }
    drawn = replicated(
        200.0,
        [replica("db-2", **each), replica("db-3", **each)],
        write_share=100.0,
        primary={"cores": 16},
        server={"check_interval_s": check_s},
    )
    fastest = (misses - 1) * heartbeat_s + promotion_s
    slowest = misses * heartbeat_s + PATH_S + promotion_s + check_s + LINK_S + 0.1
    for seed in seeds(12):
        run = Run(drawn, seed).to(CRASH_S).crash("db-1").on(slowest)
        assert fastest < only(run, "writes_resumed").value < slowest


@pytest.mark.parametrize(("lag_s", "lost"), [(0.1, 20), (0.5, 100), (1.0, 200), (5.0, 1000)])
def test_writes_lost_in_a_failover_are_the_write_rate_times_the_lag(
    lag_s: float, lost: int
) -> None:
    """What was on its way when the primary died is on its disk alone, and clients were told."""
    drawn, counts = writers(200.0, ms=1000 * lag_s), []
    for seed in seeds(12):
        run = Run(drawn, seed).to(CRASH_S).crash("db-1").on(20.0 + 4 * lag_s)
        (told,) = run.incidents("writes_lost")
        assert (told.node, told.other) == ("db-2", "db-1")
        assert Ledger.of(run).lost == told.value
        counts.append(told.value)
    must_be_poisson(counts, lost)


def test_without_lag_a_failover_loses_next_to_nothing() -> None:
    lost = []
    for seed in seeds(20):
        run = Run(writers(), seed).to(CRASH_S).crash("db-1").on(10.0)
        lost.append(Ledger.of(run).lost)
    assert max(lost) <= 2


def test_the_most_advanced_replica_is_promoted() -> None:
    drawn = edited(
        writers(replicas=3, ms=500.0), SetLink(link="db-1_db-3", parameters={"latency_ms": 100.0})
    )
    lost = []
    for seed in seeds(12):
        run = Run(drawn, seed).to(CRASH_S)
        reached = Ledger.of(run.crash("db-1")).received
        assert reached["db-3"] > max(reached["db-2"], reached["db-4"])
        run.on(10.0)
        assert only(run, "elected").node == only(run, "promoted").node == "db-3"
        assert Ledger.of(run).primary == "db-3"
        lost.append(Ledger.of(run).lost)
        assert quiet(run, 5.0).received["db-2"] == Ledger.of(run).written
    must_be_poisson(lost, 20)


def test_acknowledged_writes_equal_the_log_of_the_primary_plus_lost_ones() -> None:
    """Acknowledged writes are those that clients saw completed; the log of the primary holds
    them all but the lost ones; the old primary comes back, discards what was lost, and follows.
    """
    for seed in seeds(12):
        run = Run(writers(replicas=2, ms=200.0), seed).to(CRASH_S).crash("db-1")
        dead = Ledger.of(run)
        run.on(8.0)
        ledger = Ledger.of(run)
        assert ledger.acknowledged == run.read().completed > dead.acknowledged
        assert ledger.written == ledger.acknowledged - ledger.lost
        assert ledger.lost == dead.written - max(dead.received["db-2"], dead.received["db-3"])
        run.heal("db-1")
        rewound = only(run, "rewound")
        assert (rewound.node, rewound.other) == ("db-1", ledger.primary)
        assert rewound.value == ledger.lost
        window = run.on(5.0).watch(2.0)
        assert window.failed == 0
        assert window.node("db-1")["role"] == "replica"
        assert run.node("db-1")["lag_s"] < 0.5
        last = quiet(run, 5.0)
        assert last.agrees
        assert (last.primary, last.lost) == (ledger.primary, ledger.lost)
        assert last.written == last.acknowledged - last.lost


def test_an_old_primary_takes_reads_again_as_a_replica() -> None:
    run = Run(final_design(600.0)).to(CRASH_S).crash("db-1").on(10.0)
    leader = Ledger.of(run).primary
    run.heal("db-1")
    while True:
        reads = run.watch(0.05).node("db-1")["reads"]
        if [one for one in run.incidents("caught_up") if one.node == "db-1"]:
            break
        assert reads == 0.0
        assert run.now_s < 60.0
    window = run.on(3.0).watch(10.0)
    assert window.failed == 0
    assert window.node(leader)["reads"] == 0.0
    others = {"db-1", "db-2", "db-3"} - {leader}
    for name in others:
        assert window.node(name)["reads"] == pytest.approx(270, rel=0.1)
        assert window.node(name)["writes"] == 0.0


def test_reads_go_on_while_nobody_takes_writes() -> None:
    run = Run(final_design(600.0)).to(CRASH_S).crash("db-1")
    reads_before = _reads(run)
    window = run.watch(4.0)
    assert _reads(run) - reads_before == pytest.approx(4 * 540, rel=0.1)
    assert window.failed == pytest.approx(4 * 60, rel=0.3)


def _reads(run: Run) -> int:
    return sum(int(run.node(name)["reads"]) for name in ("db-2", "db-3"))


@pytest.mark.parametrize("down_s", [0.1, 1.0, 1.99])
def test_a_primary_that_is_back_before_the_election_stays_primary(down_s: float) -> None:
    for seed in seeds(10):
        run = Run(writers(replicas=2, ms=300.0), seed).to(CRASH_S).crash("db-1").on(down_s)
        run.heal("db-1")
        window = run.on(2.1).watch(5.0)
        assert window.failed == 0
        assert run.incidents("suspected", "elected", "promoted", "writes_lost", "rewound") == []
        assert only(run, "writes_resumed").value > down_s
        last = quiet(run, 5.0)
        assert last.agrees
        assert (last.primary, last.lost) == ("db-1", 0)
        assert last.written == last.acknowledged


def test_a_primary_that_is_back_during_the_promotion_hands_over() -> None:
    """It takes writes until the elected one is ready, and hands over all that has arrived."""
    for seed in seeds(10):
        run = Run(writers(replicas=2, promotion_s=5.0), seed).to(CRASH_S).crash("db-1").on(4.0)
        assert only(run, "elected").node != "db-1"
        run.heal("db-1").on(10.0)
        assert only(run, "promoted").node == Ledger.of(run).primary != "db-1"
        told = [one.value for one in run.incidents("writes_lost", "rewound")]
        assert told == ([Ledger.of(run).lost] * 2 if Ledger.of(run).lost else [])
        assert run.watch(2.0).failed == 0
        last = quiet(run, 5.0)
        assert last.agrees
        assert last.written == last.acknowledged - last.lost
        assert last.lost <= 3


def test_another_replica_is_elected_when_the_elected_one_dies() -> None:
    for seed in seeds(20):
        run = Run(writers(replicas=2, ms=50.0, promotion_s=3.0), seed).to(CRASH_S)
        run.crash("db-1").on(3.1)
        first = only(run, "elected").node
        second = "db-3" if first == "db-2" else "db-2"
        run.crash(first).on(10.0)
        assert [one.node for one in run.incidents("elected")] == [first, second]
        promoted = only(run, "promoted")
        assert promoted.node == second
        # The first promotion comes to nothing; the next missed heartbeat calls an election.
        elections = [after_s(one) for one in run.incidents("elected")]
        assert 3.0 <= elections[1] - elections[0] <= 3.0 + 1.0 + 0.05 + PATH_S
        assert after_s(promoted) == pytest.approx(elections[1] + 3.0)
        assert run.watch(2.0).failed == 0
        run.heal(first).heal("db-1").on(5.0)
        last = quiet(run, 5.0)
        assert last.agrees
        assert (last.primary, last.written) == (second, last.acknowledged - last.lost)


def test_after_two_failovers_in_a_row_both_old_primaries_rejoin_as_replicas() -> None:
    for seed in seeds(10):
        run = Run(writers(replicas=2, ms=100.0), seed).to(CRASH_S)
        led = []
        for _ in range(2):
            led.append(Ledger.of(run).primary)
            run.crash(led[-1])
            window = run.on(7.0).watch(5.0)
            assert _all_pass(window)
        assert [one.other for one in run.incidents("promoted")] == led
        run.heal(led[0]).on(2.0).heal(led[1]).on(5.0)
        told = {one.node: one.value for one in run.incidents("rewound")}
        lost = [one.value for one in run.incidents("writes_lost")]
        assert list(told) == led
        assert list(told.values()) == lost
        assert _all_pass(run.watch(2.0))
        last = quiet(run, 5.0)
        assert last.agrees
        assert last.lost == sum(lost)
        assert last.written == last.acknowledged - last.lost


def _all_pass(window: Window) -> bool:
    return window.failed == 0 and window.completed > 0


def test_writes_fail_until_a_replica_is_up_when_none_was() -> None:
    run = Run(writers(replicas=1)).to(CRASH_S).crash("db-2").crash("db-1").on(10.0)
    assert run.incidents("elected") == []
    assert run.watch(1.0).completed == 0
    run.heal("db-2").on(2.9 + 2.0 + 2.0)
    assert only(run, "promoted").node == "db-2"
    assert _all_pass(run.watch(5.0))


def test_promoting_the_only_live_replica_loses_all_that_it_had_missed() -> None:
    """It alone lives, so it is the most advanced there is."""
    run = Run(writers(2000.0), 1).to(5.0).crash("db-2")
    slept = Ledger.of(run)
    run.to(25.0).crash("db-1")
    dead = Ledger.of(run)
    assert dead.written - slept.written > 32_768  # more than the log remembers
    run.heal("db-2").on(8.0)
    assert Ledger.of(run).lost == dead.acknowledged - slept.received["db-2"]
    run.heal("db-1").on(2.0)
    assert only(run, "rewound").value == dead.written - slept.received["db-2"]
    assert quiet(run, 10.0).agrees


def test_a_planned_switch_loses_nothing_and_takes_less_than_a_check_interval() -> None:
    for seed in seeds(10):
        run = Run(writers(replicas=2, ms=100.0), seed).to(CRASH_S)
        run.edit(SetNode(node="db-3", parameters={"role": "primary"}))
        window = run.watch(3.0)
        assert only(run, "switched").node == "db-3"
        assert window.failures.keys() <= {"not_primary", "no_database"}
        assert window.failed <= 200 + SIGMAS * 200**0.5
        assert _all_pass(run.watch(5.0))
        last = quiet(run, 5.0)
        assert last.agrees
        assert (last.primary, last.lost, last.written) == ("db-3", 0, last.acknowledged)
        assert run.incidents("elected", "writes_lost", "rewound") == []
