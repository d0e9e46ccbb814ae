"""Documents and share links, downloaded and opened again."""

import json

import httpx
import pytest

from app.scenarios.document import scenario_to_json
from app.scenarios.share import decode
from tests.web.conftest import OPENS, SESSION_PATH, act, drawing, page_headers

pytestmark = pytest.mark.anyio


async def document(client: httpx.AsyncClient, session: str) -> dict[str, object]:
    answer = await client.get(f"{session}/document")
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


async def changed(client: httpx.AsyncClient, session: str) -> None:
    """Something of everything that a document carries."""
    await act(client, session, type="rename_node", node="web-1", name="앞단 <1>")
    await act(client, session, type="set_load", factor=1.5)
    await act(client, session, type="set_seed", seed=99)
    await act(client, session, type="remove_node", node="db-3")
    await act(client, session, type="crash", node="web-2")


async def test_a_document_opens_as_a_copy(client: httpx.AsyncClient, session: str) -> None:
    await changed(client, session)
    mine = await document(client, session)
    assert (mine["seed"], mine["load"]) == (99, 1.5)
    for answer in (
        await client.post("/open", json=mine),
        await client.post("/open", files={"document": ("x.json", json.dumps(mine))}),
    ):
        assert answer.status_code == 303
        copy = answer.headers["location"]
        assert SESSION_PATH.fullmatch(copy)
        assert copy != session
        assert await document(client, copy) == mine
        await act(client, copy, type="remove_node", node="web-1")
    assert await document(client, session) == mine


async def test_a_share_link_carries_everything(client: httpx.AsyncClient, session: str) -> None:
    await changed(client, session)
    dialog = (await client.get(f"{session}/share")).text
    url = dialog.split('value="')[1].split('"')[0]
    assert url.startswith("http://test/o/z1.")
    assert f"{len(url):,} characters" in dialog
    mine = await document(client, session)
    assert scenario_to_json(decode(url.rpartition("/")[2])) == mine
    for _ in range(2):
        answer = await client.get(url, headers=page_headers() | OPENS)
        assert answer.status_code == 303
        assert await document(client, answer.headers["location"]) == mine


async def test_the_downloaded_file_is_named_after_the_scenario(
    client: httpx.AsyncClient, session: str
) -> None:
    mine = await document(client, session)
    for name, expected in (
        ("Final design", 'attachment; filename="Final-design.json"'),
        ('쓰기 "실험"; x=../..', "attachment; filename="),
        ("...", 'attachment; filename="loadground.json"'),
        ("a\r\nSet-Cookie: b=c", "attachment; filename="),
    ):
        opened = await client.post("/open", json={**mine, "name": name})
        answer = await client.get(f"{opened.headers['location']}/document")
        disposition = answer.headers["content-disposition"]
        assert disposition.startswith(expected)
        assert disposition.isascii()
        assert ".." not in disposition
        assert "set-cookie" not in answer.headers
        assert answer.json()["name"] == name.strip().replace("\r\n", " ")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"format": "other"}, "format"),
        ({"version": 99}, "version"),
        ({"version": "1"}, "version"),
        ({"load": -1}, "load"),
        ({"surprise": 1}, "surprise"),
        ({"nodes": [{"id": "a-1", "kind": "mainframe"}]}, "nodes[0].kind"),
        ({"nodes": [{"id": "A", "kind": "dns"}]}, "nodes[0].id"),
        ({"nodes": [{"id": "a-1", "kind": "dns", "parameters": {"ttl_s": -1}}]}, "nodes[0]"),
        ({"links": [{"id": "l-1", "source": "x-1", "target": "y-1"}]}, "links[0].source"),
        ({"journal": [{"at_s": 1, "action": {"type": "crash", "node": "q"}}]}, "journal[0]"),
        ({"name": ""}, "name"),
    ],
    ids=str,
)
async def test_a_document_that_is_refused_names_the_field(
    client: httpx.AsyncClient, session: str, change: dict[str, object], field: str
) -> None:
    bad = {**await document(client, session), **change}
    answer = await client.post("/open", json=bad)
    assert answer.status_code == 400
    named = answer.json()["errors"][0]["field"]
    assert named.startswith(field)
    page = await client.post(
        "/open", files={"document": ("x.json", json.dumps(bad))}, headers=page_headers()
    )
    assert page.status_code == 400
    assert named in page.text
    assert "/scenarios/final-design" in page.text


