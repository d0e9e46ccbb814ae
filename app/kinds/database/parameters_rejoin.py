"""Parameters of a database that comes back with divergent writes, and of its copies."""

from app.schema import NO_UNIT, SECONDS, Choice, Parameter, Unit
from app.texts.text import Text

GIGABYTES = Unit(Text("GB"), 1e9)
MEGABYTES_PER_SECOND = Unit(Text("MB/s"), 1e6)

RETURNING = (
    Parameter(
        "on_return",
        Text("Writes of its own"),
        NO_UNIT,
        "rewind",
        Text(
            "What it does when it finds another primary and has writes that this one never got: "
            "discard them and follow, or stay out until people rewind, rebuild or merge it."
        ),
        choices=(
            Choice("rewind", Text("Discard them")),
            Choice("wait", Text("Wait for people")),
        ),
        group="replication",
    ),
    Parameter(
        "rows",
        Text("Rows"),
        NO_UNIT,
        100_000,
        Text(
            "A write is about one of so many rows, any of them: a merge finds a conflict where a "
            "row was written on both sides."
        ),
        1,
        1_000_000_000,
        1000,
        whole=True,
        group="replication",
    ),
    Parameter(
        "backup_interval_s",
        Text("Backup interval"),
        SECONDS,
        0.0,
        Text(
            "How often its data is backed up; 0 for never. A restore brings back what was there at "
            "the last backup before a destructive write."
        ),
        0.0,
        86_400.0 * 7,
        10.0,
        group="replication",
    ),
    Parameter(
        "data_gb",
        Text("Data", context="amount"),
        GIGABYTES,
        1.0,
        Text("Size of its data: a rebuild or a restore copies all of it."),
        0.0,
        100_000.0,
        1.0,
        group="replication",
    ),
    Parameter(
        "copy_mb_per_s",
        Text("Copy speed"),
        MEGABYTES_PER_SECOND,
        100.0,
        Text("How fast a full copy is: 1 TB at 100 MB/s takes 2.8 hours."),
        1.0,
        100_000.0,
        10.0,
        group="replication",
    ),
)
