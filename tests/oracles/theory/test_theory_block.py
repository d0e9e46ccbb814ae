"""Theory against the engine: `analyse` of a drawing equals the mean of 30 runs of it.

A figure passes when it lies inside the 99.9 % confidence interval of the runs' means and within
2 % of their mean. Runs are independent (a seed each), and what happens before the window is cut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev

import pytest

from app.engine.observe.reading import Reading
from app.scenarios import library
from app.schema import Value
from app.theory.analysis import Theory, analyse, theory_to_json
from app.topology.edits.apply import Edit, SetNode
from app.topology.model import Topology
from tests.support.drawings import (
    balanced,
    drawing,
    edited,
    link,
    mmc,
    node,
    replica,
    replicated,
    tandem,
    users,
    web,
)
from tests.support.programs.process import loadground
from tests.support.runs import Run

RUNS = 30
STUDENT = 3.6594
"""The two-sided 99.9 % quantile of Student's t with RUNS - 1 degrees of freedom."""
PRECISE = 0.02


@dataclass(frozen=True)
class Mean:
    """The mean of a figure over runs, and the half-width of its 99.9 % interval."""

    value: float
    half: float

    def holds(self, theory: float | None, precision: float = PRECISE) -> bool:
        """Whether a theory is inside the interval, and not because the interval is wide."""
        assert theory is not None
        off = abs(theory - self.value)
        return off <= self.half + 1e-12 and off <= precision * abs(self.value) + 1e-12


Measured = dict[tuple[str, str], Mean]


def measured(topology: Topology, warm_s: float, window_s: float, load: float = 1.0) -> Measured:
    """Every figure of every node over RUNS runs; the node "" is for what clients see."""
    runs = [_figures(Run(topology, seed, load), warm_s, window_s) for seed in range(1, RUNS + 1)]
    return {key: _mean([run[key] for run in runs if key in run]) for key in runs[0]}


def _mean(values: list[float]) -> Mean:
    return Mean(fmean(values), STUDENT * stdev(values) / math.sqrt(len(values)))


def _figures(run: Run, warm_s: float, window_s: float) -> dict[tuple[str, str], float]:
    before = run.to(warm_s).read()
    now = run.on(window_s).read()

    completed = now.completed - before.completed
    found = {("", "rps"): (now.offered - before.offered) / window_s}
    if completed:
        found["", "ms"] = (now.latency_ns - before.latency_ns) / completed / 1e6
    for n, name in enumerate(now.node_ids):
        if now.nodes[n]["cores"]:
            found |= {(name, key): value for key, value in _node(before, now, n, window_s).items()}
    return found


def _node(before: Reading, now: Reading, n: int, window_s: float) -> dict[str, float]:
    def gain(*fields: str) -> float:
        return sum(float(now.nodes[n][name]) - float(before.nodes[n][name]) for name in fields)

    served, failed = gain("reads", "writes"), gain("failed")
    busy_s = float(now.busy_ns[n] - before.busy_ns[n]) / 1e9
    found = {
        "rps": (served + failed) / window_s,
        "utilisation": busy_s / window_s / int(now.nodes[n]["cores"]),
        "queue": float(now.wait_ns[n] - before.wait_ns[n]) / 1e9 / window_s,
        "refused": failed / max(served + failed, 1.0),
    }
    if served:
        found["ms"] = gain("sojourn_ns") / served / 1e6
    return found


def agrees(theory: Theory, seen: Measured, *stations: str, queue: float = 0.05) -> None:
    """Fail unless the stations' exact figures, and the whole way's, are what was measured."""
    nodes = {one.node: one for one in theory.nodes}
    for name in stations:
        said = nodes[name].waiting
        assert said is not None
        assert said.quality == "exact", nodes[name].statement.en
        assert seen[name, "rps"].holds(nodes[name].arrivals_rps)
        assert seen[name, "ms"].holds(said.time_ms), name
        assert seen[name, "queue"].holds(said.queue_mean, queue), name
    (client,) = theory.clients
    assert client.quality == "exact", client.statement.en
    assert seen["", "ms"].holds(client.latency_ms)
    assert seen["", "rps"].holds(theory.offered_rps)


def utilisations_agree(theory: Theory, seen: Measured) -> None:
    """Fail unless the utilisation of every node is what was measured."""
    for one in theory.nodes:
        busy = seen[one.node, "utilisation"]
        assert busy.holds(one.utilisation), (one.node, one.utilisation, busy)


def one_server(rho: float, cores: int = 1, /, **parameters: Value) -> Topology:
    """Users on one web server of 2 ms."""
    return edited(mmc(rho, cores, service_ms=2.0), SetNode(node="web-1", parameters=parameters))


