"""Recovery of a diverged old primary (B16): rewind, rebuild or merge."""

import pytest

from app.actions import Recover
from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.databases.ledger import quiet
from tests.support.drawings import replica, replicated
from tests.support.runs import SECOND, Run
from tests.support.statistics.samples import SIGMAS, must_average, seeds

CRASH_S = 10.0
RATE, LAG_S = 200.0, 1.0


def slow_link(**each: Value) -> Topology:
    """Replicas that are a second behind, and databases that wait for people."""
    each = {"on_return": "wait", **each}
    return replicated(
        RATE,
        [replica("db-2", **each), replica("db-3", **each)],
        write_share=100.0,
        replication_ms=1000 * LAG_S,
        primary={"cores": 16, **each},
    )


def diverged(seed: int, **each: Value) -> Run:
    """A run whose old primary is back, and waits: it has about 200 writes of its own."""
    run = Run(slow_link(**each), seed).to(CRASH_S).crash("db-1").on(10.0).heal("db-1").on(5.0)
    (told,) = run.incidents("diverged_writes")
    (lost,) = run.incidents("writes_lost")
    assert told.node == "db-1"
    assert told.value == lost.value == run.read().ledger.lost
    return run


def follows(run: Run) -> None:
    """Fail unless every database has the same, and the old primary serves again."""
    window = run.on(3.0).watch(1.0)
    assert window.failed == 0
    assert quiet(run, 60.0).agrees
    assert len({int(one["timeline"]) for one in run.read().databases}) == 1


def test_a_diverged_database_stays_out_of_its_group_until_it_is_recovered() -> None:
    run = diverged(1)
    served = run.node("db-1")["served"]
    run.on(20.0)
    assert run.node("db-1")["served"] == served
    assert not quiet(run, 5.0).agrees
    run.crash("db-1").on(1.0).heal("db-1").on(5.0)
    assert run.node("db-1")["served"] == served
    assert run.incidents("rewound", "repairing") == []


def test_an_old_primary_without_divergent_writes_rejoins_by_itself() -> None:
    """Nothing was under way when the primary died: nobody wrote for a while."""
    run = Run(slow_link()).to(5.0)
    run.engine.set_load(0.0)
    run.on(5.0).crash("db-1").on(10.0)
    run.engine.set_load(1.0)
    run.on(2.0).heal("db-1").on(5.0)
    assert run.incidents("diverged_writes") == []
    assert len(run.incidents("rejoined")) == 1
    follows(run)


def test_a_rewind_discards_divergent_writes_and_follows_at_once() -> None:
    for seed in seeds(5):
        run = diverged(seed)
        before = run.read().ledger
        run.fault(Recover(node="db-1", how="rewind"))
        (rewound,) = run.incidents("rewound")
        assert (rewound.node, rewound.value) == ("db-1", before.lost)
        follows(run)
        ledger = run.read().ledger
        assert (ledger.lost, ledger.recovered, ledger.conflicted) == (before.lost, 0, 0)


def test_a_rebuild_takes_as_long_as_copying_the_data() -> None:
    """10 GB at 100 MB/s are 100 s; 1 TB would be 2.8 hours."""
    run = diverged(2, data_gb=10.0)
    before, now_s = run.read().ledger, run.now_s
    run.fault(Recover(node="db-1", how="rebuild"))
    (told,) = run.incidents("repairing")
    assert told.value == pytest.approx(100.0)
    served = run.on(99.9).node("db-1")["served"]
    assert run.incidents("repair_done") == []
    run.on(5.0)
    (done,) = run.incidents("repair_done")
    assert done.at_ns / SECOND == pytest.approx(now_s + 100.0)
    follows(run)
    assert run.node("db-1")["served"] >= served
    assert run.read().ledger.lost == before.lost
    terabyte = diverged(3, data_gb=1000.0).fault(Recover(node="db-1", how="rebuild"))
    (told,) = terabyte.incidents("repairing")
    assert told.value / 3600 == pytest.approx(2.8, rel=0.01)


