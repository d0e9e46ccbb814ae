"""Stray writes: those that are not on their group's main line, since another primary took over.

The main line is the newest primary's log. What an older one has beyond the fork, or writes on, is
kept by position and by the timeline that it is on, for as long as somebody has it on disk.
"""

from typing import Any

from app.engine.kernel.jit import cold, int64
from app.engine.records import ACKNOWLEDGED, REAPPLIED, UNHEARD


@cold
def set_aside(w: Any, g: int, after: int) -> int:
    """The main line's writes beyond position `after` are stray from now on. How many of them had
    been acknowledged.
    """
    group = w.groups[g]
    acknowledged = int64(0)
    for position in range(after + 1, group.written + 1):
        entry = w.log[group.log_first + position % group.log_size]
        acknowledged += 1 if entry.acknowledged == ACKNOWLEDGED else 0
        if entry.acknowledged == REAPPLIED:
            acknowledged += 1
            group.recovered -= 1
        group.unknown -= 1 if entry.acknowledged == UNHEARD else 0
        if position > group.written - group.log_size:
            keep_stray(w, g, int64(position), int64(group.timeline), entry)
    group.lost += acknowledged
    return acknowledged


@cold
def keep_stray(w: Any, g: int, position: int, timeline: int, entry: Any) -> None:
    """Write down one stray write, if there is room; what is not written down cannot be merged."""
    group = w.groups[g]
    if group.stray_count >= group.stray_size:
        return
    stray = w.strays[group.stray_first + group.stray_count]
    group.stray_count += 1
    stray.position, stray.timeline = position, timeline
    stray.written_at = entry.written_at
    stray.number, stray.acknowledged = entry.number, entry.acknowledged


@cold
def forget(w: Any, row: int, keeping: int) -> None:
    """Database `row` drops what it has beyond a position: strays that nobody has now are gone."""
    database = w.databases[row]
    group = w.groups[database.group]
    others = int64(keeping)
    for place in range(group.member_first, group.member_first + group.member_count):
        other = w.databases[w.members[place]]
        if w.members[place] != row and other.timeline == database.timeline:
            others = max(others, int64(other.received))
    kept = int64(0)
    for place in range(group.stray_count):
        stray = w.strays[group.stray_first + place]
        if stray.timeline == database.timeline and stray.position > others:
            continue
        _move(w, group.stray_first + place, group.stray_first + kept)
        kept += 1
    group.stray_count = kept


@cold
def _move(w: Any, source: int, target: int) -> None:
    stray, to = w.strays[source], w.strays[target]
    to.written_at, to.position, to.timeline = stray.written_at, stray.position, stray.timeline
    to.number, to.acknowledged = stray.number, stray.acknowledged


@cold
def put_back(w: Any, row: int) -> None:
    """Database `row` is on a line of its own that becomes the main one: its strays are no more."""
    database = w.databases[row]
    group = w.groups[database.group]
    kept = int64(0)
    for place in range(group.stray_count):
        stray = w.strays[group.stray_first + place]
        if stray.timeline != database.timeline or stray.position > database.received:
            _move(w, group.stray_first + place, group.stray_first + kept)
            kept += 1
            continue
        entry = w.log[group.log_first + stray.position % group.log_size]
        entry.written_at, entry.number = stray.written_at, stray.number
        entry.acknowledged = stray.acknowledged
        group.lost -= 1 if stray.acknowledged & ACKNOWLEDGED else 0
        group.recovered += 1 if stray.acknowledged == REAPPLIED else 0
        group.unknown += 1 if stray.acknowledged == UNHEARD else 0
    group.stray_count = kept
