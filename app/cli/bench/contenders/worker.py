"""One contender in a process of its own, so that its memory and processor time are its own.

Started by path (``python -P worker.py``) and importing nothing of Loadground itself: other
simulators must not be charged for our modules. A line of JSON on standard input says what to run;
every further line is an amount of processor seconds to measure for, answered by a line of JSON.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

Run = Callable[[int], tuple[int, float]]
"""Simulates about so many requests; answers how many it did, and their mean latency in ms."""

_FIRST, _LONG_ENOUGH_S = 1_000, 0.1


def main() -> None:
    """Serve the parent process until it closes standard input."""
    order = json.loads(sys.stdin.readline())
    model = _load("model").Model(**order["model"])
    run: Run = _load(order["module"]).prepare(model, order["drawing"])
    rate = _calibrate(run)
    _say({"rate": rate})
    for line in sys.stdin:
        requests, cpu_s, latency_ms = _time(run, round(rate * float(line)))
        rate = requests / cpu_s
        _say({"rate": rate, "latency_ms": latency_ms, "rss_mb": _peak_mb()})


def _calibrate(run: Run) -> float:
    """Requests per processor second, roughly. The first run is not believed: it may compile."""
    run(_FIRST)
    requests = _FIRST
    while True:
        done, cpu_s, _ = _time(run, requests)
        if cpu_s >= _LONG_ENOUGH_S:
            return done / cpu_s
        requests *= 4


def _time(run: Run, requests: int) -> tuple[int, float, float]:
    started = time.process_time()
    done, latency_ms = run(requests)
    return done, time.process_time() - started, latency_ms


def _peak_mb() -> float:
    """The most memory that this process has held so far."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        # Elsewhere than on Linux; there, this would be no less than what our parent held.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1024.0 / (1024.0 if sys.platform == "darwin" else 1.0)
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024.0


def _load(name: str) -> ModuleType:
    """A module of this folder, by its path: by its name it would bring all of Loadground along."""
    spec = importlib.util.spec_from_file_location(
        f"bench_{name}", Path(__file__).with_name(f"{name}.py")
    )
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
