"""Codes of nodes, links and replication groups."""

from __future__ import annotations

from enum import IntEnum


class Trait(IntEnum):
    """Bits of a node's `traits`: extra steps of its requests, a web server's but for STALENESS."""

    WORKERS = 1  # each holds a worker
    FAN_OUT = 2  # several databases are called at once
    ROUTED_CALLS = 4  # a call is more than the next database in turn
    FURTHER_CALLS = 8  # more than one call to one database
    STALENESS = 16  # stale reads are counted


class Discipline(IntEnum):
    """Bits of a node's `discipline`; 0 is first come, first served on cores of its own."""

    PROCESSOR_SHARING = 1
    SHARED_MACHINE = 2
    MEMORY_LIMIT = 4


class QueueRule(IntEnum):
    """Bits of a node's `rules`: requests that it drops from its queue."""

    DROP_ORPHANS = 1
    DROP_EXPIRED = 2
    WAIT_LIMIT = 4


class BalancerFeature(IntEnum):
    """Bits of a balancer's `managed`."""

    TRACKING = 1  # it follows its requests until they are answered
    QUEUEING = 2  # it queues requests while its servers are full


class Cut(IntEnum):
    """Bits of a link's `cut`: direction in which no message arrives."""

    FORWARD = 1
    BACKWARD = 2


class Routable(IntEnum):
    """Bits of an edge's `routable`: requests that may be sent along it."""

    READS = 1
    WRITES = 2
    FALLBACK = 4
    REACHABLE = 8


class Membership(IntEnum):
    """A database's part in its replication group."""

    ACTIVE = 0
    FENCED = 1  # by a primary that it cannot hear
    DIVERGED = 2  # it has writes that are not on the current timeline
    REPAIRING = 3


class Election(IntEnum):
    """Step of a group's election; 0 for none."""

    PROMOTING = 1
    VOTING = 2
    APPLYING = 3  # what the elected one has received, before it takes writes


class Probe(IntEnum):
    """Step of a server's return after an ejection, where one request decides; 0 for none."""

    AWAITED = 1
    SENT = 2


class CatchUp(IntEnum):
    """Steps of a replica that is not up to date; 0 for none."""

    APPLYING = 1
    WAITING = 2  # for the log


class Circulation(IntEnum):
    """Step of a write that circulates in a ring; 0 for none."""

    WAITING = 1  # to be applied
    SENT = 2


class CheckPurpose(IntEnum):
    """Subject of a health check."""

    SERVER = 0
    DATA = 1
    PRIMARY = 2
    ADDRESS = 3


class CheckAnswer(IntEnum):
    """Bit of a health check's answer, above those of Routable: the target is alive."""

    ALIVE = 8


class ConnectionLimit(IntEnum):
    """Values of an edge's `allowed` that are no number of connections."""

    NONE = -1
    SHARED = -2  # what the pools leave over
