"""The warm-up: compile the kernel once, saying how far it has come."""

from __future__ import annotations

import gc
import time
from typing import Any

from app.engine.cache import cache_folder, is_warm
from app.engine.kernel.build import compile_here
from app.engine.machine_code import make

__all__ = ["compile_all", "is_warm"]

_COMPILATIONS = 415
"""About how many functions a cold warm-up compiles: only the progress shown depends on it."""


def compile_all() -> float:
    """Compile the kernel and keep it; prints ``warmup N % ...`` lines. Returns seconds.

    Only for a process in which no engine was made yet.
    """
    started = time.perf_counter()
    complaint = cache_folder()[1]
    if complaint:
        print(f"warmup: {complaint}", flush=True)
    print("warmup 0 % looking for the compiled engine", flush=True)
    if is_warm():
        print("warmup 100 % it was compiled before", flush=True)
        return 0.0
    compile_here()
    progress = _watch_compiler()
    gc.disable()  # the compiler makes millions of objects, and keeps most of them
    try:
        from app.engine.intervene import enter
        from app.engine.kernel.haste import hurry, with_room

        hurry()
        with_room(make)(enter)
    finally:
        gc.freeze()
        gc.enable()
    seconds = time.perf_counter() - started
    print(f"warmup 100 % {progress.count} functions compiled in {seconds:.1f} s", flush=True)
    return seconds


class _Progress:
    """Counts compiled functions, and says so at every full ten percent."""

    def __init__(self) -> None:
        self.count = 0
        self._said = 0

    def one_more(self) -> None:
        """Another function is compiled."""
        self.count += 1
        share = min(99, 100 * self.count // _COMPILATIONS)
        if share >= self._said + 10:
            self._said = share
            print(f"warmup {share} % compiling the engine", flush=True)


def _watch_compiler() -> _Progress:
    from numba.core import event

    progress = _Progress()

    class Listener(event.Listener):
        def on_start(self, _event: Any) -> None:
            pass

        def on_end(self, _event: Any) -> None:
            progress.one_more()

    register: Any = event.register
    register("numba:compile", Listener())
    return progress
