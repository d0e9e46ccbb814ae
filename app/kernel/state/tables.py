"""The tables that a World is made of, and what a row of each holds. Fields must fill a row without
padding, since a hash of the state would see what is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from app.kernel.state import fields as blocks
from app.kernel.state.codes.requests import OUTCOMES
from app.kernel.state.constants import (
    ADDRESSES_MAX,
    CALENDAR_WIDTH,
    LATENCY_BUCKETS,
    SOJOURN_BUCKETS,
)
from app.kernel.state.database_tables import DATABASE_ROW, DIVERGENT_WRITE, GROUP, LOG, PATH
from app.kernel.state.key_tables import (
    CACHE_ROW,
    DATA_CALL,
    ENTRY,
    KEY_COPY,
    LATEST,
    OWN_WRITE,
    STORE_ROW,
)
from app.kernel.state.multi_primary_tables import CHANGE, CIRCULATING_WRITE, STREAM, VERSION
from app.kernel.state.request_tables import POINT, RECORD, RELAY
from app.kernel.state.trace_tables import HOP, INCIDENT

_CACHE_LINE: Final = 64
_COUNTERS = """
now serial events heap_size heap_room free_head free_count slots_room nodes_used edges_used
delay_lines_used sources_used databases_used balancers_used groups_used checks_used requests
completed failed orphaned_work crashes at_limit latency_ns incidents_written hops_written
visits_noted disturbances ended circulating_used quiet_until horizon calendar_from calendar_count
calendar_rows calendar_free relays
"""
# `disturbances` counts nodes that hang now and links that are cut or lose messages; `ended` is the
# event of the last fault that was over by itself; before `quiet_until`, no timeout of a client or a
# balancer ends, and no event is due that is not in the heap; `relays` says whether any was drawn.
CONTROL = np.dtype([*((name, "i8") for name in _COUNTERS.split()), ("hop_below", "u8")], align=True)


def _in_cache_lines(fields: Sequence[tuple[str, str]]) -> Any:
    """A row that begins and ends with a cache line of the processor."""
    short = -np.dtype([*fields], align=True).itemsize % _CACHE_LINE
    spare = [(f"spare_{place}", "i8") for place in range(short // 8)]
    return np.dtype([*fields, *spare], align=True)


NODE = _in_cache_lines(
    [
        # first cache line: what every visit touches
        ("kind", "i2"),
        ("up", "i2"),
        ("variation", "i1"),
        ("discipline", "i1"),  # bits; 0 is first come on cores of its own
        ("rules", "i1"),  # bits
        ("traits", "i1"),  # bits
        ("cores", "i4"),
        ("busy", "i4"),
        ("queue_length", "i4"),
        ("queue_limit", "i4"),
        ("queue_head", "i4"),
        ("queue_tail", "i4"),
        ("read_ns", "f8"),
        ("busy_ns", "i8"),
        ("first_edge", "i4"),
        ("edge_count", "i4"),
        ("epoch", "i4"),
        ("row", "i4"),
        # second
        ("write_ns", "f8"),
        ("slow", "f8"),  # work takes this many times as long
        ("reads", "i8"),
        ("writes", "i8"),
        ("read_turn", "i4"),
        ("write_turn", "i4"),
        ("wait_ns", "i8"),
        ("queued_at_ns", "i8"),
        ("sojourn_ns", "i8"),
        # rare
        ("failed", "i8"),
        ("down_since", "i8"),
        ("shed_at", "i8"),
        ("ttl_ns", "i8"),
        ("placed", "i2"),
        ("algorithm", "i2"),
        ("replies", "i4"),
        ("version", "i4"),
        ("work_shape", "f4"),
        ("virtual", "i8"),
        ("updated_at", "i8"),
        ("cores_ns", "i8"),  # core time of the run so far, less present cores times now
        ("hanging", "i4"),  # it hangs: takes what fits its queue, answers nothing; `up` is 0 then
        ("held", "i4"),  # list of the slots whose work hangs, by `follower`
        *blocks.OF_A_NODE,
    ]
)

EDGE = _in_cache_lines(
    [
        ("delay", "i8"),
        ("sent", "i8"),
        ("failed", "i8"),
        ("node", "i4"),
        ("delay_line", "i4"),
        ("routable", "i4"),
        ("link", "i4"),
        ("connections", "i4"),  # of its balancer
        ("cut", "i4"),
        ("loss", "f8"),  # share of messages that have to be sent again
        *blocks.SERVER,
        *blocks.CIRCUIT,
        *blocks.CALL,
        *blocks.PAGE,
    ]
)

DELAY_LINE = np.dtype([("delay", "i8"), ("head", "i4"), ("tail", "i4")], align=True)

SOURCE = np.dtype(
    [
        ("s0", "u8"),
        ("s1", "u8"),
        ("s2", "u8"),
        ("s3", "u8"),
        ("key", "u8"),
        ("number", "i8"),
        ("gap_ns", "f8"),
        ("write_share", "f8"),
        ("patience", "i8"),
        ("lead", "i8"),
        ("node", "i4"),
        ("immediate", "i4"),
        ("lookup_count", "i4"),
        ("turn", "i4"),
        ("answer_turn", "i4"),
        ("cache_first", "i4"),
        ("cache_count", "i4"),
        ("deadline_head", "i4"),
        ("deadline_tail", "i4"),
        ("loop", "i4"),
        ("offered", "i8"),
        ("completed", "i8"),
        ("failed", "i8"),
        ("cache_hits", "i8"),
        ("cache_misses", "i8"),
        ("think_ns", "f8"),
        ("users", "i8"),
        ("thinking", "i8"),
        ("returning", "i8"),
        ("curve_first", "i4"),
        ("curve_count", "i4"),
        ("curve_period", "i8"),
        ("record_first", "i4"),
        ("record_count", "i4"),
        ("record_next", "i8"),
        ("retry", "i4"),
        ("retries", "i4"),
        ("backoff_ns", "f8"),
        ("backoff_max_ns", "f8"),
        ("budget_share", "f8"),
        ("budget", "f8"),
        ("retried", "i8"),
        *blocks.CACHES,
        *blocks.CONNECTIONS,
        *blocks.READS_BACK,
    ],
    align=True,
)

_SLOT = np.dtype(
    [
        ("arrives_at", "i8"),  # at `node`; since it is there: when it arrived
        ("serial", "i8"),  # on a delay line: its place among events of the same time
        ("created_at", "i8"),
        ("return_delay", "i8"),  # time the answer will need from here to the client
        ("key", "u8"),  # of the draws of its work and its choices
        ("number", "i8"),
        ("attempt_at", "i8"),  # when this attempt of the client began
        ("sent_at", "i8"),  # by its balancer to a server
        ("follower", "i4"),  # next slot on the same line, queue or free list
        ("node", "i4"),
        ("edge", "i4"),
        ("source", "i4"),
        ("older", "i4"),  # neighbours in the order of its client's deadlines
        ("younger", "i4"),
        ("balancer", "i4"),
        ("web", "i4"),
        ("epoch", "i4"),
        ("server_edge", "i4"),  # whose connection its balancer counts
        ("purpose", "i1"),
        ("phase", "i1"),
        ("orphaned_work", "i1"),
        ("request_flags", "i1"),
        ("ticket", "i4"),  # counts the uses of this slot, so that late events find it gone
        ("before", "i4"),  # neighbours in the order in which its balancer sent requests
        ("after", "i4"),
        ("attempts", "i1"),  # of the client, before this one
        ("tries", "i1"),  # of the balancer, before this one
        ("connected", "i1"),  # whether its connection is counted where the data is
        ("slot_flags", "i1"),
        ("resolver", "i4"),  # drawn for its user; which of the DNS caches follows from it
    ],
    align=True,
)
SLOT = blocks.with_aliases(_SLOT, blocks.SLOT_ALIASES)

# A balancer that does more than choose and send.
BALANCER = np.dtype(
    [
        ("connect_timeout", "i8"),
        ("response_timeout", "i8"),
        ("queue_timeout", "i8"),
        ("retry_wait", "i8"),
        ("node", "i4"),
        ("retries", "i4"),
        ("retry_on", "i4"),
        ("redispatch", "i4"),
        ("retry_writes", "i4"),
        ("spare", "i4"),
        ("max_connections", "i4"),
        ("queue_max", "i4"),
        ("queue_head", "i4"),
        ("queue_tail", "i4"),
        ("queue_length", "i4"),
        ("sent_head", "i4"),  # requests in the order in which they were sent, by `after`
        ("sent_tail", "i4"),
        ("wake_scheduled", "i4"),
    ],
    align=True,
)

CHECK = np.dtype(
    [
        ("interval", "i8"),
        ("delay", "i8"),
        ("watcher", "i4"),
        ("target", "i4"),
        ("edge", "i4"),
        ("purpose", "i4"),
        ("fall", "i4"),
        ("rise", "i4"),
        ("streak", "i4"),
        ("passing", "i4"),
        ("active", "i4"),
        ("armed", "i4"),
        ("asking", "i4"),
        ("vacant", "i4"),
        *blocks.CHECK,
        *blocks.LAG,
    ],
    align=True,
)

WATCH = np.dtype([("node", "i4"), ("check", "i4")], align=True)  # by a name server

# name, dtype, width of a row (1: a plain table)
TABLES: Final[tuple[tuple[str, Any, int], ...]] = (
    ("control", CONTROL, 1),
    ("nodes", NODE, 1),
    ("edges", EDGE, 1),
    ("delay_lines", DELAY_LINE, 1),
    ("delay_line_at", np.dtype("i8"), 1),
    ("delay_line_serial", np.dtype("i8"), 1),
    ("sources", SOURCE, 1),
    ("arrival_at", np.dtype("i8"), 1),
    ("arrival_serial", np.dtype("i8"), 1),
    ("deadline_at", np.dtype("i8"), 1),
    ("slots", SLOT, 1),
    ("heap_at", np.dtype("i8"), 1),
    ("heap_serial", np.dtype("i8"), 1),
    ("heap_event", np.dtype("i8"), 1),
    ("cache_until", np.dtype("i8"), 1),
    ("cache_node", np.dtype("i4"), 1),
    ("balancers", BALANCER, 1),
    ("reply_by", np.dtype("i8"), 1),
    ("databases", DATABASE_ROW, 1),
    ("groups", GROUP, 1),
    ("members", np.dtype("i4"), 1),
    ("paths", PATH, 1),
    ("log", LOG, 1),
    ("checks", CHECK, 1),
    ("incidents", INCIDENT, 1),
    ("hops", HOP, 1),
    ("points", POINT, 1),
    ("records", RECORD, 1),
    ("works", np.dtype("i8"), 1),
    ("visits", np.dtype("i8"), 1),
    ("failures", np.dtype("i8"), len(OUTCOMES)),
    ("latencies", np.dtype("i8"), LATENCY_BUCKETS),
    ("sojourns", np.dtype("i4"), SOJOURN_BUCKETS),
    ("watches", WATCH, 1),
    ("cookies", np.dtype("i4"), 1),
    ("cache_lists", np.dtype("i4"), ADDRESSES_MAX),
    ("parts_left", np.dtype("i4"), 1),
    ("divergent_writes", DIVERGENT_WRITE, 1),
    ("caches", CACHE_ROW, 1),
    ("entries", ENTRY, 1),
    ("ranks", np.dtype("f8"), 1),
    ("data_calls", DATA_CALL, 1),
    ("latest", LATEST, 1),
    ("own_writes", OWN_WRITE, 1),
    ("relays", RELAY, 1),
    ("commit_waits", np.dtype("i4"), SOJOURN_BUCKETS),
    ("origins", np.dtype("i4"), 1),
    ("streams", STREAM, 1),
    ("changes", CHANGE, 1),
    ("versions", VERSION, 1),
    ("circulating_writes", CIRCULATING_WRITE, 1),
    ("popular", np.dtype("f8"), 1),
    ("stores", STORE_ROW, 1),
    ("key_copies", KEY_COPY, 1),
    ("ring_members", np.dtype("i4"), 1),
    ("ring_paths", PATH, 1),
    ("log_sums", np.dtype("u8"), 1),
    ("calendar", np.dtype("i8"), CALENDAR_WIDTH),
    ("bucket_heads", np.dtype("i4"), 1),
    ("bucket_ends", np.dtype("i4"), 1),
)
NAMES: Final = tuple(name for name, _, _ in TABLES)
LAYOUT_ROWS: Final = len(TABLES)
CONTROL_OFFSET: Final = -(-LAYOUT_ROWS * 16 // _CACHE_LINE) * _CACHE_LINE
"""Offset of the first table in a World's buffer, however large the others are."""
