"""How long it takes to get going, each measured in a process that starts from nothing."""

from __future__ import annotations

import compileall
import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.cli.bench.serving import ROOT, listening

_READY: Final = """
from app.engine.engine import Engine
from app.scenarios import library
Engine(library.load("final-design").topology, seed=1).advance(1_000_000)
"""
_WEB: Final = """
import sys
import app.web.app
print("numba" in sys.modules)
"""


@dataclass(frozen=True)
class Startup:
    """Seconds by the clock, unless `cpu` says of processor time; None was not measured."""

    compile_cpu_s: float | None
    ready_s: float
    ready_cpu_s: float
    page_s: float
    web_imports_numba: bool


def start_up(tries: int, cold: bool, cache: str | None, progress: Callable[[str], None]) -> Startup:
    """The fastest of a few tries, since only other work makes one slower. With `cold` the engine is
    compiled first, into `cache`.
    """
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if cache:
        environment["LOADGROUND_CACHE_DIR"] = cache
    progress("compiling the engine" + ("" if cold else " unless it is compiled"))
    compile_cpu_s = _cpu_s(lambda: _output(["-m", "app", "warmup"], environment))
    progress("starting up")
    _keep_bytecode()
    ready_s, ready_cpu_s = min(_ready(environment) for _ in range(tries))
    return Startup(
        compile_cpu_s if cold else None,
        ready_s,
        ready_cpu_s,
        min(_page_s(environment) for _ in range(tries)),
        _output(["-c", _WEB], environment) == "True",
    )


def _keep_bytecode() -> None:
    """As every start but the very first finds it, whoever told Python not to keep any."""
    compileall.compile_dir(ROOT / "app", quiet=2)


def _cpu_s(run: Callable[[], object]) -> float:
    """Processor time of the processes that `run` starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _ready(environment: dict[str, str]) -> tuple[float, float]:
    """From the start of a process until its engine has begun to run: by the clock, and of work."""
    started = time.perf_counter()
    cpu_s = _cpu_s(lambda: _output(["-c", _READY], environment))
    return time.perf_counter() - started, cpu_s


def _output(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def _page_s(environment: dict[str, str]) -> float:
    """From the start of the server's process until a browser would have the first page."""
    started = time.perf_counter()
    with listening(environment) as address:
        with urllib.request.urlopen(address, timeout=60) as page:
            page.read()
        return time.perf_counter() - started
