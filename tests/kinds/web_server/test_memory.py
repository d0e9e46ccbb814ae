"""Memory of machines: what does not fit is read from disk; what takes too much is killed."""

from __future__ import annotations

import math

import pytest

from app.schema import Value
from app.theory.analysis import analyse
from app.topology.edits.apply import SetGroups, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, seeds

READ_MS, DISK_MS = 2.0, 8.0


def reading(rate: float = 40.0, **database: Value) -> Topology:
    """Reads of a database that need 2 ms, and from disk 8 ms more."""
    return drawing(
        users(rate, write_share=0.0, patience_s=600.0),
        web(cores=16, service_ms=1.0),
        node(
            "database",
            "db-1",
            "",
            **{"cores": 1, "read_ms": READ_MS, "disk_ms": DISK_MS, **database},
        ),
        link("users-1", "web-1"),
        link("web-1", "db-1"),
    )


@pytest.mark.parametrize(
    ("memory_gb", "missing"), [(0.0, 0.0), (64.0, 0.0), (15.0, 0.25), (5.0, 0.75)]
)
def test_the_share_of_reads_from_disk_is_that_of_the_data_beyond_memory(
    memory_gb: float, missing: float
) -> None:
    """20 GB in M GB of memory: a share 1 - M/20 of the reads goes to disk."""
    topology = reading(working_set_gb=20.0, memory_gb=memory_gb)
    mean_ms = READ_MS + missing * DISK_MS
    theory = {one.node: one for one in analyse(topology).nodes}["db-1"]
    assert theory.utilisation == pytest.approx(40.0 * mean_ms / 1000.0)
    runs = [Run(topology, seed).to(100.0) for seed in seeds(4)]
    sigma = math.sqrt(40.0 * 100.0 * 2.0) * mean_ms / 1000.0 / 100.0
    must_average([run.node("db-1")["utilisation"] for run in runs], 0.04 * mean_ms, sigma)


def test_requests_in_flight_push_data_out_of_memory() -> None:
    """A hundred requests of 50 MB leave 5 of 10 GB to a working set of 10 GB: half is missing."""
    topology = reading(working_set_gb=10.0, memory_gb=10.0, request_mb=50.0, queue_limit=100)
    calm = Run(topology).to(20.0)
    quick = calm.read().nodes["read_ns"][2]
    assert READ_MS * 1e6 <= quick < 1.1 * READ_MS * 1e6
    calm.engine.set_load(50.0)
    flooded = calm.on(20.0).read().nodes[2]
    assert flooded["queue_length"] > 95
    assert flooded["read_ns"] == pytest.approx((READ_MS + 0.5 * DISK_MS) * 1e6, rel=0.05)


def flooding(**server: Value) -> Topology:
    """A server of 1 GB whose database may be slow, so that requests of 20 MB pile up."""
    return drawing(
        users(100.0, patience_s=600.0),
        web(**{"memory_gb": 1.0, "request_mb": 20.0, "boot_s": 15.0, **server}),
        node("database", "db-1", cores=4),
        link("users-1", "web-1"),
        link("web-1", "db-1"),
    )


@pytest.mark.parametrize("steps", [1, 400])
def test_a_service_whose_requests_exceed_its_memory_is_killed(steps: int) -> None:
    """51 x 20 MB are more than 1 GB: it dies with what it has and is back after its boot time."""
    run = Run(flooding()).to(20.0)
    assert run.incidents() == []
    run.edit(SetNode(node="db-1", parameters={"read_ms": 1000.0, "write_ms": 1000.0}))
    for step in range(1, steps + 1):
        run.to(20.0 + 40.0 * step / steps)
    killed, started, *_ = [one for one in run.incidents() if one.node == "web-1"]
    assert (killed.code, started.code) == ("out_of_memory", "started")
    assert killed.value == pytest.approx(1.02)
    assert started.at_ns - killed.at_ns == 15_000_000_000
    # Four of a hundred a second are answered.
    assert (killed.at_ns - 20_000_000_000) / 1e9 == pytest.approx(51 / 96, rel=0.3)
    failures = run.read().failures_by_outcome()
    assert failures["lost_in_crash"] >= 51
    assert failures["refused"] > 0


def test_a_run_with_memory_kills_is_the_same_in_any_steps() -> None:
    slow = SetNode(node="db-1", parameters={"read_ms": 1000.0})
    prints = []
    for steps in (1, 333):
        run = Run(edited(flooding(), slow))
        for step in range(1, steps + 1):
            run.to(40.0 * step / steps)
        prints.append(run.engine.fingerprint())
    assert prints[0] == prints[1]


def test_the_service_that_takes_most_memory_of_a_machine_is_killed() -> None:
    """The database's data goes first; then the web server, which holds the requests, dies."""
    topology = edited(
        flooding(memory_gb=2.0),
        SetNode(
            node="db-1", parameters={"working_set_gb": 2.0, "request_mb": 1.0, "read_ms": 50.0}
        ),
        *(SetGroups(node=one, groups={"machine": "box"}) for one in ("web-1", "db-1")),
    )
    run = Run(topology).to(30.0)
    assert {one.node for one in run.incidents("out_of_memory")} == {"web-1"}
    assert run.node("db-1")["up"]


def test_a_machine_size_sets_the_memory() -> None:
    """Half of what is read fits into the 8 GB of an S, all of it into the 16 GB of an M."""
    for size, missing in (("s", 0.5), ("m", 0.0)):
        topology = reading(working_set_gb=16.0, size=size, contention=0.0, coherency=0.0)
        run = Run(topology).to(1.0)
        mean_ns = (READ_MS + missing * DISK_MS) * 1e6
        assert run.read().nodes["read_ns"][2] == pytest.approx(mean_ns)
