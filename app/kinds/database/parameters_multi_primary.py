"""Several primaries, as parameters: who takes writes, and what becomes of writes that meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.kinds.database.parameters_keys import ZIPF_HELP
from app.schema import NO_UNIT, PERCENT, Choice, Parameter
from app.texts.text import Text

_ALL_WRITE = (("replication", ("multi_primary", "ring")),)
_ONE_WRITES = ("replication", ("primary_replica",))
_RING = (("replication", ("ring",)),)
_OF_ONE_PRIMARY = {
    "role",
    "max_lag_s",
    "heartbeat_s",
    "heartbeat_misses",
    "promotion_s",
    "fencing",
    "quorum",
    "lease_s",
    "automatic",
    "election_s",
    "reaim_s",
    "repoint_s",
    "candidate_lag_mib",
    "on_return",
    "rows",
    "commit",
    "sync_replicas",
    "semi_sync_timeout_s",
    "replica_flush_ms",
    "apply_delay_s",
    "write_bytes",
    "followed_keys",
    "key_skew",
}
"""Parameters that mean nothing where each member is a primary."""


def where_it_matters(parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """A database's parameters, those of one primary and its replicas only for such a group."""
    return tuple(
        replace(one, when=(*one.when, _ONE_WRITES)) if one.name in _OF_ONE_PRIMARY else one
        for one in parameters
    )


def primaries() -> tuple[Parameter, ...]:
    """Return the parameters of a group's replication, and of members that all take writes.

    Defaults are MySQL's: row numbers in steps of 1 from 1 on, a duplicate key stops the replica,
    no server ids are ignored.
    """
    return (
        Parameter(
            "replication",
            Text("Replication", context="parameter"),
            NO_UNIT,
            "primary_replica",
            Text(
                "One primary takes the writes; or every member does and sends them to all others; "
                "or to the next one in a ring that the links make. The oldest member decides for "
                "its group."
            ),
            choices=(
                Choice("primary_replica", Text("One primary")),
                Choice("multi_primary", Text("Several primaries")),
                Choice("ring", Text("Ring")),
            ),
            group="replication",
        ),
        Parameter(
            "conflicts",
            Text("Conflicts", context="parameter"),
            NO_UNIT,
            "last_writer_wins",
            Text(
                "What becomes of two writes of one key when neither writer knew of the other: the "
                "older is dropped silently; the one that arrives is rejected, so both sides keep "
                "their own; or both are kept."
            ),
            choices=(
                Choice("last_writer_wins", Text("Last writer wins")),
                Choice("reject", Text("Reject")),
                Choice("merge", Text("Merge")),
            ),
            when=_ALL_WRITE,
            group="replication",
        ),
        *_keys(),
        *_rows(),
        *_duplicates(),
    )


def _rows() -> tuple[Parameter, ...]:
    """New rows, whose numbers each member gives by itself."""
    return (
        Parameter(
            "insert_percent",
            Text("New rows"),
            PERCENT,
            0.0,
            Text(
                "Share of writes that add a row, with the next number that this member knows to be "
                "free; the others change a key."
            ),
            0.0,
            100.0,
            10.0,
            when=_ALL_WRITE,
            group="replication",
        ),
        Parameter(
            "row_step",
            Text("Row number step"),
            NO_UNIT,
            1,
            Text(
                "Row numbers go up in such steps (auto_increment_increment). With n members, n "
                "keeps them apart."
            ),
            1,
            1000,
            1,
            whole=True,
            when=_ALL_WRITE,
            group="replication",
        ),
        Parameter(
            "row_offset",
            Text("Row number offset"),
            NO_UNIT,
            1,
            Text("The first row number (auto_increment_offset): another for each member."),
            1,
            1000,
            1,
            whole=True,
            when=_ALL_WRITE,
            group="replication",
        ),
    )


def _keys() -> tuple[Parameter, ...]:
    """Return the parameters of the keys that are written."""
    return (
        Parameter(
            "keys",
            Text("Keys"),
            NO_UNIT,
            1000,
            Text("Different keys that writes go to."),
            1,
            1_000_000,
            100,
            whole=True,
            when=_ALL_WRITE,
            group="replication",
        ),
        Parameter(
            "write_skew",
            Text("Skew of the writes"),
            NO_UNIT,
            0.0,
            ZIPF_HELP,
            0.0,
            4.0,
            0.1,
            when=_ALL_WRITE,
            group="replication",
        ),
    )


def _duplicates() -> tuple[Parameter, ...]:
    """Return the parameters of writes that a member cannot apply, or has had before."""
    return (
        Parameter(
            "on_collision",
            Text("Duplicate row"),
            NO_UNIT,
            "stop",
            Text(
                "When a row arrives whose number it has given itself: it stops applying what comes "
                "from there, or skips the row. Choosing skip lets what has stopped go on."
            ),
            choices=(
                Choice("stop", Text("Stop", context="replication")),
                Choice("skip", Text("Skip the row")),
            ),
            when=_ALL_WRITE,
            group="replication",
        ),
        Parameter(
            "filter_gone",
            Text("Filter known writes"),
            NO_UNIT,
            "off",
            Text(
                "Whether it drops writes that it has had before (GTIDs, IGNORE_SERVER_IDS). "
                "Without, the writes of a member that is taken out of the ring may circle for ever."
            ),
            choices=(Choice("off", Text("Off")), Choice("on", Text("On"))),
            when=_RING,
            group="replication",
        ),
    )
