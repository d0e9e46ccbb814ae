"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path


def facts() -> dict[str, str]:
    """What to know about this machine to compare numbers."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "busy": _load(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "Numba": version("numba"),
        "NumPy": version("numpy"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")


def _load() -> str:
    """How many others wanted a core when this began."""
    try:
        return f"{os.getloadavg()[0]:.1f} cores in the last minute"
    except OSError:
        return "unknown"
