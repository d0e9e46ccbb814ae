"""Words of incidents: a severity and a sentence for each code of the engine."""

from __future__ import annotations

from typing import Final

from app.session.explain.data_incident_words import DATA_INCIDENTS, IncidentWords
from app.texts.text import Text, plural

_INCIDENTS: Final = (
    IncidentWords(
        "marked_down",
        "down",
        Text("{node} stopped using {other} (checks failed)"),
    ),
    IncidentWords(
        "marked_up",
        "healthy",
        Text("{node} uses {other} again (checks passed)"),
    ),
    IncidentWords(
        "shedding",
        "saturated",
        Text("{node} refuses requests: its queue of {value} is full"),
    ),
    IncidentWords(
        "lagging",
        "saturated",
        Text("{node} takes no reads: {value} s behind"),
    ),
    IncidentWords(
        "caught_up",
        "healthy",
        Text("{node} caught up and takes reads"),
    ),
    IncidentWords(
        "suspected",
        "down",
        Text("{node} lost {other}: no heartbeat, election called"),
        Text("{node} follows nobody: election called"),
    ),
    IncidentWords(
        "elected",
        "neutral",
        Text("{node} elected: it has the most of the log"),
    ),
    IncidentWords(
        "promoted",
        "recovering",
        Text("{node} promoted to primary in place of {other}"),
        Text("{node} is the primary again"),
    ),
    IncidentWords(
        "writes_lost",
        "down",
        plural(
            "{count} acknowledged write lost with {other}",
            "{count} acknowledged writes lost with {other}",
        ),
        plural(
            "{count} acknowledged write lost on {node}",
            "{count} acknowledged writes lost on {node}",
        ),
    ),
    IncidentWords(
        "writes_resumed",
        "healthy",
        Text("writes resumed on {node} after {value} s"),
    ),
    IncidentWords(
        "rewound",
        "recovering",
        plural(
            "{node} is back as a replica; it discarded {count} write that {other} never got",
            "{node} is back as a replica; it discarded {count} writes that {other} never got",
        ),
    ),
    IncidentWords(
        "rejoined",
        "recovering",
        Text("{node} is back as a replica, catching up"),
    ),
    IncidentWords(
        "at_limit",
        "saturated",
        plural(
            "the run reached its limit of {count} request in flight: new ones are refused",
            "the run reached its limit of {count} requests in flight: new ones are refused",
        ),
    ),
    IncidentWords(
        "switched",
        "recovering",
        Text("{node} took over from {other} as planned"),
        Text("{node} took over as planned"),
    ),
    IncidentWords(
        "circuit_opened",
        "down",
        plural(
            "{node} stops asking {other}: {count} call failed in a row",
            "{node} stops asking {other}: {count} calls failed in a row",
        ),
    ),
    IncidentWords(
        "circuit_closed",
        "healthy",
        Text("{node} asks {other} again: a call succeeded"),
    ),
    IncidentWords(
        "took_address",
        "recovering",
        Text("{node} took over the virtual IP"),
    ),
    IncidentWords(
        "panic",
        "saturated",
        Text("{node} uses all servers: only {value} % of them look usable"),
    ),
    IncidentWords(
        "panic_over",
        "healthy",
        Text("{node} goes by its checks again: {value} % of its servers are usable"),
    ),
    IncidentWords(
        "ejected",
        "down",
        Text("{node} ejected {other} for {value} s (its requests failed)"),
    ),
    IncidentWords(
        "ejection_over",
        "recovering",
        Text("{node} tries {other} again (ejection over)"),
    ),
    IncidentWords(
        "backlog_full",
        "saturated",
        Text("{node} hangs and its backlog of {value} is full: connections are dropped"),
    ),
    IncidentWords(
        "fault_over",
        "recovering",
        Text("{node}: its fault is over, by itself"),
    ),
    IncidentWords(
        "link_fault_over",
        "recovering",
        Text("{node} → {other}: the link's fault is over, by itself"),
    ),
    IncidentWords(
        "restarting",
        "down",
        Text("{node} restarts: its size was changed"),
    ),
    IncidentWords(
        "started",
        "healthy",
        Text("{node} has started, after {value} s"),
    ),
    IncidentWords(
        "draining",
        "recovering",
        Text("{node} is removed: it has {value} s to finish what it has"),
    ),
    IncidentWords(
        "drained",
        "healthy",
        Text("{node} is drained and gone"),
    ),
    *DATA_INCIDENTS,
    IncidentWords(
        "scaled_out",
        "recovering",
        plural("{node} scales out to {count} server", "{node} scales out to {count} servers"),
    ),
    IncidentWords(
        "scaled_in",
        "neutral",
        plural("{node} scales in to {count} server", "{node} scales in to {count} servers"),
    ),
    IncidentWords(
        "recovery_point",
        "down",
        Text("{node} goes on from {value} s before {other} failed: that is the recovery point"),
        Text("{node} goes on from {value} s before the failure: that is the recovery point"),
    ),
    IncidentWords(
        "not_followed",
        "down",
        plural(
            "{node}: {count} divergent write is too many to be kept, no merge finds it",
            "{node}: {count} divergent writes are too many to be kept, no merge finds them",
        ),
    ),
    IncidentWords(
        "limiting",
        "saturated",
        Text("{node} refuses requests: more come than {value} a second"),
    ),
    IncidentWords(
        "applying_log",
        "recovering",
        plural(
            "{node} applies {count} write of its log before it takes any",
            "{node} applies {count} writes of its log before it takes any",
        ),
    ),
)
CATALOGUE: Final[dict[str, IncidentWords]] = {kind.code: kind for kind in _INCIDENTS}
"""Words of every incident, by code, in the order of the codes; placeholders of the text are {node},
{other} and {value}, or {count} where the value is a count.
"""
