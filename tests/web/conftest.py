"""The application in this process for questions and answers, and a real server for streams."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.settings import Settings
from app.web.app import create_app
from app.web.http.dependencies import Services

ROOT = Path(__file__).parents[2]
START_WITHIN_S = 120.0
STOP_WITHIN_S = 60.0

OPENS = {
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}
"""What a browser says when its user goes somewhere."""

SESSION_PATH = re.compile(r"/s/[A-Za-z0-9_-]{22,}")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nothing of the user's is touched."""
    return Settings(database_url=f"sqlite:///{tmp_path / 'sessions.db'}")


@pytest.fixture
async def app(anyio_backend: str, settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings, warm_up=False)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def house(app: FastAPI) -> Services:
    house: Services = app.state.services
    return house


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A program that speaks HTTP; it follows no redirects and expects JSON unless it says so."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def session(client: httpx.AsyncClient) -> str:
    """The path of a new session of the final design."""
    answer = await client.get("/", headers=OPENS)
    assert answer.status_code == 303
    path = answer.headers["location"]
    assert SESSION_PATH.fullmatch(path)
    return str(path)


async def act(client: httpx.AsyncClient, session: str, **action: Any) -> httpx.Response:
    """Send an action."""
    return await client.post(f"{session}/actions", json=action)


async def drawing(client: httpx.AsyncClient, session: str, **query: str) -> dict[str, Any]:
    """The drawing as the page fetches it."""
    answer = await client.get(f"{session}/topology", params=query)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@dataclass
class Server:
    """The program as a person starts it, listening at `url`."""

    url: str
    process: subprocess.Popen[str]
    listener: threading.Thread

    def stop(self) -> int:
        """Stop it as Ctrl+C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(STOP_WITHIN_S)
        finally:
            self.process.kill()
            self.listener.join()


def start_server(data: Path) -> Server:
    """Start the program on a free port and wait until it says where it listens."""
    environment = os.environ | {"XDG_DATA_HOME": str(data), "PYTHONUNBUFFERED": "1"}
    environment.pop("LOADGROUND_DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", "0"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: SimpleQueue[str] = SimpleQueue()

    def read() -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                lines.put(line)

    listener = threading.Thread(target=read, daemon=True)
    listener.start()
    said = ""
    try:
        while not (found := re.search(r"http://\S+", said)):
            said += lines.get(timeout=START_WITHIN_S)
    except Empty:
        process.kill()
        pytest.fail(f"the server did not start: {said}")
    return Server(found[0], process, listener)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start_server(tmp_path_factory.mktemp("data"))
    yield running
    running.stop()


def page_headers() -> dict[str, str]:
    """What a browser sends when it opens a page."""
    return {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
