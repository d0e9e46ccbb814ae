"""Choices of parameters, in the order in which the parameters list them."""

from __future__ import annotations

from enum import IntEnum


class Algorithm(IntEnum):
    """Load-balancing algorithm."""

    ROUND_ROBIN = 0
    RANDOM = 1
    LEAST_CONNECTIONS = 2
    TWO_CHOICES = 3
    WEIGHTED = 4
    SOURCE_HASH = 5
    CONSISTENT_HASH = 6
    RANDOM_TWO = 7


class Distribution(IntEnum):
    """Distribution of work per request."""

    EXPONENTIAL = 0
    CONSTANT = 1
    LOGNORMAL = 2
    HYPEREXPONENTIAL = 3


class ArrivalProcess(IntEnum):
    """Arrivals of a client's requests."""

    OPEN = 0
    CLOSED = 1
    RECORDED = 2


class CommitMode(IntEnum):
    """Condition under which a primary acknowledges a write."""

    ASYNC = 0
    SEMI_SYNC = 1
    SYNC_RECEIVE = 2
    SYNC_FLUSH = 3
    SYNC_APPLY = 4


class ReadRouting(IntEnum):
    """Choice of the database that a web server reads from."""

    ROUND_ROBIN = 0
    LEAST_LAG = 1
    PIN_AFTER_WRITE = 2
    PRIMARY_ONLY = 3
    NEAREST = 4


class WriteRouting(IntEnum):
    """Choice of the primary that a web server writes to, where there are several."""

    ROUND_ROBIN = 0
    NEAREST = 1
    HOME = 2


class Backoff(IntEnum):
    """A client's pause before it retries."""

    NEVER = 0
    AT_ONCE = 1
    FIXED = 2
    EXPONENTIAL = 3
    FULL_JITTER = 4


class RetryOn(IntEnum):
    """Failures after which a balancer retries."""

    CONNECTION = 0
    ALL = 1
    BROKEN = 2  # connections that fail or break, and timeouts: no answer has come


class FailureCount(IntEnum):
    """Failures that a balancer's passive checks count together."""

    IN_A_ROW = 0
    WITHIN = 1


class Redispatch(IntEnum):
    """Retries that a balancer sends to another server."""

    SAME = 0
    LAST = 1
    OTHER = 2
    ANOTHER = 3


class StoreFamily(IntEnum):
    """Data model of a store."""

    KEY_VALUE = 0
    DOCUMENT = 1
    WIDE_COLUMN = 2
    GRAPH = 3


class CheckDepth(IntEnum):
    """Test that a health check makes."""

    REQUEST = 0
    CONNECT = 1
    DEEP = 2
    NONE = 3


class AddressOrder(IntEnum):
    """Order of the addresses in a name server's answer."""

    FIXED = 0
    ROUND_ROBIN = 1
    SHUFFLE = 2


class ReplicationMode(IntEnum):
    """Replication among the databases of a group."""

    PRIMARY_REPLICA = 0
    MULTI_PRIMARY = 1
    RING = 2


class ConflictPolicy(IntEnum):
    """Resolution of two concurrent writes of one key."""

    LAST_WRITER_WINS = 0
    REJECT = 1
    MERGE = 2
