"""Stages of one request: a trace's hops as what happened, where, for how long, and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.engine.observe.hop import Hop
from app.schema import Role
from app.session.explain.root_cause import OUTCOME_TEXTS
from app.texts.text import Text, plural
from app.topology.paths.addresses import addresses

if TYPE_CHECKING:
    from app.engine.observe.traces import Trace
    from app.session.explain.root_cause import StateHistory
    from app.topology.model import Topology
    from app.topology.nodes import Node

NETWORK, WAITING, WORK, FAILED = "network", "waiting", "work", "failed"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a request's life.

    `sort` is network, waiting, work or failed; `node` where it is spent or leads to, `link` the
    one that is travelled ("" for none), `back` against its direction.
    """

    sort: str
    node: str
    link: str
    back: bool
    begins_ns: int
    ends_ns: int
    title: Text
    text: Text
    attempt: int


def client_of(trace: Trace, topology: Topology) -> str:
    """The users who sent a request: its first row is that it sets out."""
    first = trace.hops[0]
    known = topology.has_node(first.node)
    return first.node if known and topology.node(first.node).spec.role is Role.SENDS else ""


def stages(trace: Trace, state_history: StateHistory) -> list[Stage]:
    """The stages of a finished request, in the order in which they begin."""
    return _StageSequence(trace, state_history).stages()


class _StageSequence:
    """Stages of one trace: between two hops a request waits somewhere."""

    def __init__(self, trace: Trace, state_history: StateHistory) -> None:
        self._trace, self._history = trace, state_history
        self._hops = sorted(trace.hops, key=lambda hop: hop.begins_ns)
        self._ends_ns = trace.end.ends_ns
        self._found: list[Stage] = []
        self._since: dict[str, int] = {}  # when the request was last heard of at a node
        self._called: dict[str, Hop] = {}  # by node, what it asked last
        self._lookup: Hop | None = None
        self._topology: Topology = state_history.situation_at(trace.began_ns).topology

    def stages(self) -> list[Stage]:
        """Every stage."""
        for place, hop in enumerate(self._hops):
            self._topology = self._history.situation_at(hop.begins_ns).topology
            if not hop.ok:
                self._failed(hop)
            elif hop.link:
                self._travelled(hop)
            elif hop.last:
                self._answered(hop)
            else:
                self._visited(hop, self._hops[place + 1 :])
        return self._found

    def _add(
        self, sort: str, node: str, begins: int, ends: int, title: Text, text: Text, hop: Hop,
        link: str = "", back: bool = False,
    ) -> None:  # fmt: skip
        ends = min(ends, self._ends_ns)
        found = Stage(sort, node, link, back, begins, max(begins, ends), title, text, hop.attempt)
        self._found.append(found)

    def _travelled(self, hop: Hop) -> None:
        topology = self._topology
        source = topology.ends[hop.link][0] if topology.has_link(hop.link) else ""
        since = self._since.get(source)
        if self._lookup is not None and source != self._lookup.node:
            since = self._name_answered(hop, source)
        if since is not None and hop.begins_ns > since:
            self._paused(source, since, hop)
        names = {"source": self._name(source), "target": self._name(hop.node)}
        title, text = _ON_THE_WAY, _FROM_TO.given(**names)
        if self._role(hop.node) is Role.NAMES:
            self._lookup = hop
            title, text = _NAME_ASKED, _ASKS_NAME.given(**names)
        begins, ends = hop.begins_ns, hop.ends_ns
        self._add(NETWORK, hop.node, begins, ends, title, text, hop, hop.link)
        self._called[source] = hop
        self._since[source] = hop.begins_ns
        self._since[hop.node] = hop.ends_ns

    def _name_answered(self, hop: Hop, source: str) -> int:
        """The answer of a name server travels as long as the question did."""
        asked = self._lookup
        assert asked is not None
        self._lookup = None
        begins = self._since.get(asked.node, asked.ends_ns)
        ends = min(hop.begins_ns, begins + asked.ends_ns - asked.begins_ns)
        address = addresses(self._topology).get(hop.node, "")
        text = _ADDRESS.given(server=self._name(asked.node), address=str(address))
        if self._topology.has_node(asked.node):
            ttl = self._topology.node(asked.node).parameters["ttl_s"]
            text = _ADDRESS_FOR.given(
                server=self._name(asked.node), address=str(address), ttl=float(ttl)
            )
        title = _NAME_ANSWERED
        self._add(NETWORK, source, begins, ends, title, text, hop, asked.link, back=True)
        return ends

    def _paused(self, node: str, since: int, hop: Hop) -> None:
        """Before a request goes on from a node something keeps it there."""
        names = {"node": self._name(node), "target": self._name(hop.node)}
        if self._role(node) is Role.SENDS:
            text = _CONNECTS.given(**names)
            self._add(NETWORK, node, since, hop.begins_ns, _CONNECTION, text, hop, hop.link)
            return
        since = self._came_back(node, since, hop)
        if hop.begins_ns > since:
            text = _WAITS_FOR.given(**names)
            self._add(WAITING, node, since, hop.begins_ns, _WAITS, text, hop)

    def _came_back(self, node: str, since: int, hop: Hop) -> int:
        """The answer to a node travels back to it as long as the question did."""
        called = self._called.get(node)
        done = self._since.get(called.node, since) if called else since
        if called is None or done <= since:
            return since
        ends = min(hop.begins_ns, done + called.ends_ns - called.begins_ns)
        text = _FROM_TO.given(source=self._name(called.node), target=self._name(node))
        self._add(NETWORK, node, done, ends, _ON_THE_WAY, text, hop, called.link, back=True)
        return ends

    def _visited(self, hop: Hop, later: list[Hop]) -> None:
        node, since = hop.node, self._since.get(hop.node)
        role = self._role(node)
        if role is Role.SENDS:
            failed = self._found and self._found[-1].sort == FAILED
            if failed and since is not None and hop.begins_ns > since:
                text = _TRIES_AGAIN.given(node=self._name(node))
                self._add(WAITING, node, since, hop.begins_ns, _RETRY, text, hop)
            self._since[node] = hop.begins_ns
            return
        if since is not None and hop.begins_ns > since:
            text = _QUEUES.given(node=self._name(node))
            self._add(WAITING, node, since, hop.begins_ns, _WAITS, text, hop)
        title, text = self._work(hop, role, later)
        self._add(WORK, node, hop.begins_ns, hop.ends_ns, title, text, hop)
        self._since[node] = hop.ends_ns

    def _work(self, hop: Hop, role: Role | None, later: list[Hop]) -> tuple[Text, Text]:
        name = self._name(hop.node)
        if role is Role.NAMES:
            return _LOOKUP, _LOOKS_UP.given(node=name)
        if role is Role.FORWARDS:
            ends = self._topology.ends
            onward = (one.node for one in later if one.link in ends)
            target = next((one for one in onward if self._linked(hop.node, one)), "")
            if target:
                return _BALANCER, _PICKS.given(node=name, target=self._name(target))
            return _BALANCER, _WORKS.given(node=name)
        if role is Role.CACHES:
            return _CACHE, _CACHE_ASKED.given(node=name)
        if role is Role.KEEPS:
            place = self._history.roles.of(self._topology, hop.node, hop.begins_ns)
            kind = 2 if place is None else int(place.leads)
            return (_WRITE, _WRITES[kind].given(node=name)) if hop.writes else (
                _READ, _READS[kind].given(node=name)
            )  # fmt: skip
        return _SERVER, _WORKS.given(node=name)

    def _failed(self, hop: Hop) -> None:
        place = hop.at if hop.outcome == "unreachable" else hop.node
        since = self._since.get(place, self._since.get(hop.node, hop.ends_ns))
        text = OUTCOME_TEXTS[hop.outcome].given(node=self._name(place))
        title = _GIVES_UP if hop.last else _ATTEMPT_FAILS
        self._add(FAILED, place, min(since, hop.ends_ns), hop.ends_ns, title, text, hop)
        self._lookup = None
        self._since = dict.fromkeys(self._since, hop.ends_ns)

    def _answered(self, hop: Hop) -> None:
        since = self._since.get(hop.node)
        if since is not None and hop.begins_ns > since:
            reason = _COMMITS if hop.writes else _HELD
            text = reason.given(node=self._name(hop.node))
            self._add(WAITING, hop.node, since, hop.begins_ns, _WAITS, text, hop)
        client = client_of(self._trace, self._topology)
        body = _JSON
        if client:
            body = _body(self._topology.node(client))
        self._add(NETWORK, client, hop.begins_ns, hop.ends_ns, _ANSWER, body, hop, back=True)

    def _linked(self, source: str, target: str) -> bool:
        return self._topology.link_between(source, target) is not None

    def _role(self, node: str) -> Role | None:
        return self._topology.node(node).spec.role if self._topology.has_node(node) else None

    def _name(self, node: str) -> str:
        return self._topology.node(node).name if self._topology.has_node(node) else node


