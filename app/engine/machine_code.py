"""The kernel as machine code: made by one process, run by the others, which have no compiler.

What is kept is the name of the one entry, and the object file that has it.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from llvmlite import binding as llvm

from app.engine.cache import is_warm, keep, kept

SIGNATURE: Final = "int64(int64, int64, int64, int64, int64, int64, float64)"
"""Address of a World, what to do, four whole numbers and one figure; what it returns."""

_END: Final = b"\n"
_ROOT = Path(__file__).parents[2]
_CALL = ctypes.CFUNCTYPE(
    ctypes.c_int32, *[ctypes.c_void_p] * 2, *[ctypes.c_int64] * 6, ctypes.c_double
)
"""Numba's convention: a status, pointers to the result and to what was raised, the arguments."""


def make(entry: Any) -> None:
    """Compile `entry` and keep it. This process must have a compiler (see `kernel.build`)."""
    entry.compile(SIGNATURE)
    (compiled,) = entry.overloads.values()
    function, unit = attrgetter("fndesc", "library")(compiled)
    keep(function.llvm_func_name.encode() + _END + unit._get_compiled_object())


@cache
def load() -> Callable[..., int]:
    """The entry; made first, in a process of its own, if that was not done on this machine.

    Its first argument is the buffer of a World. Other threads run meanwhile. Raises RuntimeError
    when it cannot be made.
    """
    if not is_warm():
        _make_elsewhere()
    name, _, code = kept().partition(_END)
    linked = _link(code)
    function = _CALL(linked.get_function_address(name.decode()))

    def enter(buffer: Any, *arguments: float) -> int:
        result, raised = ctypes.c_int64(0), ctypes.c_void_p()
        status = function(
            ctypes.addressof(result), ctypes.addressof(raised), buffer.ctypes.data, *arguments
        )
        if status:
            raise RuntimeError(f"{linked} stopped with status {status}")
        return result.value

    return enter


def _link(code: bytes) -> Any:
    """An object file's machine code, in memory for as long as the answer is."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    linked = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    linked.add_object_file(llvm.ObjectFileRef.from_data(code))
    linked.finalize_object()
    return linked


def _make_elsewhere() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "warmup"],
        capture_output=True,
        check=False,
        cwd=_ROOT,
        text=True,
    )
    if done.returncode != 0 or not is_warm():
        raise RuntimeError(
            f"the engine could not be compiled: {(done.stdout + done.stderr)[-2000:]}"
        )
