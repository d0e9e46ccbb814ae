"""Read routing of web servers over primary and replicas, and replicas needed."""

import math

import pytest

from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, replica, replicated, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import seeds


def writing(routing: str, **server: Value) -> Topology:
    """Users who read back what they wrote, after 1 s on average, at replicas 1 s away."""
    return edited(
        replicated(
            100.0,
            [replica("db-2", max_lag_s=600.0), replica("db-3", max_lag_s=600.0)],
            write_share=20.0,
            replication_ms=1000.0,
            server={"read_routing": routing, **server},
        ),
        SetNode(node="users-1", parameters={"read_back_percent": 100.0}),
    )


def test_only_pinned_reads_and_reads_of_the_primary_never_miss_their_own_write() -> None:
    found = {}
    for routing in ("round_robin", "pin_after_write", "primary_only"):
        run = Run(writing(routing)).to(60.0)
        nodes = [run.node(name) for name in ("db-1", "db-2", "db-3")]
        own = sum(one["own_reads"] for one in nodes)
        assert own == pytest.approx(60 * 20, rel=0.15)
        found[routing] = sum(one["own_stale_reads"] for one in nodes) / own
        reads = [one["reads"] for one in nodes]
        assert (reads[0] == 0) == (routing == "round_robin")
        assert (reads[1] == reads[2] == 0) == (routing == "primary_only")
    assert found["round_robin"] == pytest.approx(1.0 - math.exp(-1.0), abs=0.05)
    assert found["pin_after_write"] == found["primary_only"] == 0.0


def test_a_pin_shorter_than_the_lag_protects_only_reads_within_it() -> None:
    """Pinned for 0.5 s, at a lag of 1 s: who reads between the two misses its write."""
    own = missed = 0
    for seed in seeds(4):
        run = Run(writing("pin_after_write", pin_s=0.5), seed).to(60.0)
        nodes = [run.node(name) for name in ("db-1", "db-2", "db-3")]
        own += sum(one["own_reads"] for one in nodes)
        missed += sum(one["own_stale_reads"] for one in nodes)
    assert missed / own == pytest.approx(math.exp(-0.5) - math.exp(-1.0), abs=0.04)


def test_least_lag_routing_reads_the_replica_that_applies_soonest() -> None:
    """A replica that applies slowly gets nothing while the other one is quicker."""
    drawn = replicated(
        400.0,
        [replica("db-2", apply_ms=12.0, max_lag_s=60.0), replica("db-3", max_lag_s=60.0)],
        server={"read_routing": "least_lag", "check_interval_s": 0.5},
    )
    run = Run(drawn).to(10.0)
    window = run.watch(20.0)
    assert window.failed == 0
    assert window.node("db-2")["reads"] < 0.1 * window.node("db-3")["reads"]
    run.crash("db-3").on(3.0)
    window = run.watch(5.0)
    assert window.node("db-2")["reads"] > 200
    assert window.failed == 0


@pytest.mark.parametrize("fallback", ["primary", "fail"])
def test_without_a_replica_reads_go_to_the_primary_or_fail_as_configured(fallback: str) -> None:
    drawn = replicated(200.0, server={"primary_fallback": fallback, "check_interval_s": 0.5})
    run = Run(drawn).to(5.0).crash("db-2").on(3.0)
    window = run.watch(10.0)
    if fallback == "primary":
        assert window.failed == 0
        assert window.node("db-1")["reads"] == pytest.approx(160, rel=0.1)
    else:
        assert window.failures.keys() == {"no_database"}
        assert window.failed / 10 == pytest.approx(160, rel=0.1)
        assert window.node("db-1")["reads"] == 0.0


def tier(rate: float, replicas: int, apply_share: float) -> Topology:
    """Databases of 100 operations a second each, of which a tenth writes; a replica spends a share
    of each write's work to apply it.
    """
    one: dict[str, Value] = {"cores": 1, "read_ms": 10.0, "write_ms": 10.0, "max_lag_s": 600.0}
    names = [f"db-{number}" for number in range(2, 2 + replicas)]
    return drawing(
        users(rate, write_share=10.0),
        web("web-1", cores=64),
        node("database", "db-1", "", **one),
        *(replica(name, **{**one, "apply_ms": 10.0 * apply_share}) for name in names),
        link("users-1", "web-1"),
        *(link("web-1", name) for name in ("db-1", *names)),
        *(link("db-1", name) for name in names),
    )


@pytest.mark.parametrize(("apply_share", "needed"), [(0.3, 5), (1.0, 7)])
def test_the_number_of_replicas_needed_grows_with_the_cost_of_applying(
    apply_share: float, needed: int
) -> None:
    """n > 0.9 X / (100 - 0.1 a X) for X = 400: more than 4.1 at a = 0.3, more than 6 at a = 1."""
    assert math.floor(0.9 * 400 / (100 - 0.1 * apply_share * 400)) + 1 == needed
    enough = Run(tier(400.0, needed, apply_share)).to(20.0).watch(40.0)
    expected = (360 / needed + 40 * apply_share) / 100
    for number in range(2, 2 + needed):
        assert enough.node(f"db-{number}")["util"] == pytest.approx(expected, rel=0.05)
    assert enough.failed == 0
    assert enough.completed / 40 == pytest.approx(400, rel=0.03)
    few = Run(tier(400.0, needed - 2, apply_share)).to(20.0).watch(40.0)
    assert few.node("db-2")["util"] > 0.99
    # Reads wait for each other, and each entry of the log behind all of them.
    assert few.node("db-2")["lag"] > 2.0


def test_no_number_of_replicas_suffices_when_applying_takes_all_their_capacity() -> None:
    """a = 1 and 1,000 operations a second: the 100 writes alone fill every replica. (The primary,
    which has them too, gets cores enough here.)
    """
    drawn = edited(
        tier(1000.0, 16, 1.0), SetNode(node="db-1", parameters={"cores": 8, "queue_limit": 10_000})
    )
    run = Run(drawn).to(40.0)
    for number in range(2, 18):
        assert run.node(f"db-{number}")["utilisation"] > 0.95
        assert run.node(f"db-{number}")["lag_s"] > 3.0