def over(server: list[Edit], rate: float, **client: Value) -> Topology:
    """Users on a web server whose own work is nothing, before the given database."""
    return drawing(
        users(rate, **{"patience_s": 600.0, **client}),
        web(service_ms=0.0, cores=64),
        *server,
        link("users-1", "web-1"),
        link("web-1", "db-1"),
    )


@pytest.mark.parametrize(("rho", "cores"), [(0.5, 1), (0.7, 1), (0.8, 4)])
def test_theory_of_one_server_is_m_m_c(rho: float, cores: int) -> None:
    topology = one_server(rho, cores)
    theory, seen = analyse(topology), measured(topology, 5.0, 150.0 / cores)
    agrees(theory, seen, "web-1")
    utilisations_agree(theory, seen)


def test_theory_of_a_row_of_servers_is_a_jackson_network() -> None:
    topology = tandem(400.0, 0.5, 1.5, 1.25)
    theory, seen = analyse(topology), measured(topology, 5.0, 150.0)
    agrees(theory, seen, "lb-1", "web-1", "db-1")
    utilisations_agree(theory, seen)


@pytest.mark.parametrize(
    ("rho", "parameters"),
    [
        (0.8, {"distribution": "constant"}),
        (0.6, {"distribution": "lognormal", "scv": 2.0}),
        (0.5, {"distribution": "hyperexponential", "scv": 4.0}),
    ],
)
def test_theory_of_work_with_any_variance_is_m_g_1(
    rho: float, parameters: dict[str, Value]
) -> None:
    topology = one_server(rho, 1, **parameters)
    agrees(analyse(topology), measured(topology, 5.0, 200.0), "web-1")


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("distribution", ["exponential", "constant", "hyperexponential"])
def test_theory_of_processor_sharing_is_insensitive_to_the_variance_of_work(
    distribution: str, cores: int
) -> None:
    topology = one_server(
        0.6, cores, distribution=distribution, scv=4.0, discipline="processor_sharing"
    )
    theory, seen = analyse(topology), measured(topology, 5.0, 120.0 / cores)
    agrees(theory, seen, "web-1")
    utilisations_agree(theory, seen)


def test_departures_of_a_processor_sharing_server_are_poisson() -> None:
    sharing = {"distribution": "constant", "discipline": "processor_sharing"}
    topology = edited(
        tandem(400.0, 0.5, 1.5, 1.25), SetNode(node="web-1", parameters=dict(sharing))
    )
    agrees(analyse(topology), measured(topology, 5.0, 100.0), "lb-1", "web-1", "db-1")


def test_theory_of_reads_and_writes_on_one_core_is_m_g_1() -> None:
    database = node("database", "db-1", read_ms=1.0, write_ms=4.0, cores=1, queue_limit=1_000_000)
    topology = over([database], 300.0, write_share=30.0)
    theory, seen = analyse(topology), measured(topology, 5.0, 200.0)
    assert theory.nodes[-1].utilisation == pytest.approx(300 * (0.7 * 1 + 0.3 * 4) / 1000)
    agrees(theory, seen, "db-1")


def test_theory_of_a_short_queue_is_m_m_c_k() -> None:
    topology = one_server(0.9, 2, queue_limit=3)
    theory, seen = analyse(topology), measured(topology, 5.0, 60.0)
    agrees(theory, seen, "web-1")
    said = theory.nodes[0].waiting
    assert said is not None
    assert said.model == "M/M/2/5"
    assert seen["web-1", "refused"].holds(said.refused, 0.03)


@pytest.mark.parametrize(("servers", "cores"), [(2, 1), (3, 2)])
def test_theory_of_round_robin_is_e_k_m_c(servers: int, cores: int) -> None:
    """E_k/M/c: exact, and well below the M/M/c that random dispatch would give."""
    rate = 0.7 * servers * cores * 500.0
    topology = edited(
        balanced(rate, servers, forward_ms=0.0),
        *(
            SetNode(node=f"web-{k}", parameters={"service_ms": 2.0, "cores": cores})
            for k in range(1, servers + 1)
        ),
    )
    theory, seen = analyse(topology), measured(topology, 5.0, 120.0 / cores)
    agrees(theory, seen, *(f"web-{k}" for k in range(1, servers + 1)))
    said, poisson = theory.nodes[-1].waiting, analyse(one_server(0.7, cores)).nodes[0].waiting
    assert said is not None
    assert poisson is not None
    assert said.wait_ms < 0.85 * poisson.wait_ms


