"""The engine against an independent plain heap loop of R1: latencies and utilisations agree."""

from dataclasses import dataclass
from functools import cache
from math import sqrt
from statistics import fmean, variance

from app.cli.bench.contenders.heap_loop import simulate
from app.cli.bench.contenders.reference import reference, reference_model
from app.engine.engine import Engine, Stop
from app.engine.observe.reading import Reading

SEEDS = range(1, 11)
WARMUP_S, END_S = 5, 105
SECOND = 1_000_000_000
STATIONS = tuple(node.id for node in reference().nodes if node.kind in ("web_server", "database"))
"""In the order in which the loop names them: web servers, primary, replicas."""
LATENCY = "mean latency"


@dataclass(frozen=True)
class Means:
    """A figure's mean over the seeds, and the variance of that mean."""

    mean: float
    variance: float


def over_seeds(samples: list[dict[str, float]]) -> dict[str, Means]:
    return {
        name: Means(
            fmean(one[name] for one in samples),
            variance([one[name] for one in samples]) / len(samples),
        )
        for name in samples[0]
    }


def to(engine: Engine, at_s: int) -> Reading:
    while engine.advance(at_s * SECOND) is not Stop.REACHED:
        pass
    return engine.read()


def by_engine(seed: int) -> dict[str, float]:
    engine = Engine(reference(), seed=seed)
    before, now = to(engine, WARMUP_S), to(engine, END_S)
    answered = now.completed - before.completed
    assert answered == now.offered - before.offered + before.in_flight - now.in_flight
    found = {LATENCY: (now.latency_ns - before.latency_ns) / answered / 1e6}
    for number, node_id in enumerate(now.node_ids):
        if node_id in STATIONS:
            cores = int(now.nodes[number]["cores"])
            found[node_id] = float(now.busy_ns[number]) / cores / now.now_ns
    return found


def by_loop(seed: int) -> dict[str, float]:
    model = reference_model()
    outcome = simulate(model, round(model.rate_per_s * END_S), seed, WARMUP_S)
    return {LATENCY: outcome.latency_ms, **dict(zip(STATIONS, outcome.utilisations, strict=True))}


@cache
def loop_over_seeds() -> dict[str, Means]:
    return over_seeds([by_loop(seed) for seed in SEEDS])


def test_latency_and_every_utilisation_agree_with_an_independent_simulation() -> None:
    ours = over_seeds([by_engine(seed) for seed in SEEDS])
    theirs = loop_over_seeds()
    assert len(ours) == 1 + len(STATIONS) == 8
    for name, expected in theirs.items():
        error = sqrt(ours[name].variance + expected.variance)
        # Four standard errors; and close enough together for that to say something.
        assert error < 0.01 * expected.mean, name
        assert abs(ours[name].mean - expected.mean) < 4.0 * error, name


def test_utilisations_of_the_independent_loop_equal_rate_times_work() -> None:
    # The utilisation law: arrivals per second x work per arrival / cores.
    found = loop_over_seeds()
    expected = {"web-1": 0.8, "web-4": 0.8, "db-1": 0.1, "db-2": 0.27, "db-3": 0.27}
    for name, utilisation in expected.items():
        assert abs(found[name].mean - utilisation) < 4.0 * sqrt(found[name].variance), name