async def test_uploads_that_are_no_document_are_refused(client: httpx.AsyncClient) -> None:
    for files in ({"document": ("x.json", b"")}, {"document": ("x.json", b"\x89PNG\r\n")}):
        answer = await client.post("/open", files=files)
        assert answer.status_code == 400
    answer = await client.post("/open", files={"other": ("x.json", b"{}")})
    assert answer.json()["errors"][0]["field"] == "document"
    large = await client.post("/open", files={"document": ("x.json", b" " * 5_000_000)})
    assert large.status_code == 413
    assert "1,024 KiB" in large.json()["errors"][0]["text"]
    typed = await client.post("/open", content=b"{}", headers={"Content-Type": "text/yaml"})
    assert typed.status_code == 415


async def test_a_damaged_share_link_is_explained_and_opens_nothing(
    client: httpx.AsyncClient, session: str
) -> None:
    dialog = (await client.get(f"{session}/share")).text
    code = dialog.split("/o/")[1].split('"')[0]
    for broken in (code[:-5], code[:20] + "x" + code[21:], f"z9{code[2:]}", code + "!", "z1."):
        answer = await client.get(f"/o/{broken}", headers=page_headers())
        assert answer.status_code == 400
        assert "/scenarios/final-design" in answer.text
    assert (await client.get(f"/o/{'z1.' + 'A' * 33_000}")).status_code == 400


async def test_a_drawing_too_large_for_a_link_still_has_a_file(
    client: httpx.AsyncClient, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.scenarios.share.LINK_LENGTH_MAX", 100)
    dialog = (await client.get(f"{session}/share", params={"lang": "ko"})).text
    assert 'id="share-url"' not in dialog
    assert f"{session}/document" in dialog
    assert "파일" in dialog


async def test_a_session_from_a_document_has_its_name(
    client: httpx.AsyncClient, session: str
) -> None:
    mine = {**await document(client, session), "name": "내 설계"}
    opened = (await client.post("/open", json=mine)).headers["location"]
    assert (await drawing(client, opened))["name"] == "내 설계"
    assert "<title>내 설계 - Loadground</title>" in (await client.get(opened)).text


async def test_a_drawing_is_named_and_everybody_is_told(
    client: httpx.AsyncClient, session: str
) -> None:
    before = (await drawing(client, session))["rev"]
    for name, kept in (("  My \u202edrawing\n two ", "My drawing two"), ("가" * 150, "가" * 100)):
        answer = await client.post(f"{session}/name", data={"name": name})
        assert answer.json() == {"name": kept}
        assert (await document(client, session))["name"] == kept
    assert (await drawing(client, session))["rev"] == before + 2
    for nothing in ({}, {"name": ""}, {"name": " \u200f\n"}):
        refused = await client.post(f"{session}/name", data=nothing or {"other": "x"})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "name"


async def test_a_duplicate_is_a_drawing_of_its_own(client: httpx.AsyncClient, session: str) -> None:
    await changed(client, session)
    mine = await document(client, session)
    answer = await client.post(f"{session}/duplicate", params={"lang": "ko"})
    assert answer.status_code == 303
    copy = await document(client, answer.headers["location"])
    assert copy == mine | {"name": copy["name"]}
    assert str(copy["name"]).endswith("(사본)")


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Untitled drawing"), ("ko", "제목 없는 그림")]
)
async def test_new_is_empty(client: httpx.AsyncClient, language: str, name: str) -> None:
    answer = await client.get("/new", params={"lang": language}, headers=OPENS)
    assert answer.status_code == 303
    empty = await document(client, answer.headers["location"])
    assert (empty["name"], empty["nodes"], empty["links"]) == (name, [], [])
    assert (await client.head("/new")).status_code == 200


async def test_a_page_is_told_in_place_what_is_wrong_with_a_file(
    client: httpx.AsyncClient, session: str
) -> None:
    mine = await document(client, session)
    headers = {"HX-Request": "true"}
    opened = await client.post("/open", json=mine, headers=headers)
    assert opened.status_code == 204
    assert await document(client, opened.headers["hx-redirect"]) == mine
    bad = await client.post("/open", json={**mine, "nodes": [{}]}, headers=headers)
    assert bad.status_code == 200
    assert 'role="alert"' in bad.text
    assert "nodes[0]" in bad.text
    assert "<html" not in bad.text
    assert "hx-redirect" not in bad.headers
