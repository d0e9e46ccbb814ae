"""`serve`: answers requests, takes the longest link there is, and stops on a signal."""

import random
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.scenarios import library, share
from app.scenarios.errors import ShareError
from app.scenarios.limits import LINK_LENGTH_MAX
from app.topology.model import Topology
from tests.support.programs.process import serving
from tests.web.conftest import OPENS


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `serve` on a port that the system chose, and its address."""
    with serving(tmp_path / "sessions.db") as running:
        yield running


def longest_code() -> str:
    """A code that is nearly as long as a link may be."""
    noise = random.Random(1)
    nodes = library.load("single-server").topology.nodes
    code = ""
    while True:
        name = "".join(chr(noise.randint(0x4E00, 0x9FFF)) for _ in range(60))
        extra = replace(nodes[-1], id=f"web-{len(nodes) + 1}", name=name)
        nodes = (*nodes, extra)
        scenario = replace(library.load("single-server"), topology=Topology.of(nodes, ()))
        try:
            code = share.encode(scenario)
        except ShareError:
            return code


def test_serve_answers_takes_the_longest_link_and_stops(
    server: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = server
    code = longest_code()
    assert LINK_LENGTH_MAX - 500 < len(code) <= LINK_LENGTH_MAX
    with httpx.Client(base_url=address, timeout=60) as client:
        assert client.get("/health").json()["status"] == "ok"
        opened = client.get(f"/o/{code}", headers=OPENS)
        assert opened.status_code == 303, opened.text
        assert opened.headers["location"].startswith("/s/")
        assert client.get(f"/o/{code[:-5]}").status_code == 400
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
