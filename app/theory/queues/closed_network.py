"""Closed and mixed networks in product form, solved exactly.

Users of each closed client (a chain) think, travel and visit stations of one or more cores, through
which requests of open clients may pass too. The steady state is a product over the stations; its
constant is a convolution over them. It is done in logarithms and adds positive terms only, so
neither many cores nor many users cost precision, as they do in mean value analysis.

Sources, by the names used below:
[Baskett] F. Baskett, K. M. Chandy, R. R. Muntz, F. G. Palacios, Open, closed, and mixed networks of
queues with different classes of customers, J. ACM 22(2), 1975.
[Reiser] M. Reiser, H. Kobayashi, Queuing networks with multiple closed chains: theory and
computational algorithms, IBM Journal of Research and Development 19(3), 1975.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

WORK_MAX: Final = 4_000_000
"""Terms of the convolution up to which a network is solved: about a fifth of a second."""
_PRECISE: Final = 45.0
"""Terms smaller than exp(-45) of the largest are left out of a series."""

Logs = NDArray[np.float64]
"""Logarithms of positive numbers, one for every population up to the whole, a chain an axis."""


@dataclass(frozen=True, slots=True)
class Chain:
    """`users` who spend `delay_s` per cycle on what is no station: thinking, and the network."""

    users: int
    delay_s: float


@dataclass(frozen=True, slots=True)
class Visited:
    """A station: the work in seconds that a cycle of each chain brings to its `cores`, and
    `open_load`, the mean number of cores that open requests keep busy (below `cores`).
    """

    demands_s: tuple[float, ...]
    cores: int
    open_load: float = 0.0


@dataclass(frozen=True, slots=True)
class ClosedState:
    """The steady state: cycles per second of each chain, and the mean number present at each
    station, of the chains together and of open requests.
    """

    throughputs: tuple[float, ...]
    closed_present: tuple[float, ...]
    open_present: tuple[float, ...]


def work_of(chains: Sequence[Chain], stations: Sequence[Visited]) -> int:
    """Terms that solving the network takes, to compare with ``WORK_MAX``."""
    states = math.prod(chain.users + 1 for chain in chains)
    users = sum(chain.users for chain in chains)
    visitors = [sum(demand > 0.0 for demand in one.demands_s) for one in stations]
    return states * sum(
        math.comb(min(one.cores, users) + count, count)
        for one, count in zip(stations, visitors, strict=True)
    )


def solve(chains: Sequence[Chain], stations: Sequence[Visited]) -> ClosedState:
    """The steady state of a network in product form [Baskett], by convolution [Reiser].

    A station is first come first served with exponential work of one mean for all, or shares its
    cores, whatever the work; delays may be of any distribution. At least one user of each chain;
    there may be no station.
    """
    shape = tuple(chain.users + 1 for chain in chains)
    whole = tuple(chain.users for chain in chains)
    weights = [_Weights(one, sum(whole)) for one in stations]
    after = [_nobody(shape)]
    for one in reversed(weights[1:]):
        after.append(_convolved(after[-1], one)[0])
    before = _thinking(chains, shape)
    closed: list[float] = []
    opened: list[float] = []
    for one, rest in zip(weights, reversed(after[: len(weights)]), strict=True):
        before, present, others = _convolved(before, one)
        others_left = np.flip(rest)
        total = _total(before + others_left)
        closed.append(math.exp(_total(present + others_left) - total))
        opened.append(math.exp(_total(others + others_left) - total))
    rates = (_one_less(before, whole, chain) - before[whole] for chain in range(len(chains)))
    return ClosedState(tuple(math.exp(rate) for rate in rates), tuple(closed), tuple(opened))


class _Weights:
    """A station's factor of the product, as logarithms.

    With j present of closed chains it is ``head[j]`` up to as many as there are cores, and each
    further one multiplies it by ``growth``; ``open_mean[j]`` open requests are then there on
    average, and from there on ``open_more`` for each one present, and one more.
    """

    def __init__(self, station: Visited, users: int) -> None:
        cores, load = station.cores, station.open_load
        used = load / cores
        self.cores = cores
        with np.errstate(divide="ignore"):
            self.demands: Logs = np.log(np.array(station.demands_s))
        self.growth = -math.log(cores) - math.log1p(-used)
        self.open_more = used / (1.0 - used)
        last = min(cores, users)
        terms = 1 + (math.ceil((last + _PRECISE) / (1.0 - used)) + cores if load else 0)
        factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, last + terms + 1)))))
        places = np.arange(last + terms + 1)
        steps = -factorials[np.minimum(places, cores)]
        steps -= np.maximum(places - cores, 0) * math.log(cores)
        opened = np.arange(terms)
        powers = opened * math.log(load) if load else np.zeros(1)
        self.head = np.empty(last + 1)
        self.open_mean = np.empty(last + 1)
        for j in range(last + 1):
            ways = factorials[j : j + terms] - factorials[j] - factorials[:terms]
            logs = ways + powers + steps[j : j + terms]
            self.head[j] = top = _total(logs)
            self.open_mean[j] = float(np.exp(logs - top) @ opened)


def _convolved(before: Logs, station: _Weights) -> tuple[Logs, Logs, Logs]:
    """One more station: the sum over how many of each population are there, and the same sums
    weighted by how many are there of closed chains, and of open requests.
    """
    found, present, opened = (np.full(before.shape, -np.inf) for _ in range(3))
    boundary = np.full(before.shape, -np.inf)
    for there, ways in _populations(before.shape, station):
        j = sum(there)
        moved = before[
            tuple(slice(0, size - one) for size, one in zip(before.shape, there, strict=True))
        ]
        moved = moved + (ways + station.head[j])
        places = tuple(slice(one, None) for one in there)
        if j == station.cores:
            boundary[places] = np.logaddexp(boundary[places], moved)
            continue
        found[places] = np.logaddexp(found[places], moved)
        if j:
            present[places] = np.logaddexp(present[places], moved + math.log(j))
        if station.open_more:
            opened[places] = np.logaddexp(opened[places], moved + math.log(station.open_mean[j]))
    steps = station.demands + station.growth
    full = _accumulated(boundary, steps)
    further = _accumulated(_added(full, steps), steps)
    found = np.logaddexp(found, full)
    present = np.logaddexp(present, np.logaddexp(full + math.log(station.cores), further))
    if station.open_more:
        those = np.logaddexp(full + math.log(station.cores + 1), further)
        opened = np.logaddexp(opened, those + math.log(station.open_more))
    return found, present, opened


def _populations(
    shape: tuple[int, ...], station: _Weights
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Every way for up to as many as there are cores to be at a station, with its weight: in which
    orders they may have come, and their work.
    """

    def of(chain: int, room: int) -> Iterator[tuple[tuple[int, ...], float]]:
        if chain == len(shape):
            yield (), 0.0
            return
        visits = station.demands[chain] > -math.inf
        for count in range(min(shape[chain] - 1, room) + 1 if visits else 1):
            work = count * float(station.demands[chain]) if count else 0.0
            for rest, weight in of(chain + 1, room - count):
                yield (count, *rest), weight + work - math.lgamma(count + 1)

    for there, weight in of(0, station.cores):
        yield there, weight + math.lgamma(sum(there) + 1)


