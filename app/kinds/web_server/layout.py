"""Fields of a web server's row of the World: workers, breaker, timeouts; figures of its pool."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.kernel.state.codes.nodes import Trait
from app.kernel.state.flags import set_trait

_MS: Final = 1e6


def lay_out(row: Any, value: Callable[[str], float]) -> None:
    """Fill its fields; `value` gives a parameter in the engine's unit."""
    row["replies"] = value("read_replies")
    row["workers"], row["breaker"] = value("workers"), value("breaker_failures")
    set_trait(row, Trait.FAN_OUT, row["replies"] > 0)
    set_trait(row, Trait.WORKERS, row["workers"] > 0)
    row["breaker_ns"] = round(value("breaker_open_s"))
    row["data_timeout"] = round(value("data_timeout_s"))


def frame_figures(_before: Any, row: Any, _window_s: float) -> Mapping[str, Any]:
    """Connections of its pool in use, and calls that wait for one, if it has a pool."""
    if not row["pool"]:
        return {}
    return {"data": {"used": int(row["pool_used"]), "waiting": int(row["pool_length"])}}


def summary_figures(row: Any) -> Mapping[str, Any]:
    """Return the figures of the pool, if there is one: connections in use, calls that wait for one,
    the share of calls that had to, and their mean wait in ms over all calls.
    """
    if not row["pool"]:
        return {}
    taken = int(row["pool_taken"])
    return {
        "pool_used": int(row["pool_used"]),
        "pool_waiting": int(row["pool_length"]),
        "pool_waited": int(row["pool_waited"]) / taken if taken else None,
        "pool_wait_ms": int(row["pool_wait_ns"]) / taken / _MS if taken else None,
    }
