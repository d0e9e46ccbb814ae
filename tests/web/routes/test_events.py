"""The event stream of a real server: frames, rows, reconnecting, slow readers, stopping."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.web.conftest import OPENS, Server, start_server

WITHIN_S = 60.0
ENGINE_WITHIN_S = 300.0


class Event:
    """One server-sent event."""

    def __init__(self, text: str) -> None:
        fields = [line.partition(": ") for line in text.split("\n") if line]
        self.id = next((value for name, _, value in fields if name == "id"), "")
        self.name = next((value for name, _, value in fields if name == "event"), "")
        self.data = "\n".join(value for name, _, value in fields if name == "data")
        self.comment = text.startswith(":")

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.data)
        return found


class Stream:
    """The events of one connection, in order."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.seen: list[Event] = []
        self._events = self._read()

    def _read(self) -> Iterator[Event]:
        text = ""
        for piece in self.answer.iter_text():
            text += piece
            *whole, text = text.split("\n\n")
            yield from (Event(one) for one in whole)

    def next(self, name: str = "", holding: str = "") -> Event:
        """The next event called `name` ("" for a message) whose data contains `holding`."""
        deadline = time.monotonic() + WITHIN_S
        for event in self._events:
            self.seen.append(event)
            if event.name == name and not event.comment and holding in event.data:
                return event
            assert time.monotonic() < deadline, "the event did not come"
        raise AssertionError("the stream ended")

    def frame(self, **wanted: Any) -> dict[str, Any]:
        """The next frame with these values."""
        while True:
            frame = self.next("frame").json
            if all(frame[key] == value for key, value in wanted.items()):
                return frame


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=WITHIN_S, trust_env=False) as client:
        yield client


@pytest.fixture
def session(client: httpx.Client) -> str:
    return str(client.get("/", headers=OPENS).headers["location"])


@pytest.fixture(scope="module")
def engine(server: Server) -> None:
    """Wait until the server's engine is ready; it says how far it is."""
    deadline = time.monotonic() + ENGINE_WITHIN_S
    while True:
        health = httpx.get(f"{server.url}/health", trust_env=False).json()
        assert health["status"] == "ok"
        assert health["engine"] != "failed", health
        if health["engine"] == "ready":
            return
        assert 0 <= health["progress"] <= 1
        assert time.monotonic() < deadline
        time.sleep(0.2)


@contextlib.contextmanager
def watching(
    client: httpx.Client, session: str, language: str = "en", last_id: str = ""
) -> Iterator[Stream]:
    headers = {"Accept": "text/event-stream"}
    if last_id:
        headers["Last-Event-ID"] = last_id
    url = f"{session}/events"
    with client.stream("GET", url, params={"lang": language}, headers=headers) as answer:
        yield Stream(answer)


def test_a_stream_begins_with_the_drawing_and_the_timeline(
    client: httpx.Client, session: str
) -> None:
    with watching(client, session) as stream:
        answer = stream.answer
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in answer.headers
        assert answer.headers["content-security-policy"]
        stream.next("frame")
        first, second = stream.seen[0], stream.seen[1]
        assert (first.name, first.json) == ("topology", {"rev": 1})
        assert first.id == ""
        assert second.name == ""
        opening = '<hx-partial hx-target="#timeline" hx-swap="innerHTML">'
        assert second.data.startswith(opening)


def test_frames_are_numbered_and_the_same_for_all(
    client: httpx.Client, session: str, engine: None
) -> None:
    with (
        watching(client, session) as one,
        httpx.Client(base_url=str(client.base_url), trust_env=False) as other,
        watching(other, session, "ko") as two,
    ):
        one.frame(ready=True)
        ids = [one.next("frame").id for _ in range(20)]
        assert len(set(ids)) == 20
        boot, number = ids[0].split("-")
        assert len(boot) == 8
        assert number.isdigit()
        events = {event.id: event.data for event in one.seen if event.name == "frame"}
        while not (shared := next((e for e in [two.next("frame")] if e.id in events), None)):
            pass
        assert shared.data == events[shared.id]


