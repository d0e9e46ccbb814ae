"""When requests come: Poisson, and at the rate that the client's curve says, window by window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from app.engine.engine import Engine
from app.schema import Value
from app.topology.edits import AddNode
from app.topology.model import Topology
from tests.drawings import drawing, link, node, web
from tests.oracles.sampling import Effort, efforts, to
from tests.oracles.statistics import must_fit

BASE = 100.0
"""Requests a second of the clients here, before their shape."""
Curve = Sequence[tuple[float, float]]


def sending(**parameters: Value) -> AddNode:
    return node("client", "users-1", users=1000, requests_per_user=BASE / 1000, **parameters)


def sent(client: AddNode, latency_ms: float = 0.0) -> Topology:
    """A client next to a server that answers at once."""
    return drawing(client, web(service_ms=0.0, cores=1024), link("users-1", "web-1", latency_ms))


def counts(
    topology: Topology, at_s: Sequence[float], effort: Effort, load: float = 1.0
) -> list[int]:
    """Requests sent between the given times, all runs together."""
    total = np.zeros(len(at_s) - 1, np.int64)
    for seed in range(1, round(effort.runs * effort.scale) + 1):
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
    (0.0, 300.0),
    (2.0, 300.0),
    (4.0, 0.0),
    (9.0, 0.0),
    (9.0, 200.0),
    (12.0, 400.0),
    (20.0, 0.0),
]


def shaped(shape: str, factor: float = 4.0) -> AddNode:
    return sending(shape=shape, shape_factor=factor, shape_start_s=5.0, shape_length_s=10.0)


def tabled(curve: Curve) -> AddNode:
    return sending(arrivals="table", rates="\n".join(f"{at},{rate}" for at, rate in curve))


@pytest.mark.parametrize(
    ("client", "curve"),
    [
        pytest.param(shaped("constant"), [(0.0, BASE)], id="constant"),
        pytest.param(shaped("ramp"), RAMP, id="ramp"),
        pytest.param(shaped("ramp", 0.0), HALT, id="ramp-to-nothing"),
        pytest.param(shaped("step"), STEP, id="step"),
        pytest.param(shaped("spike"), SPIKE, id="spike"),
        pytest.param(tabled(TABLE), TABLE, id="table"),
        pytest.param(
            tabled([(3.0, 50.0), (6.0, 500.0)]),
            [(0.0, 50.0), (3.0, 50.0), (6.0, 500.0)],
            id="late-table",
        ),
    ],
)
@pytest.mark.parametrize("latency_ms", [0.0, 1500.0])
@efforts
def test_counts_follow_the_curve(
    client: AddNode, curve: Curve, latency_ms: float, effort: Effort
) -> None:
    """However far away the server is: the curve is about when users send."""
    lead = latency_ms / 1000.0
    at = [0.25 * k for k in range(101)]
    expected = [area(curve, a, b) * effort.runs * effort.scale for a, b in pairwise(at)]
    # A client with one address counts a request when it arrives there.
    found = counts(sent(client, latency_ms), [0.0, *(one + lead for one in at)], effort)
    assert found[0] == 0
    nothing = [count for count, mean in zip(found[1:], expected, strict=True) if mean == 0.0]
    assert not any(nothing)
    seen = [(count, mean) for count, mean in zip(found[1:], expected, strict=True) if mean]
    must_fit("curve", [count for count, _ in seen], [mean for _, mean in seen])
