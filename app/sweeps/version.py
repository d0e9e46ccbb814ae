"""The version of what is simulated: equal where equal plans have equal results."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_SIMULATED = ("kernel", "kinds", "engine", "topology", "verdicts", "sweeps")


@cache
def version_here() -> str:
    """A digest of the sources that a result follows from."""
    found = hashlib.sha256()
    for folder in _SIMULATED:
        for path in sorted((_PACKAGE / folder).rglob("*.py")):
            found.update(path.relative_to(_PACKAGE).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:16]
