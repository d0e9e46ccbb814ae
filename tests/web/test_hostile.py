"""What nobody should send: each gets a clear refusal, and the session is none the worse."""

import json
from typing import Any

import httpx
import pytest

from tests.web.conftest import act, drawing

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}


def nested(depth: int) -> str:
    return '{"type":"batch","edits":[' * depth + "]}" * depth


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"crash"', 422),
        (b"7", 422),
        (b"NaN", 400),
        (b'{"type":"set_load","factor":NaN}', 400),
        (b'{"type":"set_load","factor":Infinity}', 400),
        (b'{"type":"set_load","factor":1e999}', 400),
        (b'{"type":"set_load","factor":' + b"9" * 5_000 + b"}", 400),
        (b'{"type":"set_load","type":"pause"}', 400),
        (b'{"type":"rename_node","node":"web-1","name":"\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (nested(40).encode(), 400),
        (nested(5).encode(), 422),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else None,
)
async def test_bodies_that_are_no_action(
    client: httpx.AsyncClient, session: str, body: bytes, status: int
) -> None:
    before = await drawing(client, session)
    answer = await client.post(f"{session}/actions", content=body, headers=JSON)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["text"]
    assert await drawing(client, session) == before


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ({"type": "explode"}, ""),
        ({}, ""),
        ({"type": "crash"}, "node"),
        ({"type": "crash", "node": "nobody"}, "node"),
        ({"type": "crash", "node": "../x"}, "node"),
        ({"type": "crash", "node": 7}, "node"),
        ({"type": "crash", "node": "web-1", "force": True}, "force"),
        ({"type": "add_node", "kind": "mainframe"}, "kind"),
        ({"type": "add_node", "kind": "web_server", "x": 1e9}, "x"),
        ({"type": "add_node", "kind": "web_server", "id": "web-1"}, "id"),
        ({"type": "add_node", "kind": "web_server", "name": "n" * 61}, "name"),
        ({"type": "add_node", "kind": "web_server", "name": "  "}, "name"),
        ({"type": "add_node", "kind": "web_server", "parameters": {"q": 1}}, "parameters.q"),
        ({"type": "set_node", "node": "web-1", "parameters": {"cores": 1.5}}, "parameters.cores"),
        ({"type": "set_node", "node": "web-1", "parameters": {"cores": -1}}, "parameters.cores"),
        ({"type": "set_node", "node": "web-1", "parameters": {"cores": None}}, "parameters.cores"),
        ({"type": "set_node", "node": "web-1", "parameters": {"cores": [1]}}, "parameters.cores"),
        ({"type": "set_node", "node": "db-1", "parameters": {"role": "king"}}, "parameters.role"),
        ({"type": "add_link", "source": "db-1", "target": "web-1"}, "target"),
        ({"type": "add_link", "source": "lb-1", "target": "lb-1"}, "target"),
        ({"type": "add_link", "source": "lb-1", "target": "web-1"}, "target"),
        ({"type": "remove_link", "link": "link-999"}, "link"),
        ({"type": "batch", "edits": []}, "edits"),
        (
            {
                "type": "batch",
                "edits": [
                    {"type": "remove_node", "node": "web-1"},
                    {"type": "remove_node", "node": "web-1"},
                ],
            },
            "edits[1].node",
        ),
        ({"type": "set_load", "factor": -1}, "factor"),
        ({"type": "set_load", "factor": 1001}, "factor"),
        ({"type": "set_seed", "seed": 2**60}, "seed"),
        ({"type": "set_speed", "speed": 0}, "speed"),
        ({"type": "step", "events": 10**9}, "events"),
    ],
    ids=str,
)
async def test_actions_that_do_not_fit_name_the_field(
    client: httpx.AsyncClient, session: str, action: dict[str, Any], field: str
) -> None:
    before = await drawing(client, session)
    answer = await act(client, session, **action)
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert error["field"] == field
    korean = await client.post(f"{session}/actions", params={"lang": "ko"}, json=action)
    assert korean.json()["errors"][0]["text"] != error["text"]
    assert await drawing(client, session) == before


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"]
)
async def test_only_json_is_an_action(
    client: httpx.AsyncClient, session: str, content_type: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await client.post(f"{session}/actions", content=b'{"type":"pause"}', headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["errors"][0]["text"]


async def test_a_large_body_is_refused_by_its_length(
    client: httpx.AsyncClient, session: str
) -> None:
    body = b'{"type":"batch","edits":[' + b" " * 5_000_000 + b"]}"
    answer = await client.post(f"{session}/actions", content=body, headers=JSON)
    assert answer.status_code == 413
    assert "256 KiB" in answer.json()["errors"][0]["text"]
    assert (await client.get(session)).status_code == 200


async def test_a_body_that_lies_about_its_length_is_counted(
    client: httpx.AsyncClient, session: str
) -> None:
    sent = 0

    async def pieces() -> Any:
        nonlocal sent
        for _ in range(80):
            sent += 65_536
            yield b" " * 65_536

    answer = await client.post(f"{session}/actions", content=pieces(), headers=JSON)
    assert answer.status_code == 413
    form = await client.post(
        f"{session}/control",
        content=pieces(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert form.status_code == 413


@pytest.mark.parametrize("length", ["-5", "abc", "1" * 400, "٣"])
async def test_senseless_lengths(client: httpx.AsyncClient, session: str, length: str) -> None:
    headers = JSON | {"Content-Length": length}
    headers_raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    answer = await client.post(
        f"{session}/actions", content=b'{"type":"pause"}', headers=headers_raw
    )
    assert answer.status_code in (202, 413)


async def test_a_drawing_of_ten_thousand_nodes(client: httpx.AsyncClient, session: str) -> None:
    nodes = [{"id": f"web-{n}", "kind": "web_server"} for n in range(10_000)]
    document = {"format": "loadground", "version": 1, "name": "Big", "nodes": nodes, "links": []}
    answer = await client.post("/open", json=document)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "nodes"
    edits = [{"type": "add_node", "kind": "web_server"} for _ in range(1_000)]
    answer = await act(client, session, type="batch", edits=edits)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith("nodes")
    assert len((await drawing(client, session))["nodes"]) < 20


async def test_too_many_parts_of_a_form(client: httpx.AsyncClient, session: str) -> None:
    body = "&".join(f"a{n}=1" for n in range(5_000))
    answer = await client.post(
        f"{session}/control",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 400


async def test_broken_multipart(client: httpx.AsyncClient) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = await client.post(
            "/open", content=b"--y\r\nnonsense", headers={"Content-Type": content_type}
        )
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["text"]


async def test_sessions_of_others_are_untouched(client: httpx.AsyncClient, session: str) -> None:
    other = (await client.get("/")).headers["location"]
    before = await drawing(client, other)
    await act(client, session, type="remove_node", node="web-1")
    await client.post(f"{session}/control", data={"verb": "load", "value": "9"})
    assert await drawing(client, other) == before
    document = json.loads((await client.get(f"{other}/document")).text)
    assert document["load"] == 1
