"""Machine sizes (B5): a larger one is faster, up to a point, and still one machine."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from app.kinds.machine_sizes import BY_NAME, SIZES
from app.theory.analysis import analyse
from app.topology.edits.apply import SetGroups, SetNode
from app.topology.model import Topology
from app.topology.servers.cost import cost
from tests.support.drawings import drawing, edited, link, node, replicated, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, seeds

WORK_MS = 10.0


def speed_up(cores: int) -> float:
    """The Universal Scalability Law with the constants of domain.md A8."""
    return cores / (1.0 + 0.03 * (cores - 1) + 0.0001 * cores * (cores - 1))


def one_box(size: str, rate: float = 3000.0) -> Topology:
    return drawing(
        users(rate, patience_s=600.0),
        web(service_ms=WORK_MS, size=size, queue_limit=1_000_000),
        link("users-1", "web-1"),
    )


def test_the_scalability_law_peaks_near_98_cores_at_20_times_one_core() -> None:
    assert max(range(1, 500), key=speed_up) in range(96, 101)
    assert speed_up(98) == pytest.approx(20.2, abs=0.1)
    assert speed_up(192) == pytest.approx(18.5, abs=0.1)


@pytest.mark.parametrize("size", [one.name for one in SIZES])
def test_the_throughput_of_a_size_follows_the_scalability_law(size: str) -> None:
    """Under more load than anybody can carry, it completes C(n) / work a second."""
    expected = 1000.0 / WORK_MS * speed_up(BY_NAME[size].vcpu)
    theory = analyse(one_box(size))
    assert theory.saturation is not None
    assert theory.saturation.rps == pytest.approx(expected)
    found = [Run(one_box(size), seed).to(5.0).watch(10.0).completed / 10.0 for seed in seeds(2)]
    must_average(found, expected, math.sqrt(expected / 10.0))


def test_192_cores_are_slower_than_96_and_cost_twice_as_much() -> None:
    """The best size is the one after which nothing is gained: XXL."""
    done = {}
    for size in SIZES:
        run = Run(one_box(size.name)).to(5.0)
        done[size.name] = run.watch(10.0).completed
    assert max(done, key=done.__getitem__) == "xxl"
    assert done["xxxl"] < done["xxl"]
    assert cost(one_box("xxxl")).total == 2.0 * cost(one_box("xxl")).total == 6800.0
    gains = [(done[b.name] - done[a.name]) / (b.usd - a.usd) for a, b in pairwise(SIZES)]
    assert gains == sorted(gains, reverse=True), "each dollar more buys less"


@pytest.mark.parametrize("size", ["s", "xxl"])
def test_one_fault_takes_a_box_of_any_size_down(size: str) -> None:
    run = Run(one_box(size, 100.0)).to(10.0).crash("web-1").on(1.0)
    window = run.watch(10.0)
    assert window.completed == 0
    assert window.failures == {"refused": window.offered}


def test_a_change_of_machine_size_restarts_the_node() -> None:
    boot = SetNode(node="web-1", parameters={"boot_s": 60.0, "resize_restarts": "restart"})
    run = Run(edited(one_box("s", 100.0), boot)).to(10.0)
    run.edit(SetNode(node="web-1", parameters={"size": "m"}))
    assert run.watch(60.0).completed == 0
    assert run.on(1.0).watch(10.0).failed == 0
    assert [one.code for one in run.incidents()] == ["restarting", "started"]


def test_replicas_apply_their_log_at_the_speed_of_their_size() -> None:
    """On 192 cores, applying a write takes (1 + 0.03 x 191 + 0.0001 x 192 x 191) times as long."""
    topology = edited(
        replicated(200.0, write_share=50.0),
        SetNode(node="db-2", parameters={"size": "xxxl", "apply_ms": 0.5}),
    )
    lanes = {one.node: one.log_utilisation for one in analyse(topology).nodes}
    assert lanes["db-2"] == pytest.approx(100.0 * 0.0005 * 192 / speed_up(192))
    run = Run(topology).to(30.0)
    assert run.node("db-2")["lag_s"] < 1.0
    run.edit(SetNode(node="db-2", parameters={"apply_ms": 1.0}))
    assert run.on(20.0).node("db-2")["lag_s"] > 0.3


def test_services_on_one_machine_are_billed_once() -> None:
    topology = drawing(
        users(10.0),
        node("load_balancer", "lb-1"),
        web(size="l"),
        node("database", "db-1", cores=2),
    )
    apart = cost(topology)
    assert apart.nodes == {"users-1": 0.0, "lb-1": 25.0, "web-1": 280.0, "db-1": 70.0}
    assert apart.total == 375.0
    box = [SetGroups(node=one, groups={"machine": "box"}) for one in ("web-1", "db-1")]
    assert cost(edited(topology, *box)).total == 305.0
