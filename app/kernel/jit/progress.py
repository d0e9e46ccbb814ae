"""Progress of the compiler: a call for every function that is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def on_compiled(called: Callable[[], None]) -> None:
    """Call `called` after each function that Numba compiles from now on."""
    from numba.core import event

    class Listener(event.Listener):
        def on_start(self, _event: Any) -> None:
            pass

        def on_end(self, _event: Any) -> None:
            called()

    register: Any = event.register
    register("numba:compile", Listener())
