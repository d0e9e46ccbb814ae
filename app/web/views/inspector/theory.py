"""Theory beside the measurement: labelled figures, and the statement behind them."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from app.session.session import Session
from app.texts.languages import Language
from app.texts.numbers import number
from app.texts.text import Text, joined
from app.theory.analysis import LOSSLESS, ClientTheory, NodeTheory, Theory
from app.theory.clients.offered_load import VARIES_NOW
from app.theory.saturation import Saturation
from app.theory.traffic.replication import commit_ms, own_writes_missed
from app.topology.model import Topology
from app.topology.nodes import Node

APPROXIMATELY = Text("about {value}")
_RATE = Text("{value} req/s")
_LAWS = Text("Laws that hold for any drawing: utilisation is arrival rate times work over cores.")
_ALL_UP = Text("Not everything works now ({broken}); this is for when it does.")
_NOTICED = Text("Not everything works now ({broken}); this is once everybody has noticed.")
_NAMED_MAX = 5


@dataclass(frozen=True, slots=True)
class TheoryView:
    """Labelled figures of a healthy system at the present load, and the statement behind them.

    `utilisation` (in percent, "" when there is none) is apart since the page keeps it live;
    `estimated` says that it is only about so much. `now` is the same of what is up, if not all is.
    """

    figures: list[tuple[str, str]]
    statement: str
    utilisation: str = ""
    estimated: bool = False
    now: TheoryView | None = None


def theory_view(session: Session, node_id: str, language: Language) -> TheoryView | None:
    """The theory of one node or client, or of the whole drawing if `node_id` is ""; None where
    there is nothing to say anything of.
    """
    topology, (whole, now) = session.topology, session.theory
    broken = _names(topology, {*session.broken, *session.present.outage.ids})
    note = _ALL_UP.given(broken=broken) if broken else None
    view = view_of(topology, whole, note, node_id, language)
    if view is None or now is None:
        return view
    note = _NOTICED.given(broken=broken)
    if LOSSLESS in now.assumptions:
        note = joined(note, LOSSLESS)
    return replace(view, now=view_of(topology, now, note, node_id, language))


def view_of(
    topology: Topology, found: Theory, note: Text | None, node_id: str, language: Language
) -> TheoryView | None:
    """The same of one theory; `note` comes before its statement."""
    if not node_id:
        return _drawing(topology, found, note, language) if found.clients else None
    for client in found.clients:
        if client.node == node_id:
            return _client(topology, client, note, language)
    for node in found.nodes:
        if node.node == node_id:
            view = _node(node, note, language)
            view.figures.extend(_copies(topology, topology.node(node_id), language))
            return view
    return None


def _names(topology: Topology, ids: Collection[str]) -> list[str]:
    """The first of these nodes and links, as people call them, in the order of the drawing."""
    names = [node.name for node in topology.nodes if node.id in ids]
    for link in topology.links:
        if link.id in ids:
            ends = topology.node(link.source).name, topology.node(link.target).name
            names.append(" → ".join(ends))
    return names[:_NAMED_MAX] + ["…"] * (len(names) > _NAMED_MAX)


def _said(note: Text | None, language: Language, *texts: Text) -> str:
    """Statements, and in front of them the note on what they are about."""
    return joined(*([note] if note else []), *texts).say(language)


def _drawing(
    topology: Topology, found: Theory, note: Text | None, language: Language
) -> TheoryView:
    """Bottleneck and saturation of the whole drawing, at the present load."""
    guessed = any(one.quality == "approximation" for one in found.clients)
    closed = any(
        topology.node(one.node).parameters["arrivals"] == "closed" for one in found.clients
    )
    figures = [
        (
            Text("Offered").say(language),
            _about(_rate(found.offered_rps, language), guessed and closed, language),
        )
    ]
    if lost := sum(one.unreachable_rps for one in found.clients):
        figures.append((Text("Reaches no server").say(language), _rate(lost, language)))
    if found.bottleneck and found.saturation:
        about = found.saturation.quality != "exact"
        name = topology.node(found.bottleneck.node).name
        used = _about(_percent(found.bottleneck.utilisation, language), about, language)
        figures.append((Text("Bottleneck").say(language), f"{name}, {used}"))
        figures.append((Text("Saturated at").say(language), _limit(found.saturation, language)))
    if found.scaled_out and found.scaled_out != found.saturation:
        label = Text("With every server").say(language)
        figures.append((label, _limit(found.scaled_out, language)))
    varies = [VARIES_NOW] if VARIES_NOW in found.assumptions else []
    return TheoryView(figures, _said(note, language, *varies, _LAWS))


def _sends_about(topology: Topology, client: ClientTheory) -> bool:
    """Return whether a client sends as answers come, of which theory knows only about the time."""
    waits = topology.node(client.node).parameters["arrivals"] == "closed"
    return waits and client.quality != "exact"


def _client(
    topology: Topology, client: ClientTheory, note: Text | None, language: Language
) -> TheoryView:
    arrivals = topology.node(client.node).spec.parameter("arrivals")
    chosen = topology.node(client.node).parameters["arrivals"]
    figures = [
        (arrivals.label.say(language), arrivals.show(chosen, language)),
        (
            Text("Mean latency").say(language),
            _time(client.latency_ms, client.quality == "exact", language),
        ),
    ]
    return TheoryView(figures, _said(note, language, client.statement))


def _node(node: NodeTheory, note: Text | None, language: Language) -> TheoryView:
    figures: list[tuple[str, str]] = []
    if node.waiting is not None:
        exact = node.waiting.quality == "exact"
        figures.append((Text("Model").say(language), node.waiting.model))
        figures.append(
            (
                Text("Mean time here").say(language),
                _time(node.waiting.time_ms, exact, language),
            )
        )
    said = _said(note, language, node.statement)
    used, estimated = _figure(100 * node.utilisation, language), node.traffic != "exact"
    return TheoryView(figures, said, used, estimated)


def _copies(topology: Topology, node: Node, language: Language) -> list[tuple[str, str]]:
    """Return the rows about a database's commits, and about users who miss their own writes."""
    if node.spec.replication != "log":
        return []
    found: list[tuple[str, str]] = []
    waits = commit_ms(topology, node)
    if waits is not None:
        label = Text("Commit waits at least").say(language)
        found.append((label, _time(waits, True, language)))
    missed = own_writes_missed(topology, node)
    if missed is not None:
        label = Text("Own writes missed here").say(language)
        found.append((label, _about(_percent(missed, language), True, language)))
    return found


def _limit(limit: Saturation, language: Language) -> str:
    """A saturation: its rate, and how many times the present load that is."""
    shown = f"{_rate(limit.rps, language)} (×{_figure(limit.factor, language)})"
    return _about(shown, limit.quality != "exact", language)


def _time(value_ms: float | None, exact: bool, language: Language) -> str:
    if value_ms is None or not math.isfinite(value_ms):
        return Text("no closed form").say(language)
    return _about(f"{_figure(value_ms, language)}\N{NO-BREAK SPACE}ms", not exact, language)


def _about(shown: str, about: bool, language: Language) -> str:
    return APPROXIMATELY.say(language, value=shown) if about else shown


def _rate(rate: float, language: Language) -> str:
    return _RATE.say(language, value=_figure(rate, language))


def _percent(share: float, language: Language) -> str:
    return f"{_figure(100 * share, language)}\N{NO-BREAK SPACE}%"


def _figure(value: float, language: Language) -> str:
    return number(float(f"{value:.3g}"), language)
