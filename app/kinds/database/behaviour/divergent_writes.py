"""Divergent writes: not on their group's current timeline, since another primary took over.

The current timeline is the newest primary's log. What an older one has beyond the fork, or writes
on, is kept by position and by the timeline that it is on, for as long as somebody has it on disk.
"""

from typing import Any

from app.kernel.counters import incident
from app.kernel.jit.decorators import cold, int64
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.requests import WriteStatus
from app.kernel.state.constants import NOWHERE


@cold
def diverge(w: Any, g: int, after: int) -> int:
    """Make the current timeline's writes beyond position `after` divergent. Return how many of them
    had been acknowledged; the group notes when the first and the last of these were made.
    """
    group = w.groups[g]
    acknowledged = int64(0)
    group.lost_first = group.lost_last = 0
    for position in range(after + 1, group.written + 1):
        entry = w.log[group.log_first + position % group.log_size]
        if entry.acknowledged & WriteStatus.ACKNOWLEDGED:
            acknowledged += 1
            group.lost_last = entry.written_at
            if acknowledged == 1:
                group.lost_first = entry.written_at
        group.recovered -= 1 if entry.acknowledged == WriteStatus.RECOVERED else 0
        group.unknown -= 1 if entry.acknowledged == WriteStatus.FAILED else 0
        if (
            position <= group.written - group.log_size
            or group.divergent_count >= group.divergent_size
        ):
            group.divergent_unlisted += 1
            continue
        write = w.divergent_writes[group.divergent_first + group.divergent_count]
        group.divergent_count += 1
        write.position, write.timeline = position, group.timeline
        write.written_at = entry.written_at
        write.number, write.acknowledged = entry.number, entry.acknowledged
    group.lost += acknowledged
    return acknowledged


@cold
def report_unlisted(w: Any, g: int, n: int) -> None:
    """Report divergent writes that were too many to be written down, those of node `n` for the
    most part: they cannot be merged.
    """
    group = w.groups[g]
    if group.divergent_unlisted > 0:
        incident(w, IncidentCode.NOT_FOLLOWED, n, NOWHERE, float(group.divergent_unlisted))
        group.divergent_unlisted = 0


@cold
def drop_divergent(w: Any, row: int, keeping: int) -> None:
    """Drop what database `row` has beyond a position; divergent writes that nobody holds now are
    gone.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    others = int64(keeping)
    for place in range(group.member_first, group.member_first + group.member_count):
        other = w.databases[w.members[place]]
        if w.members[place] != row and other.timeline == database.timeline:
            others = max(others, int64(other.received))
    kept = int64(0)
    for place in range(group.divergent_count):
        write = w.divergent_writes[group.divergent_first + place]
        if write.timeline == database.timeline and write.position > others:
            continue
        _move(w, group.divergent_first + place, group.divergent_first + kept)
        kept += 1
    group.divergent_count = kept


@cold
def _move(w: Any, source: int, target: int) -> None:
    write, to = w.divergent_writes[source], w.divergent_writes[target]
    to.written_at, to.position, to.timeline = write.written_at, write.position, write.timeline
    to.number, to.acknowledged = write.number, write.acknowledged


@cold
def restore_timeline(w: Any, row: int) -> None:
    """Make the writes of database `row` no longer divergent: its timeline becomes the current
    one.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    kept = int64(0)
    for place in range(group.divergent_count):
        write = w.divergent_writes[group.divergent_first + place]
        if write.timeline != database.timeline or write.position > database.received:
            _move(w, group.divergent_first + place, group.divergent_first + kept)
            kept += 1
            continue
        entry = w.log[group.log_first + write.position % group.log_size]
        entry.written_at, entry.number = write.written_at, write.number
        entry.acknowledged = write.acknowledged
        group.lost -= 1 if write.acknowledged & WriteStatus.ACKNOWLEDGED else 0
        group.recovered += 1 if write.acknowledged == WriteStatus.RECOVERED else 0
        group.unknown += 1 if write.acknowledged == WriteStatus.FAILED else 0
    group.divergent_count = kept
