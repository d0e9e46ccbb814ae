"""The Record of a session: everything it has accepted, the journal of it, and undo.

Accepting is immediate, so that a second action sees what the first one did. The run follows at the
next frame boundary, when `settle` gives each action its simulated time.

The run may go back in time. The record then stands where the run stands, and what is in the journal
after that happens again when its time comes; whoever does something new before that begins a branch
and what was to come is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.actions import Entry, Journal, Recorded, SetLoad
from app.scenarios.document import Scenario
from app.schema import Text
from app.session.fault_words import Words
from app.session.history import Deed, History, Steps
from app.session.limits import EDITS_MAX, JOURNAL_MAX, PENDING_MAX, SCRIPT_AT_ONCE
from app.session.script import Script, fitting
from app.session.situation import Change, Situation, carry_out, edit_count
from app.session.timeline import SCRIPT, YOU, change_words, skipped_words
from app.topology.edits import Batch, EditError
from app.topology.model import Topology


@dataclass(frozen=True, slots=True)
class Accepted:
    """An action that waits for its simulated time, with the drawing after it.

    `branched`: it was done in the past, so what had come after is forgotten.
    """

    deed: Deed
    topology: Topology
    words: Words
    branched: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What happened at a simulated time: an action for the engine (None: one that was skipped),
    the drawing after it, what the timeline says about it (None: it has said so already), and who
    did it.
    """

    at_ns: int
    action: Recorded | None
    topology: Topology
    words: Words | None
    who: str


@dataclass(frozen=True, slots=True)
class Place:
    """How things stood after the first `entries` entries of the journal."""

    entries: int
    situation: Situation
    design: Situation
    steps: Steps