def _body(client: Node) -> Text:
    """The answer of a request: a page that asks for its parts, or data for a program."""
    parts = int(client.parameters["subrequests"])
    if parts:
        return _PAGE.given(count=parts)
    return _JSON if client.preset in _APPS else _PLAIN_PAGE


_APPS: Final = ("apps", "mobile_users")
_NAME_ASKED, _ASKS_NAME = Text("Name asked"), Text("{source} asks {target} for the address")
_LOOKUP, _LOOKS_UP = Text("Look-up"), Text("{node} looks the name up")
_NAME_ANSWERED = Text("Address answered")
_ADDRESS = Text("{server}: {address}")
_ADDRESS_FOR = Text("{server}: {address}, good for {ttl} s")
_CONNECTION, _CONNECTS = Text("Connection"), Text("{node} opens a connection to {target}")
_ON_THE_WAY, _FROM_TO = Text("On the way"), Text("from {source} to {target}")
_WAITS, _QUEUES = Text("Waits", context="request"), Text("stands in the queue of {node}")
_WAITS_FOR = Text("{node} waits before it asks {target}")
_COMMITS = Text("{node} waits until the write is safe enough to be acknowledged")
_HELD = Text("{node} waits for what it asked")
_RETRY, _TRIES_AGAIN = Text("Pause", context="request"), Text("{node} will try again")
_BALANCER, _PICKS = Text("Balancer"), Text("{node} picks {target}")
_SERVER, _WORKS = Text("Server"), Text("{node} works")
_CACHE, _CACHE_ASKED = Text("Cache"), Text("{node} looks for a copy")
_READ, _WRITE = Text("Read"), Text("Write")
_READS: Final = (
    Text("{node}, a replica, reads"),
    Text("{node}, the primary, reads"),
    Text("{node} reads"),
)
_WRITES: Final = (
    Text("{node}, a replica, writes"),
    Text("{node}, the primary, writes"),
    Text("{node} writes"),
)
_ATTEMPT_FAILS, _GIVES_UP = Text("Attempt fails"), Text("Request fails")
_ANSWER = Text("Answer")
_PAGE = plural("an HTML page; {count} part follows", "an HTML page; {count} parts follow")
_PLAIN_PAGE, _JSON = Text("an HTML page"), Text("JSON")
