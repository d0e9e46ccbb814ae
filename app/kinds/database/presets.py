"""Databases as they come: how each product detects, elects, promotes and re-aims its clients.

Sources: Patroni's settings (ttl 30, loop_wait 10); MongoDB's manual (heartbeat 2 s, election
timeout 10 s); the guides of RDS and Aurora (60 to 120 s; usually under 60 s); MySQL's group
replication (suspected after 5 s, expelled 5 s later). Replicas check in their own rhythm, so that
detection takes between one interval less and all that they tolerate to miss.
"""

from app.schema import Preset
from app.texts.text import Text

PRESETS = (
    Preset("sql_database", Text("SQL database"), "db", {}),
    Preset("read_replica", Text("Read replica"), "replica", {"role": "replica"}),
    Preset(
        "manual",
        Text("Failover by people"),
        "db",
        {
            "automatic": "off",
            "fencing": "off",
            "heartbeat_s": 10.0,
            "heartbeat_misses": 3,
            "on_return": "wait",
        },
        Text(
            "Nobody is elected: writes fail until people make a replica the primary, a quarter of "
            "an hour if somebody is awake. An old primary that comes back waits for them too."
        ),
        True,
    ),
    Preset(
        "patroni",
        Text("Patroni"),
        "db",
        {
            "heartbeat_s": 10.0,
            "heartbeat_misses": 3,
            "election_s": 3.0,
            "promotion_s": 2.0,
            "candidate_lag_mib": 1.0,
            "on_return": "wait",
        },
        Text(
            "A leader key of 30 s in an external store, looked at every 10 s: 20 to 30 s to "
            "detect, 3 s to take the key, 2 s to promote. Losing the key fences the old primary; 1 "
            "MiB behind is too far; pg_rewind is off unless asked for."
        ),
        True,
    ),
    Preset(
        "mongodb",
        Text("Like MongoDB"),
        "db",
        {
            "heartbeat_s": 2.0,
            "heartbeat_misses": 5,
            "election_s": 2.0,
            "promotion_s": 0.0,
            "fencing": "off",
            "quorum": "on",
            "lease_s": 10.0,
        },
        Text(
            "Members hear from each other every 2 s and elect after 10 s of silence, by majority; "
            "a primary without one steps down after 10 s. What only the old one had is rolled back."
        ),
        True,
    ),
    Preset(
        "rds",
        Text("Like RDS Multi-AZ"),
        "db",
        {
            "heartbeat_s": 10.0,
            "heartbeat_misses": 3,
            "election_s": 5.0,
            "promotion_s": 60.0,
            "reaim_s": 5.0,
        },
        Text(
            "90 s on average until the standby takes writes, then 5 s until its name points there."
        ),
        True,
    ),
    Preset(
        "aurora",
        Text("Like Aurora"),
        "db",
        {
            "heartbeat_s": 1.0,
            "heartbeat_misses": 5,
            "election_s": 0.5,
            "promotion_s": 25.0,
            "apply_ms": 0.1,
        },
        Text("About 30 s; replicas share the primary's storage and lag far below 100 ms."),
        True,
    ),
    Preset(
        "group_replication",
        Text("MySQL group replication"),
        "db",
        {
            "heartbeat_s": 1.0,
            "heartbeat_misses": 10,
            "election_s": 0.0,
            "promotion_s": 1.0,
            "fencing": "off",
            "quorum": "on",
            "lease_s": 5.0,
        },
        Text(
            "Suspected after 5 s of silence, expelled 5 s later, then 1 s for the next primary; a "
            "majority decides."
        ),
        True,
    ),
)
