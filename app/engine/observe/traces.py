"""Traces: what happened to sampled requests, attempt by attempt and hop by hop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.engine.observe.hop import Hop


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole life of one request: every hop, every failed attempt, and how it ended."""

    request: int
    hops: tuple[Hop, ...]

    @property
    def end(self) -> Hop:
        """Return its answer, or its last failure."""
        return self.hops[-1]

    @property
    def failed(self) -> bool:
        """True if the client got no answer."""
        return not self.end.ok

    @property
    def began_ns(self) -> int:
        """Return the simulated time at which it set out."""
        return self.hops[0].begins_ns

    @property
    def whole(self) -> bool:
        """True if it is known from where it set out; the oldest hops may have been overwritten."""
        return self.hops[0].visits

    def failures(self) -> tuple[Hop, ...]:
        """Every attempt that failed, the last one included."""
        return tuple(hop for hop in self.hops if not hop.ok)


class Tracer:
    """Puts hops together to traces, as they come."""

    def __init__(self, kept_max: int) -> None:
        """`kept_max` bounds the finished traces of either end, failed and answered."""
        self._open: dict[int, list[Hop]] = defaultdict(list)
        self._done: tuple[list[Trace], list[Trace]] = ([], [])
        self._kept_max = kept_max

    def follow(self, hops: Iterable[Hop]) -> None:
        """Take in the next hops, in the order in which they happened."""
        for hop in hops:
            self._open[hop.request].append(hop)
            if hop.last:
                trace = Trace(hop.request, tuple(self._open.pop(hop.request)))
                kept = self._done[trace.failed]
                kept.append(trace)
                if len(kept) > 2 * self._kept_max:
                    del kept[1::2]

    def pick(self, count: int) -> list[Trace]:
        """`count` traces, in order of their ends: half of them failed if there are so many, and
        spread evenly over the run.
        """
        answered, failed = self._done
        half = min(len(failed), max(count // 2, count - len(answered)))
        chosen = [*_evenly(failed, half), *_evenly(answered, count - half)]
        return sorted(chosen, key=lambda trace: (trace.end.ends_ns, trace.request))


def _evenly(traces: Sequence[Trace], count: int) -> list[Trace]:
    count = min(count, len(traces))
    return [traces[len(traces) * place // count] for place in range(count)]
