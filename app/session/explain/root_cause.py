"""Root cause of a failed request: the outcome, its sender's belief, and the fault or limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from app.actions import Crash
from app.engine.observe.hop import Hop
from app.engine.observe.incident import Incident
from app.engine.observe.traces import Trace
from app.schema import Role
from app.session.explain.roles import Roles
from app.session.situation import Situation
from app.texts.numbers import Fixed
from app.texts.text import Text
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.validation.validation import unreachable_text

SECOND: Final = 1e9

OUTCOME_TEXTS: Final[dict[str, Text]] = {
    "refused": Text("{node} refused the connection"),
    "lost_in_crash": Text("{node}, on its way, died"),
    "queue_full": Text("the queue of {node} was full"),
    "unreachable": Text("it could not reach {node}"),
    "no_server": Text("{node} knew of no server that is up"),
    "no_quorum": Text("too few copies answered {node}"),
    "no_database": Text("{node} knew of no database that takes it"),
    "not_primary": Text("{node} is not the primary"),
    "lookup_failed": Text("the name lookup failed at {node}"),
    "timed_out": Text("the user gave up waiting"),
    "over_limit": Text("the run has too many requests in flight"),
    "connect_timeout": Text("{node} did not accept in time"),
    "gateway_timeout": Text("{node} did not answer in time"),
    "queue_timeout": Text("it waited too long at {node}"),
    "expired": Text("its deadline passed at {node}"),
    "at_capacity": Text("all workers of {node} were busy"),
    "circuit_open": Text("{node} had its circuit open"),
    "pool_timeout": Text("no connection of {node} became free"),
    "too_many_connections": Text("{node} had no connection left for it"),
    "rate_limited": Text("it came too often for {node}"),
}
"""Meaning of each outcome, of the node where it showed, or that died."""
_FAULTS: Final[dict[str, Text]] = {
    "crash": Text("{what} was down from {since} s on"),
    "silence": Text("{what} hung from {since} s on"),
    "slow": Text("{what} was slow from {since} s on"),
    "cut_link": Text("{what} was cut from {since} s on"),
    "degrade": Text("{what} lost messages from {since} s on"),
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
    "rate_limited": ("rate",),
}
"""The parameters that may set the limit behind an outcome, the nearest first."""
_BELIEFS: Final = {
    "marked_down": "down",
    "marked_up": "up",
    "ejected": "down",
    "ejection_over": "up",
}
_RESTARTS: Final = ("restarting", "out_of_memory")
"""Incidents with which a process ends and another one begins, which knows nothing yet."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One link of the chain. `kind` is outcome, belief, role, fault or limit; a limit has no time,
    nor has a role that nobody has changed.
    """

    kind: str
    code: str
    node: str
    since_ns: int | None
    text: Text

    def to_json(self, language: str) -> dict[str, Any]:
        """The link as JSON, its sentence in `language`."""
        since = None if self.since_ns is None else self.since_ns / SECOND
        return {
            "kind": self.kind,
            "code": self.code,
            "node": self.node,
            "since_s": since,
            "text": self.text.say(language),
        }


class StateHistory:
    """Record of the drawing, the faults and the beliefs at every instant of a run so far."""

    def __init__(self, situation: Situation) -> None:
        self._situations: list[tuple[int, Situation]] = [(0, situation)]
        self._beliefs: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        self._starts: dict[str, list[int]] = defaultdict(list)
        self.roles = Roles()

    def set_situation(self, at_ns: int, situation: Situation) -> None:
        """Note how things stand from `at_ns` on."""
        before = self._situations[-1][1].faults
        for node, fault in situation.faults.items():
            if isinstance(fault, Crash) and before.get(node) != fault:
                self._starts[node].append(at_ns)
        self._situations.append((at_ns, situation))

    def on_incidents(self, incidents: Iterable[Incident]) -> None:
        """Take in the next incidents, in the order in which they happened."""
        for incident in incidents:
            self.roles.on_incident(incident)
            if incident.code in _RESTARTS:
                self._starts[incident.node].append(incident.at_ns)
            if incident.code in _BELIEFS:
                belief = incident.at_ns, _BELIEFS[incident.code]
                self._beliefs[incident.node, incident.other].append(belief)

    def causes(self, trace: Trace) -> list[Cause]:
        """The chain behind a request's end; empty when it was answered."""
        return self.causes_of(trace, trace.end) if trace.failed else []

    def causes_of(self, trace: Trace, failure: Hop) -> list[Cause]:
        """The chain behind one failed attempt of a request."""
        at_ns, topology = failure.ends_ns, self.situation_at(failure.ends_ns).topology
        name = _name(topology, failure.node)
        if failure.outcome == "unreachable":
            name = _name(topology, failure.at)
        text = OUTCOME_TEXTS[failure.outcome].given(node=name)
        chain = [Cause("outcome", failure.outcome, failure.node, at_ns, text)]
        before = [hop for hop in trace.hops if hop.link and hop.ends_ns <= at_ns]
        suspects = [failure.node, failure.at]
        if failure.outcome in ("no_server", "no_database", "circuit_open"):
            suspects += [link.target for link in _links_from(topology, failure.node)]
            chain += [self._belief(failure.node, one, at_ns) for one in suspects[2:]]
        else:
            sender = _sender(topology, before, failure)
            if sender and topology.node(sender).spec.role is not Role.SENDS:
                chain.append(self._belief(sender, failure.node, at_ns))
        if trace.end.writes:
            chain += self._replicas(topology, suspects, at_ns)
        suspects += [hop.node for hop in reversed(before)]
        links = [hop.link for hop in reversed(before)]
        on_its_way = topology.link_between(before[-1].node if before else "", failure.at)
        if on_its_way:
            links.insert(0, on_its_way.id)
        faults = self._faults_at(suspects, links, at_ns)
        return [*chain, *(faults or self._limit(topology, failure, trace))]

    def situation_at(self, at_ns: int) -> Situation:
        """The situation at an instant."""
        return next(one for since, one in reversed(self._situations) if since <= at_ns)

    def _belief(self, watcher: str, target: str, at_ns: int) -> Cause:
        """Return the belief of `watcher` about `target`: up until an incident says otherwise, and
        again when the watcher's process begins anew.
        """
        known = [one for one in self._beliefs[watcher, target] if one[0] <= at_ns]
        known += [(start, "up") for start in self._starts[watcher] if start <= at_ns]
        since, belief = max(known, default=(0, "up"))
        topology = self.situation_at(at_ns).topology
        names: dict[str, str | Fixed] = {
            "watcher": _name(topology, watcher),
            "target": _name(topology, target),
            "since": Fixed(since / SECOND, 3),
        }
        down = Text("{watcher} believed {target} down since {since} s")
        up = Text("{watcher} believed {target} up since {since} s")
        text = (up if belief == "up" else down).given(**names)
        return Cause("belief", belief, target, since, text)

    def _replicas(self, topology: Topology, nodes: list[str], at_ns: int) -> list[Cause]:
        """The databases among `nodes` that took no writes at an instant, since they followed."""
        found: list[Cause] = []
        for one in dict.fromkeys(nodes):
            role = self.roles.of(topology, one, at_ns)
            if role is None or role.leads:
                continue
            name = _name(topology, one)
            text = Text("{node} was a replica", node=name)
            if role.until_ns is not None:
                until = Fixed(role.until_ns / SECOND, 1)
                text = Text("{node} was a replica until {until} s", node=name, until=until)
            found.append(Cause("role", "replica", one, role.until_ns, text))
        return found

    def _faults_at(self, nodes: list[str], links: list[str], at_ns: int) -> list[Cause]:
        """The faults of these nodes, and of the links that were used, at an instant."""
        found: list[Cause] = []
        situation = self.situation_at(at_ns)
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
            text = _FAULTS[fault.type].given(what=what, since=Fixed(since / SECOND, 3))
            found.append(Cause("fault", fault.type, one, since, text))
        return found

    def _since(self, sort: str, one: str, fault: Any, at_ns: int) -> int:
        """Return the time at which a fault began that is present at an instant."""
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
    """Return the obstacle between the networks at both ends, if there is one."""
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
        "{node} allows {limit} {value}",
        node=node.name,
        limit=parameter.label,
        value=parameter.text(value),
    )
    return Cause("limit", name, node.id, None, text)


def _sender(topology: Topology, before: list[Hop], failure: Hop) -> str:
    """Return the node that sent the request to where it failed; "" if that is not known."""
    for hop in reversed(before):
        if hop.node == failure.node:
            return topology.ends[hop.link][0] if topology.has_link(hop.link) else ""
    return ""


def _source(topology: Topology, trace: Trace) -> str:
    """The client of a request, by its first link."""
    sources = (topology.ends[hop.link][0] for hop in trace.hops if topology.has_link(hop.link))
    return next(sources, trace.end.node)


def _links_from(topology: Topology, node: str) -> Iterable[Any]:
    return topology.links_from(node) if topology.has_node(node) else ()


def _name(topology: Topology, node: str) -> str:
    return topology.node(node).name if topology.has_node(node) else node


__all__ = ["OUTCOME_TEXTS", "Cause", "StateHistory"]
