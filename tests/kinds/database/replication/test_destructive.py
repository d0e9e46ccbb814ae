"""Destructive writes replicate (B19): replicas are no backup; backups and delays are."""

from typing import Any

import pytest

from app.actions import Destroy, Recover
from app.session.entry import carry_out
from app.session.situation import Situation
from app.topology.edits.apply import EditError
from app.topology.model import Topology
from tests.support.databases.ledger import Ledger, quiet
from tests.support.databases.multi_primary_groups import primaries, ring
from tests.support.drawings import replica, replicated
from tests.support.runs import Run
from tests.support.statistics.samples import SIGMAS, seeds

AT_S, RATE = 25.0, 200.0


def four(lag_s: float = 0.001, **backed_up: float) -> Topology:
    """A primary and three replicas."""
    return replicated(
        RATE,
        [replica("db-2", **backed_up), replica("db-3"), replica("db-4")],
        write_share=100.0,
        replication_ms=1000 * lag_s,
        primary={"cores": 16},
    )


def copies_left(run: Run) -> int:
    """Databases that have not applied the destructive write."""
    reading = run.read()
    applied = reading.databases["applied"]
    return int((applied < reading.groups[0]["destroyed_at"]).sum())


@pytest.mark.parametrize("lag_s", [0.1, 1.0])
def test_a_destructive_write_reaches_every_replica_within_the_lag(lag_s: float) -> None:
    """Three replicas, and no row left: what was acknowledged before it is gone on all of them."""
    for seed in seeds(4):
        run = Run(four(lag_s), seed).to(AT_S)
        before = run.read().ledger
        run.fault(Destroy(node="db-1"))
        (said,) = run.incidents("destroyed")
        assert said.value == before.acknowledged == run.read().ledger.destroyed
        assert run.read().ledger.safe == 0
        assert copies_left(run) == 3
        run.on(lag_s + 0.2)
        assert copies_left(run) == 0
        assert run.watch(2.0).failed == 0  # nobody sees an error
        run.fault(Recover(node="db-3", how="restore")).on(20.0)
        assert len(run.incidents("not_recovered")) == 1
        ledger = run.read().ledger
        assert ledger.destroyed == before.acknowledged
        assert ledger.safe + ledger.at_risk == ledger.acknowledged - before.acknowledged
        assert quiet(run, 5.0).agrees


def test_a_backup_restores_the_data_of_its_time() -> None:
    """Every 10 s, last at 20 s: five seconds of writes are gone for good."""
    for seed in seeds(4):
        run = Run(four(backup_interval_s=10.0, data_gb=0.5), seed).to(20.0)
        backed_up = Ledger.of(run).acknowledged
        run.to(AT_S).fault(Destroy(node="db-1")).on(1.0)
        destroyed = run.read().ledger.destroyed
        run.fault(Recover(node="db-2", how="restore")).on(4.9)
        assert run.read().ledger.destroyed == destroyed
        run.on(0.2)
        (restored,) = run.incidents("restored")
        assert restored.value == backed_up
        gone = run.read().ledger.destroyed
        assert gone == destroyed - backed_up
        assert gone == pytest.approx(RATE * 5.0, abs=SIGMAS * (RATE * 5.0) ** 0.5)


def test_a_replica_far_behind_still_has_all_data_after_a_destructive_write() -> None:
    """What it has not applied yet is not gone there."""
    run = Run(four(lag_s=5.0)).to(AT_S).fault(Destroy(node="db-1")).on(1.0)
    rows = run.read().ledger.destroyed
    run.fault(Recover(node="db-4", how="restore")).on(11.0)
    (restored,) = run.incidents("restored")
    assert (restored.value, restored.other) == (rows, "db-4")
    ledger = run.read().ledger
    assert (ledger.destroyed, ledger.lost) == (0, 0)
    assert ledger.safe + ledger.at_risk == ledger.acknowledged


def test_a_failover_to_a_replica_without_the_destructive_write_undoes_it() -> None:
    """The only loss that saves: the destructive write dies with the primary."""
    run = Run(four(lag_s=2.0)).to(AT_S).fault(Destroy(node="db-1")).on(1.0).crash("db-1").on(10.0)
    ledger = run.read().ledger
    assert ledger.destroyed == 0
    assert ledger.lost == pytest.approx(RATE * 2.0, abs=SIGMAS * (RATE * 2.0) ** 0.5)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_delayed_replica_still_has_all_data_after_a_destructive_write(seed: int) -> None:
    """It has received the destructive write as soon as the others, and does not apply it yet."""
    drawn = replicated(
        RATE,
        [replica("db-2"), replica("db-3", apply_delay_s=30.0, max_lag_s=600.0, data_gb=0.5)],
        write_share=100.0,
        primary={"cores": 16},
    )
    run = Run(drawn, seed).to(AT_S)
    before = run.read().ledger
    run.fault(Destroy(node="db-1")).on(5.0)
    late = run.read().databases[2]
    assert late["received"] > run.read().groups[0]["destroyed_at"] > late["applied"]
    run.fault(Recover(node="db-2", how="restore")).on(5.1)
    assert run.incidents("restored") == []
    run.fault(Recover(node="db-3", how="restore")).on(5.1)
    (restored,) = run.incidents("restored")
    assert (restored.value, restored.other) == (before.acknowledged, "db-3")
    ledger = run.read().ledger
    assert (ledger.destroyed, ledger.lost) == (0, 0)
    assert ledger.safe + ledger.at_risk == ledger.acknowledged


