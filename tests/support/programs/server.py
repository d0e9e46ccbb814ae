"""The program as a person starts it, in a process and with a data folder of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[3]

ADDRESS = re.compile(r"(http://[\d.]+:\d+) ")
# The machine may be busy with something else; a program that never answers is red all the same.
ANSWER_WITHIN_S = 120.0
# Compiling the engine from nothing on two busy cores; a warm cache takes a second.
ENGINE_READY_WITHIN_S = 300.0
STOP_WITHIN_S = 60.0


@dataclass(frozen=True)
class Server:
    """The program as a person starts it, answering at `url`."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def fail(self, complaint: str) -> None:
        """Fail the test with the end of what the server printed."""
        tail = self.log.read_text(errors="replace")[-4_000:]
        pytest.fail(f"{complaint}\n--- the server's output ends ---\n{tail}", pytrace=False)

    def health(self) -> dict[str, Any] | None:
        """What `/health` says, or None while nobody answers."""
        if self.process.poll() is not None:
            self.fail(f"the server exited with code {self.process.returncode}")
        try:
            answer = httpx.get(f"{self.url}/health", timeout=60.0, trust_env=False)
        except httpx.TransportError:
            return None
        body: dict[str, Any] = answer.raise_for_status().json()
        return body

    def wait_for(self, condition: Callable[[dict[str, Any]], bool], within_s: float) -> None:
        """Poll `/health` until `condition` holds for it."""
        deadline = time.monotonic() + within_s
        health = None
        while time.monotonic() < deadline:
            health = self.health()
            if health is not None and condition(health):
                return
            time.sleep(0.1)
        self.fail(f"after {within_s:.0f} s /health still said {health}")

    def wait_for_engine(self) -> None:
        """Wait until simulations can run."""
        self.wait_for(lambda health: health.get("engine") == "ready", ENGINE_READY_WITHIN_S)


def address(starting: Server) -> str:
    """Where the program says it runs, on a port that the system chose."""
    deadline = time.monotonic() + ANSWER_WITHIN_S
    while not (said := ADDRESS.search(starting.log.read_text(errors="replace"))):
        if starting.process.poll() is not None:
            starting.fail(f"the server exited with code {starting.process.returncode}")
        if time.monotonic() > deadline:
            starting.fail(f"after {ANSWER_WITHIN_S:.0f} s the server had said no address")
        time.sleep(0.05)
    return said[1]


@contextmanager
def serving(home: Path, **variables: str) -> Iterator[Server]:
    """The running program, with `home` for its data, so that nobody's saved work is touched, and
    further environment variables.
    """
    log = home / "server.log"
    command = [sys.executable, "-m", "app", "serve", "--host", "127.0.0.1", "--port", "0"]
    # The cache stays the user's, or every run would compile the engine again.
    own = {"XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home)}
    environment = os.environ | own | variables
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    starting = Server("", process, log)
    try:
        running = replace(starting, url=address(starting))
        running.wait_for(lambda _: True, ANSWER_WITHIN_S)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            Server("", process, log).fail(
                f"the server did not stop within {STOP_WITHIN_S:.0f} s of SIGTERM"
            )
