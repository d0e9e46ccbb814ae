"""A traced request for reading in a terminal: its stages in the order of time, and its causes."""

from __future__ import annotations

from typing import Any

from app.cli.table import table
from app.texts.languages import Language
from app.texts.numbers import Fixed, number
from app.texts.text import Text

_READ = Text("Request {request}, a read: sent at {at} s, {outcome} after {took} ms")
_WRITE = Text("Request {request}, a write: sent at {at} s, {outcome} after {took} ms")
_ANSWERED = Text("answered")
_COLUMNS = (Text("at ms"), Text("took"), Text("stage"), Text("what happened"))
_WHY = Text("Why: {cause}")


def trace_text(trace: dict[str, Any], language: Language) -> str:
    """One of the traces of `run --json --traces`, as a heading, a table and the causes."""
    outcome = trace["outcome"]
    heading = (_WRITE if trace["writes"] else _READ).say(
        language,
        request=str(trace["request"]),
        at=Fixed(trace["began_s"], 3),
        outcome=_ANSWERED if outcome == "answered" else outcome,
        took=Fixed(trace["took_ms"], 1),
    )
    rows = [tuple(column.say(language) for column in _COLUMNS)]
    for stage in trace["stages"]:
        at_ms = 1e3 * (stage["begins_s"] - trace["began_s"])
        took_ms = 1e3 * (stage["ends_s"] - stage["begins_s"])
        times = (number(Fixed(at_ms, 1), language), number(Fixed(took_ms, 1), language))
        rows.append((*times, stage["title"], stage["text"]))
    causes = [_WHY.say(language, cause=cause["text"]) for cause in trace["causes"]]
    return "\n".join([heading, table(rows, right=(0, 1)), *causes])