def test_a_delayed_replica_has_no_data_left_once_its_delay_is_over() -> None:
    late = replica("db-2", apply_delay_s=10.0, max_lag_s=600.0)
    drawn = replicated(RATE, [late], write_share=100.0, primary={"cores": 16})
    run = Run(drawn).to(AT_S).fault(Destroy(node="db-1")).on(11.0)
    run.fault(Recover(node="db-2", how="restore")).on(11.0)
    assert len(run.incidents("not_recovered")) == 1
    assert run.read().ledger.destroyed > 0


SEVERAL = pytest.mark.parametrize("drawn", [primaries, ring], ids=["all", "ring"])


def adds_up(run: Run) -> None:
    ledger = run.read().ledger
    states = (ledger.safe, ledger.at_risk, ledger.lost, ledger.conflicted, ledger.destroyed)
    assert min(states) >= 0
    assert sum(states) == ledger.acknowledged


@SEVERAL
def test_at_several_primaries_a_destructive_write_reaches_every_member_within_the_lag(
    drawn: Any,
) -> None:
    """Every member has applied it within the lag, and then nobody can bring anything back."""
    run = Run(drawn(3, 50.0, 50.0)).to(5.0)
    before = run.read().ledger
    kept = before.acknowledged - before.conflicted
    run.fault(Destroy(node="db-2"))
    (said,) = run.incidents("destroyed")
    assert (said.node, said.value) == ("db-2", kept)
    assert run.read().ledger.destroyed == kept
    adds_up(run)
    run.engine.set_load(0.0)
    run.on(2.0)
    adds_up(run)
    assert len({one["checksum"] for one in run.summary()["nodes"].values() if "role" in one}) == 1
    for name in ("db-1", "db-2", "db-3"):
        run.fault(Recover(node=name, how="restore"))
    run.on(15.0)
    assert len(run.incidents("not_recovered")) == 3
    assert run.read().ledger.destroyed == kept


@SEVERAL
def test_at_several_primaries_a_member_not_yet_reached_still_has_all_data(drawn: Any) -> None:
    """In a ring the last to get it is the one before its origin."""
    run = Run(drawn(3, 50.0, 2000.0, data_gb=0.5)).to(5.0).fault(Destroy(node="db-2")).on(1.0)
    rows = run.read().ledger.destroyed
    run.fault(Recover(node="db-1", how="restore")).on(5.1)
    (restored,) = run.incidents("restored")
    assert (restored.value, restored.other) == (rows, "db-1")
    assert run.read().ledger.destroyed == 0
    adds_up(run)
    run.engine.set_load(0.0)
    run.on(6.0)
    assert len({one["checksum"] for one in run.summary()["nodes"].values() if "role" in one}) == 1


@SEVERAL
def test_at_several_primaries_a_backup_restores_the_data_of_its_time(drawn: Any) -> None:
    run = Run(drawn(3, 50.0, 5.0, backup_interval_s=4.0, data_gb=0.1)).to(8.0)
    backed_up = run.read().ledger
    run.on(1.5).fault(Destroy(node="db-1")).on(1.0)
    rows = run.read().ledger.destroyed
    run.fault(Recover(node="db-3", how="restore")).on(1.1)
    (restored,) = run.incidents("restored")
    assert restored.value == pytest.approx(backed_up.acknowledged, abs=10)
    assert run.read().ledger.destroyed == rows - restored.value
    adds_up(run)


def test_a_primary_that_is_down_takes_no_destructive_write() -> None:
    run = Run(primaries(2)).to(2.0).crash("db-1").fault(Destroy(node="db-1"))
    assert len(run.incidents("not_recovered")) == 1
    assert run.read().ledger.destroyed == 0


@pytest.mark.parametrize(
    ("topology", "how"),
    [
        (primaries(2), "rewind"),
        (primaries(2), "rebuild"),
        (ring(3), "merge"),
        (four(), "skip"),
    ],
)
def test_recoveries_that_make_no_sense_in_a_group_are_refused(topology: Topology, how: str) -> None:
    with pytest.raises(EditError) as told:
        carry_out(Situation(topology), Recover(node="db-2", how=how))
    assert told.value.field == "how"
    for action in (Recover(node="db-2", how="restore"), Destroy(node="db-2")):
        assert carry_out(Situation(topology), action).inverse is not None
