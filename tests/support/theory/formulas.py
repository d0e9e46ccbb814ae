"""Closed forms to hold the engine against, in units of the mean work: a time of 5.0 is 5 S.

These share no line and, where there is a choice, no method with `app.theory.queues.queueing`:
stations with exponential work are solved as birth-death chains, closed networks by mean value
analysis.

[Kleinrock] L. Kleinrock, Queueing Systems, vol. 1, Wiley 1975: birth-death chains 3.1, E_r/M/1 by
the root of its transform 6.4, Pollaczek-Khinchine 5.6.
[Jackson] J. R. Jackson, Networks of waiting lines, Operations Research 5(4), 1957.
[Reiser] M. Reiser, S. Lavenberg, Mean-value analysis of closed multichain queuing networks,
J. ACM 27(2), 1980.
[Kelly] F. P. Kelly, Reversibility and Stochastic Networks, Wiley 1979, 3.3: symmetric queues are
insensitive to how work varies.
[Mitzenmacher] M. Mitzenmacher, The power of two choices in randomized load balancing, IEEE
Transactions on Parallel and Distributed Systems 12(10), 2001.
[David] H. A. David, H. N. Nagaraja, Order Statistics, Wiley 2003, 2.5: exponential samples.
[Tijms] H. C. Tijms, Stochastic Models, Wiley 1994, appendix B: balanced means.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

_NEGLIGIBLE = 1e-18


@dataclass(frozen=True)
class Station:
    """The steady state of a station: shares of arrivals, and mean numbers of requests."""

    loss: float
    waits: float
    """Share of the accepted that wait (Poisson arrivals see time averages)."""
    waiting: float
    present: float
    wait: float
    """Mean wait of the accepted, in units of S."""

    @property
    def time(self) -> float:
        """Mean time at the station, in units of S."""
        return self.wait + 1.0


def birth_death(up: Sequence[float], down: Sequence[float]) -> list[float]:
    """Probabilities of the states of a chain that goes from k to k + 1 at rate ``up[k]`` and back
    at ``down[k]`` [Kleinrock 3.1].
    """
    weights = list(accumulate(zip(up, down, strict=True), _step, initial=1.0))
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def _step(weight: float, rates: tuple[float, float]) -> float:
    return weight * rates[0] / rates[1]


def station(offered: float, cores: int = 1, places: int | None = None) -> Station:
    """M/M/c for `offered` = rate x work, with at most `places` present if given (M/M/c/places)."""
    top = places if places is not None else _last_state(offered / cores, cores)
    shares = birth_death([offered] * top, [float(min(k + 1, cores)) for k in range(top)])
    loss = shares[top] if places is not None else 0.0
    present = math.fsum(k * share for k, share in enumerate(shares))
    waiting = math.fsum((k - cores) * share for k, share in enumerate(shares) if k > cores)
    waits = (math.fsum(shares[cores:]) - loss) / (1.0 - loss)
    return Station(loss, waits, waiting, present, waiting / (offered * (1.0 - loss)))


def _last_state(used: float, cores: int) -> int:
    return cores + math.ceil(math.log(_NEGLIGIBLE) / math.log(used))


def percentile(used: float, share: float) -> float:
    """The time that `share` of the requests of an M/M/1 stay under: it is exponential."""
    return -math.log1p(-share) / (1.0 - used)


def pollaczek_khinchine(used: float, scv: float) -> float:
    """Mean wait of an M/G/1, first come first served [Kleinrock 5.6]."""
    return used * (1.0 + scv) / (2.0 * (1.0 - used))


def erlang_arrivals(used: float, stages: int) -> float:
    """Mean time in E_r/M/1, where every r-th request of a Poisson stream arrives: 1 / (1 - root),
    for the root below 1 of z = A(1 - z), with A the transform of the gaps [Kleinrock 6.4].
    """
    root = 0.0
    for _ in range(10_000):
        root = (stages * used / (stages * used + 1.0 - root)) ** stages
    return 1.0 / (1.0 - root)


@dataclass(frozen=True)
class Loop:
    """A closed network: cycles per unit of time, the time from thinking to thinking, and the
    share of time that each station is busy.
    """

    rate: float
    response: float
    busy: tuple[float, ...]


def closed(demands: Sequence[float], think: float, users: int) -> Loop:
    """`users` who think and then visit single-core stations, by mean value analysis [Reiser]."""
    present = [0.0] * len(demands)
    rate = response = 0.0
    for count in range(1, users + 1):
        times = [demand * (1.0 + there) for demand, there in zip(demands, present, strict=True)]
        response = math.fsum(times)
        rate = count / (think + response)
        present = [rate * time for time in times]
    return Loop(rate, response, tuple(rate * demand for demand in demands))


def repairs(users: int, cores: int, think: float) -> Loop:
    """M/M/c//N: `users` who think and then want one of so many cores for a time of mean 1, as a
    birth-death chain of how many want one [Kleinrock 3.1].
    """
    up = [(users - there) / think for there in range(users)]
    shares = birth_death(up, [float(min(there + 1, cores)) for there in range(users)])
    busy = math.fsum(min(there, cores) * share for there, share in enumerate(shares))
    return Loop(busy, users / busy - think, (busy / cores,))


def order_statistic(of: int, rank: int) -> float:
    """Mean of the `rank`-th smallest of `of` exponentials of mean 1 [David]."""
    return math.fsum(1.0 / (of - before) for before in range(rank))


def two_choices(used: float) -> float:
    """Mean time with two random choices among very many servers [Mitzenmacher]."""
    return math.fsum(used ** (2.0**level - 2.0) for level in range(1, 60))


def hyperexponential(scv: float) -> tuple[float, float]:
    """The share and the mean of the first of two phases with balanced means; the other has the
    rest [Tijms]. The mean of both together is 1.
    """
    share = (1.0 + math.sqrt((scv - 1.0) / (scv + 1.0))) / 2.0
    return share, 1.0 / (2.0 * share)


def distribution_of_work(name: str, scv: float, x: float) -> float:
    """The share of works of mean 1 that are at most `x`."""
    if name == "exponential":
        return -math.expm1(-x)
    if name == "lognormal":
        variance = math.log1p(scv)
        return 0.5 * (1.0 + math.erf((math.log(x) + variance / 2.0) / math.sqrt(2.0 * variance)))
    share, mean = hyperexponential(scv)
    rest = 1.0 / (2.0 * (1.0 - share))
    return share * -math.expm1(-x / mean) + (1.0 - share) * -math.expm1(-x / rest)
