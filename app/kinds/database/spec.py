"""A relational database: a primary that takes writes, or a replica that follows its log."""

from dataclasses import replace

from app.kinds.database.figures import FIGURES
from app.kinds.database.parameters_commit import apply_delay, commits, max_connections, write_bytes
from app.kinds.database.parameters_failover import ELECTIONS
from app.kinds.database.parameters_keys import versions
from app.kinds.database.parameters_multi_primary import primaries, where_it_matters
from app.kinds.database.presets import PRESETS
from app.kinds.machine_sizes import data_memory, memory, sized_cores
from app.kinds.shared_parameters import (
    cores,
    queue_limit,
    restarts,
    variation,
    waiting_rules,
    work_ms,
)
from app.schema import NO_UNIT, SECONDS, TIMES, Choice, Kind, Need, Parameter, Port, Role
from app.texts.text import Text

_DATABASE = Kind(
    name="database",
    label=Text("SQL database"),
    help=Text(
        "Databases linked to each other form a group: one primary takes the writes, the replicas "
        "apply its log and serve reads."
    ),
    category="data",
    role=Role.KEEPS,
    prefix="db",
    subnet=2,
    parameters=(
        Parameter(
            "role",
            Text("Role"),
            NO_UNIT,
            "primary",
            Text(
                "The role it starts with. Making a replica the primary during a run is a planned "
                "switch: it first receives the whole log."
            ),
            choices=(
                Choice("primary", Text("Primary")),
                Choice("replica", Text("Replica")),
            ),
            group="replication",
        ),
        work_ms(
            "read_ms",
            Text("Read time"),
            3.0,
            Text("Mean work per read, before queueing."),
        ),
        work_ms(
            "write_ms",
            Text("Write time"),
            5.0,
            Text("Mean work per write on the primary, flush included."),
        ),
        *sized_cores(cores(4, Text("Statements worked on at the same time."))),
        queue_limit(1000),
        *variation(),
        *waiting_rules(),
        work_ms(
            "apply_ms",
            Text("Apply time"),
            1.0,
            Text(
                "Mean work a replica spends to apply one write, one at a time, on the cores that "
                "its reads use too."
            ),
        ),
        max_connections(),
        *commits(),
        apply_delay(),
        write_bytes(),
        *versions(),
        Parameter(
            "max_lag_s",
            Text("Maximum lag"),
            SECONDS,
            5.0,
            Text("A replica further behind than this takes no reads until it has caught up."),
            0.01,
            3600.0,
            0.5,
            group="replication",
        ),
        Parameter(
            "heartbeat_s",
            Text("Heartbeat"),
            SECONDS,
            1.0,
            Text("How often this database, as a replica, checks that the primary lives."),
            0.05,
            300.0,
            0.5,
            group="replication",
        ),
        Parameter(
            "heartbeat_misses",
            Text("Missed heartbeats"),
            TIMES,
            3,
            Text("Missed heartbeats in a row before it calls an election."),
            1,
            100,
            1,
            whole=True,
            group="replication",
        ),
        Parameter(
            "promotion_s",
            Text("Promotion time"),
            SECONDS,
            2.0,
            Text("Time this database needs from being elected to taking writes."),
            0.0,
            3600.0,
            0.5,
            group="replication",
        ),
        *ELECTIONS,
        *memory(),
        *data_memory(),
        *restarts(),
        *primaries(),
    ),
    presets=PRESETS,
    first=(
        "role",
        "read_ms",
        "write_ms",
        "size",
        "cores",
        "commit",
        "machine",
    ),
    needs=(
        ("group.replication", Need.COPIES),
        ("group.commit", Need.COPIES),
        ("role", Need.NOTHING),
        ("replication", Need.NOTHING),
        ("backup_interval_s", Need.NOTHING),
        ("data_gb", Need.NOTHING),
        ("copy_mb_per_s", Need.NOTHING),
    ),
    port=Port((), 0.25, peers=True),
    work=("read_ms", "write_ms"),
    replication="log",
    figures=FIGURES,
)
KIND = replace(_DATABASE, parameters=where_it_matters(_DATABASE.parameters))
