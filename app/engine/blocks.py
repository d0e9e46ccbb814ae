"""Blocks of fields that a record has for one subject only, at its end."""

from __future__ import annotations

from typing import Final

Fields = tuple[tuple[str, str], ...]

BALANCER: Final[Fields] = (
    ("picks", "i4"),  # whether choosing takes more than the next in turn
    ("sticky", "i4"),
    ("cookies", "i4"),  # where its users' cookies begin
    ("panicking", "i4"),
    ("slow_start", "i8"),
    ("warm_at", "i8"),  # when the last server that is warming up will be warm
    ("sessions_lost", "i8"),
    ("panic_share", "f8"),  # with fewer of its servers usable than this, it uses all
    ("ejected_share", "f8"),  # at most so many of its servers are ejected
    ("ejects_after", "i8"),  # failed requests in a row; 0 for never
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
    ("in_hand", "i4"),
    ("breaker", "i4"),  # failures in a row that open the circuit to a database; 0 is off
    ("managed", "i4"),
    ("spare_caller", "i4"),
)
"""Of a node that has limits to what it takes on, and to how long it waits for others."""

CIRCUIT: Final[Fields] = (
    ("shut_until", "i8"),  # its circuit is open until then; 0 is closed
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
    ("spare", "i4"),
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
    ("spins", "i4"),  # how its resolver orders them: a name server's order plus one; 0: it does not
    ("spin", "i4"),
    ("parts", "i4"),  # further requests of each page
    ("tells", "i4"),  # whether the end of a request makes its user do something
)
"""Of a client: how it connects to the addresses of a record."""

MACHINE: Final[Fields] = (
    ("neighbour", "i4"),  # the next node that works on the same cores, in a ring; itself if alone
    ("machine", "i4"),  # which machine it is on, from 1; 0 for none that it shares
    ("stretch", "f8"),  # work takes so many times as long on one of many cores
    ("memory", "i8"),  # of the machine, in bytes
    ("request_memory", "i8"),
    ("working_set", "i8"),
    ("disk_ns", "f8"),
    ("warm_ns", "f8"),  # a read whose data is in memory
    ("doomed", "i8"),  # whether it is about to be killed for its memory
)
"""Of a node: the machine that it works on, and what it takes of it."""

LEADERSHIP: Final[Fields] = (
    ("common", "i8"),  # how much of the group's main line it has, once it is on another
    ("lease", "i8"),
    ("lease_until", "i8"),
    ("leads", "i4"),  # whether it believes to be the primary
    ("leader", "i4"),  # whom it follows: a node, -1 for nobody
    ("timeline", "i4"),  # the term in which the line that it is on began
    ("out", "i4"),  # why it takes no part: IN, FENCED, ...
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
    ("automatic", "i4"),
    ("waits", "i4"),  # with writes of its own, for people to decide
)
"""Of a database: what it believes about who takes writes, and on which line its log is."""

SPLIT: Final[Fields] = (
    ("recovered", "i8"),
    ("conflicted", "i8"),
    ("unknown", "i8"),  # writes on the main line whose clients saw a failure
    ("divergent", "i8"),  # writes that were taken off the main line
    ("two_since", "i8"),  # since when more than one of its members takes writes; 0 if not
    ("two_ns", "i8"),
    ("stray_first", "i8"),
    ("stray_size", "i8"),
    ("stray_count", "i8"),
    ("published", "i8"),  # how far its primary was at its last heartbeat
    ("destroyed", "i8"),
    ("destroyed_at", "i8"),  # the position of a destructive write; 0 for none
    ("destroyed_ns", "i8"),
    ("timeline", "i4"),  # of the main line: the newest primary's
    ("leaders", "i4"),  # how many take writes
    ("lost_first", "i8"),  # when the oldest write was made that the last failover lost
    ("lost_last", "i8"),
    ("untold", "i8"),  # writes off the main line that are not written down, and nobody was told so
)
"""Of a group: what became of writes that are not on its main line."""

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
    ("fallen", "i4"),  # it has stopped to wait, until a replica has caught up
    ("timing", "i4"),  # whether the end of a commit's timeout is on the agenda
    ("stalled", "i4"),  # it has said that commits hang
    ("delaying", "i4"),  # whether it will look again at what is too young
    ("write_bytes", "i4"),  # of log
    ("stale_reads", "i8"),
    ("own_reads", "i8"),  # of what the same user had written
    ("own_stale", "i8"),  # and that did not see it
    ("cares", "i4"),  # whether a commit is more than a line in the log and an answer
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
    ("told_at", "i8"),  # when a rejection last was an incident
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
    ("loop_head", "i4"),  # writes that circle and wait to be applied here
    ("loop_tail", "i4"),
)
"""Of a database in such a group."""

CONTENT: Final[Fields] = (
    ("content", "u8"),  # the checksum of its data
    ("followed", "u8"),  # what the log that it follows comes to, up to where it has received it
    ("log_at", "i8"),  # what its own log comes to, by position
    ("log_mask", "i8"),
    ("log_from", "i8"),  # from what position on: a copy brings no log
)
"""Of a database: what tells its data from another's (see the database's `content`)."""
