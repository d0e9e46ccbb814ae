"""Numbering of the drawing: the row of each thing in the World."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from app.kernel.state.constants import DELAY_LINES_MAX
from app.kernel.state.world import World
from app.schema import LINK_PARAMETERS, Role
from app.texts.text import Text
from app.topology.model import Topology
from app.topology.nodes import Link, Node


class EngineLimit(ValueError):
    """The drawing does not fit the engine's tables. ``text`` says why, in each language."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class LinkCondition:
    """Condition of a link: bits of where it is cut, share of messages lost, added latency.

    `ticket` is the number of the fault.
    """

    ticket: int
    cut: int = 0
    loss: float = 0.0
    extra_ns: int = 0

    @property
    def stops_messages(self) -> bool:
        """True if messages are lost, always or sometimes."""
        return self.cut != 0 or self.loss > 0.0


UNDISTURBED = LinkCondition(0)


@dataclass(frozen=True, slots=True)
class Members:
    """Database rows of a group that has several primaries, and of those whose writes it holds."""

    mode: int
    members: tuple[int, ...]
    origins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """A recovery under way: of which database (its row), how, how many times it had crashed before
    that, how many rows it brings back, and what it copies: the checksum of
    that data, and of which line it is.
    """

    row: int
    how: str
    epoch: int
    rows: int = 0
    content: int = 0
    timeline: int = 0


@dataclass(slots=True)
class Fleet:
    """The servers that a node stands for besides the first: the numbers of those that take
    requests, and of those that only finish what they have.

    An autoscaler has a `ticket`, has seen so many periods in a row `over` or `under` its
    thresholds, and `rests_until_ns`. At its last look, the servers that were up had worked for so
    long, by number of node.
    """

    further: list[int] = field(default_factory=list)
    closing: list[int] = field(default_factory=list)
    launched: set[int] = field(default_factory=set)
    ticket: int = 0
    over: int = 0
    under: int = 0
    rests_until_ns: int = 0
    looked_at_ns: int = 0
    busy_ns: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Spans:
    """Rows of a table by the node that has them: where they begin and how many; and all given."""

    of: dict[str, tuple[int, int]] = field(default_factory=dict)
    used: int = 0


@dataclass(slots=True)
class Numbering:
    """Row of each thing of the drawing in the World; rows are never given again.

    `relays` are, by row of a path, the nodes between its ends. `origins` has, by group, the one
    whose log it goes on with, and from which position.
    """

    seed: int
    bytes_max: int
    nodes: dict[str, int] = field(default_factory=dict)
    links: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    databases: dict[str, int] = field(default_factory=dict)
    balancers: dict[str, int] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    delay_lines: dict[int, int] = field(default_factory=dict)
    drawn_primary: dict[str, bool] = field(default_factory=dict)
    origins: dict[int, tuple[int, int]] = field(default_factory=dict)
    curves: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    traces: dict[str, str] = field(default_factory=dict)
    vips: dict[str, int] = field(default_factory=dict)
    relays: dict[int, list[int]] = field(default_factory=dict)
    cookies: dict[str, list[int]] = field(default_factory=dict)
    caches_used: int = 0
    cookies_used: int = 0
    points_used: int = 0
    records_used: int = 0
    works_used: int = 0
    divergent_used: int = 0
    latest: dict[int, tuple[int, int, float]] = field(default_factory=dict)
    latest_used: int = 0
    log_size: int = 0
    sums_size: int = 0
    log_used: int = 0
    groups_first: int = 0
    caches: dict[str, int] = field(default_factory=dict)
    entries: Spans = field(default_factory=Spans)
    ranks: dict[tuple[int, float], int] = field(default_factory=dict)
    ranks_used: int = 0
    primaries: dict[int, Members] = field(default_factory=dict)
    changes: dict[int, int] = field(default_factory=dict)
    versions: dict[int, tuple[int, int]] = field(default_factory=dict)
    changes_size: int = 0
    popular: dict[int, tuple[int, float]] = field(default_factory=dict)
    stores: dict[str, int] = field(default_factory=dict)
    key_copies: Spans = field(default_factory=Spans)
    fleets: dict[str, Fleet] = field(default_factory=dict)
    link_conditions: dict[str, LinkCondition] = field(default_factory=dict)
    faults: int = 0
    repairs: dict[int, Repair] = field(default_factory=dict)
    drains_ns: dict[str, int] = field(default_factory=dict)
    leaving: dict[str, int] = field(default_factory=dict)

    def condition(self, link_id: str) -> LinkCondition:
        """Return a link's present condition."""
        return self.link_conditions.get(link_id, UNDISTURBED)

    def delay_ns(self, link: Link) -> int:
        """One-way latency of a link, with what a fault adds."""
        return link_delay_ns(link) + self.condition(link.id).extra_ns

    def next_ticket(self) -> int:
        """A number for a new fault; none is given twice in a run."""
        self.faults += 1
        return self.faults


def seed_words(seed: int, name: str, count: int) -> list[int]:
    """`count` 64-bit words that depend on the seed and a stable name only."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8 * count).digest()
    return [int(word) for word in np.frombuffer(digest, "<u8")]


def delay_line_for(world: World, numbering: Numbering, delay_ns: int) -> int:
    """The line for a delay; -1 (the heap) once there are too many different delays."""
    if delay_ns not in numbering.delay_lines:
        if len(numbering.delay_lines) >= DELAY_LINES_MAX:
            return -1
        line = numbering.delay_lines[delay_ns] = len(numbering.delay_lines)
        world["delay_lines"][line]["delay"] = delay_ns
        world.control["delay_lines_used"] = len(numbering.delay_lines)
    return numbering.delay_lines[delay_ns]


def link_delay_ns(link: Link) -> int:
    """One-way latency of a link."""
    return round(LINK_PARAMETERS[0].engine_value(link.latency_ms))


def parameter(node: Node, name: str) -> float:
    """A parameter's value in the engine's unit."""
    return node.spec.parameter(name).engine_value(node.parameters[name])


def room(world: World, name: str, rows: int) -> None:
    """Let a table have at least `rows` rows, in doubling steps."""
    if len(world[name]) < rows:
        world.resize(**{name: max(rows, 2 * len(world[name]), 16)})


def routes(topology: Topology, node: Node) -> list[Link]:
    """Links that a node sends requests along; a client's name servers come first."""
    if node.spec.holds_data:
        return []
    links = list(topology.links_from(node.id))
    return sorted(links, key=lambda link: topology.node(link.target).spec.role is not Role.NAMES)
