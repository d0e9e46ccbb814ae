"""What the numbers in a World's tables mean, and how large these may grow.

Time is int64 nanoseconds everywhere.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

NEVER: Final = 1 << 62
"""A time that does not come."""
NO_HORIZON: Final = NEVER + 1
"""With so few events to come that all of them are on the agenda."""
CROWD: Final = 1 << 10
"""Events on the agenda from which on those far ahead are kept apart."""
LATER_BUCKETS: Final = 1 << 10
LATER_WIDTH: Final = 16
"""Numbers in a row of events that are far ahead, two cache lines of them: the bucket's next row
plus one, and for each of five events its time, its serial (0 when there is none) and what it is.
"""
LATER_EVENTS: Final = range(1, LATER_WIDTH, 3)
"""Where in a row the events are."""

SLOTS_FIRST: Final = 1 << 10
SLOTS_MAX: Final = 1 << 20
"""Things in flight at once; at the limit new requests are refused, counted and reported."""
WORLD_BYTES_MAX: Final = 28_000_000
"""What the drawing of a run may take, besides what is in flight: with the checkpoints that a
session then keeps, 32 MB.
"""
LINES_MAX: Final = 24
"""Distinct link latencies that get a first-in-first-out line; further ones use the agenda."""
NODES_MAX: Final = 1 << 20
HOPS: Final = 1 << 13
INCIDENTS: Final = 1 << 10
LOG_ENTRIES: Final = 1 << 18
"""Entries of all replication logs together; each group of the first drawing gets an equal
power-of-two share, and one that comes later a part of what is left.
"""
LOG_ENTRIES_MAX: Final = 1 << 15
LATENCY_BUCKETS: Final = 2048
SOJOURN_BUCKETS: Final = 256
VISITS: Final = 512
"""Visits that are noted before they are booked together (see `tally`)."""
# A bucket is the top bits of a float64: 64 buckets per doubling end to end, 8 per node; from 1 us.
LATENCY_SHIFT, SOJOURN_SHIFT = 46, 49
LATENCY_BASE: Final = int(np.float64(1000.0).view(np.int64)) >> LATENCY_SHIFT
SOJOURN_BASE: Final = int(np.float64(1000.0).view(np.int64)) >> SOJOURN_SHIFT
SLOTS_RESERVE: Final = 256
"""Free slots that one event may need at most: one for each node that a drawing may have."""


def constants(*values: int) -> tuple[int, ...]:
    """Numbers to hand to compiled functions: numpy's, since Numba would compile a function anew
    for each Python integer it is called with.
    """
    numbers: Any = tuple(map(np.int64, values))
    return numbers  # type: ignore[no-any-return]


(NOWHERE,) = constants(-1)
(BAD_LINE,) = constants(-2)
"""Instead of a line, for an edge that is cut or loses messages."""
NO_FIGURE = 0.0
# What a request is about, and what else can stand in a slot.
READ, WRITE, APPLY, SHIP, PROBE_WORK, ACK = constants(0, 1, 2, 3, 4, 5)
# Where a request is on its way. In limbo it is nowhere: lost, and nobody has noticed yet.
LOOKUP, ANSWER, TRAVEL, BRANCH, REPLY, BOUNCE, LIMBO, KNOCK, OPENED, NEXT = constants(*range(10))
# To a node that a web server asks before it goes on with the same request, and back from there.
CALL, CALLED = constants(10, 11)
# How a balancer chooses; the order of the parameter's choices.
ROUND_ROBIN, RANDOM, LEAST_CONNECTIONS, TWO_CHOICES = constants(0, 1, 2, 3)
WEIGHTED, SOURCE_HASH, CONSISTENT_HASH = constants(4, 5, 6)
# Bits of an edge's `cut`: nothing gets through towards its target, or back from there.
CUT_FORTH, CUT_BACK = constants(1, 2)
# What an edge may be used for: bits of `open`.
TAKES_READS, TAKES_WRITES, TAKES_FALLBACK, REACHABLE = constants(1, 2, 4, 8)
# Bits of a node's `discipline`: its cores divide themselves among all requests present; they are
# those of a machine that others work on too; its machine's memory is counted.
SHARES, TOGETHER, WATCHED = constants(1, 2, 4)
(KILLED,) = constants(0x7FFFFFFF)
"""Instead of the ticket of a fault: the system kills a node that takes too much memory."""
(LOOKS,) = constants(0x40000000)
"""A bit of what an autoscaler has instead of the ticket of a fault: it looks at its servers."""
# How work varies; the order of the parameter's choices.
EXPONENTIAL, CONSTANT, LOGNORMAL, HYPEREXPONENTIAL = constants(0, 1, 2, 3)
# How a client's requests come; the order of the parameter's choices.
OPEN, CLOSED, RECORDED = constants(0, 1, 2)
# What a primary waits for before it acknowledges a write; the order of the parameter's choices.
ASYNC, SEMI_SYNC, SYNC_RECEIVE, SYNC_FLUSH, SYNC_APPLY = constants(0, 1, 2, 3, 4)
# How a web server chooses who reads; the order of the parameter's choices.
IN_ROTATION, LEAST_LAG, PINNED, PRIMARY_ONLY, READS_NEARBY = constants(0, 1, 2, 3, 4)
# Which primary a web server writes to; the order of the parameter's choices.
IN_TURN_TOO, WRITES_NEARBY, TO_ITS_HOME = constants(0, 1, 2)
# Instead of how many connections an edge may use: any number, or what the pools leave.
NO_LIMIT, SHARED_REST = constants(-1, -2)
# What is due at a database: the low bits of the event's second number.
COMMIT_DUE, FLUSH_DUE, APPLY_DUE = constants(0, 1, 2)
# What a client does after a failure; the order of the parameter's choices.
NEVER_AGAIN, AT_ONCE, FIXED, EXPONENTIALLY, FULL_JITTER = constants(0, 1, 2, 3, 4)
# When a balancer tries again, and where; the order of the parameters' choices.
ON_CONNECTION, ON_ANYTHING = constants(0, 1)
# Bits of a balancer's `managed`: it follows what becomes of its requests; it lets some wait.
FOLLOWS, HOLDS_BACK = constants(1, 2)
SAME_SERVER, ANOTHER_AT_LAST, ANOTHER_SERVER = constants(0, 1, 2)
# What a node does with those who have waited: bits of its `rules`.
DROPS_ORPHANS, DROPS_EXPIRED, LIMITS_WAIT = constants(1, 2, 4)
# Bits of a node's traits, what its requests do besides. Of a web server: they hold a worker each;
# they ask several databases at once; their calls are more than the next in turn; they are more than
# one call to one database. Of a node with data: somebody counts what its reads see.
HAS_WORKERS, ASKS_SEVERAL, CAREFUL, DETOURS, FOLLOWED = constants(1, 2, 4, 8, 16)
POINTS_MAX: Final = 1 << 20
RECORDS_MAX: Final = 1 << 20
LATEST_MAX: Final = 1 << 20
"""Keys that all groups of a run follow, those of edited groups included."""
WORKS_MAX: Final = 1 << 22
"""Points of rate curves, recorded requests and their works, those of edited clients included."""
# Bits of a slot's `holds`: whoever asked has hung up, and every hop that it went through says so;
# it holds a worker of its web server; its balancer's response timeout runs;
# its web server counts whether the call to the database succeeds; a cache hears of its answer;
# it asks a cache.
ORPHAN, HOLDS_WORKER, TIMED, GUARDED, KEYED, ASKS = constants(1, 2, 4, 8, 16, 32)
# It holds a connection to a database.
(HOLDS_CONNECTION,) = constants(64)
# Bits of a slot's `traced`: its hops are written down; its work was recorded; it is a page's part;
# its connection is open; its work where the data is depends on the page; it reads what its own user
# has written; it waits for copies of its key to answer.
SAMPLED, REPLAYED, PART, CONNECTED, PAGED, OWN, VOTES = constants(1, 2, 4, 8, 16, 32, 64)
# Why a request failed.
OUTCOMES: Final = (
    "refused",
    "lost_in_crash",
    "queue_full",
    "unreachable",
    "no_server",
    "no_database",
    "not_primary",
    "lookup_failed",
    "timed_out",
    "over_limit",
    "connect_timeout",
    "gateway_timeout",
    "queue_timeout",
    "expired",
    "at_capacity",
    "circuit_open",
    "pool_timeout",
    "too_many_connections",
    "no_quorum",
)
(
    REFUSED,
    LOST_IN_CRASH,
    QUEUE_FULL,
    UNREACHABLE,
    NO_SERVER,
    NO_DATABASE,
    NOT_PRIMARY,
    LOOKUP_FAILED,
    TIMED_OUT,
    OVER_LIMIT,
    CONNECT_TIMEOUT,
    GATEWAY_TIMEOUT,
    QUEUE_TIMEOUT,
    EXPIRED,
    AT_CAPACITY,
    CIRCUIT_OPEN,
    POOL_TIMEOUT,
    TOO_MANY_CONNECTIONS,
    NO_QUORUM,
) = constants(*range(len(OUTCOMES)))
# What the client of a write in a log knows of it: nothing yet; that it is done; that it failed;
# that it is done, though it was lost for a while.
PENDING, ACKNOWLEDGED, UNHEARD, REAPPLIED = constants(0, 1, 2, 3)
# Whether a database takes part in its group: it may have been fenced by one that it cannot hear,
# have writes that are on no main line, or be under repair.
IN, FENCED, DIVERGED, REPAIRED = constants(0, 1, 2, 3)
# How far an election is.
PROMOTING, VOTING = constants(1, 2)
# What a health check is for.
CHECK_SERVER, CHECK_DATABASE, CHECK_PRIMARY, CHECK_ADDRESS, CHECK_STORE = constants(*range(5))
# Sorts of stores; the order of the parameter's choices.
KEY_VALUE, DOCUMENT, WIDE_COLUMN, GRAPH = constants(0, 1, 2, 3)
# What it asks for; the order of the parameter's choices.
REQUEST, CONNECT, DEEP, NO_CHECK = constants(0, 1, 2, 3)
# How a name server orders addresses; the order of the parameter's choices.
IN_ORDER, IN_TURN, SHUFFLED = constants(0, 1, 2)
ADDRESSES_MAX: Final = 8
"""Addresses of one answer: Route 53's multivalue answers have at most so many."""
# How the members of a group of databases replicate; the order of the parameter's choices.
ONE_PRIMARY, SEVERAL_PRIMARIES, RING = constants(0, 1, 2)
# What becomes of two writes of one key of which neither knew; the order of the parameter's choices.
LAST_WRITER_WINS, REJECT, MERGE = constants(0, 1, 2)
CHANGES: Final = 1 << 17
"""Writes that all logs of databases with several primaries hold together; each log gets an equal
power-of-two share.
"""
CHANGES_MAX: Final = 1 << 15
LOOPS: Final = 1 << 10
"""Writes that may go round in rings at a time."""
