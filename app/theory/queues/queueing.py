"""Queueing theory as pure formulas: rates per second in, seconds and shares out.

Sources, by the names used below:
[Kleinrock] L. Kleinrock, Queueing Systems, vol. 1, Wiley 1975: M/M/c 3.5, M/G/1 5.6, G/M/m 6.4.
[Takacs] L. Takács, Introduction to the Theory of Queues, Oxford 1962, ch. 2: GI/M/c.
[Gross] D. Gross, C. Harris, Fundamentals of Queueing Theory, Wiley: M/M/c/K 2.5.
[Kelly] F. P. Kelly, Reversibility and Stochastic Networks, Wiley 1979: symmetric queues, ch. 3.
[Janssen] A. J. E. M. Janssen, J. S. H. van Leeuwaarden, Analytic computation schemes for the
discrete-time bulk service queue, Queueing Systems 50, 2005.
[Mitzenmacher] M. Mitzenmacher, The power of two choices in randomized load balancing, IEEE
Transactions on Parallel and Distributed Systems 12(10), 2001.
[Allen] A. O. Allen, Probability, Statistics and Queueing Theory, Academic Press 1990, 5.3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

_CONVERGED: Final = 1e-14
_HALVINGS: Final = 80
_LEAST: Final = -700.0
_NEWTON_MAX: Final = 100
_SUMMED_MAX = 1000
"""Queues up to this long are summed place by place; longer ones by closed sums."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The steady state of a station. `wait_s` is the mean time of an accepted request before its
    work begins (under sharing: by which the others prolong it), `length` the mean number waiting.
    """

    wait_s: float
    length: float
    wait_probability: float | None = None
    refused: float = 0.0


def erlang_b(cores: int, offered: float) -> float:
    """Loss of M/M/c/c for `offered` = rate x work, by the recursion over cores [Kleinrock 3.6]."""
    loss = 1.0
    for core in range(1, cores + 1):
        loss = offered * loss / (core + offered * loss)
    return loss


def mmc(rate: float, work_s: float, cores: int) -> Queue:
    """M/M/c: Poisson arrivals, exponential work, first come first served [Kleinrock 3.5].

    Needs rate x work < cores. Under processor sharing, where nobody gets more than one core, the
    mean number present and so the mean time is the same, whatever the distribution of the work:
    the station is a symmetric queue, which is insensitive to it [Kelly 3.3].
    """
    offered = rate * work_s
    loss = erlang_b(cores, offered)
    waits = loss / (1.0 - offered / cores * (1.0 - loss))
    wait_s = waits * work_s / (cores - offered)
    return Queue(wait_s, rate * wait_s, waits)


def mmck(rate: float, work_s: float, cores: int, places: int) -> Queue:
    """M/M/c with at most `places` waiting; the next one is refused [Gross 2.5]. Any rate > 0."""
    ratio = rate * work_s / cores
    full = erlang_b(cores, rate * work_s)  # the share of time that c without a queue is full
    if full == 0.0:  # so little load that nobody ever meets a full station
        return Queue(0.0, 0.0, 0.0)
    if ratio <= 1.0:
        powers, weighted = _geometric(ratio, places)
        all_busy = 1.0 / (1.0 / full + powers)  # exactly c present
        refused = all_busy * ratio**places
        length = all_busy * weighted
        waiting = all_busy * (1.0 + powers) - refused
    else:  # the same sums from the full end, since powers of the ratio would overflow
        powers, weighted = _geometric(1.0 / ratio, places)
        last = ratio**-places if places * math.log(ratio) < 700.0 else 0.0
        refused = 1.0 / (last / full + 1.0 + powers - last)
        length = refused * (places * (1.0 + powers) - weighted)
        waiting = refused * powers
    accepted = 1.0 - refused
    return Queue(length / (rate * accepted), length, waiting / accepted, refused)


def _geometric(ratio: float, count: int) -> tuple[float, float]:
    """The sums of ratio^j and of j ratio^j for j = 1 .. count, with 0 < ratio <= 1."""
    if count <= _SUMMED_MAX:
        powers = [ratio**j for j in range(1, count + 1)]
        return sum(powers), sum(j * power for j, power in enumerate(powers, start=1))
    rest = 1.0 - ratio
    if count * rest < 1e-5:
        return float(count), count * (count + 1) / 2.0
    top = ratio**count
    powers_sum = ratio * (1.0 - top) / rest
    return powers_sum, (powers_sum - count * top * ratio) / rest


def mg1(rate: float, work_s: float, scv: float) -> Queue:
    """M/G/1, first come first served: Pollaczek and Khinchine [Kleinrock 5.6]. Needs stability."""
    used = rate * work_s
    wait_s = used * work_s * (1.0 + scv) / (2.0 * (1.0 - used))
    return Queue(wait_s, rate * wait_s, used)


def mixed_scv(works: Sequence[tuple[float, float]], scv: float) -> float:
    """Squared coefficient of variation of work drawn from classes (weight, mean), each of `scv`."""
    total = sum(weight for weight, _ in works)
    mean = sum(weight * work for weight, work in works) / total
    if mean == 0.0:
        return 0.0
    second = sum(weight * (work / mean) ** 2 for weight, work in works) / total
    return second * (1.0 + scv) - 1.0


def mdc(rate: float, work_s: float, cores: int) -> Queue:
    """M/D/c, first come first served; exact. Needs rate x work < cores.

    Whoever waits at a time has waited, or come, a work ago: the number waiting is that of a bulk
    service queue with Poisson arrivals, by the roots of z^c = exp(a (z - 1)) [Janssen].
    """
    offered = rate * work_s
    turns = np.exp(2j * np.pi * np.arange(1, cores) / cores)
    roots = turns / 2.0
    for _ in range(_NEWTON_MAX):
        powers = turns * np.exp(offered * (roots - 1.0) / cores)
        steps = (roots - powers) / (1.0 - offered / cores * powers)
        roots = roots - steps
        if np.max(np.abs(steps), initial=0.0) < _CONVERGED:
            break
    even = offered / (2.0 * (cores - offered)) - (cores - 1.0 + offered) / 2.0
    length = max(even + float(np.sum(1.0 / (1.0 - roots)).real), 0.0)
    return Queue(length / rate, length)


def two_choices(rate: float, work_s: float, cores: int) -> Queue:
    """One of very many M/M/c where each request goes to the less loaded of two drawn at random: the
    mean-field limit [Mitzenmacher], an approximation for few. Needs rate x work < cores.

    With s_k the share of stations with k or more present, those to come balance those to leave:
    rate (s_(k-1)^2 - s_k^2) = min(k, c) (s_k - s_(k+1)) / work.
    """
    offered = rate * work_s
    low, high = _LEAST, 0.0  # of the logarithm of s_c
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        more = _everybody(math.exp(middle), offered, cores) < 1.0
        low, high = (middle, high) if more else (low, middle)
    share, length = math.exp(high), 0.0
    while share > _CONVERGED * length or length == 0.0:
        share = offered / cores * share * share  # from s_c on
        length += share
        if share == 0.0:
            break
    return Queue(length / rate, length)


def _everybody(full: float, offered: float, cores: int) -> float:
    """s_0 given s_c: level by level, what comes to one balances what leaves those above it."""
    share, above = full, 0.0
    for k in range(cores, 0, -1):
        share, above = math.sqrt((k * share + above) / offered), above + share
    return share


def ekmc(rate: float, work_s: float, cores: int, shape: int) -> Queue:
    """E_k/M/c: gaps are sums of `shape` exponentials, as when every k-th request of a Poisson
    stream comes here; exact, from GI/M/c [Takacs; Kleinrock 6.4]. Needs rate x work < cores.
    """
    speed = 1.0 / work_s

    def log_gap(s: float) -> float:  # of the Laplace transform of the gaps
        return -shape * math.log1p(s / (shape * rate))

    low, high = 0.0, 1.0 - 1e-15
    for _ in range(200):
        middle = (low + high) / 2.0
        if math.exp(log_gap(cores * speed * (1.0 - middle))) > middle:
            low = middle
        else:
            high = middle
    sigma = (low + high) / 2.0
    terms = [-math.log1p(-sigma)]
    log_product = 0.0  # of phi_i / (1 - phi_i) up to j
    for j in range(1, cores + 1):
        log_phi = log_gap(j * speed)
        log_rest = math.log(-math.expm1(log_phi))
        log_product += log_phi - log_rest
        above, below = cores * -math.expm1(log_phi) - j, cores * (1.0 - sigma) - j
        if abs(below) < 1e-6:  # both vanish: the limit, from a little further on
            above = cores * -math.expm1(log_gap((j + 1e-4) * speed)) - (j + 1e-4)
            below -= 1e-4
        choices = math.lgamma(cores + 1) - math.lgamma(j + 1) - math.lgamma(cores - j + 1)
        terms.append(choices - log_product - log_rest + math.log(max(above / below, 1e-300)))
    largest = max(terms)
    log_a = -largest - math.log(sum(math.exp(term - largest) for term in terms))
    waits = math.exp(log_a) / (1.0 - sigma)
    wait_s = waits / (1.0 - sigma) / (cores * speed)
    return Queue(wait_s, rate * wait_s, waits)


def allen_cunneen(rate: float, work_s: float, cores: int, gap_scv: float, work_scv: float) -> Queue:
    """GI/G/c by the approximation of Allen and Cunneen: M/M/c's wait x the mean variability
    [Allen]. It is exact for M/M/c and M/G/1. Needs rate x work < cores.
    """
    wait_s = mmc(rate, work_s, cores).wait_s * (gap_scv + work_scv) / 2.0
    return Queue(wait_s, rate * wait_s)