def test_a_merge_recovers_divergent_writes_of_keys_not_written_since() -> None:
    """Every write of its own is recovered or in conflict; then all have the same."""
    for seed in seeds(5):
        run = diverged(seed)
        before = run.read().ledger
        run.fault(Recover(node="db-1", how="merge"))
        (told,) = run.incidents("repairing")
        assert told.value == pytest.approx(before.lost * 0.005)
        run.on(10.0)
        ledger = run.read().ledger
        assert ledger.recovered + ledger.conflicted == before.lost
        assert ledger.lost == 0
        (merged,) = run.incidents("merged")
        assert merged.value == ledger.recovered
        follows(run)
        last = run.read()
        assert int(last.groups[0]["written"]) == last.ledger.acknowledged - ledger.conflicted


def test_conflicts_of_a_merge_are_the_rows_written_on_both_sides() -> None:
    """A row escapes each of m later writes with probability 1 - 1/K: of n lost writes, about
    n exp(-m/K) are recovered.
    """
    rows, shares = 2000, []
    for seed in seeds(12):
        run = diverged(seed, rows=rows)
        fork = int(run.read().databases[0]["fork_position"])
        lost = run.read().ledger.lost
        run.fault(Recover(node="db-1", how="merge")).on(10.0)
        (merged,) = run.incidents("merged")
        at = merged.at_ns / SECOND
        since = int(run.read().groups[0]["written"]) - fork - merged.value
        since -= RATE * (run.now_s - at)
        expected = (1.0 - 1.0 / rows) ** since
        shares.append(run.read().ledger.recovered / lost - expected)
    must_average(shares, 0.0, (0.25 / 200) ** 0.5 + 0.01)


def test_a_recovery_can_be_stopped_and_begun_anew() -> None:
    run = diverged(4, data_gb=10.0).fault(Recover(node="db-1", how="rebuild")).on(50.0)
    run.fault(Recover(node="db-1", how="stop")).on(60.0)
    assert run.incidents("repair_done") == []
    run.fault(Recover(node="db-1", how="rewind"))
    follows(run)


def test_a_crash_ends_a_recovery() -> None:
    run = diverged(5, data_gb=10.0).fault(Recover(node="db-1", how="rebuild")).on(50.0)
    run.crash("db-1").on(1.0).heal("db-1").on(60.0)
    assert run.incidents("repair_done") == []
    run.fault(Recover(node="db-1", how="rebuild")).on(102.0)
    follows(run)


@pytest.mark.parametrize("how", ["rewind", "rebuild", "merge", "restore", "skip"])
def test_a_recovery_of_a_database_that_has_not_diverged_changes_nothing(how: str) -> None:
    run = Run(slow_link()).to(5.0)
    before = run.read().ledger
    run.fault(Recover(node="db-2", how=how))
    assert [one.code for one in run.incidents()] == ["not_recovered"]
    assert run.read().ledger == before
    follows(run)


def test_a_diverged_old_primary_can_be_made_the_primary_again() -> None:
    """Made the primary by people, its own writes are the current timeline again."""
    run = diverged(6)
    lost = run.read().ledger.lost
    run.crash("db-2").crash("db-3").on(1.0)
    run.edit(SetNode(node="db-1", parameters={"role": "replica"}))
    run.edit(SetNode(node="db-1", parameters={"role": "primary"}))
    run.on(2.0)
    (said,) = run.incidents("writes_lost")[1:]
    assert run.read().ledger.lost == said.value
    assert said.value > lost
    run.heal("db-2").heal("db-3").on(5.0)
    assert {one.node for one in run.incidents("diverged_writes")} == {"db-1", "db-2", "db-3"}
    for name in ("db-2", "db-3"):
        run.fault(Recover(node=name, how="merge")).on(30.0)
    follows(run)
    ledger = run.read().ledger
    assert ledger.lost == 0
    assert ledger.recovered + ledger.conflicted == pytest.approx(said.value, abs=SIGMAS)
