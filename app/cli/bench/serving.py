"""The real server in a process of its own, for the bench to talk to as pages do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from app.cli.bench.harness import BenchError
from app.settings import PACKAGE

ROOT: Final = Path(__file__).parents[3]
_ENGINE_S, _ANSWER_S = 300.0, 60.0

_HTTP: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))

NAVIGATION: Final = {
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}
"""Headers of a browser whose user goes somewhere."""


@contextmanager
def listening(environment: Mapping[str, str]) -> Iterator[str]:
    """The address of a server that keeps its sessions in a folder of its own, until the end."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'bench.db'}"
        server = subprocess.Popen(
            [sys.executable, "-m", PACKAGE, "serve", "--port", "0"],
            cwd=ROOT,
            env={**environment, "LOADGROUND_DATABASE_URL": database},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())
            if address is None:
                raise BenchError("the server did not say where it listens")
            yield address[0]
        finally:
            server.terminate()
            server.communicate()


@contextmanager
def serving(cache: str | None) -> Iterator[str]:
    """The address of a server whose engine, from `cache`, is ready. Raises BenchError, also for
    what goes wrong while it is talked to.
    """
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if cache:
        environment["LOADGROUND_CACHE_DIR"] = cache
    try:
        with listening(environment) as address:
            _await_engine(address)
            yield address
    except OSError as error:
        raise BenchError(f"the server broke down: {error}") from error


@contextmanager
def events(session: str) -> Iterator[Iterator[tuple[float, str]]]:
    """A session's frames as they come, each with the second at which it began to arrive."""
    request = urllib.request.Request(f"{session}/events", headers={"Accept": "text/event-stream"})
    with _HTTP.open(request, timeout=_ANSWER_S) as stream:
        yield _frames(stream)


def _frames(stream: IO[bytes]) -> Iterator[tuple[float, str]]:
    last_s = time.monotonic()
    while line := stream.readline():  # at least a ping, every few seconds
        at_s = time.monotonic()
        if line == b"event: frame\n":
            last_s = at_s
            yield at_s, stream.readline().decode().removeprefix("data: ")
        elif at_s > last_s + _ANSWER_S:
            raise BenchError(f"no frame came for {_ANSWER_S:.0f} s")
    raise BenchError("an event stream ended")


def send(url: str, body: object = None) -> str:
    """Go to a page, which begins a run if it is a scenario's, or post JSON; the address that it
    led to.
    """
    posted = None if body is None else json.dumps(body).encode()
    headers = NAVIGATION if posted is None else {"Content-Type": "application/json"}
    request = urllib.request.Request(url, posted, dict(headers))
    with _HTTP.open(request, timeout=_ANSWER_S) as answer:
        answer.read()
        return str(answer.geturl())


def _await_engine(address: str) -> None:
    """Wait until sessions can run. Raises BenchError when that will never be."""
    until_s = time.monotonic() + _ENGINE_S
    while time.monotonic() < until_s:
        with _HTTP.open(f"{address}/health", timeout=_ANSWER_S) as answer:
            health = json.load(answer)
        if health["engine"] == "ready":
            return
        if health["engine"] == "failed":
            raise BenchError(f"the engine was not prepared: {health.get('detail', '')}")
        time.sleep(0.1)
    raise BenchError("the engine did not become ready")
