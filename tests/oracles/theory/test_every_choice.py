"""Every choice of every parameter: a figure that theory calls exact is what runs measure, and where
theory has none, it says why.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.schema import Kind, Parameter
from app.theory.analysis import ClientTheory, NodeTheory, Theory, analyse
from app.topology.model import Topology
from tests.support.statistics.intervals import Estimate
from tests.support.statistics.sampling import Sample, Window, windows
from tests.support.theory.closed_forms import CHOICES, changed, where

WARM_S, WINDOW_S, SEEDS, EACH_SEED = 5.0, 15.0, 3, 10
"""Thirty windows are ten each of three runs: nothing here is in a queue or a cache for a second, so
they are as good as independent, and most of a short run's time is spent on making it.
"""
WIDER = 1.3
"""From intervals of 99.9 % to 99.99 %: some hundreds of figures are looked at."""
NARROW = 0.25
"""An interval that is a larger part of its mean would prove nothing."""
WHY_NOT = (
    *("No closed form", "It holds only nearly", "an approximation", "No steady state"),
    *("No requests come here", "Recorded requests"),
)
WHY_NO_MEAN = ("an approximation", "No mean can be given", "Recorded requests", "sends no requests")
SEEN: dict[str, Sample] = {}
EACH = [
    pytest.param(kind, parameter, choice.name, id=f"{kind.name}-{parameter.name}-{choice.name}")
    for kind, parameter in CHOICES
    for choice in parameter.choices
]


def measured(topology: Topology) -> Sample:
    """Windows of a drawing's runs. Most choices are some drawing's own: it is run once."""
    key = repr((topology.nodes, topology.links))
    if key not in SEEN:
        SEEN[key] = windows(topology, WARM_S, WINDOW_S, SEEDS, EACH_SEED)
    return SEEN[key]


def must_agree(what: str, theory: float, seen: Estimate) -> None:
    assert seen.half <= NARROW * seen.mean + 1e-6, f"{what}: {seen} is too wide"
    off = abs(theory - seen.mean)
    assert off <= WIDER * seen.half + 1e-6 * abs(theory), f"{what}: {theory} is not {seen}"


Claim = tuple[str, str, float, Callable[[Window], float]]
"""A figure that theory calls exact: the node, the figure's name, its value, and its measure."""


def claims(theory: Theory) -> list[Claim]:
    """Everything that is claimed to be exact, of the nodes, and of a drawing's only client."""
    found: list[Claim] = []
    for node in theory.nodes:
        found += _of_node(node)
    if len(theory.clients) == 1:
        found += _of_client(theory.clients[0])
    return found


def _of_node(one: NodeTheory) -> list[Claim]:
    found: list[Claim] = []
    if one.traffic == "exact" and one.arrivals_rps > 0.0:
        used = min(one.utilisation, 1.0)
        found.append((one.node, "used", used, lambda window: window.at(one.node).used))
    if one.waiting is not None and one.waiting.quality == "exact":
        time_ms = one.waiting.time_ms
        found.append((one.node, "T", time_ms, lambda window: window.at(one.node).time_ms))
    return found


def _of_client(one: ClientTheory) -> list[Claim]:
    if one.quality != "exact" or one.latency_ms is None:
        return []
    return [(one.node, "T", one.latency_ms, lambda window: window.latency_ms)]


def says_why(theory: Theory) -> None:
    """Fail unless whatever is not exact has a sentence that says so."""
    for node in theory.nodes:
        if node.waiting is None or node.waiting.quality != "exact":
            assert any(words in node.statement.en for words in WHY_NOT), node.statement.en
    for client in theory.clients:
        if client.quality != "exact":
            assert any(words in client.statement.en for words in WHY_NO_MEAN), client.statement.en


@pytest.mark.parametrize(("kind", "parameter", "choice"), EACH)
def test_each_figure_called_exact_is_measured(
    kind: Kind, parameter: Parameter, choice: str
) -> None:
    topology, name = where(kind, parameter)
    topology = changed(topology, name, parameter.name, choice)
    theory = analyse(topology)
    says_why(theory)
    if parameter.name == "arrivals" and choice == "recorded":
        assert theory.offered_rps == 0.0
        return
    exact = claims(theory)
    if not exact:  # then each figure has said why
        return
    seen = measured(topology)
    for node, name, value, figure in exact:
        if name != "used" or seen.works_at(node):
            must_agree(f"{node}, {name}", value, seen.of(figure))
