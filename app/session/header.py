"""The header of a frame: the clock of a run, and what was done to it."""

from __future__ import annotations

from typing import Any

from app.session.engine_startup import Warmup
from app.session.history.journal import Record
from app.session.history.undo import authors
from app.session.playback import frames
from app.session.playback.player import Player


def header_of(
    record: Record,
    player: Player,
    warmup: Warmup,
    *,
    running: bool,
    failed: bool,
    unsaved: bool,
    faults: int,
    dot: int,
    theory: dict[str, Any] | None,
    findings: dict[str, Any] | None,
    targets: list[list[Any]],
) -> frames.Header:
    """Return the header of the present frame.

    `faults` counts what is broken and can be healed; a `dot` stands for so many requests; `targets`
    are figures and rows with their present values.
    """
    return frames.Header(
        now_ns=player.now_ns,
        head_ns=record.head_ns,
        past=record.past,
        seeking=player.travelling,
        branches=record.branches,
        branched_ns=record.branched_ns,
        rate=player.rate,
        speed=player.speed,
        running=running,
        engine="failed" if failed else warmup.status,
        progress=warmup.progress,
        revision=record.revision,
        seed=record.seed,
        load=record.situation.load,
        undo=authors(record.history.undo),
        redo=authors(record.history.redo),
        faults=faults,
        dot=dot,
        theory=theory,
        findings=findings,
        targets=targets,
        unsaved=unsaved,
    )
