"""Codes of incidents: what the system did or suffered."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class IncidentCode(IntEnum):
    """Incidents of a run, in the order of their descriptions."""

    MARKED_DOWN = 0
    MARKED_UP = 1
    SHEDDING = 2
    LAGGING = 3
    CAUGHT_UP = 4
    SUSPECTED = 5
    ELECTED = 6
    PROMOTED = 7
    WRITES_LOST = 8
    WRITES_RESUMED = 9
    REWOUND = 10
    REJOINED = 11
    AT_LIMIT = 12
    SWITCHED = 13
    CIRCUIT_OPENED = 14
    CIRCUIT_CLOSED = 15
    TOOK_ADDRESS = 16
    PANIC = 17
    PANIC_OVER = 18
    EJECTED = 19
    EJECTION_OVER = 20
    BACKLOG_FULL = 21
    FAULT_OVER = 22
    LINK_FAULT_OVER = 23
    RESTARTING = 24
    STARTED = 25
    DRAINING = 26
    DRAINED = 27
    SPLIT_BRAIN = 28
    SPLIT_BRAIN_OVER = 29
    STOOD_DOWN = 30
    NO_QUORUM = 31
    OUT_OF_MEMORY = 32
    SEMI_SYNC_OFF = 33
    SEMI_SYNC_ON = 34
    COMMITS_STALLED = 35
    COMMITS_RESUMED = 36
    DUPLICATE_KEY = 37
    CONFLICT_REJECTED = 38
    CIRCLING = 39
    LOG_GONE = 40
    LEADERLESS = 41
    DIVERGED_WRITES = 42
    REPAIRING = 43
    REPAIR_DONE = 44
    NOT_RECOVERED = 45
    MERGED = 46
    DESTROYED = 47
    RESTORED = 48
    SCALED_OUT = 49
    SCALED_IN = 50
    RECOVERY_POINT = 51
    NOT_FOLLOWED = 52
    LIMITING = 53
    APPLYING_LOG = 54


CODES: Final = tuple(code.name.lower() for code in IncidentCode)
