"""A mistake replicates: replicas are no backup (B19)."""

import pytest

from app.actions import Destroy, Recover
from app.topology.model import Topology
from tests.behaviours.ledger import Ledger, quiet
from tests.behaviours.samples import SIGMAS, seeds
from tests.drawings import replica, replicated
from tests.engine.audit import audit
from tests.engine.runs import Run

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
def test_a_destructive_write_is_everywhere_within_the_lag(lag_s: float) -> None:
    """Three replicas, and no row left: what was acknowledged before it is gone on all of them."""
    for seed in seeds(4):
        run = Run(four(lag_s), seed).to(AT_S)
        before = run.read().ledger
        run.fault(Destroy(node="db-1"))
        audit(run.engine)
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


def test_a_backup_saves_what_was_there_when_it_was_made() -> None:
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


def test_a_replica_that_is_far_behind_saves_everything() -> None:
    """What it has not applied yet is not gone there."""
    run = Run(four(lag_s=5.0)).to(AT_S).fault(Destroy(node="db-1")).on(1.0)
    rows = run.read().ledger.destroyed
    run.fault(Recover(node="db-4", how="restore")).on(11.0)
    (restored,) = run.incidents("restored")
    assert (restored.value, restored.other) == (rows, "db-4")
    ledger = run.read().ledger
    assert (ledger.destroyed, ledger.lost) == (0, 0)
    assert ledger.safe + ledger.at_risk == ledger.acknowledged


def test_a_failover_to_a_replica_that_never_got_it_undoes_it() -> None:
    """The only loss that saves: the destructive write dies with the primary."""
    run = Run(four(lag_s=2.0)).to(AT_S).fault(Destroy(node="db-1")).on(1.0).crash("db-1").on(10.0)
    audit(run.engine)
    ledger = run.read().ledger
    assert ledger.destroyed == 0
    assert ledger.lost == pytest.approx(RATE * 2.0, abs=SIGMAS * (RATE * 2.0) ** 0.5)
