"""Targets of a live run: their present values, and rows of the timeline when one is missed."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from app.expectations.parse import parsed
from app.expectations.rows import Comparison
from app.expectations.write import figure_text, quantity_text
from app.session.entry import Words
from app.session.playback.frames import NS_PER_S
from app.texts.text import Text
from app.topology.model import Topology
from app.topology.servers.instances import with_servers

if TYPE_CHECKING:
    from app.engine.observe.reading import Reading
    from app.session.explain.rows import Rows
    from app.session.history.journal import Record
    from app.verdicts.samples import Probe, Sample

SAMPLES_MAX: Final = 3600
MET_AFTER_NS: Final = 10 * NS_PER_S
"""A target that was missed has to hold for so long before that is worth a row."""

FIGURES: Final = {
    "availability": "availability >= 0 %",
    "p": "p99 < 1 h in every 10 s",
    "errors": "errors <= 100 % in every 10 s",
    "cost": "cost >= 0 USD",
}
"""Figures that are always shown, with how each is measured where there is no target of it."""


@dataclass(slots=True)
class Target:
    """A row that is watched; `wanted` is False for a figure without a target.

    `value` is the present one, in the base unit, `holds` what it comes to; None without a value.
    """

    kind: str
    text: str
    row: Comparison
    wanted: bool
    value: float | None = None
    holds: bool | None = None
    told: bool | None = None
    held_since_ns: int = 0

    def part(self) -> list[Any]:
        """As JSON values: kind, label, target, value, and if it holds."""
        sign = self.row.operator.replace(">=", "≥").replace("<=", "≤")
        label = figure_text(self.row.figure) if self.kind != "row" else self.text
        target = f"{sign} {quantity_text(self.row.quantity)}" if self.wanted else ""
        value = None if self.value is None else float(f"{self.value:.6g}")
        return [self.kind, label, target, value, self.holds if self.wanted else None]


class TargetWatch:
    """Follows one run, back and forth in its time."""

    def __init__(self) -> None:
        self.watched: list[Target] = []
        self._texts: tuple[str, ...] | None = None
        self._samples: list[Sample] = []
        self._probe: Probe | None = None
        self._quiet = True
        self._judged_ns = -1
        self._branches = 0

    def branch(self, at_ns: int) -> None:
        """Forget what came after a moment, from which the run goes on in another way."""
        del self._samples[bisect_left(self._samples, at_ns, key=lambda one: one.at_ns) :]
        self._judged_ns, self._quiet = at_ns, True

    def follow(self, reading: Reading | None, record: Record, told: Rows) -> list[list[Any]]:
        """Take a reading of the run of a record, which may have begun anew; see `take`."""
        if record.branches != self._branches:
            self._branches = record.branches
            self.branch(record.branched_ns)
        return self.take(reading, record.situation.topology, record.past, told)

    def take(
        self, reading: Reading | None, topology: Topology, past: bool, told: Rows
    ) -> list[list[Any]]:
        """Take a reading of the run, and tell of targets that it misses; the part of a frame."""
        self._take_rows(topology.rows.get("targets", ()))
        if reading is None:
            return [one.part() for one in self.watched]
        seen = self._look(reading, topology)
        for one in self.watched:
            self._measure(one, seen)
            if one.wanted and not past and reading.now_ns > self._judged_ns:
                for words in self._tell(one, reading.now_ns):
                    told.add(words, reading.now_ns, topology, "t")
        if not past and reading.now_ns >= NS_PER_S:
            self._judged_ns = max(self._judged_ns, reading.now_ns)
            self._quiet = False
        return [one.part() for one in self.watched]

    def _take_rows(self, texts: tuple[str, ...]) -> None:
        if texts == self._texts:
            return
        from app.verdicts.samples import Probe

        known = {one.text: one for one in self.watched if one.wanted}
        self._texts = texts
        self.watched = [known.get(one.text, one) for one in watched(texts)]
        self._probe = Probe([one.row for one in self.watched])

    def _look(self, reading: Reading, topology: Topology) -> list[Sample]:
        """The samples up to a reading, with it; one a second is kept."""
        from app.verdicts.samples import Sample

        assert self._probe
        if not self._samples:
            self._samples = [Sample(0, {})]
        now = self._probe.sample(reading, with_servers(topology, reading.servers))
        if now.counters.keys() - self._samples[-1].counters.keys():
            self._samples = [Sample(0, {})]  # of other rows than these
        place = bisect_left(self._samples, now.at_ns, key=lambda one: one.at_ns)
        seen = [*self._samples[:place], now]
        if place == len(self._samples) and now.at_ns - self._samples[-1].at_ns >= NS_PER_S:
            self._samples.append(now)
            if len(self._samples) > SAMPLES_MAX:
                del self._samples[1]
        return seen

    def _measure(self, target: Target, seen: list[Sample]) -> None:
        from app.verdicts.figures import holds
        from app.verdicts.present import present_value

        target.value = present_value(target.row, seen)
        before = target.holds
        target.holds = None
        if target.value is not None:
            target.holds = holds(target.value, target.row.operator, target.row.quantity)
        if target.holds and not before:
            target.held_since_ns = seen[-1].at_ns

    def _tell(self, target: Target, now_ns: int) -> list[Words]:
        if target.holds is None or self._quiet:
            target.told = target.holds if target.holds is not None else target.told
            return []
        if not target.holds and target.told is not False:
            target.told = False
            return [Words("saturated", "", Text("Target missed: {row}", row=target.text))]
        if target.holds and target.told is False and now_ns - target.held_since_ns >= MET_AFTER_NS:
            target.told = True
            return [Words("healthy", "", Text("Target met again: {row}", row=target.text))]
        return []


def watched(texts: tuple[str, ...]) -> list[Target]:
    """Return what is watched: the figures that are always shown, then the other rows."""
    from app.verdicts.present import has_present

    rows = [(text, _row(text)) for text in texts]
    lively = [(text, row) for text, row in rows if has_present(row)]
    found = []
    for kind, silent in FIGURES.items():
        fits = (
            (text, row)
            for text, row in lively
            if isinstance(row, Comparison) and row.figure.name == kind and not row.figure.subject
        )
        text, row = next(fits, ("", None))
        shown = row or _row(silent)
        assert isinstance(shown, Comparison)
        found.append(Target(kind, text, shown, row is not None))
        lively = [one for one in lively if one[0] != text]
    return found + [
        Target("row", text, row, True) for text, row in lively if isinstance(row, Comparison)
    ]


_row = lru_cache(maxsize=512)(parsed)
