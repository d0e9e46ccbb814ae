"""Continuous-time Markov chains, solved state by state: for networks that need no formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

State = tuple[int, ...]


def steady_state(
    first: State, moves: Callable[[State], Iterable[tuple[State, float]]]
) -> dict[State, float]:
    """The share of time in every state that can be reached, given each state's moves with their
    rates: the balance equations, solved as they stand.
    """
    numbers: dict[State, int] = {first: 0}
    rates: list[tuple[int, int, float]] = []
    waiting = [first]
    while waiting:
        state = waiting.pop()
        for to, rate in moves(state):
            if to not in numbers:
                numbers[to] = len(numbers)
                waiting.append(to)
            rates.append((numbers[state], numbers[to], rate))
    generator = np.zeros((len(numbers), len(numbers)))
    for source, target, rate in rates:
        generator[source, target] += rate
        generator[source, source] -= rate
    equations, sums = generator.T, np.zeros(len(numbers))
    equations[0], sums[0] = 1.0, 1.0  # in place of one that follows from the others
    shares = np.linalg.solve(equations, sums)
    return dict(zip(numbers, shares, strict=True))
