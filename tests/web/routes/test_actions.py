"""Actions, undo, the controls of the clock and the fault buttons over HTTP."""

from typing import Any

import httpx
import pytest

from app.web.http.dependencies import Services
from tests.web.conftest import act, drawing

pytestmark = pytest.mark.anyio


async def test_an_edit_answers_with_revision_and_ids(
    client: httpx.AsyncClient, session: str
) -> None:
    before = await drawing(client, session)
    answer = await act(client, session, type="add_node", kind="web_server", x=10, y=20)
    assert answer.status_code == 202
    body = answer.json()
    assert body == {"accepted": True, "rev": before["rev"] + 1, "ids": ["web-3"], "entry": 1}
    after = await drawing(client, session)
    assert after["rev"] == body["rev"]
    node = next(one for one in after["nodes"] if one["id"] == "web-3")
    assert (node["x"], node["y"], node["kind"], node["public"]) == (10, 20, "web_server", False)
    assert node["address"].startswith("10.0.1.")
    linked = await act(client, session, type="add_link", source="lb-1", target="web-3")
    assert len(linked.json()["ids"]) == 1


async def test_the_drawing_as_json_has_all_that_a_screen_needs(
    client: httpx.AsyncClient, session: str
) -> None:
    english, korean = [await drawing(client, session, lang=one) for one in ("en", "ko")]
    nodes = {node["id"]: node for node in english["nodes"]}
    assert nodes["users-1"]["address"] == ""
    assert nodes["lb-1"]["public"]
    assert nodes["users-1"]["detail"].endswith(" users")
    assert nodes["dns-1"]["detail"].startswith("TTL ")
    assert nodes["web-1"]["detail"] == ""
    assert {link["kind"] for link in english["links"]} == {"traffic", "lookup", "replication"}
    assert english["base"]["users"] > 0
    assert english["base"]["rps"] > 0
    assert english["problems"] == []
    labels = [{node["kind_label"] for node in one["nodes"]} for one in (english, korean)]
    assert not labels[0] & labels[1] - {"DNS"}


async def test_problems_of_the_drawing_are_in_the_asked_language(
    client: httpx.AsyncClient, session: str
) -> None:
    parameters = {"exposure": "private"}
    await act(client, session, type="set_node", node="lb-1", parameters=parameters)
    for language, word in (("en", "private"), ("ko", "사설")):
        problems = (await drawing(client, session, lang=language))["problems"]
        assert {one["code"] for one in problems} == {"private_address"}
        assert word in problems[0]["text"]
        assert problems[0]["node"] == "lb-1"
        assert problems[0]["link"]


async def test_undo_and_redo_over_http(client: httpx.AsyncClient, session: str) -> None:
    nothing = await client.post(f"{session}/undo", params={"lang": "ko"})
    assert nothing.json() == {"accepted": False, "rev": 1}
    await act(client, session, type="crash", node="web-1")
    undone = await client.post(f"{session}/undo", params={"lang": "ko"})
    assert undone.status_code == 202
    assert undone.json()["done"] == "web-1 중단됨"
    redone = await client.post(f"{session}/redo")
    assert redone.json()["done"] == "web-1 crashed"
    assert (await client.post(f"{session}/redo")).json()["accepted"] is False


async def test_an_entry_is_undone_by_its_number(client: httpx.AsyncClient, session: str) -> None:
    removed = (await act(client, session, type="remove_node", node="web-2")).json()["entry"]
    await act(client, session, type="crash", node="web-1")
    undone = await client.post(f"{session}/undo", data={"entry": str(removed)})
    assert undone.json()["done"] == "web-2 removed"
    assert "web-2" in {node["id"] for node in (await drawing(client, session))["nodes"]}
    again = await client.post(f"{session}/undo", data={"entry": str(removed)})
    assert (again.status_code, again.json()["accepted"]) == (200, False)
    redone = await client.post(f"{session}/redo", data={"entry": str(removed)})
    assert redone.status_code == 202
    assert "web-2" not in {node["id"] for node in (await drawing(client, session))["nodes"]}
    newest = await client.post(f"{session}/undo", data={"entry": ""})
    assert newest.status_code == 202
    assert "web-2" in {node["id"] for node in (await drawing(client, session))["nodes"]}
    for wrong in ("-1", "web-2", "٣", "9" * 16):
        refused = await client.post(f"{session}/undo", data={"entry": wrong})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "entry"


