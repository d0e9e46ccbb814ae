"""Blocks of fields that a record has for one subject only, at its end."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

Fields = tuple[tuple[str, str], ...]


def with_aliases(row: Any, aliases: Fields) -> Any:
    """Row type with further names, each for the memory of one of its fields."""
    fields = {name: row.fields[name] for name in row.names}
    fields |= {alias: fields[name] for alias, name in aliases}
    types, offsets = zip(*fields.values(), strict=True)
    layout: Any = {"names": [*fields], "formats": [*types], "offsets": [*offsets]}
    layout["itemsize"] = row.itemsize
    return np.dtype(layout, align=True)


BALANCER: Final[Fields] = (
    ("needs_choice", "i4"),  # whether choosing takes more than the next in turn
    ("sticky", "i4"),
    ("cookies", "i4"),  # where its users' cookies begin
    ("panicking", "i4"),
    ("slow_start", "i8"),
    ("warm_at", "i8"),  # when the last server that is warming up will be warm
    ("sessions_lost", "i8"),
    ("panic_share", "f8"),  # with fewer of its servers usable than this, it uses all
    ("ejected_share", "f8"),  # at most so many of its servers are ejected
    ("ejects_after", "i4"),  # failed requests; 0 for never
    ("failure_count", "i4"),  # a choice: which of them count together
    ("failing_window", "i8"),
    ("ejection", "i8"),
    ("ejection_max", "i8"),
)
"""Of a node that balances."""

CALLER: Final[Fields] = (
    ("retried", "i8"),  # attempts that failed here and were made again
    ("queue_timeout", "i8"),
    ("breaker_ns", "i8"),
    ("data_timeout", "i8"),
    ("cancels", "i4"),
    ("workers", "i4"),
    ("workers_busy", "i4"),
    ("breaker", "i4"),  # failures in a row that open the circuit to a database; 0 is off
    ("managed", "i4"),
    ("spare_caller", "i4"),
)
"""Of a node that has limits to what it takes on, and to how long it waits for others."""

CIRCUIT: Final[Fields] = (
    ("open_until", "i8"),  # its circuit is open until then; 0 is closed
    ("streak", "i4"),
    ("full", "i4"),
)
"""Of an edge: what the caller knows of its calls, and a mark while it chooses."""

FAULT: Final[Fields] = (
    ("boot_ns", "i8"),
    ("hung_since", "i8"),
    ("ticket", "i4"),  # its present fault has this number; the end of a past one finds another
    ("booting", "i4"),
)
"""Of a node: what is wrong with it, and how long it takes to start."""

MEMBER: Final[Fields] = (
    ("vip", "i4"),  # which virtual IP it shares; 0 for none
    ("holder", "i4"),  # who gets what is sent to that: a node's number plus one
    ("master", "i4"),  # whether it believes to be the one
    ("priority", "i4"),
    ("rank", "i4"),  # by address: the higher one is master among equals
    ("vrrp_ticket", "i4"),  # counts its timers, so that a past one is not heeded
    ("advert_ns", "i8"),
    ("heard_at", "i8"),  # when it last heard an advert that counts
)
"""Of a balancer that may share a virtual IP."""

SERVER: Final[Fields] = (
    ("weight", "f8"),  # once it is warm
    ("credit", "f8"),  # of smooth weighted round robin
    ("returned_at", "i8"),  # when it began to be used again
    ("ejected_until", "i8"),
    ("failing_since", "i8"),  # when the present run of failed requests began
    ("healthy", "i4"),  # its checks pass
    ("failures_in_row", "i4"),
    ("ejections", "i4"),  # how often of late
    ("owner", "i4"),  # the balancer
    ("probing", "i4"),  # after an ejection: whether one request has to show that it is back
    ("spare_server", "i4"),
)
"""Of an edge: what a balancer knows about the server at its end."""

DETOUR: Final[Fields] = (
    ("trips", "i4"),  # round trips to the data that a page takes
    ("shards", "i4"),  # edges to nodes that each have some of the keys
)
"""Of a web server: what else its requests do."""

PAGE: Final[Fields] = (
    ("more_ns", "f8"),  # mean work there of one round trip for a page, beyond a plain read
    ("caches", "i4"),
    ("shard", "i4"),
)
"""Of an edge to where data is."""

CHECK: Final[Fields] = (
    ("timeout", "i8"),
    ("fast", "i8"),  # the interval while its answers disagree with what is believed; 0 for the same
    ("asked_at", "i8"),
    ("key", "u8"),  # of the draws of what deep checks ask for
    ("strict", "i4"),  # whether an answer may be too late
    ("depth", "i4"),
    ("turn", "i4"),  # counts what may time out, so that a late answer finds it gone
    ("takes", "i4"),  # what its target takes, as it says when it is asked
)
"""Of a health check: how it asks."""

NAME_SERVER: Final[Fields] = (
    ("answer_order", "i4"),
    ("watch_first", "i4"),  # the addresses whose health it watches
    ("watch_count", "i4"),
    ("spare_names", "i4"),
)
"""Of a node that answers lookups."""

CACHES: Final[Fields] = (
    ("ttl_min", "i8"),
    ("ttl_max", "i8"),
    ("ttl_ignored", "i8"),  # what those of its caches keep that ignore the TTL
    ("ignoring", "i8"),  # how many of them
)
"""Of a client: for how long its caches keep answers."""

CONNECTIONS: Final[Fields] = (
    ("connect_timeout", "i8"),
    ("reuse", "f8"),  # share of requests that find an open connection
    ("connects", "i4"),  # whether that is less than all
    ("round_trips", "i4"),  # until a connection is open, TLS included
    ("next_address", "i4"),  # whether a refused or silent address makes it try the next
    ("lists", "i4"),  # whether its caches keep whole records
    ("list_order", "i4"),  # a resolver's order of its list: a name server's plus one; 0: none
    ("list_turn", "i4"),
    ("parts", "i4"),  # further requests of each page
    ("tells", "i4"),  # whether the end of a request makes its user do something
)
"""Of a client: how it connects to the addresses of a record."""

MACHINE: Final[Fields] = (
    (
        "next_on_machine",
        "i4",
    ),  # the next node that works on the same cores, in a ring; itself if alone
    ("machine", "i4"),  # which machine it is on, from 1; 0 for none that it shares
    ("stretch", "f8"),  # work takes so many times as long on one of many cores
    ("memory", "i8"),  # of the machine, in bytes
    ("request_memory", "i8"),
    ("working_set", "i8"),
    ("disk_ns", "f8"),
    ("warm_ns", "f8"),  # a read whose data is in memory
    ("memory_exceeded", "i8"),  # whether it is about to be killed for its memory
)
"""Of a node: the machine that it works on, and what it takes of it."""

LEADERSHIP: Final[Fields] = (
    ("fork_position", "i8"),  # last position that it has of the current timeline, on another
    ("lease", "i8"),
    ("lease_until", "i8"),
    ("leads", "i4"),  # whether it believes to be the primary
    ("leader", "i4"),  # whom it follows: a node, -1 for nobody
    ("timeline", "i4"),  # the term in which the line that it is on began
    ("membership", "i4"),
    ("fencing", "i4"),
    ("quorum", "i4"),
    ("election", "i8"),
    ("repoint", "i8"),
    ("reaim", "i8"),
    ("announced_at", "i8"),  # from when on it says that it takes writes
    ("candidate_lag", "i8"),  # in writes; 0 for any
    ("copy_ns", "i8"),  # how long a full copy of its data takes
    ("rows", "i8"),  # that its writes are about
    ("backup", "i8"),  # how often it is backed up; 0 for never
    ("backed_up_at", "i8"),
    ("backed_up_rows", "i8"),  # rows of acknowledged writes that the last backup has
    ("restorable", "i8"),  # rows that the last backup before the last destructive write has
    ("automatic_failover", "i4"),
    ("keeps_divergent", "i4"),  # until people decide
)
"""Of a database: what it believes about who takes writes, and on which line its log is."""

SPLIT: Final[Fields] = (
    ("recovered", "i8"),
    ("conflicted", "i8"),
    ("unknown", "i8"),  # writes on the current timeline whose clients saw a failure
    ("divergent", "i8"),  # writes that are on no current timeline
    ("split_since", "i8"),  # since when more than one of its members takes writes; 0 if not
    ("split_ns", "i8"),
    ("divergent_first", "i8"),
    ("divergent_size", "i8"),
    ("divergent_count", "i8"),
    ("published", "i8"),  # how far its primary was at its last heartbeat
    ("backup_due", "i8"),  # of the next of its members
    ("destroyed", "i8"),
    ("destroyed_at", "i8"),  # the position of a destructive write; 0 for none
    ("destroyed_ns", "i8"),
    ("timeline", "i4"),  # the current one: the newest primary's
    ("leaders", "i4"),  # how many take writes
    ("lost_first", "i8"),  # when the oldest write was made that the last failover lost
    ("lost_last", "i8"),
    (
        "divergent_unlisted",
        "i8",
    ),  # divergent writes that are not written down, and nobody was told so
)
"""Of a group: its divergent writes."""

COMMIT: Final[Fields] = (
    ("acked", "i8"),  # how far it is, as its primary has heard
    ("flushed", "i8"),
    ("flushing", "i8"),  # where the flush under way ends; 0 when there is none
    ("commit_timeout", "i8"),
    ("replica_flush", "i8"),  # how long each replica of this primary needs to flush
    ("apply_delay", "i8"),  # a replica applies nothing that is younger
    ("commits", "i8"),  # writes that waited for replicas
    ("commit_ns", "i8"),  # how long
    ("waiting_head", "i4"),  # writes that wait for replicas, in the order of the log
    ("waiting_tail", "i4"),
    ("waiting", "i4"),
    ("commit", "i4"),  # what it waits for as the primary
    ("copies", "i4"),  # of how many replicas
    ("fell_back", "i4"),  # to asynchronous commits, until a replica has caught up
    ("timeout_scheduled", "i4"),  # whether the end of a commit's timeout is in the heap
    ("stalled", "i4"),  # it has said that commits hang
    ("delay_scheduled", "i4"),  # whether it will look again at what is too young
    ("write_bytes", "i4"),  # of log
    ("stale_reads", "i8"),
    ("own_reads", "i8"),  # of what the same user had written
    ("own_stale", "i8"),  # and that did not see it
    ("full_commit", "i4"),  # whether a commit is more than a line in the log and an answer
    ("spare_commit", "i4"),
)
"""Of a database: whom its commits wait for, how far it is as a replica, and what reads missed."""

READER: Final[Fields] = (
    ("pool_wait", "i8"),
    ("pin", "i8"),  # for how long the reads of who has written go to the primary
    ("pool_taken", "i8"),
    ("pool_waited", "i8"),  # of these, after a wait
    ("pool_wait_ns", "i8"),
    ("routing", "i4"),
    ("no_fallback", "i4"),
    ("pool", "i4"),  # connections; of a database: what pools leave for others; 0 for no limit
    ("pool_used", "i4"),
    ("pool_head", "i4"),  # who waits for one
    ("pool_tail", "i4"),
    ("pool_length", "i4"),
    ("pool_timing", "i4"),
)
"""Of a node at either end of a call to a database."""

WRITER: Final[Fields] = (("writing", "i4"), ("spare_writer", "i4"))
"""Of a web server: which primary it writes to."""

CALL: Final[Fields] = (
    ("lag", "i8"),  # of the replica at its end, as it has said
    ("rank", "i8"),  # how far it is from the best, while the caller chooses
    ("allowed", "i4"),  # connections that it may use
    ("using", "i4"),
    ("passed", "i4"),  # a mark while the caller chooses
    ("spare_call", "i4"),
)
"""Of an edge to a database."""

LAG: Final[Fields] = (("lag", "i8"),)  # of a check: what a replica says

FRESHNESS: Final[Fields] = (
    ("latest_first", "i4"),  # the keys that it follows
    ("latest_count", "i4"),
)
"""Of a database group."""

READS_BACK: Final[Fields] = (
    ("read_back", "f8"),  # share of writes that their user reads back
    ("read_back_ns", "f8"),  # after how long, on average
)
"""Of a client: users who look at what they have written."""

PRIMARIES: Final[Fields] = (
    ("insert_share", "f8"),
    ("conflicts", "i8"),  # writes of one key, neither of whose writers knew of the other
    ("dropped", "i8"),
    ("merged", "i8"),
    ("rejected", "i8"),
    ("collisions", "i8"),  # row numbers given twice
    ("circled", "i8"),  # how often writes of a member that is gone were applied again
    ("rejection_reported_at", "i8"),
    ("mode", "i4"),
    ("policy", "i4"),
    ("keys", "i4"),
    ("origin_first", "i4"),  # whose writes its members hold: the members, then some that are gone
    ("origin_count", "i4"),
    ("stream_first", "i4"),  # how far each member has come with the writes of each of those
    ("popular_first", "i4"),  # which share of writes goes to the first keys; -1: all are equal
    ("destroyer", "i4"),  # whose log has the last destructive write
)
"""Of a group of databases: how it replicates when each member takes writes."""

PRIMARY: Final[Fields] = (
    ("own", "i8"),  # position of its newest write in its own log
    ("highest", "i8"),  # row number that it knows of
    ("change_first", "i8"),
    ("version_first", "i8"),
    ("log_held", "i4"),  # writes that its own log holds
    ("step", "i4"),  # of the row numbers that it gives
    ("offset", "i4"),
    ("skips", "i4"),  # whether it leaves out what it cannot apply
    ("filters", "i4"),  # whether it knows writes that it has had
    ("successor", "i4"),  # in a ring: the database that it sends to
    ("circulating_head", "i4"),  # writes that wait to be applied here
    ("circulating_tail", "i4"),
)
"""Of a database in such a group."""

CONTENT: Final[Fields] = (
    ("content", "u8"),  # the checksum of its data
    ("followed", "u8"),  # what the log that it follows comes to, up to where it has received it
    ("log_at", "i8"),  # what its own log comes to, by position
    ("log_mask", "i8"),
    ("log_from", "i8"),  # from what position on: a copy brings no log
)
"""Of a database: what tells its data from another's (see the database's `checksums`)."""

TOKEN_BUCKET: Final[Fields] = (
    ("full_at", "i8"),  # when the bucket is full if nobody takes any more
    ("token_ns", "i8"),
    ("new_token_ns", "i8"),  # from when the node is told of the edit
    ("wait_max", "i8"),
    ("limited", "i8"),  # requests refused
    ("burst", "i4"),
    ("new_burst", "i4"),
    ("queues", "i4"),  # whether requests wait for tokens
    ("bucket_ticket", "i4"),  # counts its timers, so that a past one is not heeded
)
"""Of a node that lets so many requests a second through."""

OF_A_NODE: Final[Fields] = (
    *(*BALANCER, *CALLER, *FAULT, *MEMBER, *NAME_SERVER),
    *(*MACHINE, *DETOUR, *READER, *WRITER, *TOKEN_BUCKET),
)
"""Every block of a node."""

SLOT_ALIASES: Final[Fields] = (
    # of a request
    ("works_at", "key"),  # recorded work: its place among the works
    ("waiting_since", "arrives_at"),  # in a balancer's or a pool's queue, or for its commit
    ("connect_until", "arrives_at"),  # while a connection is tried in vain
    ("finish_reading", "serial"),  # processor sharing: the virtual clock when its work is done
    ("work_left", "serial"),  # at a node that hangs, in ns
    ("heap_position", "serial"),  # of its end of service, while a node stops
    ("log_position", "serial"),  # of its write
    ("first_address", "sent_at"),  # that its client tried, until a balancer sends it on
    # of a lookup, until the request sets out
    ("dns_cache", "web"),
    ("dns_answer", "balancer"),
    ("ttl", "return_delay"),
    # of a request with branches, and of a branch
    ("branches_out", "arrives_at"),
    ("answers_needed", "serial"),
    ("parent", "older"),
    ("parent_ticket", "sent_at"),
    ("coordinator", "web"),
    # of a deep health check
    ("check", "older"),
    ("check_round", "number"),
    # of log that is shipped, acknowledged or applied
    ("group", "source"),
    ("term", "created_at"),
    ("position", "number"),
    ("sender", "resolver"),
    ("log_origin", "younger"),
    ("multi_primary", "web"),  # 1: one write of several primaries is applied
    # of a message to a cache
    ("cache_message", "attempts"),
    ("cached_key", "number"),
    ("read_at", "created_at"),
)
"""Names for what a slot's fields mean in one phase only, by the field whose memory each shares: a
row is two cache lines of the processor, and full.
"""

DATA_CALL_ALIASES: Final[Fields] = (
    ("copy_asked", "trips_left"),  # of a branch: which copy of the key it asks
    ("page_ns", "stamp_needed"),  # of a branch: its work for a page, beyond a plain read
)
"""Names for what the fields of a data call mean in a branch."""
