"""Why a request failed: the outcome, what its sender believed, and the fault or limit behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from app.engine.hop import Hop
from app.engine.incident import Incident
from app.engine.trace import Trace
from app.schema import Text
from app.session.situation import Situation
from app.topology.model import Node, Topology
from app.topology.validation import unreachable_text

SECOND: Final = 1e9

OUTCOME_TEXTS: Final[dict[str, Text]] = {
    "refused": Text("{node} refused the connection", "{node}이(가) 연결을 거부"),
    "lost_in_crash": Text(
        "a node on its way died; that showed at {node}", "경로의 노드가 중단됨 ({node}에서 드러남)"
    ),
    "queue_full": Text("the queue of {node} was full", "{node}의 대기열이 가득 참"),
    "unreachable": Text("it could not reach {node}", "{node}에 닿을 수 없음"),
    "no_server": Text("{node} knew of no server that is up", "{node}이(가) 아는 서버가 모두 중단"),
    "no_quorum": Text("too few copies answered {node}", "{node}에 응답한 복제본이 모자람"),
    "no_database": Text(
        "{node} knew of no database that takes it", "{node}이(가) 아는 데이터베이스가 없음"
    ),
    "not_primary": Text("{node} is not the primary", "{node}은(는) 주 서버가 아님"),
    "lookup_failed": Text("the name lookup failed at {node}", "{node}의 이름 조회 실패"),
    "timed_out": Text("the user gave up waiting", "사용자가 기다리다 포기"),
    "over_limit": Text("the run has too many requests in flight", "동시 요청 한도 초과"),
    "connect_timeout": Text("{node} did not accept in time", "{node}이(가) 제때 연결을 받지 않음"),
    "gateway_timeout": Text("{node} did not answer in time", "{node}이(가) 제때 응답하지 않음"),
    "queue_timeout": Text("it waited too long at {node}", "{node}에서 너무 오래 대기"),
    "expired": Text("its deadline passed at {node}", "{node}에서 기한이 지남"),
    "at_capacity": Text("all workers of {node} were busy", "{node}의 작업자가 모두 사용 중"),
    "circuit_open": Text("{node} had its circuit open", "{node}의 회로가 차단됨"),
    "pool_timeout": Text("no connection of {node} became free", "{node}의 연결이 비지 않음"),
    "too_many_connections": Text(
        "{node} had no connection left for it", "{node}의 연결 한도가 가득 참"
    ),
}
"""What each outcome means, of the node where it showed."""
_FAULTS: Final[dict[str, Text]] = {
    "crash": Text("{what} was down from {since} s on", "{what}: {since}초부터 중단"),
    "silence": Text("{what} hung from {since} s on", "{what}: {since}초부터 멈춤"),
    "slow": Text("{what} was slow from {since} s on", "{what}: {since}초부터 느림"),
    "cut_link": Text("{what} was cut from {since} s on", "{what}: {since}초부터 끊김"),
    "degrade": Text("{what} lost messages from {since} s on", "{what}: {since}초부터 손실"),
}
_LIMITS: Final[dict[str, tuple[str, ...]]] = {
    "queue_full": ("queue_limit", "queue_max"),
    "timed_out": ("patience_s",),
    "connect_timeout": ("connect_timeout_s",),
    "gateway_timeout": ("data_timeout_s", "response_timeout_s"),
    "queue_timeout": ("wait_limit_s", "queue_timeout_s"),
    "expired": ("patience_s",),
    "at_capacity": ("workers",),
    "circuit_open": ("breaker_failures",),
    "pool_timeout": ("pool_size", "pool_wait_s"),
    "too_many_connections": ("max_connections",),
}
"""The parameters that may set the limit behind an outcome, the nearest first."""
_BELIEFS: Final = {
    "marked_down": "down",
    "marked_up": "up",
    "ejected": "down",
    "ejection_over": "up",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One link of the chain. `kind` is outcome, belief, fault or limit; a limit has no time."""

    kind: str
    code: str
    node: str
    since_ns: int | None
    text: Text

    def to_json(self, language: str) -> dict[str, Any]:
        """The link as JSON, its sentence in `language`."""
        since = None if self.since_ns is None else self.since_ns / SECOND
        text = self.text.ko if language == "ko" else self.text.en
        return {
            "kind": self.kind,
            "code": self.code,
            "node": self.node,
            "since_s": since,
            "text": text,
        }


