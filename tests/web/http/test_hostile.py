"""Hostile requests: each gets a clear refusal, and sessions are unharmed."""

import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.support.programs.process import ROOT
from tests.web.conftest import OPENS, act, drawing, page_headers
from tests.web.http.test_security import paths

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
async def test_bodies_that_are_no_action_are_refused(
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
        ({"type": "set_load", "factor": "2"}, "factor"),
        ({"type": "set_load", "factor": True}, "factor"),
        ({"type": "step", "events": "2"}, "events"),
        ({"type": "add_node", "kind": "web_server", "x": "1"}, "x"),
        ({"type": "set_seed", "seed": 2**60}, "seed"),
        ({"type": "set_speed", "speed": 0}, "speed"),
        ({"type": "step", "events": 10**9}, "events"),
        ({"type": "seek", "at_s": -1e308}, "at_s"),
        ({"type": "seek", "at_s": 1e308}, "at_s"),
        ({"type": "rename_node", "node": "web-1", "name": "a\nb"}, "name"),
        ({"type": "rename_node", "node": "web-1", "name": "a\u0000"}, "name"),
        ({"type": "rename_node", "node": "web-1", "name": "a\u001b[31m"}, "name"),
        ({"type": "rename_node", "node": "web-1", "name": "invoice\u202efdp.exe"}, "name"),
        ({"type": "add_node", "kind": "web_server", "name": "\u2066a\u2069"}, "name"),
        ({"type": "add_peering", "networks": ["a", "b\u200f"]}, "networks[1]"),
        (
            {"type": "set_groups", "node": "web-1", "groups": {"zone": "a\u202eb"}},
            "groups.zone",
        ),
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
async def test_an_action_of_another_content_type_than_json_is_refused(
    client: httpx.AsyncClient, session: str, content_type: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await client.post(f"{session}/actions", content=b'{"type":"pause"}', headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["errors"][0]["text"]


async def test_a_large_body_is_refused_by_its_content_length(
    client: httpx.AsyncClient, session: str
) -> None:
    body = b'{"type":"batch","edits":[' + b" " * 5_000_000 + b"]}"
    answer = await client.post(f"{session}/actions", content=body, headers=JSON)
    assert answer.status_code == 413
    assert "256 KiB" in answer.json()["errors"][0]["text"]
    assert (await client.get(session)).status_code == 200


async def test_a_body_longer_than_its_content_length_is_cut_off(
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
async def test_a_malformed_content_length_is_no_server_error(
    client: httpx.AsyncClient, session: str, length: str
) -> None:
    headers = JSON | {"Content-Length": length}
    headers_raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    answer = await client.post(
        f"{session}/actions", content=b'{"type":"pause"}', headers=headers_raw
    )
    assert answer.status_code in (202, 413)


async def test_a_document_of_ten_thousand_nodes_is_refused(
    client: httpx.AsyncClient, session: str
) -> None:
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


async def test_a_form_with_too_many_parts_is_refused(
    client: httpx.AsyncClient, session: str
) -> None:
    body = "&".join(f"a{n}=1" for n in range(5_000))
    answer = await client.post(
        f"{session}/control",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 400


async def test_a_broken_multipart_body_is_refused(client: httpx.AsyncClient) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = await client.post(
            "/open", content=b"--y\r\nnonsense", headers={"Content-Type": content_type}
        )
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["text"]


async def test_sessions_of_others_are_untouched(client: httpx.AsyncClient, session: str) -> None:
    other = (await client.get("/", headers=OPENS)).headers["location"]
    before = await drawing(client, other)
    await act(client, session, type="remove_node", node="web-1")
    await client.post(f"{session}/control", data={"verb": "load", "value": "9"})
    assert await drawing(client, other) == before
    document = json.loads((await client.get(f"{other}/document")).text)
    assert document["load"] == 1


async def test_names_in_many_scripts_are_accepted(client: httpx.AsyncClient, session: str) -> None:
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    for name in ("앞단 <1>", "שרת", "می\u200cخو", family, "e\u0301"):
        answer = await act(client, session, type="rename_node", node="web-1", name=name)
        assert answer.status_code == 202, name
        assert name in {one["name"] for one in (await drawing(client, session))["nodes"]}


async def test_no_answer_contains_a_path_of_this_machine(
    app: FastAPI, client: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    warmup = app.state.services.registry.warmup
    warmup.status, warmup.reason = "failed", "cache"
    warmup.detail = f"cannot write {Path.home()}/.cache ({tmp_path})"
    secret = [str(one) for one in (ROOT, Path.home(), tmp_path, sys.prefix)]
    checked = 0
    for method, path in paths(app, session):
        if path.endswith("/events"):
            continue
        for headers in ({}, page_headers()):
            answer = await client.request(method, path, headers=headers)
            told = answer.text + str(answer.headers)
            assert not [one for one in secret if one in told], (method, path)
            checked += 1
    assert checked >= 40
    health = (await client.get("/health")).json()
    assert (health["engine"], health["reason"]) == ("failed", "cache")


async def test_links_that_are_refused_again_and_again_are_not_read(
    client: httpx.AsyncClient,
) -> None:
    statuses = [(await client.get(f"/o/z1.broken{number}")).status_code for number in range(40)]
    assert statuses[0] == 400
    assert statuses[-1] == 429
    refused = await client.post("/open", content=b"{}", headers=JSON)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    # Everything else is there for the same address.
    assert (await client.get("/healthz")).status_code == 200
