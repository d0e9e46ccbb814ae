"""Figures of nodes that the page keeps live, so that one word keeps one meaning everywhere."""

from app.schema import MILLISECONDS, NO_UNIT, PER_SECOND, PERCENT, SECONDS, Figure
from app.texts.text import Text

FAILED = Figure("fail", Text("Failed"), PER_SECOND)
DOWN_SINCE = Figure("since", Text("Down since"), SECONDS, when="since")
CACHED = Figure("hit", Text("Cached"), PERCENT, when="hit")
STALE_READS = Figure("stale", Text("Stale reads"), PERCENT, when="missed")

LOAD = (
    Figure("util", Text("Utilisation"), PERCENT),
    Figure("inst", Text("Servers up"), NO_UNIT, when="inst"),
    Figure("queue", Text("Queue"), NO_UNIT),
    Figure("p95", Text("p95 here"), MILLISECONDS),
    Figure("rps", Text("Requests"), PER_SECOND),
)
"""Of every station: how busy it is, and how long it takes."""
