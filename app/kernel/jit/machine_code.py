"""The kernel as machine code: made by one process, run by the others, which have no compiler.

What is kept is the name of the one entry, and the object file that has it.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from llvmlite import binding as llvm

from app.kernel.jit.code_cache import is_warm, keep, kept
from app.kernel.jit.compile_failures import PAUSES_S, CompileError, failed
from app.settings import PACKAGE

SIGNATURE: Final = "int64(int64, int64, int64, int64, int64, int64, float64)"
"""Address of a World, what to do, four whole numbers and one figure; what it returns."""

_END: Final = b"\n"
_ROOT = Path(__file__).parents[3]
_CALL = ctypes.CFUNCTYPE(
    ctypes.c_int32, *[ctypes.c_void_p] * 2, *[ctypes.c_int64] * 6, ctypes.c_double
)
"""Numba's convention: a status, pointers to the result and to what was raised, the arguments."""


def make(entry: Any) -> None:
    """Compile `entry` and keep it. This process must have a compiler (see `mode`)."""
    keep(compiled(entry))


def compiled(entry: Any) -> bytes:
    """The name of `entry` and its object file."""
    entry.compile(SIGNATURE)
    (overload,) = entry.overloads.values()
    function, unit = attrgetter("fndesc", "library")(overload)
    code: bytes = function.llvm_func_name.encode() + _END + unit._get_compiled_object()
    return code


@cache
def load() -> Callable[..., int]:
    """The entry; made first, in a process of its own, if that was not done on this machine.

    Its first argument is the buffer of a World. Other threads run meanwhile. Raises CompileError
    when it cannot be made.
    """
    if not is_warm():
        _make_elsewhere()
    return callable_of(kept())


def callable_of(kept_code: bytes) -> Callable[..., int]:
    """Link kept machine code into a function that is called with the buffer of a World first.

    The function raises RuntimeError when the compiled code stops with an error.
    """
    name, _, code = kept_code.partition(_END)
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
    """Compile in a process of its own, several times if need be. Raises CompileError."""
    for pause_s in (*PAUSES_S, None):
        try:
            _make_once()
        except CompileError as error:
            if pause_s is None or not error.worth_a_retry:
                raise
            time.sleep(pause_s)
        else:
            return


def _make_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", PACKAGE, "warmup"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        cwd=_ROOT,
        text=True,
    )
    if done.returncode != 0 or not is_warm():
        raise failed(done.returncode, done.stdout[-2000:])