def test_rows_arrive_in_the_readers_language(
    client: httpx.Client, session: str, engine: None
) -> None:
    with (
        watching(client, session) as english,
        httpx.Client(base_url=str(client.base_url), trust_env=False) as other,
        watching(other, session, "ko") as korean,
    ):
        english.frame(ready=True)
        client.post(f"{session}/nodes/web-1/crash")
        row = english.next(holding="crashed")
        assert 'hx-swap="afterbegin"' in row.data
        assert "person 1" in row.data
        assert "<b>web-1</b> crashed" in row.data
        assert "중단됨" in korean.next(holding="web-1").data
        # The balancer notices by itself.
        assert "stopped using" in english.next(holding="lb-1").data
        assert english.frame(faults=1)["undo"]
        client.post(
            f"{session}/actions",
            json={"type": "rename_node", "node": "web-1", "name": "<img onerror=x>"},
        )
        assert english.next("topology").json == {"rev": 2}
        client.post(f"{session}/nodes/web-1/heal")
        assert "&lt;img onerror=x&gt;" in english.next(holding="started again").data


def test_a_reader_that_reconnects_has_every_row_exactly_once(
    client: httpx.Client, session: str, engine: None
) -> None:
    def load(factor: float) -> None:
        client.post(f"{session}/control", data={"verb": "load", "value": str(factor)})

    with watching(client, session) as stream:
        stream.frame(ready=True)
        load(2)
        last = stream.next(holding="×2")
    load(3)
    with watching(client, session, last_id=last.id) as stream:
        missed = stream.next(holding="×3")
        assert "→ ×2" not in missed.data
        assert 'hx-swap="afterbegin"' in missed.data
        assert missed.id.split("-")[0] == last.id.split("-")[0]
    with watching(client, session, last_id="00000000-7") as stream:
        whole = stream.next()
        assert 'hx-swap="innerHTML"' in whole.data
        # Newest first.
        assert whole.data.index("→ ×3") < whole.data.index("→ ×2")


def test_a_reset_empties_the_timeline(client: httpx.Client, session: str, engine: None) -> None:
    with watching(client, session) as stream:
        stream.frame(ready=True)
        client.post(f"{session}/nodes/web-1/crash")
        stream.next(holding="crashed")
        client.post(f"{session}/control", data={"verb": "reset"})
        emptied = stream.next(holding='hx-swap="innerHTML"')
        assert "crashed" not in emptied.data
        assert stream.frame(faults=0)["t"] < 5


