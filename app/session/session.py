"""A Session: one live run, the one task that writes to it, and what its watchers see."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

from app.actions import (
    Action,
    AnyFault,
    ClockControl,
    Heal,
    HealLink,
    LinkFault,
    NodeFault,
    Pause,
    Resume,
    Seek,
    SetSeed,
    SetSpeed,
    Step,
    target_of,
)
from app.scenarios.document import Scenario
from app.session.analysis.diagnosis import Diagnosis, subject_of
from app.session.analysis.present_outage import present_outage
from app.session.analysis.target_watch import TargetWatch
from app.session.analysis.theory_cache import Forecast, Present
from app.session.channel import Channel, Viewer
from app.session.engine_startup import Warmup
from app.session.entry import Intervention, JournalEntry, Words, interventions_of
from app.session.explain.failed_requests import Reasons
from app.session.explain.rows import Rows
from app.session.explain.timeline import YOU, Row
from app.session.header import header_of
from app.session.history.journal import Record
from app.session.history.kept_run import KeptRun
from app.session.history.undo import Take
from app.session.limits import FRAME_GAP_S, FRAME_S, HEARTBEAT_S
from app.session.outcome import BROKEN, NOTHING_TO_REDO, NOTHING_TO_UNDO, FieldError, Outcome
from app.session.playback import frames
from app.session.playback.player import Player
from app.session.restoration import Restoration, restore
from app.texts.text import Text
from app.theory.analysis import Theory
from app.topology.edits.apply import EditError
from app.topology.model import Topology

LOG = logging.getLogger("loadground.session")


class Session:
    """One live run of a scenario. Every method is for the event loop's thread.

    `submit`, `undo` and `redo` answer at once; the run follows at the next frame boundary. The
    task that runs `live` is the only one that touches the run.
    """

    def __init__(
        self,
        session_id: str,
        scenario: Scenario,
        pool: Executor,
        warmup: Warmup,
        kept: KeptRun | None = None,
    ) -> None:
        """Begin a run of `scenario` at second 0, or go on with the one of it that was kept."""
        self.id = session_id
        self.record = Record(scenario) if kept is None else Record.restored(kept)
        self.record.name = scenario.name
        self.channel = Channel()
        self.player = Player(pool)
        self.running, self.unsaved = True, False
        self.touched_s = self.changed_s = time.monotonic()
        self.trouble: Text | None = None
        self.pauses_after_s = 60.0
        self._warmup = warmup
        self._forecast, self._theory = Forecast(), frames.Seldom()
        self.diagnosis = Diagnosis()
        self.targets = TargetWatch()
        self.reasons = Reasons(self.record.situation)
        self._rows = Rows()
        self._parts: dict[str, Any] = {"n": [], "link_faults": {}}  # of the last frame
        self._wake = asyncio.Event()
        self._restoration = None if kept is None else self._restore(kept)
        self._redrawn()

    @property
    def topology(self) -> Topology:
        """The drawing with everything that was accepted."""
        return self.record.situation.topology

    def scenario(self) -> Scenario:
        """Return the document that a link carries and the store keeps."""
        return self.record.scenario()

    def settle(self) -> None:
        """Give accepted entries their simulated time, before the run is kept for the last time."""
        self._apply_due(play=False)

    def submit(self, action: Action, author: str = YOU) -> Outcome:
        """Take an action on, or say which field is wrong. Edits count the revision up at once."""
        self.touch()
        if isinstance(action, ClockControl):
            self._control(action)
            return Outcome(self.record.revision)
        branches = self.record.branches
        try:
            entry = self.record.accept(action, author, time.monotonic(), self.player.now_ns)
        except EditError as error:
            return self._refused(error)
        return self._accepted(entry, branches)

    def undo(self, author: str = YOU, entry_id: int | None = None) -> Outcome:
        """Take back the step of an entry, or else the newest one of an author, as a new entry."""
        return self._again(self.record.undo, author, entry_id, NOTHING_TO_UNDO)

    def redo(self, author: str = YOU, entry_id: int | None = None) -> Outcome:
        """Do a step again that was undone, by default the author's newest, as a new entry."""
        return self._again(self.record.redo, author, entry_id, NOTHING_TO_REDO)

    def rename(self, name: str) -> None:
        """Call the drawing something else; everybody who watches is told."""
        self.touch()
        self.record.name = name
        self.record.revision += 1
        self._changed()

    def heal_all(self, author: str = YOU) -> Outcome:
        """Heal everything that is broken, except faults that are over by themselves."""
        outcome = Outcome(self.record.revision)
        for fault in self._broken():
            name = target_of(fault)
            heal = HealLink(link=name) if isinstance(fault, LinkFault) else Heal(node=name)
            outcome = self.submit(heal, author)
        return outcome

    @property
    def servers(self) -> Mapping[str, int]:
        """Return the number of servers in rotation of every node that may stand for several."""
        return self.player.servers

    @property
    def theory(self) -> tuple[Theory, Theory | None]:
        """Theory of the present with everything up, and of what is up if that is not all."""
        return self._forecast.theory(self.present)

    @property
    def present(self) -> Present:
        """The drawing, load, servers, outage and time that theory is about."""
        outage = present_outage(self.topology, self._broken(), self._parts)
        now_s = self.player.now_ns / frames.NS_PER_S
        return Present(self.record.situation, self.servers, outage, now_s)

    @property
    def broken(self) -> tuple[str, ...]:
        """The ids of nodes and links that people broke and nobody has healed."""
        return tuple(target_of(fault) for fault in self._broken())

    def _broken(self) -> list[NodeFault | LinkFault]:
        return self.record.situation.unhealed(frames.broken(self._parts))

    def watch(self, last_event_id: str = "") -> Viewer:
        """Note that a stream was opened; call `unwatch` when it closes."""
        self.touch()
        self._theory.forget()
        self.diagnosis.forget()
        return self.channel.join(last_event_id)

    def unwatch(self) -> None:
        """Note that a stream was closed."""
        self.channel.leave()
        self.touched_s = time.monotonic()

    def touch(self) -> None:
        """Note that somebody is there: do not fall asleep, do not expire."""
        self.touched_s = time.monotonic()
        self._wake.set()

    @property
    def asleep(self) -> bool:
        """True if the clock stands still because nobody watches."""
        unseen_s = time.monotonic() - self.touched_s
        return self.channel.viewers == 0 and unseen_s > self.pauses_after_s

    async def live(self) -> None:
        """Run until cancelled: pace the run, apply what was accepted, publish frames."""
        while True:
            self._wake.clear()
            started_s = time.monotonic()
            try:
                await self._beat(started_s + FRAME_S)
            except Exception:
                # An error here must be seen by the people watching, not end in a silent page.
                LOG.exception("Session %s: the simulation failed", self.id)
                self._give_up(BROKEN)
            await self._rest(started_s)

    async def _beat(self, deadline_s: float) -> None:
        self._redrawn()
        try:
            if not self.player.loaded:
                await self._load()
            moving = self.running and self.player.loaded and not self.asleep
            await self.player.play(moving, deadline_s, self._collect)
        except ValueError as error:
            # Not imported at the top: a page must not wait for the engine's libraries.
            from app.engine.numbering import EngineLimit

            if not isinstance(error, EngineLimit):
                raise
            self._give_up(Text("This drawing does not fit the simulation: {why}.", why=error.text))
        if not self.asleep:
            await self._publish()

    async def _load(self) -> None:
        """Make a run of how things stand, when one can be made."""
        due, back = self._apply_due(play=False), self._restoration
        if back is not None:
            back.interventions.extend(due)
        if not self._warmup.ready or self.trouble is not None:
            return
        seed = self.record.seed
        if back is not None:
            await self.player.restore(back.situation, seed, back.position, back.interventions)
            return
        self.reasons = Reasons(self.record.situation)
        await self.player.load(self.record.situation, seed)

    def _collect(self) -> tuple[tuple[Intervention, ...], int]:
        due = self._apply_due(play=True)
        self.player.position = self.record.position
        return tuple(one for _, one in due), self.record.next_ns

    def _apply_due(self, play: bool) -> list[tuple[int, Intervention]]:
        """Give accepted entries their simulated time and row; the interventions they come to."""
        applied = self.record.apply_due(self.player.now_ns, play)
        for entry in applied:
            self._rows.add_entry(entry, self.topology)
        if applied and not self.record.past:
            self.reasons.set_situation(applied[-1].at_ns, self.record.situation)
        self._redrawn()
        return interventions_of(applied)

    async def _publish(self) -> None:
        record, player = self.record, self.player
        record.reach(player.now_ns)
        for number, incident in player.incidents:
            self._rows.add_incident(incident, number, self.topology)
            self.reasons.on_incident(incident)
        player.incidents.clear()
        targets = self.targets.follow(player.reading, record, self._rows)
        if self._restoration is not None and player.loaded and not player.travelling:
            self._restoration = None
        if self._restoration is None:
            # Of a restored run all at once, since what the system did is told when it is there.
            self.channel.publish_rows(self._rows.take(time.monotonic()))
        hops = player.take_hops()
        self.reasons.follow(hops)
        measured = await player.measure(self.topology)
        parts = self._parts = measured or frames.blank(record.situation)
        header = header_of(
            record,
            player,
            self._warmup,
            running=self.running,
            failed=self.trouble is not None,
            unsaved=self.unsaved,
            faults=len(self._broken()),
            dot=player.dot,
            theory=self._theory.take(await self._forecast.of(self.present, self.broken)),
            findings=self.diagnosis.part(subject_of(self, parts)),
            targets=targets,
        )
        self.channel.publish_frame(frames.encode(header, parts, hops))

    async def _rest(self, started_s: float) -> None:
        """Wait for the next frame's time, or for something to do."""
        busy = self.player.moving or self.player.steps or self.player.travelling
        until_s = started_s + (FRAME_S if busy else HEARTBEAT_S)
        await asyncio.sleep(max(0.0, started_s + FRAME_GAP_S - time.monotonic()))
        if self.asleep:
            await self._wake.wait()
            return
        try:
            async with asyncio.timeout(max(0.0, until_s - time.monotonic())):
                await self._wake.wait()
        except TimeoutError:
            return

    def _control(self, action: ClockControl) -> None:
        player = self.player
        if isinstance(action, Pause | Resume):
            self.running, player.steps = isinstance(action, Resume), 0
        elif isinstance(action, Step):
            self.running = False
            player.step(action.events)
        elif isinstance(action, SetSpeed):
            player.set_speed(action.speed)
        elif isinstance(action, Seek):
            self.running, player.steps = False, 0
            self._seek(action.at_s)
        else:
            self._restart(action.seed if isinstance(action, SetSeed) else None)

    def _seek(self, at_s: float) -> None:
        """Stand at an earlier moment, or at the head again; the run follows."""
        record, player = self.record, self.player
        record.reach(player.now_ns)
        # Compared as seconds: the nanoseconds of a wild wish may be too many for a number.
        beyond = at_s * frames.NS_PER_S >= record.head_ns
        goal_ns = record.head_ns if beyond else max(0, round(at_s * frames.NS_PER_S))
        start = player.before(goal_ns)
        if start is None or (goal_ns == player.now_ns and not record.past):
            return
        # Pending entries get their time before the run leaves; the engine has them on the way.
        self._apply_due(play=False)
        between = record.seek(start.position, goal_ns)
        player.seek(start, interventions_of(between), goal_ns)
        self._parts = frames.blank(record.situation)  # what was measured is of another moment
        self._redrawn()

    def _restore(self, kept: KeptRun) -> Restoration:
        """Stand where a run that was kept stood; the engine follows."""
        self.running = kept.running
        self.player.set_speed(kept.speed)
        self.player.now_ns = kept.now_ns

        def on_entry(entry: JournalEntry) -> None:
            self._rows.add_entry(entry, self.topology)
            self.reasons.set_situation(entry.at_ns, entry.after)

        return restore(self.record, kept.now_ns, on_entry)

    def _branch(self, author: str) -> None:
        """Begin a branch: rows of a later time are void."""
        now_ns, reported = self.player.now_ns, self.player.branch()
        self.reasons.back_to(now_ns)

        def stays(row: Row) -> bool:
            return row.at_ns <= now_ns and (reported is None or row.number <= reported)

        self._rows.keep(stays)
        self.channel.keep_rows(stays)
        self._rows.add_branch(now_ns, author, self.topology)

    def _restart(self, seed: int | None = None) -> None:
        """Forget the run; the writer makes a new one at second 0."""
        self.record.restart(seed)
        self._restoration = None
        self.player.drop()
        self._parts = frames.blank(self.record.situation)
        self.trouble = None
        self._rows.clear()
        self.channel.clear_rows()
        self._changed()

    def _give_up(self, why: Text) -> None:
        """Say why there is no run any more; a reset or a change of the drawing tries again."""
        at_ns = self.player.now_ns
        self.player.drop()
        self.player.now_ns = at_ns
        self.trouble = why
        self._rows.add(Words("down", "", why), at_ns, self.topology, "x")

    def _accepted(self, entry: JournalEntry, branches: int, done: Text | None = None) -> Outcome:
        if self.record.branches > branches:
            self._branch(entry.author)
        if self.trouble is not None and not isinstance(entry.action, AnyFault):
            self._restart()
        self._changed()
        return Outcome(self.record.revision, entry.added, done, entry=entry.id)

    def _again(self, take: Take, author: str, entry_id: int | None, nothing: Text) -> Outcome:
        self.touch()
        self.record.reach(self.player.now_ns)
        branches = self.record.branches
        try:
            entry, done = take(author, entry_id)
        except IndexError:
            return self._refused(EditError("", self.record.history.why(nothing)))
        except EditError as error:
            return self._refused(error)
        return self._accepted(entry, branches, done)

    def _refused(self, error: EditError) -> Outcome:
        return Outcome(self.record.revision, errors=(FieldError(error.field, error.text),))

    def _changed(self) -> None:
        self.changed_s = time.monotonic()
        self._wake.set()  # `live` tells everybody who watches

    def _redrawn(self) -> None:
        if self.channel.revision != self.record.revision:
            self.channel.redrawn(self.record.revision)
