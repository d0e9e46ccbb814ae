"""Build of the kernel that this process has.

Usually machine code that another process has made (see `machine_code`), so that the compiler, which
is slow to import and holds much memory, is not even there. ``NUMBA_DISABLE_JIT=1`` runs the same
source as plain Python, bit for bit; ``LOADGROUND_BOUNDSCHECK=1`` compiles it here, checking every
index (slow to compile and to run).
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from app.settings import settings

PLAIN = settings().numba_disable_jit
CHECKED = not PLAIN and settings().boundscheck

PATCHED_NUMBA: Final = ("0.68.",)
"""Beginnings of the versions that the patches were tested with (see `numba_patches`)."""

_chosen = {"compiles": CHECKED}


def compile_here() -> None:
    """Let this process compile. Must come before the kernel is imported."""
    _chosen["compiles"] = True


def compiles() -> bool:
    """Return whether this process compiles the kernel itself."""
    return _chosen["compiles"]


def numba_patches() -> tuple[bool, str]:
    """Return True if Numba is patched here, and a remark ("" if none) when it is not as usual."""
    if not settings().numba_patches:
        return False, "Numba is not patched, as set; compiling takes about twice as long"
    found = version("numba")
    if not found.startswith(PATCHED_NUMBA):
        return False, (
            f"Numba {found} is not patched: the patches were tested with "
            f"{', '.join(f'{one}x' for one in PATCHED_NUMBA)}; compiling takes about twice as long"
        )
    return True, ""
