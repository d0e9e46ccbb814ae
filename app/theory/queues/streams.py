"""Streams of requests: how many come, in which gaps, and how far theory knows either."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from app.texts.text import Text

TRACE: Final = 1e-18
"""Requests a second, or milliseconds of work, that are too few for floating point to divide by."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Arrival process of a stream: gaps of `shape` exponential parts (1 is Poisson, None not
    known).

    `doubt` says why the shape is not known, or holds only nearly; None when it is exact. Where even
    how many come is `estimated`, so is the utilisation of whatever lies behind. Requests that are
    `returning` come to one station several times in a row: not a Poisson stream, but as good where
    the station keeps a product form. A balancer may have `balanced` the stream `among` servers that
    are alike.
    """

    shape: int | None = 1
    doubt: Text | None = None
    estimated: bool = False
    returning: bool = False
    balanced: Literal["", "least_connections", "two_choices"] = ""
    among: int = 1

    def every(self, count: int) -> Arrivals:
        """Each of the streams that come of dealing this one out to `count` in turn."""
        return replace(self, shape=None if self.shape is None else self.shape * count)

    def spoiled(self, doubt: Text, *, estimated: bool = False) -> Arrivals:
        """The same stream with gaps of which nothing is known, or not even the rate."""
        return Arrivals(None, doubt, self.estimated or estimated)


@dataclass(frozen=True, slots=True)
class Stream:
    """Requests on their way along a link, per second."""

    reads: float
    writes: float
    arrivals: Arrivals
    more_ms: float = 0.0  # work of a read beyond what the node says

    @property
    def rate(self) -> float:
        """Reads and writes together."""
        return self.reads + self.writes

    @staticmethod
    def of(rate: float, write_share: float, arrivals: Arrivals) -> Stream:
        """A client's requests, of which a share writes. Next to nothing counts as nothing."""
        writes = rate * write_share
        reads = rate - writes
        return Stream(unless_trace(reads), unless_trace(writes), arrivals)


NOTHING: Final = Stream(0.0, 0.0, Arrivals())


def meet(streams: Iterable[Stream]) -> Arrivals:
    """Superpose streams: Poisson streams stay Poisson together.

    That holds though they come from one client by different ways: in a network without loops whose
    stations keep Poisson streams Poisson, every flow is Poisson (Burke 1956; Kelly 1979, ch. 3).
    """
    parts = [one.arrivals for one in streams if one.rate > 0.0 or one.arrivals.shape is None]
    estimated = any(part.estimated for part in parts)
    if len(parts) == 1 or (len(set(parts)) == 1 and parts[0].shape is None):
        return parts[0]
    if all(part.shape == 1 for part in parts):
        doubt = next((part.doubt for part in parts if part.doubt), None)
        return Arrivals(1, doubt, estimated, any(part.returning for part in parts))
    return Arrivals(None, _SEVERAL, estimated)


def unless_trace(amount: float) -> float:
    """An amount, or 0 if there is next to nothing."""
    return amount if amount > TRACE else 0.0


_SEVERAL = Text("Several streams meet here, and not each of them is Poisson.")
