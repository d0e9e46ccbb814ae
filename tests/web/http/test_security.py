"""Security headers, cross-site requests, and rate limits per address."""

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.scenarios import library
from app.scenarios.document import Scenario
from app.scenarios.share import encode
from app.web.http.dependencies import Services
from app.web.http.rate_limit import ADDRESSES_MAX, Rates
from app.web.http.security_headers import CONTENT_POLICY
from tests.web.conftest import OPENS, drawing

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
    values |= {"name": "single-server", "code": "z1.x", "subject": "document", "row": "e1"}

    def collect(routes: list[Any]) -> None:
        for route in routes:
            if isinstance(route, APIRoute):
                path = route.path.format(**values)
                found.extend((method, path) for method in sorted(route.methods or ()))

    collect(list(app.routes))
    for route in app.routes:
        collect(list(getattr(getattr(route, "original_router", None), "routes", [])))
    return found


async def test_every_answer_carries_the_security_headers(
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
async def test_cross_site_requests_cannot_change_anything(
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
async def test_same_origin_pages_and_programs_can_change_things(
    client: httpx.AsyncClient, session: str, headers: dict[str, str]
) -> None:
    answer = await client.post(f"{session}/control", data={"verb": "pause"}, headers=headers)
    assert answer.status_code == 204


async def test_a_link_from_another_site_opens(client: httpx.AsyncClient, session: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert (await client.get(session, headers=headers)).status_code == 200


async def test_a_get_changes_nothing(app: FastAPI, client: httpx.AsyncClient, session: str) -> None:
    before = await drawing(client, session)
    for method, path in paths(app, session):
        if method == "GET" and not path.endswith("/events"):
            await client.get(path)
    assert await drawing(client, session) == before


@pytest.fixture
def final_design() -> Scenario:
    return library.load("final-design")


CREATING = ["/", "/new", "/scenarios/single-server"]
ELSEWHERE: list[dict[str, str]] = [
    {},
    {"Accept": "text/html"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    OPENS | {"Sec-Purpose": "prefetch;prerender"},
]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
async def test_a_get_begins_no_run(
    client: httpx.AsyncClient,
    session: str,
    house: Services,
    final_design: Scenario,
    headers: dict[str, str],
) -> None:
    before = len(house.registry)
    for path in (*CREATING, f"/o/{encode(final_design)}"):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 200
        assert "<form" in answer.text
        assert len(house.registry) == before
    assert final_design.name in answer.text


async def test_the_page_that_a_get_shows_begins_the_run(
    client: httpx.AsyncClient, house: Services, final_design: Scenario
) -> None:
    for path in (*CREATING, f"/o/{encode(final_design)}"):
        page = (await client.get(path, params={"lang": "en"})).text
        found = re.search(r'<form id="opening" method="post" action="([^"]+)"', page)
        assert found
        before = len(house.registry)
        own = {"Sec-Fetch-Site": "same-origin"}
        assert (await client.post(found[1], headers=own)).status_code == 303
        assert len(house.registry) == before + 1


def test_each_address_has_its_own_rate_limit() -> None:
    rates = Rates(burst=2, per_s=0.0)
    assert [rates.allow("a") for _ in range(3)] == [True, True, False]
    assert rates.allow("b")


def test_a_rate_limit_recovers_with_time() -> None:
    rates = Rates(burst=1, per_s=1e9)
    assert all(rates.allow("a") for _ in range(100))


def test_rate_limits_of_many_addresses_take_bounded_memory() -> None:
    rates = Rates(burst=1, per_s=0.0)
    for number in range(ADDRESSES_MAX + 500):
        rates.allow(str(number))
    assert len(rates._left) == ADDRESSES_MAX
