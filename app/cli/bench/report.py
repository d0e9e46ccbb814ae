"""The bench's results: for a terminal, as Markdown for docs/speed.md, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any, Final

from app.cli.bench.frame_jitter import Frames
from app.cli.bench.harness import R1, Measured
from app.cli.bench.seek_latency import Seeks
from app.cli.bench.startup import Startup
from app.cli.bench.targets import Verdict
from app.cli.table import table

HEADING: Final = (
    "model",
    "engine",
    "requests per CPU-second",
    "(lowest - highest)",
    "Loadground does",
    "mean ms",
    "peak MB",
)
_RIGHT: Final = (2, 3, 4, 5, 6)
_OWN: Final = "r1"


def terminal_text(
    machine: Mapping[str, str],
    results: Iterable[Measured],
    frames: Frames,
    verdicts: Iterable[Verdict],
) -> str:
    """Facts, the table of engines, the targets, and what the frames had beside them."""
    targets = [
        ("met" if one.met else "MISSED", one.about, _figure(one.figure), _limit(one))
        for one in verdicts
    ]
    blocks = [
        table(list(machine.items())),
        table([HEADING, *rows(results)], right=_RIGHT),
        table([("", "target", "measured", "wanted"), *targets], right=(2,)),
        neighbour_text(frames),
    ]
    return "\n\n".join(blocks)


def markdown_text(
    machine: Mapping[str, str],
    results: Iterable[Measured],
    frames: Frames,
    verdicts: Iterable[Verdict],
) -> str:
    """For docs/speed.md: the table of engines, one of the verdicts given, and the machine."""
    targets = [(one.about, f"{_figure(one.figure)} {one.unit}", _limit(one)) for one in verdicts]
    facts = ", ".join(f"{name} {fact}" for name, fact in machine.items())
    blocks = [
        _markdown_table([HEADING, *rows(results)], _RIGHT),
        _markdown_table([("", "measured", "wanted"), *targets], (1,)),
        neighbour_text(frames),
        f"Measured on: {facts}.",
    ]
    return "\n\n".join(blocks)


def neighbour_text(frames: Frames) -> str:
    """Describe the load of the session at full speed while the other's frames were measured."""
    return (
        f"The session at full speed simulated {_rate(frames.neighbour_requests_per_s)} requests/s "
        f"({_figure(frames.neighbour_speed)} s per second); of the other's {frames.count} frames "
        f"the longest gap was {_figure(frames.gap_longest_ms)} ms, "
        f"its speed {_figure(frames.speed)}."
    )


def to_json(
    machine: Mapping[str, str],
    results: Iterable[Measured],
    startup: Startup,
    frames: Frames,
    seeks: Seeks,
    verdicts: Iterable[Verdict],
) -> dict[str, Any]:
    """Everything that was measured, round by round."""
    return {
        "machine": dict(machine),
        "engines": [asdict(one) for one in results],
        "startup": asdict(startup),
        "frames": asdict(frames),
        "seeks": asdict(seeks),
        "targets": [{**asdict(one), "met": one.met} for one in verdicts],
    }


def rows(results: Iterable[Measured]) -> list[tuple[str, ...]]:
    """A row of the table for every contender."""
    results = list(results)
    own = next(one for one in results if one.contender.key == _OWN)
    return [_row(one, own) for one in results]


def _row(one: Measured, own: Measured) -> tuple[str, ...]:
    contender = one.contender
    if one.absent:
        return (contender.model, contender.engine, one.absent, "", "", "", "")
    times = ""
    if contender.model == R1 and one is not own:
        ratios = [ours / theirs for ours, theirs in zip(own.rates, one.rates, strict=True)]
        times = f"{median(ratios):,.3g} x"
    return (
        contender.model,
        contender.engine,
        _rate(median(one.rates)),
        f"{_rate(min(one.rates))} - {_rate(max(one.rates))}",
        times,
        f"{one.latency_ms:.2f}",
        f"{one.rss_mb:.0f}",
    )


def _markdown_table(cells: Sequence[Sequence[str]], right: Sequence[int]) -> str:
    rule = ("---:" if place in right else "---" for place in range(len(cells[0])))
    return "\n".join(map(_markdown_row, (cells[0], rule, *cells[1:])))


def _markdown_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rate(rate: float) -> str:
    """Three digits are more than such a measurement is worth; the rest would be noise."""
    return f"{float(f'{rate:.3g}'):,.0f}"


def _figure(figure: float) -> str:
    return f"{float(f'{figure:.3g}'):,.{0 if figure >= 100 else 2}f}"


def _limit(one: Verdict) -> str:
    return f"{'at least' if one.at_least else 'under'} {one.limit:,} {one.unit}".rstrip()
