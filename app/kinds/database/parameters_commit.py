"""Durability of a write before its client is told: parameters of commits and delayed copies."""

from app.schema import BYTES, MILLISECONDS, NO_UNIT, SECONDS, Choice, Parameter
from app.texts.text import Text

WAITING = ("semi_sync", "sync_receive", "sync_flush", "sync_apply")
"""The commit modes in which a write waits for replicas."""


def commits() -> tuple[Parameter, ...]:
    """Return the parameters of a commit's wait for replicas; those of the present primary count."""
    return (
        Parameter(
            "commit",
            Text("Commit mode"),
            NO_UNIT,
            "async",
            Text(
                "What this database, as the primary, waits for before it acknowledges a write. The "
                "strict modes block writes while too few replicas answer; semi-sync gives up "
                "waiting after its timeout, and no client is told."
            ),
            choices=(
                Choice("async", Text("Nobody (async)")),
                Choice("semi_sync", Text("Receipt, up to a timeout (semi-sync)")),
                Choice("sync_receive", Text("Receipt (sync)")),
                Choice("sync_flush", Text("Flush to disk (sync)")),
                Choice("sync_apply", Text("Application (sync)")),
            ),
            group="commit",
        ),
        Parameter(
            "sync_replicas",
            Text("Replicas to wait for"),
            NO_UNIT,
            1,
            Text("Any so many of the replicas are enough."),
            1,
            16,
            1,
            whole=True,
            when=(("commit", WAITING),),
            group="commit",
        ),
        *_times(),
    )


def _times() -> tuple[Parameter, ...]:
    return (
        Parameter(
            "semi_sync_timeout_s",
            Text("Semi-sync timeout"),
            SECONDS,
            10.0,
            Text(
                "How long a commit waits before all go on without replicas, until one has caught "
                "up (MySQL's default)."
            ),
            0.01,
            3600.0,
            1.0,
            when=(("commit", ("semi_sync",)),),
            group="commit",
        ),
        Parameter(
            "replica_flush_ms",
            Text("Flush time of a replica"),
            MILLISECONDS,
            1.0,
            Text(
                "How long each of its replicas needs to flush what it has received; what comes "
                "meanwhile shares the next flush."
            ),
            0.0,
            10_000.0,
            0.5,
            when=(("commit", ("sync_flush",)),),
            group="commit",
        ),
    )


def apply_delay() -> Parameter:
    """Return the parameter of the delay with which a replica applies what it has received."""
    return Parameter(
        "apply_delay_s",
        Text("Apply delay"),
        SECONDS,
        0.0,
        Text(
            "As a replica it applies nothing younger than this: a mistake can be stopped before it "
            "is here too. It holds back 32,768 writes at most."
        ),
        0.0,
        86_400.0,
        10.0,
        group="replication",
    )


def write_bytes() -> Parameter:
    """Return the parameter of the log that a write makes."""
    return Parameter(
        "write_bytes",
        Text("Log per write"),
        BYTES,
        1000,
        Text("Log that one write makes on the primary: lag in bytes is counted with it."),
        1,
        100_000_000,
        100,
        whole=True,
        group="replication",
    )


def max_connections() -> Parameter:
    """Return the parameter of a database's limit of connections."""
    return Parameter(
        "max_connections",
        Text("Connection limit"),
        NO_UNIT,
        0,
        Text(
            "Connections that it takes at most (PostgreSQL: 100). Pools open theirs in the order "
            "in which their servers were drawn, and what they leave is for servers without one. 0: "
            "no limit."
        ),
        0,
        100_000,
        10,
        whole=True,
    )
