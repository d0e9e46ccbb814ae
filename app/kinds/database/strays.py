"""Stray writes: those that are not on their group's main line, since another primary took over.

The main line is the newest primary's log. What an older one has beyond the fork, or writes on, is
kept by position and by the timeline that it is on, for as long as somebody has it on disk.
"""

from typing import Any

from app.engine.incident import NOT_FOLLOWED
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.tally import incident
from app.engine.records import ACKNOWLEDGED, NOWHERE, REAPPLIED, UNHEARD


@cold
def set_aside(w: Any, g: int, after: int) -> int:
    """The main line's writes beyond position `after` are stray from now on. How many of them had
    been acknowledged; the group notes when the first and the last of these were made.
    """
    group = w.groups[g]
    acknowledged = int64(0)
    group.lost_first = group.lost_last = 0
    for position in range(after + 1, group.written + 1):
        entry = w.log[group.log_first + position % group.log_size]
        if entry.acknowledged & ACKNOWLEDGED:
            acknowledged += 1
            group.lost_last = entry.written_at
            if acknowledged == 1:
                group.lost_first = entry.written_at
        group.recovered -= 1 if entry.acknowledged == REAPPLIED else 0
        group.unknown -= 1 if entry.acknowledged == UNHEARD else 0
        if position <= group.written - group.log_size or group.stray_count >= group.stray_size:
            group.untold += 1
            continue
        stray = w.strays[group.stray_first + group.stray_count]
        group.stray_count += 1
        stray.position, stray.timeline = position, group.timeline
        stray.written_at = entry.written_at
        stray.number, stray.acknowledged = entry.number, entry.acknowledged
    group.lost += acknowledged
    return acknowledged


@cold
def tell_of_untold(w: Any, g: int, n: int) -> None:
    """Say how many writes off the main line were too many to be written down, those of node `n`
    for the most part: they cannot be merged.
    """
    group = w.groups[g]
    if group.untold > 0:
        incident(w, NOT_FOLLOWED, n, NOWHERE, float(group.untold))
        group.untold = 0


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
