"""The ledger under random faults: every acknowledged write is in exactly one state."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.actions import AnyFault, Crash, CutLink, Destroy, Heal, HealLink, Recover, Silence
from app.schema import Value
from app.topology.edits.apply import RemoveNode, SetLink, SetNode
from app.topology.model import Topology
from tests.kinds.database.failover.test_split_brain import sites
from tests.support.databases.ledger import quiet
from tests.support.drawings import edited
from tests.support.runs import Run

DATABASES = ("db-1", "db-2", "db-3")
LINKS = ("db-1_db-2", "db-1_db-3", "db-2_db-3", "web-1_db-2", "web-2_db-1")


def faults() -> st.SearchStrategy[AnyFault]:
    """Anything that may happen to a database, to what links them, or to data."""
    database, link = st.sampled_from(DATABASES), st.sampled_from(LINKS)
    how = st.sampled_from(["rewind", "rebuild", "merge", "stop"])
    return st.one_of(
        st.builds(lambda one: Crash(node=one), database),
        st.builds(lambda one: Silence(node=one), database),
        st.builds(lambda one: Heal(node=one), database),
        st.builds(lambda one: CutLink(link=one), link),
        st.builds(lambda one: HealLink(link=one), link),
        st.builds(lambda one, way: Recover(node=one, how=way), database, how),
    )


def settle(run: Run) -> None:
    """Everything works again, and people have decided what becomes of divergent writes."""
    for name in DATABASES:
        run.fault(Heal(node=name))
    for name in LINKS:
        run.fault(HealLink(link=name))
    run.on(12.0)
    for name in DATABASES:
        run.fault(Recover(node=name, how="rewind"))
    run.on(5.0)


def balances(run: Run) -> dict[str, float]:
    """Fail unless every acknowledged write is in exactly one state; the ledger."""
    found = run.read().ledger.plain()
    states = ("safe", "at_risk", "out_of_reach", "lost", "recovered", "conflicted", "destroyed")
    assert all(value >= 0 for value in found.values())
    assert sum(found[name] for name in states) == found["acknowledged"]
    assert found["acknowledged"] == run.read().completed
    return found


SCRIPTS = st.lists(st.tuples(st.floats(0.2, 4.0), faults()), min_size=1, max_size=10)
WAYS: dict[str, Any] = {
    "fencing": st.sampled_from(["off", "on"]),
    "quorum": st.sampled_from(["off", "on"]),
    "on_return": st.sampled_from(["rewind", "wait"]),
}


@example(  # db-2 gives up without a majority, and its predecessor, which has gone by, comes back
    script=[(1.0, Crash(node="db-1")), (3.0, Crash(node="db-3")), (3.0, Crash(node="db-1"))],
    ways={"fencing": "off", "quorum": "on", "on_return": "rewind"},
    seed=1,
)
@example(  # db-2 misses that db-1 is the primary again, of a newer line
    script=[
        (1.0, CutLink(link="db-1_db-2")),
        (2.0, Crash(node="db-2")),
        (2.0, Crash(node="db-3")),
        (4.0, Crash(node="db-1")),
    ],
    ways={"fencing": "off", "quorum": "off", "on_return": "rewind"},
    seed=1,
)
@settings(max_examples=60, deadline=None)
@given(script=SCRIPTS, ways=st.fixed_dictionaries(WAYS), seed=st.integers(1, 5))
def test_every_acknowledged_write_is_in_one_state_under_random_faults(
    script: list[tuple[float, AnyFault]], ways: dict[str, Value], seed: int
) -> None:
    run = Run(sites(3, lease_s=2.0, data_gb=0.2, heartbeat_s=0.5, **ways), seed).to(2.0)
    for after_s, fault in script:
        run.on(after_s).fault(fault)
        balances(run)
    settle(run)
    balances(run)
    assert quiet(run, 60.0).agrees
    balances(run)
    positions = {(int(one["timeline"]), int(one["applied"])) for one in run.read().databases}
    assert len(positions) == 1
    assert run.read().groups[0]["divergent_count"] == 0


@settings(max_examples=30, deadline=None)
@given(script=SCRIPTS, seed=st.integers(1, 5))
def test_with_a_quorum_and_a_short_lease_there_are_no_divergent_writes(
    script: list[tuple[float, AnyFault]], seed: int
) -> None:
    """The lease ends before the others can have elected anybody."""
    run = Run(sites(3, fencing="off", quorum="on", lease_s=1.0), seed).to(2.0)
    for after_s, fault in script:
        if not isinstance(fault, Silence):  # who hangs cannot see its lease end
            run.on(after_s).fault(fault)
    found = balances(run)
    assert (found["divergent"], found["two_primaries_s"]) == (0, 0.0)


@settings(max_examples=20, deadline=None)
@given(script=SCRIPTS, seed=st.integers(1, 5))
def test_a_destructive_write_moves_all_earlier_writes_to_destroyed(
    script: list[tuple[float, AnyFault]], seed: int
) -> None:
    run = Run(sites(3), seed).to(2.0)
    for place, (after_s, fault) in enumerate(script):
        run.on(after_s).fault(fault)
        if place % 3 == 1:
            run.fault(Destroy(node="db-1"))
        balances(run)
    settle(run)
    balances(run)
    assert quiet(run, 60.0).agrees


def test_writes_are_out_of_reach_while_every_copy_is_down_and_lost_with_the_last_one() -> None:
    run = Run(sites(1), 1).to(4.0)
    known = balances(run)
    assert known["safe"] == known["acknowledged"] > 50
    run.fault(Crash(node="db-1"))
    down = balances(run)
    assert (down["safe"], down["out_of_reach"]) == (0, known["acknowledged"])
    run.fault(Heal(node="db-1")).on(0.5)
    assert balances(run)["out_of_reach"] == 0
    held = balances(run)["acknowledged"]
    back = run.edit(RemoveNode(node="db-1"))
    gone = balances(run)
    assert (gone["safe"], gone["lost"]) == (0, held)
    run.edit(*back)
    assert balances(run)["safe"] == held


def test_writes_on_no_live_copy_are_out_of_reach_until_another_primary_takes_over() -> None:
    slow = SetLink(link="db-1_db-2", parameters={"latency_ms": 400.0})
    run = Run(edited(sites(2, quorum="off"), slow), 1).to(6.0)
    before = balances(run)
    run.fault(Crash(node="db-1"))
    down = balances(run)
    assert 0 < down["out_of_reach"] <= before["at_risk"]
    assert down["lost"] == 0
    run.on(20.0)
    after = balances(run)
    assert after["out_of_reach"] == 0
    assert after["lost"] >= down["out_of_reach"]


@settings(max_examples=25, deadline=None)
@given(
    script=SCRIPTS,
    gone=st.lists(st.tuples(st.integers(0, 10), st.sampled_from(DATABASES)), max_size=3),
    mode=st.sampled_from(["primary_replica", "multi_primary", "ring"]),
    seed=st.integers(1, 5),
)
def test_every_acknowledged_write_is_in_one_state_while_databases_come_and_go(
    script: list[tuple[float, AnyFault]], gone: list[tuple[int, str]], mode: str, seed: int
) -> None:
    same = (SetNode(node=one, parameters={"replication": mode}) for one in DATABASES)
    run = Run(edited(sites(3), *same), seed).to(2.0)
    for place, (after_s, fault) in enumerate(script):
        run.on(after_s)
        if is_drawn(run.engine.topology, fault):
            run.fault(fault)
        balances(run)
        for _, name in (one for one in gone if one[0] == place):
            if run.engine.topology.has_node(name):
                back = run.edit(RemoveNode(node=name))
                balances(run)
                run.on(0.3)
                balances(run)
                if place % 2:
                    run.edit(*back)
                    balances(run)


def is_drawn(topology: Topology, fault: AnyFault) -> bool:
    """Tell if what a fault is about is there."""
    node, link = getattr(fault, "node", None), getattr(fault, "link", None)
    return topology.has_node(node) if node else topology.has_link(str(link))
