"""Rate curves: what a client in an open loop sends at each time of a run."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Final

from app.topology.nodes import Node

_DAILY_POINTS: Final = 48

Curve = tuple[tuple[float, float], ...]
"""Points (seconds, requests per second) of a rate that is straight between them."""


def base_rate(node: Node) -> float:
    """Return a client's requests a second before its shape begins, at a load of 1."""
    return _number(node, "users") * _number(node, "requests_per_user")


def is_daily(node: Node) -> bool:
    """Return whether the client's curve repeats."""
    return node.parameters["arrivals"] == "open" and node.parameters["shape"] == "daily"


def curve_of(node: Node, load: float) -> Curve:
    """The client's rate over time; empty when it is constant. A daily curve repeats."""
    arrivals, shape = str(node.parameters["arrivals"]), str(node.parameters["shape"])
    if arrivals == "table":
        rows = node.spec.parameter("rates").rows(node.parameters["rates"])
        points = [(at, rate * load) for at, rate, *_ in rows]
        if points and points[0][0] > 0.0:
            points.insert(0, (0.0, points[0][1]))
        return tuple(points) or ((0.0, 0.0),)
    if shape == "constant" or arrivals != "open":
        return ()
    base = base_rate(node) * load
    peak = base * _number(node, "shape_factor")
    start, length = (float(str(node.parameters[f"shape_{name}_s"])) for name in ("start", "length"))
    if shape == "daily":
        turn = 2 * math.pi / _DAILY_POINTS
        return tuple(
            (length * k / _DAILY_POINTS, base + (peak - base) * (1 - math.cos(turn * k)) / 2)
            for k in range(_DAILY_POINTS + 1)
        )
    rises = {"ramp": length, "step": 0.0, "spike": 0.0}[shape]
    points = [(0.0, base), (start, base), (start + rises, peak)]
    if shape == "spike":
        points += [(start + length, peak), (start + length, base)]
    return tuple(points)


def rate_at(node: Node, load: float, at_s: float) -> float:
    """Return the requests a second of a client with a rate of its own, `at_s` into a run."""
    curve = curve_of(node, load)
    if not curve:
        return base_rate(node) * load
    length = curve[-1][0]
    if is_daily(node) and length > 0.0:
        at_s %= length
    after = bisect_right(curve, at_s, key=lambda point: point[0])
    if after == len(curve):
        return curve[-1][1]
    (begin, low), (end, high) = curve[after - 1], curve[after]
    return low + (high - low) * (at_s - begin) / (end - begin)


def _number(node: Node, name: str) -> float:
    return node.spec.parameter(name).engine_value(node.parameters[name])
