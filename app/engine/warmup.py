"""The warm-up: compile the kernel once, saying how far it has come."""

from __future__ import annotations

import gc
import time

from app.kernel.jit.code_cache import CacheError, is_warm, writable_folder
from app.kernel.jit.compile_failures import CompileError
from app.kernel.jit.machine_code import make
from app.kernel.jit.mode import compile_here, numba_patches
from app.kernel.jit.progress import on_compiled

__all__ = ["compile_all", "is_warm"]

_COMPILATIONS = 415
"""About how many functions a cold warm-up compiles: only the progress shown depends on it."""


def compile_all() -> float:
    """Compile the kernel and keep it; prints ``warmup N % ...`` lines. Returns seconds.

    Only for a process in which no engine was made yet. Raises CompileError.
    """
    try:
        return _compile_all()
    except CacheError as error:
        raise CompileError("cache", str(error)) from None
    except MemoryError:
        raise CompileError("killed", "there is not enough memory to compile in") from None


def _compile_all() -> float:
    started = time.perf_counter()
    print("warmup 0 % looking for the compiled engine", flush=True)
    if is_warm():
        print("warmup 100 % it was compiled before", flush=True)
        return 0.0
    _, complaint = writable_folder()  # before the work, not after it
    if complaint:
        print(f"warmup: {complaint}", flush=True)
    compile_here()
    progress = _Progress()
    on_compiled(progress.one_more)
    gc.disable()  # the compiler makes millions of objects, and keeps most of them
    try:
        from app.engine.loop.entry import enter

        patched, remark = numba_patches()
        if remark:
            print(f"warmup: {remark}", flush=True)
        if patched:
            from app.kernel.jit.numba_patches import patch_numba, with_room

            patch_numba()
            with_room(make)(enter)
        else:
            make(enter)
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
        """Count one more function, and print the share done at each 10 %."""
        self.count += 1
        share = min(99, 100 * self.count // _COMPILATIONS)
        if share >= self._said + 10:
            self._said = share
            print(f"warmup {share} % compiling the engine", flush=True)