def test_a_reader_that_stops_reading_does_not_hold_up_the_others(
    client: httpx.Client, server: Server, session: str, engine: None
) -> None:
    address = urlsplit(server.url)
    stuck = socket.create_connection((address.hostname, address.port))
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.sendall(f"GET {session}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    try:
        with watching(client, session) as stream:
            stream.frame(ready=True)
            for _ in range(30):
                stream.next("frame")
            assert client.get(session).status_code == 200
    finally:
        stuck.close()


def test_a_reader_who_leaves_is_no_longer_counted(
    client: httpx.Client, session: str, engine: None
) -> None:
    def viewers() -> int:
        return int(client.get("/health").json()["viewers"])

    with (
        httpx.Client(base_url=str(client.base_url), trust_env=False) as other,
        watching(other, session) as stream,
    ):
        stream.next("frame")
        assert viewers() >= 1
    deadline = time.monotonic() + WITHIN_S
    while viewers():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_stream_of_an_unknown_session_is_not_found(client: httpx.Client) -> None:
    answer = client.get(f"/s/{'x' * 22}/events", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 404
    assert answer.json()["errors"]


def test_pages_are_answered_while_sessions_run_at_full_speed(
    client: httpx.Client, engine: None
) -> None:
    sessions = [client.get("/", headers=OPENS).headers["location"] for _ in range(4)]
    for one in sessions:
        client.post(f"{one}/control", data={"verb": "speed", "value": "max"})
    try:
        with watching(client, sessions[0]) as stream:
            while stream.next("frame").json["t"] <= 0:
                pass
            for _ in range(20):
                assert client.get("/health").status_code == 200
    finally:
        for one in sessions:
            client.post(f"{one}/control", data={"verb": "pause"})


def test_a_restart_keeps_every_session(tmp_path: Path) -> None:
    server = start_server(tmp_path)
    try:
        with httpx.Client(base_url=server.url, timeout=WITHIN_S, trust_env=False) as client:
            changed = str(client.get("/", headers=OPENS).headers["location"])
            untouched = str(
                client.get("/scenarios/single-server", headers=OPENS).headers["location"]
            )
            client.post(f"{changed}/actions", json={"type": "remove_node", "node": "web-1"})
            with watching(client, changed) as stream:
                last_id = stream.next("frame").id
                # With a stream open it stops all the same.
                assert server.stop() in (0, 130)
    finally:
        server.stop()
    server = start_server(tmp_path)
    try:
        with httpx.Client(base_url=server.url, timeout=WITHIN_S, trust_env=False) as client:
            nodes = {one["id"] for one in client.get(f"{changed}/topology").json()["nodes"]}
            assert "web-1" not in nodes
            assert "web-2" in nodes
            assert client.get(untouched).status_code == 200
            with watching(client, changed, last_id=last_id) as stream:
                assert 'hx-swap="innerHTML"' in stream.next().data
                assert stream.next("frame").json["t"] < 60
    finally:
        server.stop()


def test_a_killed_server_loses_no_action_older_than_a_second(tmp_path: Path) -> None:
    server = start_server(tmp_path)
    try:
        with httpx.Client(base_url=server.url, timeout=WITHIN_S, trust_env=False) as client:
            path = str(client.get("/", headers=OPENS).headers["location"])
            with watching(client, path) as stream:
                while stream.next("frame").json["t"] <= 0:
                    pass
                client.post(f"{path}/control", data={"verb": "speed", "value": "10"})
                client.post(f"{path}/actions", json={"type": "crash", "node": "web-1"})
                client.post(f"{path}/actions", json={"type": "set_load", "factor": 2})
                acted = stream.next("frame").json["t"]
                deadline = time.monotonic() + WITHIN_S
                # Kept within a second of wall time, which is ten of the run.
                while (now := stream.next("frame").json["t"]) < acted + 20:
                    assert time.monotonic() < deadline
                server.process.kill()
                server.process.wait()
    finally:
        server.stop()
    server = start_server(tmp_path)
    try:
        with (
            httpx.Client(base_url=server.url, timeout=WITHIN_S, trust_env=False) as client,
            watching(client, path) as stream,
        ):
            frame = stream.next("frame").json
            while not frame["ready"] or frame["seeking"]:
                frame = stream.next("frame").json
            assert frame["load"] == 2
            assert frame["faults"] == 1
            assert frame["t"] > acted
            assert frame["t"] < now + 60
            assert frame["undo"]
    finally:
        server.stop()


def test_a_server_without_a_usable_store_serves_pages(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    server = start_server(blocked)
    try:
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            session = str(client.get("/", headers=OPENS).headers["location"])
            assert client.get(session).status_code == 200
            assert client.get("/health").json()["status"] == "ok"
    finally:
        server.stop()


def test_the_first_page_needs_neither_engine_nor_database() -> None:
    code = (
        "import sys, app.web.app as web\n"
        "web.create_app()\n"
        "heavy = {'numba', 'llvmlite', 'sqlalchemy'} & set(sys.modules)\n"
        "print(*sorted(heavy))\n"
    )
    root = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONPATH": str(root)}
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == ""
