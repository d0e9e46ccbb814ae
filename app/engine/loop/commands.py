"""Things that the entry into a World does, and those of them that are up to one kind."""

from __future__ import annotations

from enum import IntEnum


class Command(IntEnum):
    """Things that the entry does."""

    CRASH = 0
    HEAL = 1
    SET_CORES = 2
    SET_SHARING = 3
    SCHEDULE = 4
    RECORD_INCIDENT = 5
    RECOUNT_USABLE = 6
    HANG = 7
    RESUME = 8
    RUN = 9
    COUNT_WAITING = 10
    DELIVER_HINTS = 11
    EDITED = 12
    # up to one kind, from here on (see `dispatch.obey`)
    FIRST_ARRIVAL = 16
    SHRINK_CACHE = 17
    SWITCH_PRIMARY = 18
    RECONNECT = 19
    RECHECK_COMMITS = 20
    CATCH_UP = 21
    SKIP_WRITE = 22
    REJOIN = 23
    ADD_WRITE = 24
    DESTROY = 25
    NOTE_BACKUPS = 26
