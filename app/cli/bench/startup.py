"""Time from nothing to the first result, each measured in a process of its own."""

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

from app.cli.bench.serving import NAVIGATION, ROOT, listening
from app.settings import PACKAGE

_READY: Final = f"""
from {PACKAGE}.engine.engine import Engine
from {PACKAGE}.scenarios import library
Engine(library.load("final-design").topology, seed=1).advance(1_000_000)
"""
_WEB: Final = f"""
import sys
import {PACKAGE}.web.app
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
    compile_cpu_s = _cpu_s(lambda: _output(["-m", PACKAGE, "warmup"], environment))
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
    """Keep bytecode, as every start but the very first finds it, whoever told Python not to."""
    compileall.compile_dir(ROOT / PACKAGE, quiet=2)


def _cpu_s(run: Callable[[], object]) -> float:
    """Processor time of the processes that `run` starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _ready(environment: dict[str, str]) -> tuple[float, float]:
    """Return the seconds from the start of a process until its engine has begun to run: by the
    clock, and of work.
    """
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
    """Return the seconds from the start of the server's process until a browser would have the
    first page.
    """
    started = time.perf_counter()
    with listening(environment) as address:
        # A person's browser is led to the drawing at once.
        asked = urllib.request.Request(address, headers=NAVIGATION)
        with urllib.request.urlopen(asked, timeout=60) as page:
            page.read()
        return time.perf_counter() - started
