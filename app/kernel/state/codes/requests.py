"""Codes of a request and of its slot: purpose, phase, outcome, flags, status of its write."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Purpose(IntEnum):
    """Reason for which a slot is taken: a request, or traffic between servers."""

    READ = 0
    WRITE = 1
    APPLY = 2
    SHIP = 3
    HEALTH_CHECK = 4
    ACKNOWLEDGE = 5


class Phase(IntEnum):
    """Position of a slot on its way. SUSPENDED is on no link and at no node: lost, or until a timer
    ends.
    """

    LOOKUP = 0
    LOOKUP_ANSWER = 1
    FORWARD = 2
    BRANCH = 3
    BRANCH_REPLY = 4
    REJECTION = 5
    SUSPENDED = 6
    CONNECT = 7
    CONNECT_ANSWER = 8
    NEXT_REQUEST = 9
    CALL = 10  # to a node that a web server calls before it goes on with the same request
    CALL_RETURN = 11
    CIRCULATING = 12  # one write of a member that has left a ring, not its log


class Outcome(IntEnum):
    """Reason of a request's failure."""

    REFUSED = 0
    LOST_IN_CRASH = 1
    QUEUE_FULL = 2
    UNREACHABLE = 3
    NO_SERVER = 4
    NO_DATABASE = 5
    NOT_PRIMARY = 6
    LOOKUP_FAILED = 7
    TIMED_OUT = 8
    OVER_LIMIT = 9
    CONNECT_TIMEOUT = 10
    GATEWAY_TIMEOUT = 11
    QUEUE_TIMEOUT = 12
    EXPIRED = 13
    AT_CAPACITY = 14
    CIRCUIT_OPEN = 15
    POOL_TIMEOUT = 16
    TOO_MANY_CONNECTIONS = 17
    NO_QUORUM = 18
    RATE_LIMITED = 19


OUTCOMES: Final = tuple(outcome.name.lower() for outcome in Outcome)


class SlotFlag(IntEnum):
    """Bits of a slot's `holds`."""

    ORPHANED = 1  # its client has closed the connection, and every hop on the way says so
    WORKER = 2  # of its web server
    RESPONSE_TIMER = 4  # of its balancer
    BREAKER = 8  # its web server counts whether the call to the database succeeds
    CACHE_KEY = 16  # a cache is told the answer
    CACHE_CALL = 32
    CONNECTION = 64  # to a database


class RequestFlag(IntEnum):
    """Bits of a slot's `traced`."""

    SAMPLED = 1  # its hops are recorded
    RECORDED_WORK = 2
    PAGE_PART = 4
    CONNECTED = 8
    PAGE_WORK = 16  # its work at the data depends on the page
    READ_OWN_WRITE = 32
    QUORUM = 64  # it waits for copies of its key to answer


class CacheMessage(IntEnum):
    """Message to a cache about one key."""

    FILL = 0
    DROP = 1


class Moves(IntEnum):
    """Bits: resources that a request takes along into another slot."""

    NOTHING = 0
    SERVER_CONNECTION = 1
    WORKER = 2


class ReturnPath(IntEnum):
    """End of an answer on its way to the client."""

    FREE = 0
    LOST = 1
    HELD = 2  # by a node that hangs


class RejectionPath(IntEnum):
    """Place where the news of a failure is stopped on its way to the client."""

    FREE = 0
    BEFORE_BALANCER = 1
    AFTER_BALANCER = 2


class WriteStatus(IntEnum):
    """Answer that the client of a logged write has had."""

    PENDING = 0
    ACKNOWLEDGED = 1
    FAILED = 2
    RECOVERED = 3  # acknowledged, though it was lost for a while
    CONFLICTED = 4  # acknowledged, and dropped for a newer write of its key
