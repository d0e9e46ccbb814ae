"""Headers on the wire, requests that other sites make, and how much one client may do."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.web.rates import ADDRESSES_MAX, Rates
from app.web.security import CONTENT_POLICY
from tests.web.conftest import drawing

pytestmark = pytest.mark.anyio

# The whole policy, so that loosening it is a decision that shows in a test.
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
}


def policy_of(answer: httpx.Response) -> dict[str, list[str]]:
    """The policy as a browser reads it."""
    directives = answer.headers["content-security-policy"].split(";")
    return {words[0]: words[1:] for words in (one.split() for one in directives)}


def paths(app: FastAPI, session: str) -> list[tuple[str, str]]:
    """Every method and path, with the placeholders of the path filled in."""
    found = [("GET", "/static/css/base.css"), ("GET", "/static/none"), ("GET", "/none")]
    values = {"session": session.removeprefix("/s/"), "node": "web-1"}
    values |= {"name": "single-server", "code": "z1.x"}

    def collect(routes: list[Any]) -> None:
        for route in routes:
            if isinstance(route, APIRoute):
                path = route.path.format(**values)
                found.extend((method, path) for method in sorted(route.methods or ()))

    collect(list(app.routes))
    for route in app.routes:
        collect(list(getattr(getattr(route, "original_router", None), "routes", [])))
    return found


async def test_every_answer_carries_the_headers(
    app: FastAPI, client: httpx.AsyncClient, session: str
) -> None:
    checked = 0
    for method, path in paths(app, session):
        if path.endswith("/events"):
            continue  # never ends; tests/web/test_events.py looks at it
        answer = await client.request(method, path)
        assert policy_of(answer) == POLICY, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"]
        checked += 1
    assert checked >= 20
    assert "unsafe" not in CONTENT_POLICY
    assert "*" not in CONTENT_POLICY


FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://test"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://test.evil.example"},
    {"Origin": "http://test:81"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Cookie": "lang=en"},
]
OWN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "same-origin", "Cookie": "lang=en"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://test", "Cookie": "lang=en"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_other_sites_cannot_change_anything(
    app: FastAPI, client: httpx.AsyncClient, session: str, headers: dict[str, str]
) -> None:
    before = await drawing(client, session)
    posts = [path for method, path in paths(app, session) if method == "POST"]
    assert len(posts) >= 8
    for path in posts:
        answer = await client.post(path, headers=headers)
        assert answer.status_code == 403, path
        assert answer.json()["errors"][0]["text"]
    assert await drawing(client, session) == before


@pytest.mark.parametrize("headers", OWN, ids=str)
async def test_our_own_page_and_programs_can(
    client: httpx.AsyncClient, session: str, headers: dict[str, str]
) -> None:
    answer = await client.post(f"{session}/control", data={"verb": "pause"}, headers=headers)
    assert answer.status_code == 204


async def test_a_link_from_another_site_opens(client: httpx.AsyncClient, session: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert (await client.get(session, headers=headers)).status_code == 200


async def test_looking_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient, session: str
) -> None:
    before = await drawing(client, session)
    for method, path in paths(app, session):
        if method == "GET" and not path.endswith("/events"):
            await client.get(path)
    assert await drawing(client, session) == before


def test_each_address_has_tokens_of_its_own() -> None:
    rates = Rates(burst=2, per_s=0.0)
    assert [rates.allow("a") for _ in range(3)] == [True, True, False]
    assert rates.allow("b")


def test_tokens_come_back_with_time() -> None:
    rates = Rates(burst=1, per_s=1e9)
    assert all(rates.allow("a") for _ in range(100))


def test_many_addresses_do_not_fill_the_memory() -> None:
    rates = Rates(burst=1, per_s=0.0)
    for number in range(ADDRESSES_MAX + 500):
        rates.allow(str(number))
    assert len(rates._left) == ADDRESSES_MAX
