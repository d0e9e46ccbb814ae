"""Which build of the kernel this process has.

Usually machine code that another process has made (see `machine_code`), so that the compiler, which
is slow to import and holds much memory, is not even there. ``NUMBA_DISABLE_JIT=1`` runs the same
source as plain Python, bit for bit; ``LOADGROUND_BOUNDSCHECK=1`` compiles it here, checking every
index (slow to compile and to run).
"""

from __future__ import annotations

import os

PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") not in {"", "0"}
CHECKED = not PLAIN and os.environ.get("LOADGROUND_BOUNDSCHECK") == "1"

_chosen = {"compiles": CHECKED}


def compile_here() -> None:
    """Let this process compile. Must come before the kernel is imported."""
    _chosen["compiles"] = True


def compiles() -> bool:
    """Whether this process compiles the kernel itself."""
    return _chosen["compiles"]
