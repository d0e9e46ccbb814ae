"""Parameters of a web server's calls to databases: read and write routing, pool."""

from app.schema import NO_UNIT, SECONDS, Choice, Figure, Parameter
from app.texts.text import Text

POOL_FIGURES = (
    Figure("used", Text("Connections used"), NO_UNIT, when="pool"),
    Figure("pooled", Text("Wait for one"), NO_UNIT, when="pool"),
)


def routing() -> tuple[Parameter, ...]:
    """Return the parameters of read routing."""
    return (
        Parameter(
            "read_routing",
            Text("Reads go to"),
            NO_UNIT,
            "round_robin",
            Text(
                "The replicas in turn; the one that said at its last check that it is least "
                "behind; in turn, but reads of one's own writes to the primary for a while; always "
                "the primary; or whichever its link has the least latency to."
            ),
            choices=(
                Choice("round_robin", Text("Replicas in turn")),
                Choice("least_lag", Text("Least lag")),
                Choice("pin_after_write", Text("Pinned after a write")),
                Choice("primary_only", Text("Primary only")),
                Choice("nearest", Text("Nearest")),
            ),
            group="data",
        ),
        Parameter(
            "pin_s",
            Text("Pinned for"),
            SECONDS,
            5.0,
            Text("How long after its write was answered a user reads it back at the primary."),
            0.0,
            3600.0,
            1.0,
            when=(("read_routing", ("pin_after_write",)),),
            group="data",
        ),
        Parameter(
            "primary_fallback",
            Text("Without a replica"),
            NO_UNIT,
            "primary",
            Text("What becomes of reads while no replica takes any."),
            choices=(
                Choice("primary", Text("Read at the primary")),
                Choice("fail", Text("Fail")),
            ),
            when=(("read_routing", ("round_robin", "least_lag", "pin_after_write", "nearest")),),
            group="data",
        ),
    )


def writing() -> Parameter:
    """Return the parameter of write routing among several primaries."""
    return Parameter(
        "write_routing",
        Text("Writes go to"),
        NO_UNIT,
        "round_robin",
        Text(
            "Where several databases take writes: all in turn; the nearest; or each key to the "
            "same one, its home, while that is up, so that no two of them write it at once."
        ),
        choices=(
            Choice("round_robin", Text("All in turn")),
            Choice("nearest", Text("Nearest")),
            Choice("home", Text("Home of the key")),
        ),
        group="data",
    )


def pool() -> tuple[Parameter, ...]:
    """Connections that are kept open to databases. The wait is HikariCP's default."""
    return (
        Parameter(
            "pool_size",
            Text("Connection pool"),
            NO_UNIT,
            0,
            Text(
                "Connections to databases, all together; a call waits until one is free, and it is "
                "free again when the answer is back. 0: as many as it takes (HikariCP has 10)."
            ),
            0,
            10_000,
            5,
            whole=True,
            group="data",
        ),
        Parameter(
            "pool_wait_s",
            Text("Wait for a connection"),
            SECONDS,
            30.0,
            Text("A call that has waited so long for a connection fails (HikariCP's default)."),
            0.001,
            600.0,
            1.0,
            group="data",
        ),
    )
