"""Parameters of a load balancer about attempts: what it tries again, where, and when."""

from app.schema import NO_UNIT, SECONDS, TIMES, Choice, Parameter
from app.texts.text import Text


def retries() -> tuple[Parameter, ...]:
    """Return the parameters of a balancer's retries."""
    return (
        Parameter(
            "retries",
            Text("Retries", context="number"),
            TIMES,
            0,
            Text("Attempts after the first one, when a server fails a request."),
            0,
            20,
            1,
            whole=True,
            group="attempts",
        ),
        Parameter(
            "retry_on",
            Text("Retried"),
            NO_UNIT,
            "connection",
            Text(
                "Connections that fail (HAProxy); also those that break and timeouts (nginx: "
                "error timeout); or everything that went wrong. Beyond the first, a request may "
                "be worked on twice."
            ),
            choices=(
                Choice("connection", Text("Failed connections")),
                Choice("all", Text("Every failure")),
                Choice("broken", Text("No answer")),
            ),
            group="attempts",
        ),
        Parameter(
            "retry_writes",
            Text("Writes again"),
            NO_UNIT,
            "on",
            Text(
                "Whether a write that a server may have done already is sent again. Off: only "
                "if no server has had it (nginx without non_idempotent)."
            ),
            choices=(Choice("off", Text("Off")), Choice("on", Text("On"))),
            group="attempts",
        ),
        *_where(),
    )


def _where() -> tuple[Parameter, ...]:
    return (
        Parameter(
            "redispatch",
            Text("Retry where"),
            NO_UNIT,
            "last",
            Text(
                "The same server after a wait; a new choice, on the last retry or every time, "
                "which may fall on the same server; or another server at once (HAProxy's "
                "redispatch): the one that has just failed only if no other has room. A hash or "
                "a cookie waits for the last retry."
            ),
            choices=(
                Choice("same", Text("Same server")),
                Choice("last", Text("New choice at last")),
                Choice("other", Text("New choice")),
                Choice("another", Text("Another server")),
            ),
            group="attempts",
        ),
        Parameter(
            "retry_wait_s",
            Text("Turn-around wait"),
            SECONDS,
            1.0,
            Text("Pause before the same server is tried again."),
            0.0,
            3600.0,
            0.5,
            group="attempts",
        ),
    )
