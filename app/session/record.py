"""The Record of a session: everything it has accepted, the journal of it, and undo.

Accepting is immediate, so that a second action sees what the first one did. The run follows at the
next frame boundary, when `settle` gives each action its simulated time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.actions import Entry, Journal, Recorded, SetLoad
from app.scenarios.document import Scenario
from app.schema import Text
from app.session.history import Deed, History
from app.session.limits import EDITS_MAX, JOURNAL_MAX, PENDING_MAX, SCRIPT_AT_ONCE
from app.session.script import Script, fitting
from app.session.situation import Change, Situation, carry_out, edit_count
from app.session.timeline import SCRIPT, YOU, Words, change_words, skipped_words
from app.topology.edits import Batch, EditError
from app.topology.model import Topology


@dataclass(frozen=True, slots=True)
class Accepted:
    """An action that waits for its simulated time, with the drawing after it."""

    deed: Deed
    topology: Topology
    words: Words


@dataclass(frozen=True, slots=True)
class Settled:
    """What happened at a frame boundary: an action for the engine (None: one that was skipped),
    the drawing after it, what the timeline says about it, and who did it.
    """

    action: Recorded | None
    topology: Topology
    words: Words
    who: str


class Record:
    """What was done to a scenario, by people and by its own script.

    `situation` is how things stand with everything accepted. `design` is what a new run starts
    from: people's changes without the script's, since the script will play again, and unbroken.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.name = scenario.name
        self.seed = scenario.seed
        self.until_s = scenario.until_s
        self.script = Script(scenario.journal)
        self.design = Situation(scenario.topology, scenario.load)
        self.situation = self.design
        self.revision = 1
        self.journal = Journal()
        self.history = History()
        self._pending: list[Accepted] = []

    def accept(self, action: Recorded, who: str, at_s: float) -> Accepted:
        """Take an action on. Raises EditError, naming the field, when it is refused.

        `at_s` is wall time: moves that follow each other quickly are one gesture to undo.
        """
        if isinstance(action, Batch) and edit_count(action) > EDITS_MAX:
            raise EditError(
                "edits",
                Text(
                    f"Use at most {EDITS_MAX:,} edits at once.",
                    f"한 번에 편집 {EDITS_MAX:,}개까지 할 수 있습니다.",
                ),
            )
        change = self._change(action)
        accepted = self._take(change, who)
        if who == YOU:
            self.history.did(accepted.deed, at_s)
        return accepted

    def undo(self) -> tuple[Accepted, Text]:
        """Take the newest step back; what was accepted, and what people call what is undone.

        Raises EditError when it no longer fits (and forgets it then), IndexError with nothing left.
        """
        step = self.history.undo[-1]
        try:
            change = self._change(step.inverse)
        except EditError:
            self.history.undo.pop()
            raise
        accepted = self._take(change, YOU, undoes=step.deed)
        self.history.undid(accepted.deed)
        return accepted, step.deed.text

    def redo(self) -> tuple[Accepted, Text]:
        """Do the step again that was taken back last; raises like `undo`."""
        step = self.history.redo[-1]
        try:
            change = self._change(step.inverse)
        except EditError:
            self.history.redo.pop()
            raise
        accepted = self._take(change, YOU, undoes=step.deed)
        self.history.redid(accepted.deed)
        return accepted, accepted.deed.text

    def settle(self, now_ns: int, play: bool = True) -> list[Settled]:
        """Give what is pending, and what the script has due, its place in the journal, in order.

        The script needs a run to happen to: without one, do not `play` it.
        """
        pending, self._pending = self._pending, []
        settled = [self._enter(accepted, now_ns) for accepted in pending]
        if play:
            settled += [
                self._play(timed.action, now_ns)
                for timed in self.script.due(now_ns, SCRIPT_AT_ONCE)
            ]
        return settled

    def restart(self, seed: int | None = None) -> None:
        """A new run from second 0: today's design, nothing broken, the script armed again."""
        if self.situation.topology is not self.design.topology:
            self.revision += 1
        self.situation = self.design
        self.seed = self.seed if seed is None else seed
        self.journal = Journal()
        self._pending.clear()
        self.script.rewind()
        self.history.restart()

    def scenario(self) -> Scenario:
        """The folded document: today's design with as much of the script as still fits it."""
        return Scenario(
            name=self.name,
            topology=self.design.topology,
            seed=self.seed,
            load=self.design.load,
            until_s=self.until_s,
            journal=fitting(self.design.topology, self.script.entries),
        )

    def _change(self, action: Recorded) -> Change:
        if len(self._pending) >= PENDING_MAX:
            raise EditError(
                "",
                Text(
                    "Too much at once; try again in a moment.",
                    "요청이 너무 많습니다. 잠시 후 다시 시도하세요.",
                ),
            )
        if len(self.journal.entries) + len(self._pending) >= JOURNAL_MAX:
            raise EditError(
                "",
                Text(
                    "This run's journal is full; reset it.",
                    "이 실행의 기록이 가득 찼습니다. 초기화하세요.",
                ),
            )
        return carry_out(self.situation, action)

    def _take(self, change: Change, who: str, undoes: Deed | None = None) -> Accepted:
        words = change_words(change)
        deed = Deed(change.action, change.inverse, who, words.text, undoes)
        self._follow(change)
        if who == YOU:
            self._redesign(change)
        accepted = Accepted(deed, change.after.topology, words)
        self._pending.append(accepted)
        return accepted

    def _follow(self, change: Change) -> None:
        if change.after.topology is not self.situation.topology:
            self.revision += 1
        self.situation = change.after

    def _redesign(self, change: Change) -> None:
        """Let the design follow what a person did."""
        if not self.script.entries:
            self.design = Situation(self.situation.topology, self.situation.load)
        elif isinstance(change.action, SetLoad):
            self.design = replace(self.design, load=change.action.factor)
        else:
            parts = change.action.edits if isinstance(change.action, Batch) else (change.action,)
            for part in parts:
                try:
                    after = carry_out(self.design, part).after
                except EditError:
                    # It is about something that the script made and will make again.
                    continue
                self.design = Situation(after.topology, after.load)

    def _enter(self, accepted: Accepted, now_ns: int) -> Settled:
        deed = accepted.deed
        before: Entry | None = deed.undoes.entry if deed.undoes else None
        deed.entry = self.journal.append(
            now_ns, deed.action, deed.inverse, before.seq if before else 0
        )
        return Settled(deed.action, accepted.topology, accepted.words, deed.who)

    def _play(self, action: Recorded, now_ns: int) -> Settled:
        try:
            change = carry_out(self.situation, action)
        except EditError as error:
            words = skipped_words(action, error.text)
            return Settled(None, self.situation.topology, words, SCRIPT)
        self._follow(change)
        # No inverse: what the scenario does is not anybody's to undo.
        self.journal.append(now_ns, change.action, None)
        return Settled(change.action, change.after.topology, change_words(change), SCRIPT)
