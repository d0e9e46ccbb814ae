"""Events: types, and the layout of an event's one int64: 6 bits of type, 26 bits of node (or group,
check, ticket), 31 bits of subject (a slot, a row or a ticket).
"""

from __future__ import annotations

from enum import IntEnum

TYPE_BITS, NODE_BITS = 6, 26
TYPE_MASK, NODE_MASK = (1 << TYPE_BITS) - 1, (1 << NODE_BITS) - 1
SUBJECT_SHIFT = TYPE_BITS + NODE_BITS
TICKET_MASK = NODE_MASK >> 1
"""A slot's ticket must fit the node field of an event, with a bit to spare."""


class EventType(IntEnum):
    """Types of scheduled events."""

    SERVICE_END = 0
    ARRIVAL = 1
    HEALTH_CHECK = 2
    CHECK_ANSWER = 3
    PROMOTION = 4
    RESYNC = 5
    CANCELLED = 6
    SHARED_END = 7  # of a service under processor sharing
    THINK_END = 8
    ATTEMPT = 9  # a timer of a balancer's or web server's attempt
    RETRY = 10  # of a client
    FAULT_END = 11
    CHECK_TIMEOUT = 12
    TIMER = 13  # of a node, or of one of its edges
    CONNECT_TIMEOUT = 14
    VRRP_ADVERT = 15
    CONNECTION_FREE = 16  # of a balancer that lets requests wait for one
    ABORT = 17  # of a request whose client has hung up
    # What a kind is told at once, and is never scheduled.
    RESPONSE_TIMEOUT = 32
    HELD_ANSWER = 33  # that had reached a node while it hung
    HEARTBEAT = 34  # of a member of a replication group to its primary
    HEARTBEAT_ANSWER = 35
    CHECKED = 36  # by a health check, which wants to know what the node takes
    EDITED = 37  # its parameters may be others now


class DatabaseTimer(IntEnum):
    """Timers of a database: the low bits of the event's subject."""

    COMMIT = 0
    FLUSH = 1
    APPLY = 2


class EventSource(IntEnum):
    """Tables in which the next event may wait."""

    AGENDA = 0
    DELAY_LINE = 1
    ARRIVAL = 2
    DEADLINE = 3
    REPLY_TIMEOUT = 4


class StopReason(IntEnum):
    """Reasons for which the loop returns before its next event."""

    REACHED = 0
    BUDGET = 1
    GROW = 2  # the event may need more slots, or more room in the heap
    READ_INCIDENTS = 3  # before they are overwritten
    FAULT_ENDED = 4  # `control.ended` is its event
