"""The model's scope: what of databases is modelled, as what, and what is not."""

from __future__ import annotations

from typing import Final

from app.kinds.scope import ScopeRow
from app.texts.text import Text

SCOPE: Final = (
    ScopeRow(
        Text("Service"),
        Text(
            "Reads and writes with mean times of their own at a station of several cores, sized "
            "and priced like a web server's; reads beyond the memory for data go to disk; a limit "
            "of connections."
        ),
        Text(
            "Locks, isolation levels, query plans, single disks; writes and applied log do not "
            "miss the cache."
        ),
        "",
        (
            "read_ms",
            "write_ms",
            "size",
            "cores",
            "contention",
            "coherency",
            "queue_limit",
            "max_connections",
            "memory_gb",
            "request_mb",
            "working_set_gb",
            "disk_ms",
            "distribution",
            "scv",
            "discipline",
            "wait_limit_s",
            "drop_expired",
            "cancels",
        ),
    ),
    ScopeRow(
        Text("Replication of a log"),
        Text(
            "A primary ships its log over the links; a replica applies it with one thread, after a "
            "delay if wanted. Lag, stale reads by key and routing by lag follow from that."
        ),
        Text(
            "Bandwidth. What a replica's host has received survives a crash, flushed or not. A new "
            "replica starts from a copy that takes no time; one with an apply delay holds back at "
            "most 32,768 writes, fewer where there are more than eight groups."
        ),
        "PostgreSQL 15, streaming replication; MySQL 8, delayed replication",
        (
            "role",
            "apply_ms",
            "apply_delay_s",
            "write_bytes",
            "followed_keys",
            "key_skew",
            "max_lag_s",
        ),
    ),
    ScopeRow(
        Text("Commit modes"),
        Text(
            "Asynchronous, semi-synchronous with a timeout, synchronous on receipt, flush or "
            "application, at any k replicas."
        ),
        None,
        "PostgreSQL 15, synchronous_commit; MySQL 8, semisynchronous replication",
        ("commit", "sync_replicas", "semi_sync_timeout_s", "replica_flush_ms"),
    ),
    ScopeRow(
        Text("Failover"),
        Text(
            "Heartbeats with misses, election of the most advanced replica, a limit on its lag, "
            "promotion, leases, quorum and fencing; replicas are repointed and clients told after "
            "their own delays. Lost writes are counted one by one."
        ),
        Text(
            "Cascades of replicas that differ from the group's order; a monitor that is a node of "
            "its own."
        ),
        "Patroni; Amazon RDS and Aurora guides; MySQL group replication; Ongaro, Raft (2014)",
        (
            "heartbeat_s",
            "heartbeat_misses",
            "promotion_s",
            "automatic",
            "election_s",
            "fencing",
            "quorum",
            "lease_s",
            "reaim_s",
            "repoint_s",
            "candidate_lag_mib",
        ),
    ),
    ScopeRow(
        Text("Old primaries, backups, recovery"),
        Text(
            "An old primary returns to be rewound, rebuilt or merged; backups at intervals and "
            "restores; destructive writes; every acknowledged write is in one state of the ledger."
        ),
        Text(
            "A restore takes effect everywhere at once. Up to 8,192 divergent writes of a group "
            "are told apart, those beyond are counted and stay lost; a log's checksums go back "
            "32,768 writes, and who lacks more takes a copy."
        ),
        "PostgreSQL 15, pg_rewind; PITR documentation",
        ("on_return", "rows", "backup_interval_s", "data_gb", "copy_mb_per_s"),
    ),
    ScopeRow(
        Text("Several primaries and rings"),
        Text(
            "Each member takes writes and ships its own log to all others, or to the next in a "
            "ring. Keys have a version per member: writes that did not know of each other "
            "conflict, and the last writer wins, the later is rejected, or both are merged. New "
            "rows are numbered by step and offset."
        ),
        Text(
            "Commits that wait for others, elections, clock skew; rows are never changed again. A "
            "member that comes in, or a new way to replicate, begins with a copy that takes no "
            "time. A destructive write empties what was acknowledged when it was made."
        ),
        "MySQL, circular replication; Saito and Shapiro, Optimistic replication (2005)",
        (
            "replication",
            "conflicts",
            "keys",
            "write_skew",
            "insert_percent",
            "row_step",
            "row_offset",
            "on_collision",
            "filter_gone",
        ),
    ),
    ScopeRow(
        Text("Restart and resize"),
        Text("A node that comes back needs its boot time; a resize is live or a restart."),
        None,
        "",
        ("boot_s", "resize_restarts"),
    ),
)
