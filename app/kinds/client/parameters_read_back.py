"""Users who look at what they have just written, as parameters."""

from app.schema import PERCENT, SECONDS, Parameter
from app.texts.text import Text


def reading_back() -> tuple[Parameter, ...]:
    """Return the parameters of users that read their own writes: share and delay."""
    return (
        Parameter(
            "read_back_percent",
            Text("Read own writes"),
            PERCENT,
            0.0,
            Text(
                "Share of answered writes that their user then reads, on top of the requests "
                "stated. A database that has not applied the write shows an old value."
            ),
            0.0,
            100.0,
            10.0,
            group="load",
            when=(("arrivals", ("open", "table")),),
        ),
        Parameter(
            "read_back_s",
            Text("After"),
            SECONDS,
            1.0,
            Text("Mean time from the answer until the user reads it back."),
            0.0,
            3600.0,
            0.5,
            group="load",
            when=(("arrivals", ("open", "table")),),
        ),
    )
