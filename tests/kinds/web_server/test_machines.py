"""Machines: services on one box contend for its cores (B2); apart each has its own (B3)."""

from __future__ import annotations

import math

import pytest

from app.actions import Silence
from app.schema import Value
from app.theory.analysis import analyse
from app.topology.edits.apply import AddNode, Edit, RemoveNode, SetGroups, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, mmc, node, users, web
from tests.support.runs import Run, Window
from tests.support.statistics.samples import SIGMAS, must_average, seeds

WEB_MS, DB_MS = 6.0, 4.0
DISCIPLINES = ("fifo", "processor_sharing")


def onto(machine: str, *names: str) -> list[Edit]:
    """Put nodes on a machine, or with "" each on its own."""
    return [SetGroups(node=name, groups={"machine": machine}) for name in names]


def apart(rate: float, **parameters: Value) -> Topology:
    """A page of 6 ms and its query of 4 ms, each with a core of its own."""
    return drawing(
        users(rate, patience_s=600.0, write_share=0.0),
        web(service_ms=WEB_MS, queue_limit=1_000_000, **{"cores": 1, **parameters}),
        node(
            "database",
            "db-1",
            "",
            **{"read_ms": DB_MS, "cores": 1, "queue_limit": 1_000_000, **parameters},
        ),
        link("users-1", "web-1", 0.0),
        link("web-1", "db-1", 0.0),
    )


def together(rate: float, **parameters: Value) -> Topology:
    """The same two on one machine."""
    return edited(apart(rate, **parameters), *onto("box", "web-1", "db-1"))


def rate_of(window: Window) -> float:
    return window.completed / window.seconds


@pytest.mark.parametrize("discipline", DISCIPLINES)
def test_services_on_one_machine_sustain_100_a_second_and_on_two_167(discipline: str) -> None:
    """B3: one core does 1 / (6 + 4 ms), two in a row do 1 / max(6, 4 ms); what saturates first is
    what theory says, and below it everybody is answered.
    """
    for drawn, limit in ((together, 100.0), (apart, 1000.0 / WEB_MS)):
        theory = analyse(drawn(50.0, discipline=discipline))
        assert theory.saturation is not None
        assert theory.saturation.rps == pytest.approx(limit)
        below = [
            rate_of(Run(drawn(0.9 * limit, discipline=discipline), seed).to(60.0).watch(120.0))
            for seed in seeds(4)
        ]
        must_average(below, 0.9 * limit, math.sqrt(0.9 * limit / 120.0))
        above = Run(drawn(1.2 * limit, discipline=discipline)).to(60.0).watch(60.0)
        assert above.node("web-1")["state"] == "saturated"
        assert rate_of(above) < limit * (1.0 + SIGMAS / math.sqrt(60.0 * limit))


@pytest.mark.parametrize("discipline", DISCIPLINES)
def test_utilisation_of_a_machine_is_the_sum_over_its_services(discipline: str) -> None:
    """Each keeps its own share of the cores busy: rate x work / cores (the utilisation law)."""
    for cores in (1, 3):
        topology = together(80.0 * cores, discipline=discipline, cores=cores)
        shares = {one.node: one.utilisation for one in analyse(topology).nodes}
        assert shares == pytest.approx({"web-1": 0.48, "db-1": 0.32})
        runs = [Run(topology, seed).to(100.0) for seed in seeds(4)]
        for name, share in shares.items():
            found = [run.node(name)["utilisation"] for run in runs]
            # Busy time is a compound Poisson sum: its variance is rate x time x E[work^2].
            work_s = (WEB_MS if name == "web-1" else DB_MS) / 1000.0
            sigma = math.sqrt(80.0 * cores * 100.0 * 2.0) * work_s / (100.0 * cores)
            must_average(found, share, sigma)


def test_services_with_sharing_on_one_core_take_as_long_as_the_sum_of_their_work() -> None:
    """M/G/1-PS is insensitive: a page that works 6 ms and then 4 ms takes 10 ms / (1 - rho)."""
    runs = [Run(together(70.0, discipline="processor_sharing"), seed) for seed in seeds(8)]
    means = [run.to(300.0).summary()["latency_ms"]["mean"] for run in runs]
    mean = math.fsum(means) / len(means)
    assert mean == pytest.approx(10.0 / (1.0 - 0.7), rel=0.05)


