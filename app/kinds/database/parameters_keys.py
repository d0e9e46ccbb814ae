"""Keys whose versions a group follows, as parameters."""

from app.schema import NO_UNIT, Parameter
from app.texts.text import Text

ZIPF_HELP = Text(
    "Zipf's exponent: the k-th most popular key gets a share like 1 / k to this power; 0 makes "
    "them equal."
)


def versions() -> tuple[Parameter, ...]:
    """Return the parameters of followed keys: number and skew of their popularity."""
    return (
        Parameter(
            "followed_keys",
            Text("Keys followed"),
            NO_UNIT,
            0,
            Text(
                "Every read and write is about one of so many keys, and a read counts as stale "
                "where an acknowledged write of its key has not been applied. 0: nobody counts. "
                "Set it where the primary is drawn."
            ),
            0,
            100_000,
            1000,
            whole=True,
            group="replication",
        ),
        Parameter(
            "key_skew",
            Text("Skew of the keys"),
            NO_UNIT,
            1.0,
            ZIPF_HELP,
            0.0,
            4.0,
            0.1,
            group="replication",
        ),
    )