@pytest.mark.parametrize(
    ("verb", "value", "attribute", "expected"),
    [
        ("pause", "", "running", False),
        ("resume", "", "running", True),
        ("step", "", "running", False),
        ("step", "25", "running", False),
        ("speed", "0.1", "speed", 0.1),
        ("speed", "max", "speed", None),
        ("speed", "1000", "speed", 1000.0),
        ("load", "2.5", "load", 2.5),
        ("load", "0", "load", 0.0),
        ("seed", "42", "seed", 42),
        ("reset", "", "running", True),
        ("seek", "0", "running", False),
        ("seek", "12.345678901", "running", False),
        ("seek", "-5", "running", False),
        ("seek", "9e9", "running", False),
        ("seek", "now", "running", False),
        ("seek", "-9e9", "running", False),
    ],
)
async def test_each_control_of_the_clock_takes_effect(
    client: httpx.AsyncClient,
    house: Services,
    session: str,
    verb: str,
    value: str,
    attribute: str,
    expected: Any,
) -> None:
    answer = await client.post(f"{session}/control", data={"verb": verb, "value": value})
    assert answer.status_code == 204
    live = await house.registry.find(session.removeprefix("/s/"))
    assert live is not None
    found = {
        "running": live.running,
        "speed": live.player.speed,
        "load": live.record.situation.load,
        "seed": live.record.seed,
    }
    assert found[attribute] == expected


@pytest.mark.parametrize(
    ("verb", "value", "field"),
    [
        ("speed", "0", "value"),
        ("speed", "nan", "value"),
        ("speed", "inf", "value"),
        ("speed", "1001", "value"),
        ("speed", "fast", "value"),
        ("speed", "", "value"),
        ("load", "-1", "value"),
        ("load", "1e999", "value"),
        ("seed", "1.5", "value"),
        ("seed", "-1", "value"),
        ("seed", "9" * 5000, "value"),
        ("seek", "", "value"),
        ("seek", "nan", "value"),
        ("seek", "inf", "value"),
        ("seek", "1e300", "value"),
        ("seek", "-1e308", "value"),
        ("seek", "9.1e9", "value"),
        ("seek", "yesterday", "value"),
        ("step", "0", "value"),
        ("step", "10001", "value"),
        ("dance", "", "verb"),
        ("", "", "verb"),
    ],
)
async def test_a_control_with_a_bad_value_is_refused_by_field(
    client: httpx.AsyncClient, session: str, verb: str, value: str, field: str
) -> None:
    for language in ("en", "ko"):
        answer = await client.post(
            f"{session}/control", data={"verb": verb, "value": value}, params={"lang": language}
        )
        assert answer.status_code == 422
        error = answer.json()["errors"][0]
        assert error["field"] == field
        assert error["text"].isascii() == (language == "en")


async def test_fault_buttons_crash_and_heal_a_node(client: httpx.AsyncClient, session: str) -> None:
    assert (await client.post(f"{session}/nodes/web-1/crash")).json()["entry"] == 1
    again = await client.post(f"{session}/nodes/web-1/crash")
    assert again.status_code == 422
    assert again.json()["errors"][0] == {"field": "node", "text": "web-1 is down already."}
    assert (await client.post(f"{session}/nodes/web-1/heal")).json()["entry"] == 2
    assert (await client.post(f"{session}/nodes/web-1/heal")).status_code == 422
    for odd in ("nobody", "%00", "<b>", "x" * 500):
        assert (await client.post(f"{session}/nodes/{odd}/crash")).status_code == 422
    await client.post(f"{session}/nodes/web-1/crash")
    await client.post(f"{session}/nodes/db-1/crash")
    assert (await client.post(f"{session}/heal")).status_code == 204
    assert (await client.post(f"{session}/nodes/db-1/heal")).status_code == 422
    assert (await client.post(f"{session}/heal")).status_code == 204


async def test_a_refused_request_of_a_panel_gets_a_fragment(
    client: httpx.AsyncClient, session: str
) -> None:
    headers = {"HX-Request": "true", "Accept": "text/html, */*"}
    answer = await client.post(f"{session}/nodes/nobody/crash", headers=headers)
    assert answer.status_code == 422
    assert answer.text.startswith("<p class=")
    assert "nobody" in answer.text
