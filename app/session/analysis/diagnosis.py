"""Diagnosis: the findings of now, worked out anew at most once a second of the wall's time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final, Protocol

from app.findings.finding import Finding, Severity
from app.findings.findings import findings, lasting
from app.findings.present import Present, measured_of
from app.session.playback.frames import Seldom
from app.session.playback.player import Player
from app.theory.analysis import Theory
from app.topology.model import Topology

EVERY_S: Final = 1.0
REWORD_S: Final = 4.0
"""Between two versions of the same findings that differ in figures only."""


class Diagnosis:
    """The findings of a session, and a number that changes whenever they do."""

    def __init__(self) -> None:
        self._found: tuple[Finding, ...] = ()
        self._of: Present | None = None
        self._changes = 0
        self._at_s = self._changed_s = float("-inf")
        self._lasting: tuple[Present, tuple[Finding, ...]] | None = None
        self._seldom = Seldom()
        self._job: tuple[Present, asyncio.Future[tuple[Finding, ...]]] | None = None

    def forget(self) -> None:
        """Somebody new watches, who has none of it."""
        self._seldom.forget()

    def found_in(self, now: Present) -> tuple[Finding, ...]:
        """The newest findings; of another drawing than theirs, those of `now`, worked out here."""
        if self._of is None or self._of.topology is not now.topology:
            return self._work_out(now)
        return self._found

    def part(self, now: Present) -> dict[str, Any] | None:
        """The part of a frame, or None when that does without.

        ``change`` is another number whenever the list may read otherwise; ``count`` is of all
        findings, of which some ``hurt`` users now. They are worked out beside the frames, which
        do not wait for them.
        """
        now_s = time.monotonic()
        if self._job is not None and self._job[1].done():
            self._of, found = self._job[0], self._job[1].result()
            self._job = None
            self._take(found, now_s)
        redrawn = self._of is None or self._of.topology is not now.topology
        if self._job is None and (redrawn or now_s - self._at_s >= EVERY_S):
            self._at_s = now_s
            loop = asyncio.get_running_loop()
            self._job = now, loop.run_in_executor(None, self._work_out, now)
        hurt = sum(one.severity is Severity.HURTS for one in self._found)
        counts = {"change": self._changes, "count": len(self._found), "hurt": hurt}
        return self._seldom.take(counts) if self._of else None

    def _take(self, found: tuple[Finding, ...], now_s: float) -> None:
        """Take over other findings; the same ones with other figures only now and then."""
        same = _outline(found) == _outline(self._found)
        if same and (found == self._found or now_s - self._changed_s < REWORD_S):
            return
        self._found, self._changed_s = found, now_s
        self._changes += 1

    def _work_out(self, now: Present) -> tuple[Finding, ...]:
        known = self._lasting
        if known is None or not known[0].same_state_as(now):
            known = self._lasting = now, tuple(lasting(now))
        return findings(now, known[1])


class Live(Protocol):
    """A session, as far as findings are about it."""

    player: Player

    @property
    def topology(self) -> Topology:
        """The drawing with everything that was accepted."""

    @property
    def theory(self) -> tuple[Theory, Theory | None]:
        """Theory of the present with everything up, and of what is up if that is not all."""

    @property
    def broken(self) -> tuple[str, ...]:
        """The ids of nodes and links that people broke and nobody has healed."""

    @property
    def servers(self) -> Mapping[str, int]:
        """Servers that take requests now, of every node that may stand for several."""


def subject_of(session: Live, parts: Mapping[str, Any] | None = None) -> Present:
    """The present of a session, given the measured parts of a frame, if a run has any."""
    runs = parts is not None and parts["w"] > 0.0
    return Present(
        session.topology,
        session.theory[0],
        frozenset(one for one in session.broken if session.topology.has_node(one)),
        session.servers,
        measured_of(parts, session.player.cached_addresses) if parts is not None and runs else None,
    )


def _outline(found: tuple[Finding, ...]) -> list[Any]:
    return [(one.key, one.severity, one.fix and one.fix.action) for one in found]
