"""Independent runs of one drawing, and what happened in a window of each after its warm-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.engine import Engine, Stop
from app.engine.observe.reading import Reading, latency_percentile_ms
from app.kernel.state.constants import LATENCY_BASE, LATENCY_BUCKETS, LATENCY_SHIFT
from app.topology.edits.apply import AddNode, Edit
from app.topology.model import Topology
from tests.support.audit.balances import books
from tests.support.drawings import drawing, link, users, web
from tests.support.statistics.intervals import Estimate

SECOND = 1_000_000_000
WORK_MS = 1.0
"""Mean work at the stations of most drawings here, so that milliseconds are units of S."""
EVERYBODY = 1_000_000
"""A queue limit that is never reached."""


@dataclass(frozen=True)
class Effort:
    """How much is put into a comparison: `scale` times the requests, `precision` times the
    tolerance.
    """

    scale: float
    precision: float
    runs: int = 30


efforts = pytest.mark.parametrize(
    "effort",
    [
        pytest.param(Effort(1.0, 1.0), id="fast"),
        pytest.param(Effort(10.0, 1.0 / 3.0), id="tight", marks=pytest.mark.long),
    ],
)


class Visits:
    """What happened at one station in a window."""

    def __init__(self, before: Reading, now: Reading, name: str) -> None:
        self._before, self._now = before, now
        self._n = now.node_ids.index(name)
        self._window_ns = now.now_ns - before.now_ns

    def _gain(self, *fields: str) -> int:
        now, before = self._now.nodes[self._n], self._before.nodes[self._n]
        return sum(int(now[field]) - int(before[field]) for field in fields)

    @cached_property
    def served(self) -> int:
        return self._gain("reads", "writes")

    @property
    def loss(self) -> float:
        """Share of those who came that were refused."""
        failed = self._gain("failed")
        return failed / (self.served + failed)

    @property
    def busy(self) -> float:
        """Mean number of cores at work."""
        return int(self._now.busy_ns[self._n] - self._before.busy_ns[self._n]) / self._window_ns

    @property
    def used(self) -> float:
        """Utilisation."""
        return self.busy / int(self._now.nodes[self._n]["cores"])

    @property
    def waiting(self) -> float:
        """Mean number waiting."""
        return int(self._now.wait_ns[self._n] - self._before.wait_ns[self._n]) / self._window_ns

    @property
    def present(self) -> float:
        """Mean number waiting or worked on."""
        return self.waiting + self.busy

    @property
    def wait_ms(self) -> float:
        """Mean wait of those served."""
        return self.waiting * self._window_ns / self.served / 1e6

    @property
    def time_ms(self) -> float:
        """Mean time at the station of those served."""
        return self._gain("sojourn_ns") / self.served / 1e6


class Window:
    """What happened in one run between two readings."""

    def __init__(self, before: Reading, now: Reading) -> None:
        self.before, self.now = before, now
        self.seconds = (now.now_ns - before.now_ns) / SECOND
        self.offered = now.offered - before.offered
        self.completed = now.completed - before.completed

    @property
    def latency_ms(self) -> float:
        """Mean time of the completed, as their clients see it."""
        return (self.now.latency_ns - self.before.latency_ns) / self.completed / 1e6

    @property
    def rate(self) -> float:
        """Requests completed per second."""
        return self.completed / self.seconds

    def percentile_ms(self, share: float) -> float:
        """The time that a share of the completed stay under."""
        return latency_percentile_ms(self.now.latencies - self.before.latencies, share)

    def at(self, name: str) -> Visits:
        """What happened at a station."""
        return Visits(self.before, self.now, name)


class Sample:
    """Windows of independent runs."""

    def __init__(self, windows: list[Window]) -> None:
        self.windows = windows

    def of(self, figure: Callable[[Window], float]) -> Estimate:
        """A figure's mean over the runs."""
        return Estimate.of([figure(window) for window in self.windows])

    def works_at(self, name: str) -> bool:
        """Whether a node has cores to be used."""
        reading = self.windows[0].now
        return bool(reading.nodes[reading.node_ids.index(name)]["cores"])

    @property
    def offered(self) -> int:
        """Requests in all windows together."""
        return sum(window.offered for window in self.windows)


