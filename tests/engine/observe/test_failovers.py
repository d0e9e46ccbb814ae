"""Failovers as readings report them: phases in order, their durations and their losses."""

import pytest

from app.actions import CutLink
from app.engine.observe.writes.failovers import failovers
from app.schema import Value
from app.topology.model import Topology
from tests.support.drawings import edited, link, node, replica, replicated, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, seeds


def test_failover_phases_are_in_order_and_add_up_to_the_outage() -> None:
    drawn = replicated(
        200.0,
        [replica("db-2", election_s=1.0), replica("db-3", election_s=1.0)],
        write_share=100.0,
        replication_ms=500.0,
        primary={"cores": 16},
    )
    run = Run(drawn).to(10.0).crash("db-1").on(12.0)
    (one,) = failovers(run.incidents())
    assert one["from"] == "db-1"
    assert one["to"] in ("db-2", "db-3")
    assert one["failed_s"] == pytest.approx(10.0)
    assert one["elected_s"] == pytest.approx(one["detected_s"] + 1.0)
    assert one["promoted_s"] == pytest.approx(one["elected_s"] + 2.0)
    assert one["resumed_s"] == pytest.approx(10.0 + one["rto_s"])
    assert one["rpo_writes"] == run.read().ledger.lost == pytest.approx(100, abs=40)


def test_a_second_failover_is_reported_separately() -> None:
    run = Run(replicated(200.0, [replica("db-2"), replica("db-3")], write_share=50.0)).to(5.0)
    run.crash("db-1").on(10.0)
    run.crash(run.incidents("promoted")[0].node).on(10.0)
    first, second = failovers(run.incidents())
    assert second["from"] == first["to"]
    assert second["failed_s"] > first["resumed_s"]


def test_an_election_without_a_winner_has_no_promotion() -> None:
    run = Run(replicated(200.0, [replica("db-2", promotion_s=5.0)])).to(5.0).crash("db-1").on(4.0)
    run.crash("db-2").on(10.0)
    (one,) = failovers(run.incidents())
    assert one["promoted_s"] is None
    assert one["rto_s"] is None


def test_simultaneous_failovers_of_several_groups_are_reported_separately() -> None:
    """Each has its own phases, and loses its own writes."""
    drawn = replicated(200.0, [replica("db-2", promotion_s=1.0)], write_share=100.0)
    others = (
        *(users(200.0, "users-2", write_share=100.0), web("web-2", cores=16)),
        *(node("database", "db-8"), replica("db-9", promotion_s=4.0)),
        *(link("users-2", "web-2"), link("web-2", "db-8"), link("web-2", "db-9")),
        link("db-8", "db-9", 500.0),
    )
    run = Run(edited(drawn, *others)).to(10.0).crash("db-1").crash("db-8").on(12.0)
    found = {one["from"]: one for one in failovers(run.incidents())}
    assert {name: one["to"] for name, one in found.items()} == {"db-1": "db-2", "db-8": "db-9"}
    assert found["db-8"]["promoted_s"] == pytest.approx(found["db-8"]["detected_s"] + 4.0)
    assert found["db-1"]["promoted_s"] == pytest.approx(found["db-1"]["detected_s"] + 1.0)
    assert found["db-8"]["rpo_writes"] > 50 > found["db-1"]["rpo_writes"]
    assert all(one["rto_s"] is not None for one in found.values())


@pytest.mark.parametrize("lag_s", [0.2, 1.0])
def test_the_recovery_point_of_a_failover_equals_the_replication_lag(lag_s: float) -> None:
    """The oldest write that had not arrived: the lag less what is left until the next write, whose
    mean is 1/200 s; whoever waits for a replica loses none and goes back no time at all.
    """
    back = []
    for seed in seeds(20):
        run = Run(lagging(lag_s), seed).to(10.0).crash("db-1").on(12.0)
        (one,) = failovers(run.incidents())
        assert 0.0 < one["rpo_s"] <= lag_s + 0.001
        assert one["rpo_writes"] > 0
        back.append(one["rpo_s"])
    must_average(back, lag_s - 1 / 200.0, 1 / 200.0)
    run = Run(lagging(lag_s, commit="sync_receive")).to(10.0).crash("db-1").on(12.0)
    (one,) = failovers(run.incidents())
    assert (one["rpo_writes"], one["rpo_s"]) == (0, 0.0)


def test_the_recovery_point_of_a_partitioned_primary_covers_its_writes_meanwhile() -> None:
    """Cut off, it goes on for some seconds: what it wrote then is lost, and as old as that."""
    run = Run(lagging(0.001)).to(10.0)
    run.fault(CutLink(link="db-1_db-2")).on(30.0)
    (one,) = failovers(run.incidents())
    assert one["rpo_s"] == pytest.approx(one["promoted_s"] - 10.0, abs=0.1)
    assert one["rpo_s"] == pytest.approx(one["rpo_writes"] / 200.0, rel=0.2)


def lagging(lag_s: float, **primary: Value) -> Topology:
    """Two databases, so far from each other."""
    return replicated(
        200.0,
        [replica("db-2")],
        write_share=100.0,
        replication_ms=1000 * lag_s,
        primary={"cores": 16, **primary},
        server={"service_ms": 0.1},
    )