def _accumulated(given: Logs, steps: Logs) -> Logs:
    """The solution of x(n) = given(n) + sum over chains r of exp(steps[r]) x(n - 1 of r)."""
    if given.ndim == 1:
        if steps[0] == -np.inf:
            return given
        scale = np.arange(given.size) * steps[0]
        found: Logs = np.logaddexp.accumulate(given - scale) + scale
        return found
    found = np.empty_like(given)
    found[0] = _accumulated(given[0], steps[1:])
    for n in range(1, len(given)):
        found[n] = _accumulated(np.logaddexp(given[n], found[n - 1] + steps[0]), steps[1:])
    return found


def _added(given: Logs, steps: Logs) -> Logs:
    """The sum over chains r of exp(steps[r]) given(n - 1 of r)."""
    found = np.full(given.shape, -np.inf)
    for chain, step in enumerate(steps):
        to: list[slice] = [slice(None)] * given.ndim
        of = list(to)
        to[chain], of[chain] = slice(1, None), slice(0, -1)
        found[tuple(to)] = np.logaddexp(found[tuple(to)], given[tuple(of)] + step)
    return found


def _nobody(shape: tuple[int, ...]) -> Logs:
    """No station: there is room for nobody."""
    found = np.full(shape, -np.inf)
    found[(0,) * len(shape)] = 0.0
    return found


def _thinking(chains: Sequence[Chain], shape: tuple[int, ...]) -> Logs:
    """The factor of those who think or travel: each for himself."""
    found = np.zeros(shape)
    for axis, chain in enumerate(chains):
        counts = np.arange(chain.users + 1)
        factorials = np.concatenate(([0.0], np.cumsum(np.log(counts[1:]))))
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(counts > 0, counts * np.log(chain.delay_s), 0.0) - factorials
        found += logs.reshape([-1 if axis == one else 1 for one in range(len(shape))])
    return found


def _one_less(logs: Logs, whole: tuple[int, ...], chain: int) -> float:
    place = tuple(users - (axis == chain) for axis, users in enumerate(whole))
    return float(logs[place])


def _total(logs: Logs) -> float:
    """The logarithm of the sum."""
    top = float(np.max(logs))
    return top + math.log(float(np.sum(np.exp(logs - top)))) if top > -math.inf else top
