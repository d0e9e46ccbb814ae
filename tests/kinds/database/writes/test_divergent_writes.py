"""More divergent writes than can be recorded: counted and reported, and never merged."""

import pytest

from app.actions import Recover
from app.engine.layout.data import replication_groups as compile_groups
from tests.kinds.database.failover.test_recovery import slow_link
from tests.kinds.database.failover.test_split_brain import apart, sites, together
from tests.kinds.database.replication.test_checksums import all_hold
from tests.kinds.database.writes.test_ledger import balances
from tests.support.databases.ledger import quiet
from tests.support.runs import Run

ROOM = 32


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups list few divergent writes."""
    monkeypatch.setattr(compile_groups, "_LOG_ENTRIES_PER_DIVERGENT_WRITE", 32_768 // ROOM)


@pytest.mark.usefixtures("little_room")
def test_writes_of_a_dead_primary_beyond_the_record_are_reported_and_not_merged() -> None:
    run = Run(slow_link()).to(10.0).crash("db-1").on(10.0)
    (lost,) = run.incidents("writes_lost")
    (said,) = run.incidents("not_followed")
    assert (said.node, said.value) == ("db-1", lost.value - ROOM)
    run.heal("db-1").on(5.0).fault(Recover(node="db-1", how="merge")).on(10.0)
    (merged,) = run.incidents("merged")
    assert 0 < merged.value <= ROOM
    assert run.read().ledger.lost == lost.value - ROOM
    quiet(run, 5.0)
    all_hold(run)
    balances(run)
    assert len(run.incidents("not_followed")) == 1


@pytest.mark.usefixtures("little_room")
def test_writes_of_a_second_primary_beyond_the_record_are_reported_and_not_merged() -> None:
    run = Run(sites(3, fencing="off", on_return="wait")).to(10.0)
    cut = apart(run, "1")
    run.on(30.0)
    together(run, cut).on(5.0)
    said = run.incidents("not_followed")
    (told,) = run.incidents("diverged_writes")
    assert sum(one.value for one in said) == told.value - ROOM > 1000
    assert said[-1].node == "db-1"
    lost = run.read().ledger.lost
    run.fault(Recover(node="db-1", how="merge")).on(30.0)
    ledger = run.read().ledger
    assert lost - ledger.lost == ledger.recovered + ledger.conflicted <= ROOM
    quiet(run, 20.0)
    all_hold(run)
    balances(run)


def test_divergent_writes_that_fit_the_record_raise_no_incident() -> None:
    run = Run(slow_link()).to(10.0).crash("db-1").on(10.0).heal("db-1").on(5.0)
    assert run.incidents("not_followed") == []
