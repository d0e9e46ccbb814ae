"""Arrivals: Poisson, at the rate of the client's curve, window by window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from app.engine.engine import Engine
from app.schema import Value
from app.topology.edits.apply import AddNode
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, web
from tests.support.statistics.intervals import Estimate, must_fit
from tests.support.statistics.sampling import Effort, efforts, to

BASE = 100.0
"""Requests a second of the clients here, before their shape."""
Curve = Sequence[tuple[float, float]]


def sending(**parameters: Value) -> AddNode:
    return node("client", "users-1", users=1000, requests_per_user=BASE / 1000, **parameters)


def sent(client: AddNode, latency_ms: float = 0.0) -> Topology:
    """A client next to a server that answers at once."""
    return drawing(client, web(service_ms=0.0, cores=1024), link("users-1", "web-1", latency_ms))


def counts(
    topology: Topology, at_s: Sequence[float], runs: int, load: float = 1.0, *, first_seed: int = 1
) -> list[int]:
    """Requests sent between the given times, all runs together."""
    total = np.zeros(len(at_s) - 1, np.int64)
    for seed in range(first_seed, first_seed + runs):
        engine = Engine(topology, seed=seed, load=load)
        offered = [to(engine, at).offered for at in at_s]
        total += np.diff(offered)
    return [int(one) for one in total]


def area(curve: Curve, begins: float, ends: float) -> float:
    """The integral of a rate that is straight between points and holds after the last."""
    curve = [*curve, (math.inf, curve[-1][1])]
    total = 0.0
    for (a, rate), (b, after) in pairwise(curve):
        low, high = max(a, begins), min(b, ends)
        if low >= high:
            continue
        slope = (after - rate) / (b - a) if b < math.inf else 0.0
        total += (high - low) * (rate + slope * ((low + high) / 2.0 - a))
    return total


RAMP = [(0.0, BASE), (5.0, BASE), (15.0, 4 * BASE)]
STEP = [(0.0, BASE), (5.0, BASE), (5.0, 4 * BASE)]
SPIKE = [*STEP, (15.0, 4 * BASE), (15.0, BASE)]
HALT = [(0.0, BASE), (5.0, BASE), (15.0, 0.0)]
TABLE = [
    *[(0.0, 300.0), (2.0, 300.0), (4.0, 0.0)],
    *[(9.0, 0.0), (9.0, 200.0), (12.0, 400.0), (20.0, 0.0)],
]
LATE = [(3.0, 50.0), (6.0, 500.0)]


def shaped(shape: str, factor: float = 4.0) -> AddNode:
    return sending(shape=shape, shape_factor=factor, shape_start_s=5.0, shape_length_s=10.0)


def tabled(curve: Curve) -> AddNode:
    return sending(arrivals="table", rates="\n".join(f"{at},{rate}" for at, rate in curve))


SHAPES = {
    "constant": (shaped("constant"), [(0.0, BASE)]),
    "ramp": (shaped("ramp"), RAMP),
    "ramp-to-nothing": (shaped("ramp", 0.0), HALT),
    "step": (shaped("step"), STEP),
    "spike": (shaped("spike"), SPIKE),
    "table": (tabled(TABLE), TABLE),
    "late-table": (tabled(LATE), [(0.0, LATE[0][1]), *LATE]),
}
shapes = pytest.mark.parametrize("shape", SHAPES)
WINDOWS_S = [0.25 * k for k in range(101)]


def must_follow(what: str, found: Sequence[int], expected: Sequence[float]) -> None:
    """Fail unless counts fit the means, and where there can be none there is none."""
    pairs = list(zip(found, expected, strict=True))
    assert not any(count for count, mean in pairs if mean == 0.0)
    seen = [(count, mean) for count, mean in pairs if mean > 0.0]
    must_fit(what, [count for count, _ in seen], [mean for _, mean in seen])


@shapes
@pytest.mark.parametrize("load", [1.0, 2.5])
@efforts
def test_arrival_counts_follow_the_rate_curve(shape: str, load: float, effort: Effort) -> None:
    client, curve = SHAPES[shape]
    runs = effort.runs * effort.scale / load
    found = counts(sent(client), WINDOWS_S, round(runs), load)
    expected = [area(curve, a, b) * load * round(runs) for a, b in pairwise(WINDOWS_S)]
    must_follow(f"{shape} x {load}", found, expected)


@shapes
def test_the_rate_curve_applies_to_the_time_of_sending(shape: str) -> None:
    """A client with one address counts a request when it gets there: the same ones, later."""
    client, _ = SHAPES[shape]
    later = [at + 1.5 for at in WINDOWS_S]
    assert counts(sent(client, 1500.0), later, 1) == counts(sent(client), WINDOWS_S, 1)


@efforts
def test_a_daily_rate_curve_repeats(effort: Effort) -> None:
    """A cosine from the base to the peak and back, over and over."""
    length_s, runs = 8.0, round(effort.runs * effort.scale)
    client = sending(shape="daily", shape_factor=4.0, shape_length_s=length_s)

    def total(t: float) -> float:
        turn = 2.0 * math.pi / length_s
        return BASE * t + 1.5 * BASE * (t - math.sin(turn * t) / turn)

    expected = [(total(b) - total(a)) * runs for a, b in pairwise(WINDOWS_S)]
    must_follow("daily", counts(sent(client), WINDOWS_S, runs), expected)


@pytest.mark.parametrize("window_s", [0.1, 1.0, 10.0])
@efforts
def test_the_index_of_dispersion_of_arrival_counts_is_one(window_s: float, effort: Effort) -> None:
    """The index of dispersion is 1 over short windows and long ones, in each single run."""
    at = [window_s * k for k in range(21)]
    cells = [
        count
        for seed in range(1, round(effort.runs * effort.scale) + 1)
        for count in counts(sent(shaped("constant")), at, 1, first_seed=seed)
    ]
    must_fit(f"dispersion over {window_s} s", cells, [BASE * window_s] * len(cells))


def test_a_load_factor_of_zero_sends_nothing() -> None:
    for client, _ in SHAPES.values():
        assert not any(counts(sent(client), WINDOWS_S, 1, 0.0))


@efforts
def test_a_change_of_the_load_factor_takes_effect_at_once(effort: Effort) -> None:
    """From second 3 on twice as many, from second 11 on half as many as the curve says."""
    factors = {0.0: 1.0, 3.0: 2.0, 11.0: 0.5}
    runs = round(effort.runs * effort.scale)
    total = np.zeros(len(WINDOWS_S) - 1, np.int64)
    for seed in range(1, runs + 1):
        engine, offered = Engine(sent(SHAPES["ramp"][0]), seed=seed), []
        for at in WINDOWS_S:
            offered.append(to(engine, at).offered)
            if at in factors:
                engine.set_load(factors[at])
        total += np.diff(offered)
    expected = [
        area(RAMP, a, b) * factors[max(at for at in factors if at <= a)] * runs
        for a, b in pairwise(WINDOWS_S)
    ]
    must_follow("ramp under changing load", [int(one) for one in total], expected)


@pytest.mark.parametrize("share", [0.0, 10.0, 62.5, 100.0])
@efforts
def test_the_share_of_writes_is_the_configured_one(share: float, effort: Effort) -> None:
    topology = drawing(
        sending(write_share=share),
        web(service_ms=0.0, cores=1024),
        node("database", "db-1", read_ms=0.0, write_ms=0.0, cores=1024),
        link("users-1", "web-1", 0.0),
        link("web-1", "db-1", 0.0),
    )
    shares = []
    for seed in range(1, effort.runs + 1):
        now = to(Engine(topology, seed=seed), 100.0 * effort.scale)
        database = now.nodes[now.node_ids.index("db-1")]
        shares.append(int(database["writes"]) / now.offered)
    Estimate.of(shares).must_be(f"writes {share} %", share / 100.0, 0.02 * effort.precision)
