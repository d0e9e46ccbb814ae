"""What the inspector says of theory beside the measurement: plain lines, and why or why not."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.schema import Language, Text, plain
from app.topology.analysis import ClientTheory, NodeTheory, Theory, analyse
from app.topology.copies import commit_ms, own_writes_missed
from app.topology.model import Node, Topology

APPROXIMATELY = Text("about {value}", "약 {value}")


@dataclass(frozen=True, slots=True)
class TheoryView:
    """Labelled figures of a healthy system at the present load, and the statement behind them.

    `utilisation` (in percent, "" when there is none) is apart since the page keeps it live.
    """

    figures: list[tuple[str, str]]
    statement: str
    utilisation: str = ""


def node_theory(
    topology: Topology, load: float, node_id: str, language: Language
) -> TheoryView | None:
    """What theory says of one node or client; None when it says nothing."""
    found = analyse(topology, load)
    for client in found.clients:
        if client.node == node_id:
            return _client(topology, client, language)
    for node in found.nodes:
        if node.node == node_id:
            view = _node(node, language)
            view.figures.extend(_copies(topology, topology.node(node_id), language))
            return view
    return None


def drawing_theory(topology: Topology, load: float, language: Language) -> TheoryView | None:
    """Bottleneck and saturation of the whole drawing; None when no node has anything to do."""
    found: Theory = analyse(topology, load)
    if found.bottleneck is None or found.saturation is None:
        return None
    name = topology.node(found.bottleneck.node).name
    offered = Text("Offered", "들어오는 요청").say(language)
    bottleneck = Text("Bottleneck", "병목").say(language)
    saturation = Text("Saturated at", "포화 부하").say(language)
    rate = Text("{value} req/s", "초당 {value}건")
    figures = [
        (offered, rate.say(language, value=_figure(found.offered_rps))),
        (bottleneck, f"{name}, {_percent(found.bottleneck.utilisation)}"),
        (
            saturation,
            f"{rate.say(language, value=_figure(found.saturation.rps))} "
            f"(×{_figure(found.saturation.factor)})",
        ),
    ]
    statement = Text(
        "Laws that hold for any drawing while everything is up: utilisation is arrival rate "
        "times work over cores.",
        "모두 살아 있을 때 어떤 그림에서도 성립하는 법칙입니다. 사용률은 도착률과 처리 시간의 곱을 "
        "코어 수로 나눈 값입니다.",
    )
    return TheoryView(figures, statement.say(language))


def _client(topology: Topology, client: ClientTheory, language: Language) -> TheoryView:
    arrivals = topology.node(client.node).spec.parameter("arrivals")
    chosen = topology.node(client.node).parameters["arrivals"]
    figures = [
        (arrivals.label.say(language), arrivals.show(chosen, language)),
        (
            Text("Mean latency", "평균 응답 시간").say(language),
            _time(client.latency_ms, client.quality == "exact", language),
        ),
    ]
    return TheoryView(figures, client.statement.say(language))


def _node(node: NodeTheory, language: Language) -> TheoryView:
    figures: list[tuple[str, str]] = []
    if node.waiting is not None:
        exact = node.waiting.quality == "exact"
        figures.append((Text("Model", "모형").say(language), node.waiting.model))
        figures.append(
            (
                Text("Mean time here", "여기서 보내는 평균 시간").say(language),
                _time(node.waiting.time_ms, exact, language),
            )
        )
    return TheoryView(figures, node.statement.say(language), _figure(100 * node.utilisation))


def _copies(topology: Topology, node: Node, language: Language) -> list[tuple[str, str]]:
    """What a database's commits wait for replicas, and how often users miss their own writes."""
    if node.kind != "database":
        return []
    found: list[tuple[str, str]] = []
    waits = commit_ms(topology, node)
    if waits is not None:
        label = Text("Commit waits at least", "커밋 대기 (최소)").say(language)
        found.append((label, _time(waits, True, language)))
    missed = own_writes_missed(topology, node)
    if missed is not None:
        label = Text("Own writes missed here", "여기서 못 보는 자기 쓰기").say(language)
        found.append((label, APPROXIMATELY.say(language, value=_percent(missed))))
    return found


def _time(value_ms: float | None, exact: bool, language: Language) -> str:
    if value_ms is None or not math.isfinite(value_ms):
        return Text("no closed form", "닫힌 공식 없음").say(language)
    shown = f"{_figure(value_ms)}\N{NO-BREAK SPACE}ms"
    return shown if exact else APPROXIMATELY.say(language, value=shown)


def _percent(share: float) -> str:
    return f"{_figure(100 * share)}\N{NO-BREAK SPACE}%"


def _figure(value: float) -> str:
    return plain(float(f"{value:.3g}"))
