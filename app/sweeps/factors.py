"""Factors of a sweep: what is varied, and between which values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.actions import LOAD_MAX
from app.scenarios.document import Scenario
from app.schema import Value
from app.sweeps.errors import SweepError
from app.topology.edits.apply import EditError, SetLink, SetNode, apply
from app.topology.model import Topology
from app.verdicts.names import nodes_named

LOAD: Final = "load"
LEVELS_MAX: Final = 10_000
"""Values of one factor."""

Point = Mapping[str, Value]
"""A value of each factor, by its name."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that is varied: ``load``, or a parameter as ``node.parameter``.

    `levels` are its values on a grid; designs that fill the space draw between `low` and `high`,
    which only a factor given as a range has.
    """

    name: str
    levels: tuple[Value, ...]
    bounds: tuple[float, float] | None = None


def factor(text: str) -> Factor:
    """Read ``web-1.cores=1,2,4`` or ``load=0.5..2/16`` (16 values from 0.5 to 2, evenly spaced).

    Raises SweepError.
    """
    name, equals, values = text.partition("=")
    name = name.strip()
    if not equals or not name or not values.strip():
        raise SweepError(f"{text!r} varies nothing: write NODE.PARAMETER=1,2,4 or load=0.5..2/16.")
    if ".." in values:
        return _range(name, values)
    levels = tuple(_value(one.strip()) for one in values.split(","))
    if len(levels) > LEVELS_MAX:
        raise SweepError(f"{name}: at most {LEVELS_MAX} values.")
    if len(set(levels)) < len(levels):
        raise SweepError(f"{name}: a value stands there twice.")
    return Factor(name, levels)


def varied(scenario: Scenario, point: Point) -> Scenario:
    """Return the scenario with the values of a point. Raises SweepError."""
    topology, load = scenario.topology, scenario.load
    for name, value in point.items():
        if name == LOAD:
            load = _load(value)
        else:
            topology = _set(topology, name, value)
    return replace(scenario, topology=topology, load=load)


def rounded(scenario: Scenario, name: str, value: float) -> Value:
    """Return a value drawn between bounds as the factor takes it: whole where it counts things."""
    if name == LOAD:
        return value
    subject, _, parameter = name.rpartition(".")
    ids = nodes_named(scenario.topology, subject)
    spec = scenario.topology.node(ids[0]).spec if ids else None
    found = next((one for one in spec.parameters if one.name == parameter), None) if spec else None
    return round(value) if found and found.whole else value


def _range(name: str, values: str) -> Factor:
    span, _, count = values.partition("/")
    low, _, high = span.partition("..")
    first, last = _value(low.strip()), _value(high.strip())
    if isinstance(first, str) or isinstance(last, str) or not first < last:
        raise SweepError(f"{name}: a range is written LOW..HIGH/COUNT, such as 0.5..2/16.")
    if count and not (count.strip().isdigit() and 2 <= int(count) <= LEVELS_MAX):
        raise SweepError(f"{name}: a range has 2 to {LEVELS_MAX} values.")
    steps = int(count or 2) - 1
    whole = isinstance(first, int) and isinstance(last, int) and (last - first) % steps == 0
    levels = tuple(
        first + (last - first) // steps * step
        if whole
        else float(f"{first + (last - first) * step / steps:.12g}")
        for step in range(steps + 1)
    )
    return Factor(name, levels, (float(first), float(last)))


def _value(text: str) -> Value:
    """A number, or the name of a choice."""
    for number in (int, float):
        try:
            found: Value = number(text)
        except ValueError:
            continue
        if isinstance(found, float) and not math.isfinite(found):
            raise SweepError(f"{text!r} is no number to vary.")
        return found
    if not text:
        raise SweepError("A value is missing between two commas.")
    return text


def _load(value: Value) -> float:
    if isinstance(value, str) or not 0 <= value <= LOAD_MAX:
        raise SweepError(f"load: use a number from 0 to {LOAD_MAX:g}.")
    return float(value)


def _set(topology: Topology, name: str, value: Value) -> Topology:
    subject, dot, parameter = name.rpartition(".")
    if not dot:
        raise SweepError(f"{name!r} is neither load nor NODE.PARAMETER.")
    ids = nodes_named(topology, subject)
    given = {parameter: value}
    edits = [SetNode(node=one, parameters=given) for one in ids]
    try:
        if not edits and topology.has_link(subject):
            return apply(topology, SetLink(link=subject, parameters=given))[0]
        if not edits:
            raise SweepError(f"There is no node or link {subject!r}.")
        for edit in edits:
            topology = apply(topology, edit)[0]
    except EditError as error:
        raise SweepError(f"{name}={value}: {error.text.en}") from None
    return topology
