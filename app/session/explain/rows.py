"""Rows: the timeline's rows as they come about, until they are published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.actions import SetLoad
from app.engine.observe.incident import Incident
from app.session.entry import GESTURE_GAP_S, JournalEntry, Words, same_gesture
from app.session.explain.timeline import SCRIPT, Row, branch_words, incident_words, load_text
from app.topology.model import Topology


class Rows:
    """Rows that nobody has been shown yet, and the people whose actions they tell of.

    A turn of the load dial is one row, from its first factor to its last, once the dial rests.
    """

    def __init__(self) -> None:
        self._new: list[Row] = []
        self._made = 0
        self._people: dict[str, int] = {}
        self._turning: JournalEntry | None = None
        self._turn: Row | None = None
        self._turn_from = 1.0

    def add(self, words: Words, at_ns: int, topology: Topology, sort: str, number: int = 0) -> Row:
        """A row of its own; `sort` is the first letter of its id."""
        self._made += 1
        known = topology.has_node(words.node)
        name = topology.node(words.node).name if known else ""
        row_id = f"{sort}{self._made}"
        row = Row(row_id, at_ns, words.severity, words.node, name, words.text, number)
        row = replace(row, other=words.other)
        self._new.append(row)
        return row

    def add_incident(self, incident: Incident, number: int, topology: Topology) -> None:
        """The row of something the system did or suffered."""
        self.add(incident_words(incident, topology), incident.at_ns, topology, "i", number)

    def add_branch(self, at_ns: int, author: str, topology: Topology) -> None:
        """The row of an action in the past."""
        row = self.add(branch_words(at_ns), at_ns, topology, "b")
        self._new[-1] = replace(row, author=author, person=self._person(author))

    def add_entry(self, entry: JournalEntry, topology: Topology) -> None:
        """The row of an entry that has its time; none if that is not worth one."""
        words = entry.words
        if words is None or words.quiet:
            return
        if self._turning is not None and same_gesture(self._turning, entry):
            self._go_on(entry)
            return
        row = self.add(words, entry.at_ns, topology, "e")
        person = self._person(entry.author)
        self._new[-1] = replace(row, author=entry.author, person=person, undone=entry.undone)
        if isinstance(entry.action, SetLoad) and person and entry.turn == "did":
            turn = self._new.pop()
            self._rest()
            self._turning, self._turn = entry, turn
            self._turn_from = entry.before.load

    def take(self, now_s: float) -> tuple[Row, ...]:
        """The new rows, oldest first; `now_s` is wall time."""
        if self._turning is not None and now_s - self._turning.at_s > GESTURE_GAP_S:
            self._rest()
        rows = tuple(sorted(self._new, key=lambda row: row.at_ns))
        self._new.clear()
        return rows

    def keep(self, stays: Callable[[Row], bool]) -> None:
        """Forget the rows that do not stay."""
        self._rest()
        self._new = [row for row in self._new if stays(row)]

    def clear(self) -> None:
        """Forget every row: a new run begins."""
        self.keep(lambda _: False)

    def _go_on(self, entry: JournalEntry) -> None:
        """Note that the dial is still being turned."""
        assert self._turn is not None
        assert isinstance(entry.action, SetLoad)
        self._turning = entry
        text = load_text(self._turn_from, entry.action.factor)
        self._turn = replace(self._turn, at_ns=entry.at_ns, text=text)

    def _rest(self) -> None:
        """Add the row of the dial's turn, once it rests."""
        if self._turn is not None:
            self._new.append(self._turn)
        self._turning = self._turn = None

    def _person(self, author: str) -> int:
        """The number of an author in the order of first actions; 0 for the script."""
        return 0 if author == SCRIPT else self._people.setdefault(author, len(self._people) + 1)