class Record:
    """What was done to a scenario, by people and by its own script.

    `situation` is how things stand with everything accepted. `design` is what a new run starts
    from: people's changes without the script's, since the script will play again, and unbroken.
    `now_ns` is where the run stands and `head_ns` how far it has come.
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
        self.now_ns = self.head_ns = 0
        self.branches = 0
        self.branched_ns = 0
        self._pending: list[Accepted] = []
        self._deeds: list[Deed | None] = []
        # Entries of the journal that are in force; the rest is the future of a run that went back.
        self._entered = 0
        self._caught_up: list[Settled] = []
        self._latest: Place | None = None

    @property
    def past(self) -> bool:
        """Whether the run stands before something that it has already been through."""
        return self.now_ns < self.head_ns

    @property
    def next_ns(self) -> int:
        """Simulated time of the next thing that is planned or will happen again."""
        entries = self.journal.entries
        return entries[self._entered].at_ns if self._replays else self.script.next_ns

    @property
    def place(self) -> Place:
        """How things stand, to `seek` from later; nothing may be pending."""
        return Place(self._entered, self.situation, self.design, self.history.steps())

    def reach(self, now_ns: int) -> None:
        """The run has come to `now_ns`."""
        self.now_ns = now_ns
        self.head_ns = max(self.head_ns, now_ns)

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
        """What happens at `now_ns`, in order: what happened then before, what is pending (which
        gets its place in the journal), and what the script has due.

        The script needs a run to happen to: without one, do not `play` it.
        """
        self.reach(now_ns)
        settled, self._caught_up = self._caught_up, []
        settled += self._happens_again(now_ns, SCRIPT_AT_ONCE)
        pending, self._pending = self._pending, []
        settled += [self._enter(accepted, now_ns) for accepted in pending]
        if self._replays:
            return settled
        if not self.past:
            self._latest = None
        if play:
            settled += [
                self._play(timed.action, now_ns)
                for timed in self.script.due(now_ns, SCRIPT_AT_ONCE)
            ]
        return settled

    def seek(self, place: Place, at_ns: int) -> list[Settled]:
        """Stand where things stood at `at_ns`, up to the head; nothing may be pending.

        `place` is how they stood at some moment before; what happened in between is the answer.
        """
        if self._latest is None:
            self._latest = self.place
        before, revision = self.situation.topology, self.revision
        self._stand(place)
        between = self._happens_again(at_ns)
        after = self.situation.topology
        same = (before.nodes, before.links) == (after.nodes, after.links)
        self.revision = revision if same else revision + 1
        self.now_ns = at_ns
        if not self.past:
            self._latest = None
        return between

    def restart(self, seed: int | None = None) -> None:
        """A new run from second 0: today's design, nothing broken, the script armed again."""
        before = self.situation.topology
        if self._latest is not None:
            self._stand(self._latest)
        if before is not self.design.topology:
            self.revision += 1
        self.situation = self.design
        self.seed = self.seed if seed is None else seed
        self.journal = Journal()
        self._deeds.clear()
        self._pending.clear()
        self._caught_up.clear()
        self._entered = self.now_ns = self.head_ns = self.branched_ns = 0
        self._latest = None
        self.branches += 1
        self.script.rewind()
        self.history.restart()

    def scenario(self) -> Scenario:
        """The folded document: today's design with as much of the script as still fits it.

        Looking at the past does not change it; doing something there does.
        """
        design = self._latest.design if self._latest else self.design
        return Scenario(
            name=self.name,
            topology=design.topology,
            seed=self.seed,
            load=design.load,
            until_s=self.until_s,
            journal=fitting(design.topology, self.script.entries),
        )

    @property
    def _replays(self) -> bool:
        return self._entered < len(self.journal.entries)

    def _stand(self, place: Place) -> None:
        self._entered = place.entries
        self.situation, self.design = place.situation, place.design
        self.history.stand(place.steps)
        self._caught_up.clear()

    def _happens_again(self, now_ns: int, at_most: int | None = None) -> list[Settled]:
        """The entries after those in force, up to `now_ns`; the first `at_most` of them."""
        again: list[Settled] = []
        while self._replays and at_most != len(again):
            entry, deed = self.journal.entries[self._entered], self._deeds[self._entered]
            if entry.at_ns > now_ns:
                break
            change = carry_out(self.situation, entry.action)
            self._follow(change)
            if deed is not None:
                self._redesign(change)
                self.history.again(deed)
            self._entered += 1
            who = deed.who if deed else SCRIPT
            again.append(Settled(entry.at_ns, entry.action, change.after.topology, None, who))
        return again

    def _change(self, action: Recorded) -> Change:
        # What is done now stands after everything that has happened up to now.
        self._caught_up += self._happens_again(self.now_ns)
        if len(self._pending) >= PENDING_MAX:
            raise EditError(
                "",
                Text(
                    "Too much at once; try again in a moment.",
                    "요청이 너무 많습니다. 잠시 후 다시 시도하세요.",
                ),
            )
        if self._entered + len(self._pending) >= JOURNAL_MAX:
            raise EditError(
                "",
                Text(
                    "This run's journal is full; reset it.",
                    "이 실행의 기록이 가득 찼습니다. 초기화하세요.",
                ),
            )
        return carry_out(self.situation, action)

    def _take(self, change: Change, who: str, undoes: Deed | None = None) -> Accepted:
        branched = self.past
        if branched:
            self._branch()
        self._latest = None
        words = change_words(change)
        deed = Deed(change.action, change.inverse, who, words.text, undoes)
        self._follow(change)
        if who == YOU:
            self._redesign(change)
        accepted = Accepted(deed, change.after.topology, words, branched)
        self._pending.append(accepted)
        return accepted

    def _branch(self) -> None:
        """Forget what came after now."""
        self.journal.cut(self._entered)
        del self._deeds[self._entered :]
        self.script.branch(self.now_ns)
        self.head_ns = self.branched_ns = self.now_ns
        self.branches += 1

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
        self._entered += 1
        self._deeds.append(deed)
        return Settled(now_ns, deed.action, accepted.topology, accepted.words, deed.who)

    def _play(self, action: Recorded, now_ns: int) -> Settled:
        try:
            change = carry_out(self.situation, action)
        except EditError as error:
            words = skipped_words(action, error.text)
            return Settled(now_ns, None, self.situation.topology, words, SCRIPT)
        self._follow(change)
        # No inverse: what the scenario does is not anybody's to undo.
        self.journal.append(now_ns, change.action, None)
        self._entered += 1
        self._deeds.append(None)
        words = change_words(change)
        return Settled(now_ns, change.action, change.after.topology, words, SCRIPT)
