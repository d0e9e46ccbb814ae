"""Parameters of leader election in a group of databases, and of fencing."""

from app.kinds.database.parameters_rejoin import RETURNING
from app.schema import NO_UNIT, SECONDS, Choice, Parameter, Unit
from app.texts.text import Text

MEBIBYTES = Unit(Text("MiB"), 2.0**20)

ELECTIONS = (
    Parameter(
        "automatic",
        Text("Failover"),
        NO_UNIT,
        "on",
        Text(
            "Whether this database, as a replica that misses its primary, calls an election. "
            "Otherwise writes fail until people make a replica the primary."
        ),
        choices=(Choice("off", Text("By people")), Choice("on", Text("Automatic"))),
        group="replication",
    ),
    Parameter(
        "election_s",
        Text("Election time"),
        SECONDS,
        0.0,
        Text("Time that an election needs which it calls: votes, or a lock that is taken."),
        0.0,
        3600.0,
        0.5,
        group="replication",
    ),
    Parameter(
        "fencing",
        Text("Fencing"),
        NO_UNIT,
        "on",
        Text(
            "Whether an old primary is kept from taking writes when this database takes over, by "
            "something that no network stops: a power switch, a watchdog, revoked storage. "
            "Without, one that is only cut off goes on: a split brain."
        ),
        choices=(Choice("off", Text("Off")), Choice("on", Text("On"))),
        group="replication",
    ),
    Parameter(
        "quorum",
        Text("Quorum"),
        NO_UNIT,
        "off",
        Text(
            "Whether an election needs the votes of more than half of the group, and a primary "
            "that cannot hear so many gives up when its lease ends. Two databases cannot vote: "
            "three survive one failure, five two."
        ),
        choices=(Choice("off", Text("Off")), Choice("on", Text("On"))),
        group="replication",
    ),
    Parameter(
        "lease_s",
        Text("Lease"),
        SECONDS,
        10.0,
        Text(
            "For so long after it last heard a majority, this database as a primary takes writes. "
            "Longer than the others need to elect a new one, it leaves two primaries for a while."
        ),
        0.1,
        3600.0,
        0.5,
        when=(("quorum", ("on",)),),
        group="replication",
    ),
    Parameter(
        "reaim_s",
        Text("Re-aiming"),
        SECONDS,
        0.0,
        Text(
            "How long after its promotion it still takes until whoever asks is told that this is "
            "the primary: a name that changes, a proxy that is told."
        ),
        0.0,
        3600.0,
        0.5,
        group="replication",
    ),
    Parameter(
        "repoint_s",
        Text("Re-pointing"),
        SECONDS,
        0.0,
        Text("How long this database, as a replica, needs to follow a new primary."),
        0.0,
        3600.0,
        0.5,
        group="replication",
    ),
    Parameter(
        "candidate_lag_mib",
        Text("Maximum lag of a candidate"),
        MEBIBYTES,
        0.0,
        Text(
            "Further behind than this, by the position that the primary last published, it is not "
            "elected; 0 for no limit. Patroni's default is 1 MiB."
        ),
        0.0,
        100_000.0,
        1.0,
        group="replication",
    ),
    *RETURNING,
)
