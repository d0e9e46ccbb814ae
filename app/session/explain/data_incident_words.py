"""Words of incidents of databases and of memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.texts.text import Text, plural


@dataclass(frozen=True, slots=True)
class IncidentWords:
    """Severity (a status word of the design) and sentence of the incidents of one code; `alone` is
    the sentence where no other node takes part.
    """

    code: str
    severity: str
    text: Text
    alone: Text | None = None


DATA_INCIDENTS: Final = (
    IncidentWords(
        "split_brain",
        "down",
        Text("Split brain: {node} and {other} both take writes"),
    ),
    IncidentWords(
        "split_brain_over",
        "recovering",
        Text("One primary takes writes again, after {value} s with two"),
    ),
    IncidentWords(
        "stood_down",
        "down",
        Text("{node} takes no more writes: no majority of its group stands behind it"),
    ),
    IncidentWords(
        "no_quorum",
        "down",
        plural(
            "{node} lost {other}, but {count} vote is no majority: nobody is elected",
            "{node} lost {other}, but {count} votes are no majority: nobody is elected",
        ),
        plural(
            "{node} follows nobody, and {count} vote is no majority: nobody is elected",
            "{node} follows nobody, and {count} votes are no majority: nobody is elected",
        ),
    ),
    IncidentWords(
        "out_of_memory",
        "down",
        Text("{node} killed: requests took {value} GB, more memory than there is"),
    ),
    IncidentWords(
        "semi_sync_off",
        "down",
        Text("{node} waited {value} s for a replica, and now commits without (asynchronously)"),
    ),
    IncidentWords(
        "semi_sync_on",
        "healthy",
        Text("{node} waits for a replica again: one has caught up"),
    ),
    IncidentWords(
        "commits_stalled",
        "down",
        plural(
            "commits hang on {node}: fewer than {count} replica answers",
            "commits hang on {node}: fewer than {count} replicas answer",
        ),
    ),
    IncidentWords(
        "commits_resumed",
        "healthy",
        Text("commits go on at {node}, after {value} s"),
    ),
    IncidentWords(
        "duplicate_key",
        "down",
        Text("{node} stopped applying what {other} writes: it has a row {value} of its own"),
    ),
    IncidentWords(
        "conflict_rejected",
        "saturated",
        Text("{node} rejects writes of {other}: keys were changed on both"),
    ),
    IncidentWords(
        "circling",
        "saturated",
        plural(
            "{count} write of {other}, which is gone, circles in the ring from {node} on",
            "{count} writes of {other}, which is gone, circle in the ring from {node} on",
        ),
    ),
    IncidentWords(
        "log_gone",
        "down",
        plural(
            "{node} misses {count} write of {other}: its log holds it no longer",
            "{node} misses {count} writes of {other}: its log holds them no longer",
        ),
    ),
    IncidentWords(
        "leaderless",
        "down",
        Text("{node} lost {other}: no heartbeat, and only people elect here"),
        Text("{node} follows nobody, and only people elect here"),
    ),
    IncidentWords(
        "diverged_writes",
        "down",
        plural(
            "{node} stays out: it has {count} write that {other} never got",
            "{node} stays out: it has {count} writes that {other} never got",
        ),
    ),
    IncidentWords(
        "repairing",
        "recovering",
        Text("{node} is being recovered, for {value} s"),
    ),
    IncidentWords(
        "repair_done",
        "recovering",
        Text("{node} is recovered and catches up with {other}"),
    ),
    IncidentWords(
        "not_recovered",
        "neutral",
        Text("{node}: nothing to recover, or nobody to recover from"),
    ),
    IncidentWords(
        "merged",
        "healthy",
        plural(
            "{count} lost write of {node} is on {other} again",
            "{count} lost writes of {node} are on {other} again",
        ),
    ),
    IncidentWords(
        "destroyed",
        "down",
        plural(
            "A destructive write on {node}: {count} row is gone, and soon on every replica",
            "A destructive write on {node}: {count} rows are gone, and soon on every replica",
        ),
    ),
    IncidentWords(
        "restored",
        "healthy",
        plural("{count} row is back, from {other}", "{count} rows are back, from {other}"),
    ),
)
