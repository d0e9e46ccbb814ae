"""The ledger: what has become of writes, in figures, and the newest of them one by one."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.session.session import Session
from app.texts.languages import Language
from app.texts.numbers import Fixed, number
from app.web.models.requests import LedgerQuery
from app.web.text.strings import STRINGS

if TYPE_CHECKING:
    from app.engine.observe.writes.logged_writes import LoggedWrite
    from app.session.playback.player import Writes

SHOWN: Final = 100
READ: Final = 1_000
EXPORTED: Final = 5_000
BAR: Final = 1000
_FIGURES: Final = {
    "acknowledged": "neutral",
    "safe": "healthy",
    "at_risk": "busy",
    "out_of_reach": "saturated",
    "lost": "down",
    "recovered": "recovering",
    "conflicted": "saturated",
    "destroyed": "down",
    "unknown": "neutral",
}
"""Figures of the drawer, in order, each with its glyph; `stale` reads are beside them."""
_PARTS: Final = ("safe", "at_risk", "out_of_reach", "recovered", "conflicted", "lost", "destroyed")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of the ledger: its name, glyph, label and count."""

    name: str
    glyph: str
    label: str
    count: str
    bad: bool


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of all acknowledged writes, as a stretch of a bar `BAR` units long."""

    name: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class WriteRow:
    """A write: the request that made it and its key ("" where not known), when, where in the log,
    its state, and the names of the databases that have it with whether they are up.
    """

    request: str
    key: str
    at_s: str
    position: str
    state: str
    glyph: str
    label: str
    holders: list[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class LedgerView:
    """The drawer. `states` can be chosen among, `state` is ("" for all). Rows are pinned to
    `until_ns`, and say how many are newer.
    """

    figures: list[FigureRow]
    parts: list[PartView]
    states: list[tuple[str, str]]
    state: str
    rows: list[WriteRow]
    until_ns: int
    newer: int
    at_s: str
    recovering: str


def ledger_view(
    session: Session, writes: Writes, query: LedgerQuery, language: Language
) -> LedgerView:
    """The ledger as of now."""
    reading = session.player.reading
    counts = _counts(session)
    total = max(counts["acknowledged"], 1)
    parts, x = [], 0
    for name in _PARTS:
        width = round(BAR * counts[name] / total)
        width = max(width, 8) if counts[name] else 0
        parts.append(PartView(name, x, min(width, BAR - x)))
        x = min(x + width, BAR)
    figures = [
        FigureRow(name, glyph, _label(name, language), number(counts[name], language), _bad(name))
        for name, glyph in (*_FIGURES.items(), ("stale", "neutral"))
        if counts[name] or name in ("acknowledged", "safe", "at_risk", "lost", "stale")
    ]
    now_ns = reading.now_ns if reading else 0
    until_ns = now_ns if query.until_ns is None else min(query.until_ns, now_ns)
    of_state = [one for one in writes if query.state in ("", one[0].state)]
    chosen = [one for one in of_state if one[0].written_ns <= until_ns] or of_state
    return LedgerView(
        figures,
        parts,
        [(name, _label(name, language)) for name in _FIGURES if name != "acknowledged"],
        query.state,
        [_row(session, one, holders, language) for one, holders in chosen[:SHOWN]],
        until_ns,
        len(of_state) - len(chosen),
        number(Fixed(now_ns / 1e9, 1), language),
        _to_recover(session),
    )


def ledger_csv(session: Session, writes: Writes) -> str:
    """Writes as CSV: request, key, written_s, position, state, databases that have it."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("request", "key", "written_s", "position", "state", "databases"))
    for one, holders in writes:
        names = [_name(session, node) for node in holders]
        request, key = (str(part) if part >= 0 else "" for part in (one.request, one.key))
        at_s = f"{one.written_ns / 1e9:.9f}"
        # A cell that a spreadsheet would take for a formula is no formula.
        cells = " ".join(f"'{name}" if name[:1] in "=+-@" else name for name in names)
        lines.writerow((request, key, at_s, one.position, one.state, cells))
    return text.getvalue()


def _counts(session: Session) -> dict[str, int]:
    reading = session.player.reading
    if reading is None:
        return dict.fromkeys((*_FIGURES, "stale"), 0)
    from app.engine.observe.replication import stale_reads

    plain = reading.ledger.plain()
    return {**{name: int(plain[name]) for name in _FIGURES}, "stale": stale_reads(reading)}


def _row(
    session: Session, one: LoggedWrite, holders: tuple[str, ...], language: Language
) -> WriteRow:
    down = session.record.situation.crashed
    return WriteRow(
        str(one.request) if one.request >= 0 else "",
        str(one.key) if one.key >= 0 else "",
        number(Fixed(one.written_ns / 1e9, 3), language),
        number(one.position, language),
        one.state,
        _FIGURES.get(one.state, "neutral"),
        _label(one.state, language),
        [(node, _name(session, node), node in down) for node in holders],
    )


def _label(name: str, language: Language) -> str:
    return STRINGS[f"js.ledger.{name}" if name != "stale" else "ledger.stale"].say(language)


def _bad(name: str) -> bool:
    return name in ("lost", "out_of_reach", "destroyed", "conflicted")


def _name(session: Session, node: str) -> str:
    topology = session.topology
    return topology.node(node).name if topology.has_node(node) else node


def _to_recover(session: Session) -> str:
    """A database with data that people can bring back, or ""."""
    reading = session.player.reading
    if reading is None:
        return ""
    from app.engine.observe.replication import remedies
    from app.kinds import KINDS

    for n, node in enumerate(reading.node_ids):
        row = reading.nodes[n]
        if row["placed"] and KINDS[int(row["kind"])].replication == "log":
            able = set(remedies(reading, n))
            if able & {"rewind", "rebuild", "merge", "restore", "skip"}:
                return node
    return ""
