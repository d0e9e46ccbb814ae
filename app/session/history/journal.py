"""The Record of a session: everything it has accepted, the journal of it, and undo.

Accepting is immediate, so that a second action sees the effect of the first. The run follows at the
next frame boundary, when `apply_due` gives each entry its simulated time.

The run may go back in time. The record then stands where the run stands, and later entries of the
journal happen again when their time comes; a new entry before that begins a branch, and those to
come are forgotten.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import accumulate

from app.actions import Recorded, SetLoad
from app.scenarios.document import Scenario
from app.session import outcome
from app.session.entry import JournalEntry, Undone, Words, carry_out
from app.session.explain.timeline import SCRIPT, YOU, change_words, skipped_words
from app.session.history.kept_run import KeptRun
from app.session.history.script import Script, fitting
from app.session.history.undo import (
    History,
    Step,
    Steps,
    check_edits,
    chosen,
    entry_bytes,
    repeated_text,
    step_of,
    text_of,
)
from app.session.limits import JOURNAL_BYTES_MAX, JOURNAL_MAX, PENDING_MAX, SCRIPT_AT_ONCE
from app.session.situation import Situation
from app.texts.text import Text
from app.topology.edits.apply import Batch, EditError


@dataclass(frozen=True, slots=True)
class JournalPosition:
    """The state of a record after the first `entries` entries of the journal."""

    entries: int
    situation: Situation
    design: Situation
    steps: Steps


class Record:
    """Everything that was done to a scenario, by people and by its own script.

    `situation` is how things stand with everything accepted. `design` is what a new run starts
    from: people's changes without the script's, since the script will play again, and unbroken.
    `now_ns` is where the run stands and `head_ns` how far it has come. `journal` holds the entries
    that have a time, oldest first, and `pending` those that wait for it.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.name = scenario.name
        self.seed = scenario.seed
        self.until_s = scenario.until_s
        self.script = Script(scenario.journal)
        self.design = Situation(scenario.topology, scenario.load)
        self.situation = self._origin = self.design
        self.revision = 1
        self.journal: list[JournalEntry] = []
        self.pending: list[JournalEntry] = []
        self.history = History()
        self.now_ns = self.head_ns = 0
        self.branches = 0
        self.branched_ns = 0
        # Entries of the journal before this one are where `take_unsaved` put them.
        self._unsaved_from = 0
        self._ids = 0
        # Entries of the journal that are in force; the rest is the future of a run that went back.
        self._entered = 0
        self._caught_up: list[JournalEntry] = []
        self._latest: JournalPosition | None = None

    @classmethod
    def restored(cls, kept: KeptRun) -> Record:
        """Return the record of a run that was kept, as it stood at second 0.

        Its entries are still to come: `seek` to where the run stood.
        """
        record = cls(kept.origin)
        record.journal = list(kept.entries)
        for entry, total in zip(
            kept.entries, accumulate(map(entry_bytes, kept.entries)), strict=True
        ):
            entry.bytes_so_far = total
        record.head_ns, record.branches = kept.head_ns, kept.branches
        record.script.skip(sum(entry.author == SCRIPT for entry in kept.entries))
        record._unsaved_from = len(record.journal)
        record._ids = max((entry.id for entry in kept.entries), default=0)
        return record

    @property
    def origin(self) -> Scenario:
        """The scenario at second 0 of this run, with the script that plays."""
        return Scenario(
            name=self.name,
            topology=self._origin.topology,
            seed=self.seed,
            load=self._origin.load,
            until_s=self.until_s,
            journal=self.script.entries,
        )

    @property
    def unsaved(self) -> bool:
        """True if the journal has entries that nobody has taken to save them."""
        return self._unsaved_from < len(self.journal)

    def take_unsaved(self) -> tuple[int, tuple[JournalEntry, ...]]:
        """Return the number of the first entry that is not saved, and the entries from there on.

        They count as saved; `still_unsaved` takes that back.
        """
        first, self._unsaved_from = self._unsaved_from, len(self.journal)
        return first, tuple(self.journal[first:])

    def still_unsaved(self, first: int) -> None:
        """The entries from number `first` on could not be saved."""
        self._unsaved_from = min(self._unsaved_from, first)

    @property
    def past(self) -> bool:
        """Tell if the run stands before something that it has already been through."""
        return self.now_ns < self.head_ns

    @property
    def next_ns(self) -> int:
        """Simulated time of the next thing that is planned or will happen again."""
        return self.journal[self._entered].at_ns if self._replays else self.script.next_ns

    @property
    def position(self) -> JournalPosition:
        """The present state, to `seek` from later; nothing may be pending."""
        return JournalPosition(self._entered, self.situation, self.design, self.history.steps())

    def reach(self, now_ns: int) -> None:
        """Note that the run has come to `now_ns`."""
        self.now_ns = now_ns
        self.head_ns = max(self.head_ns, now_ns)

    def accept(
        self, action: Recorded, author: str, at_s: float, now_ns: int | None = None
    ) -> JournalEntry:
        """Take an action on. Raises EditError, naming the field, when it is refused.

        `at_s` is wall time: moves that follow each other quickly are one gesture to undo. `now_ns`
        is how far the run has come since `reach`.
        """
        self.reach(self.now_ns if now_ns is None else now_ns)
        check_edits(action)
        entry = self._carry_out(action)
        entry.author, entry.at_s = author, at_s
        self._take(entry)
        self.history.did(entry)
        return entry

    def undo(self, author: str = YOU, entry_id: int | None = None) -> tuple[JournalEntry, Text]:
        """Take the step of an entry back, or else the author's newest one; and its sentence.

        Raises EditError when it no longer fits (and forgets it then), IndexError with nothing left.
        """
        step = chosen(self.history.undo, author, entry_id)
        entry = self._take_step(self.history.undo, step, author)
        done = text_of(step)
        entry.turn, entry.undone = "undid", Undone(step.entry.author, done)
        self.history.undid(entry)
        return entry, done

    def redo(self, author: str = YOU, entry_id: int | None = None) -> tuple[JournalEntry, Text]:
        """Do a step again that was taken back, by default the author's newest; like `undo`."""
        step = chosen(self.history.redo, author, entry_id)
        entry = self._take_step(self.history.redo, step, author)
        entry.turn, entry.repeated = "redid", repeated_text(step)
        self.history.redid(entry)
        return entry, entry.repeated or change_words(entry).text

    def apply_due(self, now_ns: int, play: bool = True) -> list[JournalEntry]:
        """The entries of `now_ns`, in order: those that happen again, those that were pending (they
        get their place in the journal), and those that the script has due. New ones have `words`.

        The script needs a run to happen to: without one, do not `play` it.
        """
        self.reach(now_ns)
        applied, self._caught_up = self._caught_up, []
        applied += self._replay_until(now_ns, SCRIPT_AT_ONCE)
        pending, self.pending = self.pending, []
        for entry in pending:
            self._enter(entry, now_ns)
        applied += pending
        if self._replays:
            return applied
        if not self.past:
            self._latest = None
        if play:
            due = self.script.due(now_ns, SCRIPT_AT_ONCE)
            applied += [self._play(timed.action, now_ns) for timed in due]
        return applied

    def seek(self, position: JournalPosition, at_ns: int) -> list[JournalEntry]:
        """Stand where things stood at `at_ns`, up to the head; nothing may be pending.

        `position` is the state at some moment before; the entries in between are the answer.
        """
        if self._latest is None:
            self._latest = self.position
        before, revision = self.situation.topology, self.revision
        self._set_position(position)
        between = self._replay_until(at_ns)
        after = self.situation.topology
        same = (before.nodes, before.links) == (after.nodes, after.links)
        self.revision = revision if same else revision + 1
        self.now_ns = at_ns
        if not self.past:
            self._latest = None
        return between

    def restart(self, seed: int | None = None) -> None:
        """Begin a new run at second 0: today's design, nothing broken, the script armed again."""
        before = self.situation.topology
        if self._latest is not None:
            self._set_position(self._latest)
        if before is not self.design.topology:
            self.revision += 1
        self.situation = self._origin = self.design
        self.seed = self.seed if seed is None else seed
        self.journal.clear()
        self.pending.clear()
        self._caught_up.clear()
        self._entered = self._unsaved_from = 0
        self.now_ns = self.head_ns = self.branched_ns = 0
        self._latest = None
        self.branches += 1
        self.script.rewind()
        self.history.restart()

    def scenario(self) -> Scenario:
        """Return the document to save: today's design with as much of the script as still fits it.

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
    def _bytes(self) -> int:
        """Return the memory of the entries in force, about."""
        return self.journal[self._entered - 1].bytes_so_far if self._entered else 0

    @property
    def _replays(self) -> bool:
        return self._entered < len(self.journal)

    def _set_position(self, position: JournalPosition) -> None:
        self._entered = position.entries
        self.situation, self.design = position.situation, position.design
        self.history.restore(position.steps)
        self._caught_up.clear()

    def _replay_until(self, now_ns: int, at_most: int | None = None) -> list[JournalEntry]:
        """The entries after those in force, up to `now_ns`; the first `at_most` of them."""
        again: list[JournalEntry] = []
        while self._replays and at_most != len(again):
            entry = self.journal[self._entered]
            if entry.at_ns > now_ns:
                break
            if not entry.skipped:
                once_more = carry_out(self.situation, entry.action)
                entry.before, entry.after = once_more.before, once_more.after
                self._follow(entry)
            if entry.text is None:
                self._tell(entry)
            if entry.author != SCRIPT:
                self.history.replay(entry)
            self._entered += 1
            again.append(entry)
        return again

    def _tell(self, entry: JournalEntry) -> None:
        """Give an entry the words for its row; of one that was kept, those it had before."""
        if entry.turn == "undid" and entry.undone is None:
            step = step_of(self.history.undo, entry.undoes)
            if step is not None:
                entry.undone = Undone(step.entry.author, text_of(step))
        if entry.turn == "redid" and entry.repeated is None:
            step = step_of(self.history.redo, entry.undoes)
            entry.repeated = repeated_text(step) if step is not None else None
        entry.words = self._words_of_skipped(entry) if entry.skipped else change_words(entry)
        if entry.repeated is not None:
            entry.words = replace(entry.words, text=entry.repeated)
        entry.text = entry.words.text

    def _words_of_skipped(self, entry: JournalEntry) -> Words:
        """Words for an action of the script that does not fit the present drawing."""
        try:
            carry_out(self.situation, entry.action)
        except EditError as error:
            return skipped_words(entry.action, error.text)
        return change_words(entry)

    def _carry_out(self, action: Recorded) -> JournalEntry:
        # A new entry stands after everything that has happened up to now.
        self._caught_up += self._replay_until(self.now_ns)
        if len(self.pending) >= PENDING_MAX:
            raise EditError("", outcome.BUSY)
        entry = carry_out(self.situation, action)
        used = sum(map(entry_bytes, (*self.pending, entry))) + self._bytes
        if self._entered + len(self.pending) >= JOURNAL_MAX or used > JOURNAL_BYTES_MAX:
            raise EditError("", outcome.FULL)
        return entry

    def _take_step(self, steps: deque[Step], step: Step, author: str) -> JournalEntry:
        """The pending entry of a step's inverse; a step that no longer fits is forgotten."""
        try:
            entry = self._carry_out(step.inverse)
        except EditError:
            steps.remove(step)
            raise
        entry.author, entry.undoes = author, step.entry.id
        self._take(entry)
        return entry

    def _take(self, entry: JournalEntry) -> None:
        """Let an entry wait for its time; everything that comes after now is forgotten."""
        if self.past:
            del self.journal[self._entered :]
            self._unsaved_from = min(self._unsaved_from, self._entered)
            self.script.branch(self.now_ns)
            self.head_ns = self.branched_ns = self.now_ns
            self.branches += 1
        self._latest = None
        self._number(entry)
        self._follow(entry)
        self.pending.append(entry)

    def _number(self, entry: JournalEntry) -> None:
        self._ids += 1
        entry.id = self._ids

    def _follow(self, entry: JournalEntry) -> None:
        """Let the present follow an entry, and the design if a person did it."""
        if entry.after.topology is not self.situation.topology:
            self.revision += 1
        self.situation = entry.after
        if entry.author == SCRIPT:
            return
        if not self.script.entries:
            self.design = Situation(self.situation.topology, self.situation.load)
        elif isinstance(entry.action, SetLoad):
            self.design = replace(self.design, load=entry.action.factor)
        else:
            parts = entry.action.edits if isinstance(entry.action, Batch) else (entry.action,)
            for part in parts:
                try:
                    after = carry_out(self.design, part).after
                except EditError:
                    # It is about something that the script made and will make again.
                    continue
                self.design = Situation(after.topology, after.load)

    def _enter(self, entry: JournalEntry, now_ns: int) -> None:
        """Give an entry its place in the journal, and words for its row."""
        entry.at_ns = now_ns
        entry.bytes_so_far = self._bytes + entry_bytes(entry)
        self._tell(entry)
        self.journal.append(entry)
        self._entered += 1

    def _play(self, action: Recorded, now_ns: int) -> JournalEntry:
        """The entry of something the script does; one that does not fit has only words."""
        try:
            entry = carry_out(self.situation, action)
        except EditError:
            entry = JournalEntry(self.situation, self.situation, action, None)
            entry.author, entry.skipped = SCRIPT, True
            self._enter(entry, now_ns)
            return entry
        entry.author = SCRIPT
        # No inverse: the script is not anybody's to undo.
        entry.inverse = None
        self._number(entry)
        self._follow(entry)
        self._enter(entry, now_ns)
        return entry