def to(engine: Engine, at_s: float) -> Reading:
    """Advance a run and read its counters."""
    while engine.advance(round(at_s * SECOND), EVERYBODY) is not Stop.REACHED:
        pass
    return engine.read()


def runs(topology: Topology, warm_s: float, window_s: float, effort: Effort) -> Sample:
    """Runs of a drawing with seeds 1, 2 ... whose books are checked at the ends of the window."""
    return Sample(
        [
            _window(Engine(topology, seed=seed), warm_s, window_s * effort.scale)
            for seed in range(1, effort.runs + 1)
        ]
    )


def windows(topology: Topology, warm_s: float, window_s: float, seeds: int, each: int) -> Sample:
    """Windows that follow one another, `each` in runs with seeds 1 to `seeds`, whose books are
    checked before and after: for drawings that forget their state many times in a window.
    """
    found: list[Window] = []
    for seed in range(1, seeds + 1):
        engine = Engine(topology, seed=seed)
        before = to(engine, warm_s)
        books(engine)
        for number in range(1, each + 1):
            now = to(engine, warm_s + number * window_s)
            found.append(Window(before, now))
            before = now
        books(engine)
    return Sample(found)


def _window(engine: Engine, warm_s: float, window_s: float) -> Window:
    before = to(engine, warm_s)
    books(engine)
    window = Window(before, to(engine, warm_s + window_s))
    books(engine)
    return window


def looks(
    topology: Topology, warm_s: float, window_s: float, every_s: float, effort: Effort
) -> Iterator[Iterator[Any]]:
    """For every run, the table of nodes at regular instants of the window (only look at it)."""
    for seed in range(1, effort.runs + 1):
        engine = Engine(topology, seed=seed)
        to(engine, warm_s)
        yield _look(engine, warm_s, round(window_s * effort.scale / every_s), every_s)
        books(engine)


def _look(engine: Engine, warm_s: float, times: int, every_s: float) -> Iterator[Any]:
    first, every = round(warm_s * SECOND), round(every_s * SECOND)
    for number in range(1, times + 1):
        while engine.advance(first + number * every, EVERYBODY) is not Stop.REACHED:
            pass
        yield engine.world["nodes"]


def edges_ms() -> NDArray[np.float64]:
    """Where the buckets of the latency histogram begin, and where the last one ends."""
    tops = np.arange(LATENCY_BASE, LATENCY_BASE + LATENCY_BUCKETS + 1, dtype=np.int64)
    return (tops << LATENCY_SHIFT).view(np.float64) / 1e6


def moments(buckets: NDArray[np.int64]) -> tuple[float, float]:
    """Mean in ms and squared coefficient of variation of a latency histogram, as if everything lay
    evenly in its bucket: buckets are so narrow (1.6 % at most) that it does not matter.
    """
    low, high = edges_ms()[:-1], edges_ms()[1:]
    count = float(buckets.sum())
    mean = float((buckets * (low + high)).sum()) / 2.0 / count
    square = float((buckets * (low * low + low * high + high * high)).sum()) / 3.0 / count
    return mean, square / mean**2 - 1.0


def people(rate: float, id: str = "users-1", **parameters: Any) -> AddNode:
    """Users who send only reads, at a rate per second, and never lose patience."""
    return users(rate, id, **{"patience_s": 600.0, "write_share": 0.0, **parameters})


def one_station(offered: float, cores: int = 1, **parameters: Any) -> Topology:
    """One station of mean work S = 1 ms next to its users; `offered` is rate x S."""
    return row_of(
        people(1000.0 * offered / WORK_MS),
        web(service_ms=WORK_MS, cores=cores, **{"queue_limit": EVERYBODY, **parameters}),
    )


def row_of(*nodes: AddNode) -> Topology:
    """Nodes in a row, each linked to the next without any delay."""
    names = [str(node.id) for node in nodes]
    links: list[Edit] = [link(a, b, 0.0) for a, b in pairwise(names)]
    return drawing(*nodes, *links)
