"""The description of the addresses: true, whole, and readable by programs and people."""

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator

from app.scenarios.json_schema import action_schema, document_schema
from app.texts.languages import LANGUAGES
from tests.web.conftest import page_headers

pytestmark = pytest.mark.anyio

KOREAN = re.compile("[가-힣]")


async def described(client: httpx.AsyncClient, language: str = "en") -> dict[str, Any]:
    answer = await client.get("/api/openapi.json", params={"lang": language})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Every path and method that is routed."""
    routers = [getattr(route, "original_router", None) for route in app.routes]
    routes = [one for router in routers if router is not None for one in router.routes]
    return {
        (route.path, method.lower())
        for route in routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


async def test_every_route_is_described(app: FastAPI, client: httpx.AsyncClient) -> None:
    found = {(path, method) for path, method, _ in operations(await described(client))}
    assert found == routes_of(app)
    assert len(found) >= 20


async def test_every_operation_has_an_id_words_a_group_and_its_refusals(
    client: httpx.AsyncClient,
) -> None:
    description = await described(client)
    tags = {tag["name"] for tag in description["tags"]}
    ids = [operation["operationId"] for _, _, operation in operations(description)]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations(description):
        guarded = method == "post" or path == "/metrics"
        assert ("403" in operation["responses"]) == guarded
        assert operation["summary"]
        assert set(operation["tags"]) <= tags
        assert "Successful Response" not in str(operation)
        answers = operation["responses"]
        if "{session}" in path:
            assert {"404", "429"} <= answers.keys()
        if "requestBody" in operation:
            assert {"400", "413"} <= answers.keys(), path
        for status, answer in answers.items():
            if int(status) >= 400:
                reference = answer["content"]["application/json"]["schema"]["$ref"]
                assert reference == "#/components/schemas/Problem"
    assert description["paths"]["/s/{session}/actions"]["post"]["requestBody"]["content"][
        "application/json"
    ]["examples"]


async def test_every_reference_leads_somewhere(client: httpx.AsyncClient) -> None:
    description = await described(client)
    references = set(re.findall(r"'\$ref': '([^']+)'", str(description)))
    assert len(references) > 50
    for reference in references:
        place: Any = description
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
    for name, schema in description["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert "#/$defs/" not in str(schema), name


async def test_the_words_are_in_every_language_and_the_names_in_one(
    client: httpx.AsyncClient,
) -> None:
    english, korean = [await described(client, language) for language in LANGUAGES]
    assert not KOREAN.search(str(english))
    assert english["paths"].keys() == korean["paths"].keys()
    for _, _, operation in operations(korean):
        assert KOREAN.search(operation["summary"]), operation["summary"]
        for answer in operation["responses"].values():
            assert KOREAN.search(answer["description"]), answer


async def test_the_schemas_are_published(client: httpx.AsyncClient) -> None:
    for subject, schema in (("document", document_schema), ("action", action_schema)):
        answer = await client.get(f"/api/schema/{subject}", params={"lang": "ko"})
        assert answer.headers["content-type"] == "application/schema+json"
        assert answer.json() == schema("ko")
    assert (await client.get("/api/schema/drawing")).status_code == 404


async def test_people_can_read_it_without_any_script(client: httpx.AsyncClient) -> None:
    for language in LANGUAGES:
        page = await client.get("/api", params={"lang": language}, headers=page_headers())
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text
        assert "<script" not in page.text
        assert not re.search(r"<[^>]+\sstyle=|<style", page.text)
        description = await described(client, language)
        for path, _, operation in operations(description):
            assert f'id="{operation["operationId"]}"' in page.text
            assert path in page.text
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))
        links = set(re.findall(r'href="#([^"]+)"', page.text))
        assert links <= set(ids)
        assert {f"shape-{name}" for name in description["components"]["schemas"]} <= set(ids)


async def test_a_refusal_names_every_field_of_a_form_or_body(
    client: httpx.AsyncClient, session: str
) -> None:
    edits = [{"type": "add_node", "kind": 7, "x": "1"}, {"type": "remove_node"}]
    answer = await client.post(f"{session}/actions", json={"type": "batch", "edits": edits})
    assert answer.status_code == 422
    fields = [one["field"] for one in answer.json()["errors"]]
    # Of a list, those of its first item that is wrong: what comes after it is not looked at.
    assert fields == ["edits[0].kind", "edits[0].x"]
