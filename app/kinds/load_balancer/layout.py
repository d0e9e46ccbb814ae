"""Fields of a load balancer's row of the World: its algorithm, and ejections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.kernel.state.codes.choices import Algorithm


def lay_out(row: Any, value: Callable[[str], float]) -> None:
    """Fill its fields; `value` gives a parameter in the engine's unit."""
    row["algorithm"] = value("algorithm")
    row["slow_start"] = round(value("slow_start_s"))
    row["panic_share"] = value("panic_percent")
    row["ejects_after"] = int(value("passive_failures")) if value("passive") else 0
    row["failure_count"] = value("passive_counts")
    row["failing_window"] = round(value("passive_window_s"))
    row["ejection"] = round(value("passive_ejection_s"))
    row["ejection_max"] = round(value("passive_ejection_max_s"))
    row["ejected_share"] = value("passive_share_max")
    row["sticky"] = value("sticky")
    wishes = ("slow_start", "ejects_after", "sticky")
    row["needs_choice"] = int(
        row["algorithm"] != Algorithm.ROUND_ROBIN or any(row[name] > 0 for name in wishes)
    )


def summary_figures(row: Any) -> Mapping[str, Any]:
    """Sessions that moved to another server, if users stick to one."""
    return {"sessions_lost": int(row["sessions_lost"])} if row["sticky"] else {}
