"""Logged writes: their states add up to the ledger, and holders are who has them."""

from collections import Counter

import pytest

from app.actions import Crash, Heal
from app.topology.edits.apply import RemoveNode
from app.topology.model import Topology
from tests.support.databases.multi_primary_groups import primaries
from tests.support.drawings import replica, replicated
from tests.support.runs import Run

COUNT = 20_000


def states(run: Run) -> Counter[str]:
    return Counter(one.state for one, _ in run.engine.logged_writes(COUNT))


def drawn() -> Topology:
    return replicated(100.0, [replica("db-2"), replica("db-3")], write_share=100.0)


@pytest.mark.parametrize("healed", [False, True])
def test_states_of_writes_add_up_to_the_ledger_through_a_failover(healed: bool) -> None:
    run = Run(drawn()).to(5.0).crash("db-1").on(0.5)
    for _ in range(2):
        found, ledger = states(run), run.read().ledger
        for state in ("safe", "at_risk", "out_of_reach", "lost", "unknown"):
            assert found[state] == getattr(ledger, state), state
        if healed:
            run.fault(Heal(node="db-1"))
        run.on(20.0)


def test_a_lost_write_is_where_only_the_old_primary_has_it() -> None:
    run = Run(replicated(100.0, write_share=100.0, replication_ms=400.0)).to(5.0)
    run.crash("db-1").on(20.0)
    lost = [one for one in run.engine.logged_writes(COUNT) if one[0].state == "lost"]
    assert len(lost) == run.read().ledger.lost > 0
    assert {holders for _, holders in lost} == {("db-1",)}
    positions = [one.position for one, _ in lost]
    assert positions == sorted(positions, reverse=True)


def test_writes_of_the_last_copy_are_out_of_reach_and_then_lost() -> None:
    run = Run(replicated(100.0, [], write_share=100.0)).to(2.0)
    assert states(run)["safe"] > 0
    run.fault(Crash(node="db-1"))
    assert set(states(run)) - {"unknown"} == {"out_of_reach"}
    run.edit(RemoveNode(node="db-1"))
    assert set(states(run)) <= {"lost", "unknown"}


def test_writes_of_several_primaries_have_keys_and_holders() -> None:
    run = Run(primaries(2)).to(5.0)
    found = run.engine.logged_writes(50)
    assert len(found) == 50
    times = [one.written_ns for one, _ in found]
    assert times == sorted(times, reverse=True)
    assert all(holders for _, holders in found)
    assert all(one.key >= 0 for one, _ in found)
