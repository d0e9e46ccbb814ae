"""The ledger under faults of any kind in any order: every acknowledged write is in one state."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.actions import AnyFault, Crash, CutLink, Destroy, Heal, HealLink, Recover, Silence
from app.schema import Value
from tests.behaviours.ledger import quiet
from tests.behaviours.test_split_brain import sites
from tests.engine.runs import Run

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
    """Everything works again, and people have decided what becomes of stray writes."""
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
    states = ("safe", "at_risk", "lost", "recovered", "conflicted", "destroyed")
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
def test_every_acknowledged_write_is_in_one_state(
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
    assert run.read().groups[0]["stray_count"] == 0


@settings(max_examples=30, deadline=None)
@given(script=SCRIPTS, seed=st.integers(1, 5))
def test_with_a_quorum_and_a_short_lease_nobody_writes_beside_the_primary(
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
def test_a_destructive_write_takes_what_was_there(
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
