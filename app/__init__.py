"""Loadground: an architecture playground backed by a discrete-event simulation."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.experiments import Run as Run
    from app.experiments import Scenario as Scenario
    from app.experiments import sweep as sweep

__all__ = ["Run", "Scenario", "sweep"]


def __getattr__(name: str) -> Any:
    """Return what programs use, loaded when it is first asked for: the commands need none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.experiments"), name)
