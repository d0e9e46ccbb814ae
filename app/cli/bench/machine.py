"""Description of the machine that the numbers were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path


def facts() -> dict[str, str]:
    """Return the processor, its load and the versions of software, by name."""
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
    """Return the load average over the last minute as text."""
    try:
        return f"{os.getloadavg()[0]:.1f} cores in the last minute"
    except OSError:
        return "unknown"
