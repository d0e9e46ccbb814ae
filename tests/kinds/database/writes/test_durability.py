"""Durability under single faults: commits that wait for replicas lose nothing acknowledged."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions import Crash, CutLink, Silence
from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.databases.ledger import Ledger, quiet
from tests.support.drawings import edited, replica, replicated
from tests.support.runs import Run

STRICT = ("sync_receive", "sync_flush", "sync_apply")
TIMES = st.floats(0.05, 8.0)


def group(mode: str, replicas: int, copies: int, ms: float) -> Topology:
    """A primary and replicas that notice soon and commit alike, whoever leads."""
    each: dict[str, Value] = {
        "commit": mode,
        "sync_replicas": copies,
        "heartbeat_s": 0.2,
        "heartbeat_misses": 2,
        "promotion_s": 0.5,
        "cores": 8,
    }
    names = [f"db-{number}" for number in range(2, 2 + replicas)]
    return edited(
        replicated(
            150.0,
            [replica(name, **each) for name in names],
            write_share=100.0,
            replication_ms=ms,
            primary=each,
            server={"check_interval_s": 0.2},
        ),
        SetNode(node="users-1", parameters={"patience_s": 4.0}),
    )


def settled(run: Run) -> None:
    """All is well again: everybody has everything, and nothing that was acknowledged is gone."""
    ledger = quiet(run, 12.0)
    assert ledger.agrees
    assert ledger.lost == 0
    said = run.summary()["ledger"]
    assert said["acknowledged"] == said["safe"] == run.read().completed
    assert said["lost"] == said["at_risk"] == said["conflicted"] == said["divergent"] == 0
    assert Ledger.of(run).written == said["acknowledged"] + said["unknown"]


@settings(max_examples=25, deadline=None)
@given(
    mode=st.sampled_from(STRICT),
    replicas=st.integers(2, 3),
    ms=st.floats(0.1, 300.0),
    script=st.lists(
        st.tuples(st.sampled_from((Crash, Silence)), st.integers(1, 4), TIMES, TIMES),
        min_size=1,
        max_size=4,
    ),
    seed=st.integers(0, 2**32),
)
def test_no_crash_or_hang_of_one_database_loses_an_acknowledged_write(
    mode: str,
    replicas: int,
    ms: float,
    script: list[tuple[type[Crash | Silence], int, float, float]],
    seed: int,
) -> None:
    """One database at a time crashes or hangs for a while, the next one when all have caught up."""
    run = Run(group(mode, replicas, 1, ms), seed)
    for fault, number, wait_s, for_s in script:
        run.on(2.0 + wait_s)
        run.fault(fault(node=f"db-{min(number, replicas + 1)}", for_s=for_s)).on(for_s)
        run.on(10.0)
    settled(run)


@settings(max_examples=15, deadline=None)
@given(
    mode=st.sampled_from(STRICT),
    direction=st.sampled_from(("forth", "back", "both")),
    wait_s=TIMES,
    for_s=TIMES,
    seed=st.integers(0, 2**32),
)
def test_with_every_replica_waited_for_no_cut_link_loses_an_acknowledged_write(
    mode: str, direction: str, wait_s: float, for_s: float, seed: int
) -> None:
    """Whoever is elected on its side of a cut has all that was acknowledged before."""
    run = Run(group(mode, 2, 2, 5.0), seed).to(2.0 + wait_s)
    run.fault(CutLink(link="db-1_db-2", direction=direction, for_s=for_s)).on(for_s)
    run.on(10.0)
    settled(run)
