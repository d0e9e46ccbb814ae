"""The interleaved run: every contender measures once per round, in turn, for several rounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean
from types import TracebackType
from typing import Any, Final

from app.cli.bench.contenders.model import Model

WORKER: Final = Path(__file__).with_name("contenders") / "worker.py"
R1: Final = "R1"


class BenchError(RuntimeError):
    """A contender broke down; the message says which."""


@dataclass(frozen=True)
class Contender:
    """Something to measure: an engine (a module of `contenders`) on a model.

    `requires` is a package that need not be there.
    """

    key: str
    model: str
    engine: str
    module: str
    drawing: str = ""
    requires: str = ""


@dataclass
class Measured:
    """Results of the rounds for one contender; `absent` says why there are none."""

    contender: Contender
    rates: list[float] = field(default_factory=list)
    """Requests per processor second, a round each."""
    latencies_ms: list[float] = field(default_factory=list)
    rss_mb: float = 0.0
    absent: str = ""

    @property
    def latency_ms(self) -> float:
        """Mean over the rounds of the mean latency."""
        return fmean(self.latencies_ms)


CONTENDERS: Final = (
    Contender("final", "final-design", "Loadground", "loadground", "final-design"),
    Contender("r1", R1, "Loadground", "loadground", "reference-r1"),
    Contender("r1x1250", "R1 x 1250", "Loadground", "loadground", "x1250"),
    Contender("cimba", R1, "Cimba", "cimba_model", requires="cimba"),
    Contender("heap", R1, "heapq loop", "heap_loop"),
    Contender("simpy", R1, "SimPy", "simpy_loop", requires="simpy"),
    Contender("ciw", R1, "Ciw", "ciw_network", requires="ciw"),
)


def measure(
    contenders: Sequence[Contender],
    model: Model,
    rounds: int,
    cpu_s: float,
    cache: str | None,
    progress: Callable[[str], None],
) -> list[Measured]:
    """Rates and memory of every contender. `cache` is a folder for our compiled engine, None for
    the usual one. Raises BenchError when a contender breaks down.
    """
    results = [Measured(contender) for contender in contenders]
    with ExitStack() as stack:
        workers: list[tuple[Measured, _Worker]] = []
        for result in results:
            contender = result.contender
            if contender.requires and find_spec(contender.requires) is None:
                result.absent = "not installed"
                continue
            progress(f"preparing {contender.engine} on {contender.model}")
            worker = stack.enter_context(_Worker(contender, model, cache))
            worker.start()
            workers.append((result, worker))
        for number in range(1, rounds + 1):
            progress(f"round {number} of {rounds}")
            for result, worker in workers:
                answer = worker.measure(cpu_s)
                result.rates.append(answer["rate"])
                result.latencies_ms.append(answer["latency_ms"])
                result.rss_mb = answer["rss_mb"]
    return results


class _Worker:
    """A contender's process, which waits whenever it is not its turn."""

    def __init__(self, contender: Contender, model: Model, cache: str | None) -> None:
        self._contender = contender
        self._order = {
            "module": contender.module,
            "drawing": contender.drawing,
            "model": asdict(model),
        }
        root = str(Path(__file__).parents[3])
        environment = {**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"}
        if cache:
            environment["LOADGROUND_CACHE_DIR"] = cache
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self) -> _Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def start(self) -> None:
        """Get ready."""
        self._ask(json.dumps(self._order))

    def measure(self, cpu_s: float) -> dict[str, Any]:
        """Run for about this much processor time."""
        return self._ask(str(cpu_s))

    def _ask(self, line: str) -> dict[str, Any]:
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        with suppress(BrokenPipeError):  # then no answer follows either
            print(line, file=pipe_in, flush=True)
        answer = pipe_out.readline()
        if not answer:
            raise BenchError(f"{self._contender.engine} on {self._contender.model} broke down")
        found: dict[str, Any] = json.loads(answer)
        return found
