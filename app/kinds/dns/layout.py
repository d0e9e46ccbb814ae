"""Fields of a name server's row of the World."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def lay_out(row: Any, value: Callable[[str], float]) -> None:
    """Fill its fields; `value` gives a parameter in the engine's unit."""
    row["ttl_ns"] = round(value("ttl_s"))
