"""Fields of a rate limiter's row of the World, and figures from them: its bucket and queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

_SECOND_NS: Final = 1e9
_BACKLOG: Final = 4096
"""Connections that a process which hangs may keep waiting: Linux' ``net.core.somaxconn``."""


def lay_out(row: Any, value: Callable[[str], float]) -> None:
    """Fill its fields; the behaviour takes rate and burst over when it is told of the edit."""
    row["new_token_ns"] = round(_SECOND_NS / value("rate"))
    row["new_burst"] = value("burst")
    row["queues"] = value("when_empty")
    row["queue_limit"] = value("queue_limit") if row["queues"] else _BACKLOG
    row["wait_max"] = round(value("wait_max_s"))


def frame_figures(before: Any, row: Any, window_s: float) -> Mapping[str, Any]:
    """Tokens taken of those that came, and refusals a second."""
    passed, limited = (
        sum(int(row[name]) - (0 if before is None else int(before[name])) for name in names)
        for names in (("reads", "writes"), ("limited",))
    )
    if window_s <= 0.0:
        return {"data": {"limited": 0.0}}
    used = passed * float(row["token_ns"]) / _SECOND_NS / window_s
    return {"util": round(min(used, 1.0), 4), "data": {"limited": round(limited / window_s, 3)}}


def summary_figures(row: Any) -> Mapping[str, Any]:
    """Requests refused."""
    return {"limited": int(row["limited"])}