def test_theory_of_reads_over_two_replicas_in_turn() -> None:
    """One web server that passes a Poisson stream on: reads go to two replicas in turn."""
    idle = {"apply_ms": 0.0, "cores": 1, "read_ms": 2.0}
    topology = replicated(
        1000.0,
        (replica("db-2", **idle), replica("db-3", **idle)),
        write_share=30.0,
        primary={"write_ms": 2.0, "cores": 1},
        server={"service_ms": 1.0, "cores": 2},
    )
    agrees(analyse(topology), measured(topology, 5.0, 60.0), "web-1", "db-1", "db-2", "db-3")


@pytest.mark.parametrize("people", [1, 10, 50])
def test_theory_of_a_closed_loop_of_single_cores_is_mean_value_analysis(people: int) -> None:
    """The network of `domain.md`: 5, 20 and 10 ms of work, 1 s of thinking, no network."""
    topology = closed(people)
    theory, seen = analyse(topology), measured(topology, 20.0, 30_000.0 / people)
    agrees(theory, seen, "lb-1", "web-1", "db-1")
    utilisations_agree(theory, seen)


def closed(people: int, think_s: float = 1.0) -> Topology:
    """Users in a closed loop before a balancer, a web server and a database of one core each."""
    return drawing(
        node("client", "users-1", users=people, arrivals="closed", think_s=think_s, write_share=0),
        node("load_balancer", "lb-1", forward_ms=5.0, cores=1),
        web(service_ms=20.0, cores=1),
        node("database", "db-1", read_ms=10.0, cores=1),
        link("users-1", "lb-1", 0.0),
        link("lb-1", "web-1", 0.0),
        link("web-1", "db-1", 0.0),
    )


def test_theory_of_a_closed_loop_before_several_servers_is_called_an_approximation() -> None:
    """Dealing out in turn has no product form: an approximation, said so."""
    topology = edited(
        closed(60),
        SetNode(node="web-1", parameters={"cores": 2, "service_ms": 40.0}),
        node("web_server", "web-2"),
        link("lb-1", "web-2"),
        link("web-2", "db-1"),
    )
    theory, seen = analyse(topology), measured(topology, 20.0, 100.0)
    (client,) = theory.clients
    assert client.quality == "approximation"
    assert seen["", "rps"].value == pytest.approx(theory.offered_rps, rel=0.05)
    assert seen["", "ms"].value == pytest.approx(client.latency_ms, rel=0.1)


def test_a_closed_loop_of_several_cores_is_exact() -> None:
    topology = edited(
        closed(40), SetNode(node="web-1", parameters={"cores": 4, "service_ms": 70.0})
    )
    theory, seen = analyse(topology), measured(topology, 20.0, 300.0)
    agrees(theory, seen, "lb-1", "web-1", "db-1")
    utilisations_agree(theory, seen)


def test_run_prints_theory_beside_the_measurement() -> None:
    answer = loadground("run", "final-design", "--json", "--until", "2")
    theory = analyse(library.load("final-design").topology)
    assert answer.json["theory"] == {**theory_to_json(theory), "now": None}
    assert (
        "Theory: the bottleneck is web-1 at 55.0 %"
        in loadground("run", "final-design", "--until", "2").out
    )


def test_utilisation_of_every_node_of_the_final_design_equals_theory() -> None:
    """With a short TTL: at 60 s the caches, all empty at first, expire in step for hours."""
    topology = edited(
        library.load("final-design").topology, SetNode(node="dns-1", parameters={"ttl_s": 5.0})
    )
    theory, seen = analyse(topology), measured(topology, 60.0, 30.0)
    utilisations_agree(theory, seen)
    for one in theory.nodes:
        assert seen[one.node, "rps"].holds(one.arrivals_rps), one.node
    assert theory.bottleneck is not None
    assert theory.bottleneck.node in ("web-1", "web-2")


def test_theory_of_the_final_design_approximates_its_latency_and_utilisations() -> None:
    topology = library.load("final-design").topology
    theory, seen = analyse(topology), measured(topology, 5.0, 30.0)
    for one in theory.nodes:
        if one.node != "dns-1":
            assert seen[one.node, "utilisation"].holds(one.utilisation), one.node
    for client in theory.clients:
        assert client.quality == "approximation"
        assert client.latency_ms == pytest.approx(seen["", "ms"].value, rel=0.03)


def test_beyond_saturation_only_the_bottleneck_of_theory_is_full() -> None:
    topology = one_server(0.5, 4, queue_limit=100)
    theory = analyse(topology)
    assert theory.saturation is not None
    assert theory.saturation.factor == pytest.approx(2.0)
    below, above = 0.9 * theory.saturation.factor, 1.1 * theory.saturation.factor
    assert measured(topology, 5.0, 10.0, below)["web-1", "refused"].value < 1e-3
    full = measured(topology, 5.0, 40.0, above)
    assert full["web-1", "utilisation"].value > 0.999
    assert full["web-1", "refused"].holds(1.0 - 1.0 / 1.1)