class Chronicle:
    """What was drawn and broken, and who believed what, at every instant of a run so far."""

    def __init__(self, situation: Situation) -> None:
        self._situations: list[tuple[int, Situation]] = [(0, situation)]
        self._beliefs: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)

    def changed(self, at_ns: int, situation: Situation) -> None:
        """From `at_ns` on, this is how things stand."""
        self._situations.append((at_ns, situation))

    def heard(self, incidents: Iterable[Incident]) -> None:
        """Take in the next incidents, in the order in which they happened."""
        for incident in incidents:
            if incident.code in _BELIEFS:
                belief = incident.at_ns, _BELIEFS[incident.code]
                self._beliefs[incident.node, incident.other].append(belief)

    def causes(self, trace: Trace) -> list[Cause]:
        """The chain behind a request's end; empty when it was answered."""
        return self.causes_of(trace, trace.end) if trace.failed else []

    def causes_of(self, trace: Trace, failure: Hop) -> list[Cause]:
        """The chain behind one failed attempt of a request."""
        at_ns, topology = failure.ends_ns, self._then(failure.ends_ns).topology
        name = _name(topology, failure.node)
        if failure.outcome == "unreachable":
            name = _name(topology, failure.at)
        text = _filled(OUTCOME_TEXTS[failure.outcome], node=name)
        chain = [Cause("outcome", failure.outcome, failure.node, at_ns, text)]
        before = [hop for hop in trace.hops if hop.link and hop.ends_ns <= at_ns]
        suspects = [failure.node, failure.at]
        if failure.outcome in ("no_server", "no_database", "circuit_open"):
            suspects += [link.target for link in _links_from(topology, failure.node)]
            chain += [self._belief(failure.node, one, at_ns) for one in suspects[2:]]
        else:
            sender = _sender(topology, before, failure)
            if sender and topology.node(sender).kind != "client":
                chain.append(self._belief(sender, failure.node, at_ns))
        suspects += [hop.node for hop in reversed(before)]
        links = [hop.link for hop in reversed(before)]
        on_its_way = topology.link_between(before[-1].node if before else "", failure.at)
        if on_its_way:
            links.insert(0, on_its_way.id)
        faults = self._faults_at(suspects, links, at_ns)
        return [*chain, *(faults or self._limit(topology, failure, trace))]

    def _then(self, at_ns: int) -> Situation:
        return next(one for since, one in reversed(self._situations) if since <= at_ns)

    def _belief(self, watcher: str, target: str, at_ns: int) -> Cause:
        """What `watcher` held of `target`; everybody is trusted until something else is heard."""
        heard = [one for one in self._beliefs[watcher, target] if one[0] <= at_ns]
        since, belief = heard[-1] if heard else (0, "up")
        topology = self._then(at_ns).topology
        names = {
            "watcher": _name(topology, watcher),
            "target": _name(topology, target),
            "since": f"{since / SECOND:.3f}",
        }
        down = Text(
            "{watcher} believed {target} down since {since} s",
            "{watcher}은(는) {since}초부터 {target}을(를) 중단으로 판단",
        )
        up = Text(
            "{watcher} believed {target} up since {since} s",
            "{watcher}은(는) {since}초부터 {target}을(를) 정상으로 판단",
        )
        text = _filled(up if belief == "up" else down, **names)
        return Cause("belief", belief, target, since, text)

    def _faults_at(self, nodes: list[str], links: list[str], at_ns: int) -> list[Cause]:
        """The faults of these nodes, and of the links that were used, at an instant."""
        found: list[Cause] = []
        situation = self._then(at_ns)
        places: list[tuple[str, str]] = [("node", one) for one in dict.fromkeys(nodes) if one]
        places += [("link", one) for one in links]
        for sort, one in dict.fromkeys(places):
            fault = (situation.faults if sort == "node" else situation.link_faults).get(one)
            if fault is None:
                continue
            since = self._since(sort, one, fault, at_ns)
            for_s = getattr(fault, "for_s", None)
            if for_s is not None and at_ns > since + for_s * SECOND:
                continue
            what = _name(situation.topology, one) if sort == "node" else one
            text = _filled(_FAULTS[fault.type], what=what, since=f"{since / SECOND:.3f}")
            found.append(Cause("fault", fault.type, one, since, text))
        return found

    def _since(self, sort: str, one: str, fault: Any, at_ns: int) -> int:
        """When a fault began that is there at an instant."""
        began = at_ns
        for since, situation in reversed(self._situations):
            if since > at_ns:
                continue
            there = situation.faults if sort == "node" else situation.link_faults
            if there.get(one) != fault:
                break
            began = since
        return began

    def _limit(self, topology: Topology, failure: Hop, trace: Trace) -> list[Cause]:
        """The parameter whose value was reached, of the nearest node that has it."""
        if failure.outcome == "unreachable":
            return _no_way(topology, failure)
        places = [failure.node, *(hop.node for hop in reversed(trace.hops) if hop.link)]
        places += [_source(topology, trace)]
        for name in _LIMITS.get(failure.outcome, ()):
            for node in (topology.node(one) for one in places if topology.has_node(one)):
                if name in node.parameters and float(node.parameters[name]) > 0:
                    return [_limit_of(node, name)]
        return []


def _no_way(topology: Topology, failure: Hop) -> list[Cause]:
    """What keeps the networks at both ends apart."""
    link = topology.link_between(failure.node, failure.at)
    why = topology.hindrance(link) if link else ""
    if not why:
        return []
    text = unreachable_text(why, topology.node(failure.node), topology.node(failure.at))
    return [Cause("limit", why, failure.at, None, text)]


def _limit_of(node: Node, name: str) -> Cause:
    parameter = node.spec.parameter(name)
    value = node.parameters[name]
    text = Text(
        f"{node.name} allows {parameter.label.en} {parameter.show(value, 'en')}",
        f"{node.name}의 {parameter.label.ko} {parameter.show(value, 'ko')}",
    )
    return Cause("limit", name, node.id, None, text)


def _sender(topology: Topology, before: list[Hop], failure: Hop) -> str:
    """Who sent the request to the node where it failed."""
    for hop in reversed(before):
        if hop.node == failure.node:
            links = [link for link in topology.links if link.id == hop.link]
            return links[0].source if links else ""
    return ""


def _source(topology: Topology, trace: Trace) -> str:
    """The client of a request, by its first link."""
    for hop in trace.hops:
        for link in topology.links:
            if link.id == hop.link:
                return link.source
    return trace.end.node


def _links_from(topology: Topology, node: str) -> Iterable[Any]:
    return topology.links_from(node) if topology.has_node(node) else ()


def _name(topology: Topology, node: str) -> str:
    return topology.node(node).name if topology.has_node(node) else node


def _filled(text: Text, **values: str) -> Text:
    return Text(text.say("en", **values), text.say("ko", **values))


__all__ = ["OUTCOME_TEXTS", "Cause", "Chronicle"]