def test_services_with_equal_work_on_one_machine_form_one_m_m_c_queue() -> None:
    """Two services that need the same are one M/M/c with the arrivals of both."""
    waits = []
    for seed in seeds(6):
        topology = drawing(
            *(users(70.0, f"users-{k}", patience_s=600.0, write_share=0.0) for k in (1, 2)),
            *(web(f"web-{k}", service_ms=10.0, cores=2, queue_limit=1_000_000) for k in (1, 2)),
            *(link(f"users-{k}", f"web-{k}", 0.0) for k in (1, 2)),
            *onto("box", "web-1", "web-2"),
        )
        waits.append(Run(topology, seed).to(300.0).summary()["latency_ms"]["mean"])
    # Erlang C for 2 cores at 70 %: 2 rho^2 / (1 + rho) = 0.5765, wait = C / (2 - 1.4) x work.
    expected = 10.0 + 0.5765 / (2.0 - 1.4) * 10.0
    assert math.fsum(waits) / len(waits) == pytest.approx(expected, rel=0.04)


def test_latency_of_one_core_is_2_times_the_work_at_50_percent_and_20_at_95() -> None:
    """B2: at 50 % a request takes 2 x its work, at 95 % 20 x, and p99 is 4.6 x the mean."""
    half = [Run(mmc(0.5), seed).to(400.0).summary()["latency_ms"] for seed in seeds(4)]
    full = [Run(mmc(0.95), seed).to(4000.0).summary()["latency_ms"] for seed in seeds(8)]
    for found, times, off in ((half, 2.0, 0.05), (full, 20.0, 0.2)):
        link_ms = 2.0 * mmc(0.5).links[0].latency_ms
        mean = math.fsum(one["mean"] - link_ms for one in found) / len(found)
        p99 = math.fsum(one["p99"] - link_ms for one in found) / len(found)
        assert mean == pytest.approx(times * 10.0, rel=off)
        assert p99 == pytest.approx(math.log(100.0) * mean, rel=off)


@pytest.mark.parametrize("discipline", DISCIPLINES)
def test_a_crashed_or_hanging_service_leaves_its_cores_to_the_others(discipline: str) -> None:
    topology = drawing(
        *(users(60.0, f"users-{k}", write_share=0.0) for k in (1, 2)),
        *(web(f"web-{k}", service_ms=10.0, cores=1, discipline=discipline) for k in (1, 2)),
        *(link(f"users-{k}", f"web-{k}") for k in (1, 2)),
        *onto("box", "web-1", "web-2"),
    )
    for broken in ("crash", "silence"):
        run = Run(topology).to(20.0)
        assert rate_of(run.watch(10.0)) < 110.0
        run.crash("web-2") if broken == "crash" else run.fault(Silence(node="web-2"))
        window = run.on(20.0).watch(30.0)
        assert window.node("web-1")["state"] == "healthy"
        assert rate_of(window) == pytest.approx(60.0, rel=0.1)
        run.heal("web-2")
        window = run.on(10.0).watch(20.0)
        assert window.node("web-1")["state"] == window.node("web-2")["state"] == "saturated"


@pytest.mark.parametrize("discipline", DISCIPLINES)
def test_nodes_can_be_moved_between_machines_while_they_work(discipline: str) -> None:
    """Books stay in order through every way to change who works where."""
    cache = AddNode(kind="web_server", id="web-2", parameters={"service_ms": 1.0, "cores": 2})
    topology = edited(together(95.0, discipline=discipline), cache, link("web-2", "db-1"))
    run = Run(edited(topology, users(20.0, "users-2"), link("users-2", "web-2")))
    other = {"fifo": "processor_sharing", "processor_sharing": "fifo"}[discipline]
    for edits in (
        onto("", "db-1"),
        onto("box", "db-1", "web-2"),
        [SetNode(node="web-1", parameters={"cores": 3})],
        [SetNode(node="web-1", parameters={"discipline": other})],
        onto("second", "web-2"),
        onto("second", "db-1"),
        [RemoveNode(node="web-1")],
    ):
        run.edit(*edits)
        run.on(3.0)
    assert run.node("db-1")["served"] > 0


def test_the_first_node_of_a_machine_decides_its_size() -> None:
    run = Run(together(100.0)).to(5.0)
    run.edit(SetNode(node="db-1", parameters={"cores": 8, "discipline": "processor_sharing"}))
    assert run.watch(20.0).node("web-1")["state"] == "saturated"
    run.edit(SetNode(node="web-1", parameters={"cores": 8}))
    assert run.on(5.0).watch(20.0).node("web-1")["util"] == pytest.approx(0.6 / 8, rel=0.2)
    assert run.read().nodes["cores"].tolist()[1:] == [8, 8]
