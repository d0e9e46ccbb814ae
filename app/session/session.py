"""A Session: one live run, the one task that writes to it, and what its watchers see."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor

from app.actions import (
    Action,
    AnyFault,
    Heal,
    HealLink,
    LinkFault,
    NodeFault,
    Pause,
    Reset,
    Resume,
    Seek,
    SetLoad,
    SetSeed,
    SetSpeed,
    Step,
    ends_itself,
    target_of,
)
from app.scenarios.document import Scenario
from app.schema import Text
from app.session import frames
from app.session.channel import Channel, Viewer
from app.session.fault_words import Words
from app.session.forecast import Forecast
from app.session.limits import ASLEEP_AFTER_S, FRAME_GAP_S, FRAME_S, HEARTBEAT_S
from app.session.outcome import FieldError, Outcome
from app.session.player import Player
from app.session.reasons import Reasons
from app.session.record import Accepted, Record, Settled
from app.session.run import Order
from app.session.situation import added_ids, changes_run
from app.session.timeline import YOU, Row, branch_words, incident_words
from app.session.warmup import Warmup
from app.topology.edits import EditError
from app.topology.model import Topology

LOG = logging.getLogger("loadground.session")

NOTHING_TO_UNDO = Text("There is nothing to undo.", "실행 취소할 것이 없습니다.")
NOTHING_TO_REDO = Text("There is nothing to redo.", "다시 실행할 것이 없습니다.")
BROKEN = Text(
    "The simulation stopped because of an error in the program. Reset starts it again.",
    "프로그램 오류로 시뮬레이션이 멈췄습니다. 초기화하면 다시 시작합니다.",
)


class Session:
    """One live run of a scenario. Every method is for the event loop's thread.

    `submit`, `undo` and `redo` answer at once; the run follows at the next frame boundary. The
    task that runs `live` is the only one that touches the run.
    """

    def __init__(self, session_id: str, scenario: Scenario, pool: Executor, warmup: Warmup) -> None:
        self.id = session_id
        self.record = Record(scenario)
        self.channel = Channel()
        self.channel.redrawn(self.record.revision)
        self.player = Player(pool)
        self.running = True
        self.touched_s = self.changed_s = time.monotonic()
        self.trouble: Text | None = None
        self._warmup = warmup
        self._forecast = Forecast()
        self.reasons = Reasons(self.record.situation)
        self._rows: list[Row] = []
        self._row_number = 0
        self._shown_broken: frozenset[str] = frozenset()
        self._wake = asyncio.Event()

    @property
    def topology(self) -> Topology:
        """The drawing with everything that was accepted."""
        return self.record.situation.topology

    def scenario(self) -> Scenario:
        """The folded document: what a link carries and the store keeps."""
        return self.record.scenario()

    # What people do

    def submit(self, action: Action, who: str = YOU) -> Outcome:
        """Take an action on, or say which field is wrong. Edits count the revision up at once."""
        self.touch()
        if isinstance(action, Pause | Resume | Step | SetSpeed | SetSeed | Reset | Seek):
            self._control(action)
            return Outcome(self.record.revision)
        self.record.reach(self.player.now_ns)
        try:
            return self._accepted(self.record.accept(action, who, time.monotonic()))
        except EditError as error:
            return self._refused(error)

    def undo(self) -> Outcome:
        """Take the newest step back, as a new action."""
        return self._again(self.record.undo, NOTHING_TO_UNDO)

    def redo(self) -> Outcome:
        """Do again what was undone last, as a new action."""
        return self._again(self.record.redo, NOTHING_TO_REDO)

    def heal_all(self) -> Outcome:
        """Heal everything that is broken, except what has been mended by itself."""
        outcome = Outcome(self.record.revision)
        for fault in self._broken():
            name = target_of(fault)
            heal = HealLink(link=name) if isinstance(fault, LinkFault) else Heal(node=name)
            outcome = self.submit(heal)
        return outcome

    def _broken(self) -> list[NodeFault | LinkFault]:
        """What nobody has healed and has not, as the last frame showed, mended itself."""
        return [
            fault
            for fault in self.record.situation.broken
            if target_of(fault) in self._shown_broken or not ends_itself(fault)
        ]

    # Who watches

    def watch(self, last_event_id: str = "") -> Viewer:
        """Somebody opened the stream; say `unwatch` when it closes."""
        self.touch()
        return self.channel.join(last_event_id)

    def unwatch(self) -> None:
        """A stream was closed."""
        self.channel.leave()
        self.touched_s = time.monotonic()

    def touch(self) -> None:
        """Somebody is there: do not fall asleep, do not expire."""
        self.touched_s = time.monotonic()
        self._wake.set()

    @property
    def asleep(self) -> bool:
        """Whether the clock stands still because nobody watches."""
        unseen_s = time.monotonic() - self.touched_s
        return self.channel.viewers == 0 and unseen_s > ASLEEP_AFTER_S

    # The writer

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
        try:
            if not self.player.loaded:
                await self._load()
            moving = self.running and self.player.loaded and not self.asleep
            await self.player.play(moving, deadline_s, self._settle)
        except ValueError as error:
            # Not imported at the top: a page must not wait for the engine's libraries.
            from app.engine.plan import EngineLimit

            if not isinstance(error, EngineLimit):
                raise
            self._give_up(_too_large(error.text))
        if not self.asleep:
            await self._publish()

    async def _load(self) -> None:
        """Make a run of how things stand, when one can be made."""
        self._journal(play=False)
        if self._warmup.ready and self.trouble is None:
            self.reasons = Reasons(self.record.situation)
            await self.player.load(self.record.situation, self.record.seed)

    def _settle(self) -> tuple[tuple[Order, ...], int]:
        orders = _orders(self._journal(play=True))
        self.player.place = self.record.place
        return tuple(order for _, order in orders), self.record.next_ns

    def _journal(self, play: bool) -> list[Settled]:
        """Give what was accepted its simulated time and its row in the timeline."""
        settled = self.record.settle(self.player.now_ns, play)
        for one in settled:
            if one.words is not None and not one.words.quiet:
                self._say(one.words, one.at_ns, "e", one.who)
        if settled and not self.record.past:
            self.reasons.stands(settled[-1].at_ns, self.record.situation)
        self._redrawn()
        return settled

    async def _publish(self) -> None:
        record, player = self.record, self.player
        record.reach(player.now_ns)
        for number, incident in player.incidents:
            words = incident_words(incident, self.topology)
            self._say(words, incident.at_ns, "i", number=number)
            self.reasons.heard(incident)
        player.incidents.clear()
        self.channel.publish_rows(tuple(sorted(self._rows, key=lambda row: row.at_ns)))
        self._rows.clear()
        dot, hops = player.dot, player.take_hops()
        self.reasons.follow(hops)
        parts = await player.measure(record.situation)
        self._shown_broken = frames.broken(parts)
        header = frames.Header(
            now_ns=player.now_ns,
            head_ns=record.head_ns,
            past=record.past,
            seeking=player.travelling,
            branches=record.branches,
            branched_ns=record.branched_ns,
            rate=player.rate,
            speed=player.speed,
            running=self.running,
            engine="failed" if self.trouble is not None else self._warmup.status,
            progress=self._warmup.progress,
            revision=record.revision,
            seed=record.seed,
            load=record.situation.load,
            undo=bool(record.history.undo),
            redo=bool(record.history.redo),
            faults=len(self._broken()),
            dot=dot,
            theory=await self._forecast.of(record.situation),
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

    # What the above needs

    def _control(self, action: Pause | Resume | Step | SetSpeed | SetSeed | Reset | Seek) -> None:
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
        # What waits for its time gets it before the run leaves; the engine hears of it on the way.
        self._journal(play=False)
        player.seek(start, _orders(record.seek(start.place, goal_ns)), goal_ns)
        self._redrawn()

    def _branch(self) -> None:
        """Somebody did something in the past: what the timeline says of later is void."""
        now_ns, told = self.player.now_ns, self.player.branch()
        self.reasons.back_to(now_ns)

        def stays(row: Row) -> bool:
            return row.at_ns <= now_ns and (told is None or row.number <= told)

        self._rows = [row for row in self._rows if stays(row)]
        self.channel.keep_rows(stays)
        self._say(branch_words(now_ns), now_ns, "b", YOU)

    def _restart(self, seed: int | None = None) -> None:
        """Forget the run; the writer makes a new one at second 0."""
        self.record.restart(seed)
        self.player.drop()
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
        self._say(Words("down", "", why), at_ns, "x")

    def _accepted(self, accepted: Accepted, done: Text | None = None) -> Outcome:
        action = accepted.deed.action
        ids = () if isinstance(action, AnyFault | SetLoad) else added_ids(action)
        if accepted.branched:
            self._branch()
        if self.trouble is not None and not isinstance(action, AnyFault):
            self._restart()
        self._changed()
        return Outcome(self.record.revision, ids, done)

    def _again(self, take: Callable[[], tuple[Accepted, Text]], nothing: Text) -> Outcome:
        self.touch()
        self.record.reach(self.player.now_ns)
        try:
            return self._accepted(*take())
        except IndexError:
            return self._refused(EditError("", nothing))
        except EditError as error:
            return self._refused(error)

    def _refused(self, error: EditError) -> Outcome:
        return Outcome(self.record.revision, errors=(FieldError(error.field, error.text),))

    def _changed(self) -> None:
        self.changed_s = time.monotonic()
        self._redrawn()

    def _redrawn(self) -> None:
        if self.channel.revision != self.record.revision:
            self.channel.redrawn(self.record.revision)

    def _say(self, words: Words, at_ns: int, sort: str, who: str = "", number: int = 0) -> None:
        self._row_number += 1
        known = self.topology.has_node(words.node)
        name = self.topology.node(words.node).name if known else ""
        row_id = f"{sort}{self._row_number}"
        self._rows.append(
            Row(row_id, at_ns, words.severity, words.node, name, words.text, who, number)
        )


def _orders(settled: list[Settled]) -> list[tuple[int, Order]]:
    """What the engine is to do about it, with the simulated times."""
    return [
        (one.at_ns, Order(one.action, one.topology))
        for one in settled
        if one.action is not None and changes_run(one.action)
    ]


def _too_large(why: Text) -> Text:
    return Text(
        f"This drawing does not fit the simulation: {why.en}.",
        f"이 그림은 시뮬레이션에 담을 수 없습니다: {why.ko}.",
    )
