"""Pages: complete, in both languages, and helpful at unknown addresses."""

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from app.scenarios import library
from app.texts.languages import Language
from app.web.http.dependencies import Services
from app.web.text.strings import STRINGS
from tests.web.conftest import OPENS, act, page_headers

pytestmark = pytest.mark.anyio


class Parts(HTMLParser):
    """The elements of a page that a test looks for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.files: list[str] = []
        self.body: dict[str, str | None] = {}
        self.html: dict[str, str | None] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given.get("href")))
        if tag in ("script", "link"):
            self.files += [str(given[name]) for name in ("src", "href") if given.get(name)]
        if tag in ("body", "html"):
            setattr(self, tag, given)


def boot_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', html, re.DOTALL)
    assert found
    boot: dict[str, Any] = json.loads(found[1])
    return boot


async def test_home_opens_the_final_design(client: httpx.AsyncClient) -> None:
    first, second = [(await client.get("/", headers=OPENS)).headers["location"] for _ in range(2)]
    assert first != second
    page = await client.get(first)
    assert page.status_code == 200
    assert "<title>Final design - Loadground</title>" in page.text


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", library.names())
async def test_every_scenario_of_the_library_opens(
    client: httpx.AsyncClient, name: str, language: Language
) -> None:
    answer = await client.get(f"/scenarios/{name}", params={"lang": language}, headers=OPENS)
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    title = html.escape(library.title(name).say(language))
    assert f"<title>{title} - Loadground</title>" in page.text


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_the_sandbox_has_everything_its_code_looks_for(
    client: httpx.AsyncClient, session: str, language: str
) -> None:
    page = await client.get(session, params={"lang": language})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    parts = Parts(page.text)
    wanted = {"canvas", "palette", "inspector", "timeline", "live", "toast", "dialog", "boot"}
    assert wanted <= set(parts.ids)
    assert len(parts.ids) == len(set(parts.ids)), "an id is there twice"
    assert parts.html["lang"] == language
    assert parts.body["data-session"] == session.removeprefix("/s/")
    boot = boot_of(page.text)
    assert boot["lang"] == language
    assert set(boot["strings"]) == {key for key in STRINGS if key.startswith("js.")}
    assert {one["kind"] for one in boot["kinds"]} == set(boot["links"]) == set(boot["faults"])
    assert "{{" not in page.text
    for file in parts.files:
        if file.startswith("/static/"):
            assert "?v=" in file, f"{file} does not exist"


async def test_the_language_follows_address_cookie_and_browser(
    client: httpx.AsyncClient, session: str
) -> None:
    async def language(query: str = "", cookie: str = "", header: str = "") -> str | None:
        headers = {"Accept-Language": header}
        if cookie:
            headers["Cookie"] = f"lang={cookie}"
        page = await client.get(f"{session}{query}", headers=headers)
        client.cookies.clear()
        return Parts(page.text).html["lang"]

    assert await language() == "en"
    assert await language(header="ko-KR,ko;q=0.9,en;q=0.8") == "ko"
    assert await language(header="fr, en;q=0.3, ko;q=0.7") == "ko"
    assert await language(header="de;q=x, *") == "en"
    assert await language(cookie="ko") == "ko"
    assert await language(cookie="ko", query="?lang=en") == "en"
    assert await language(cookie="xx", query="?lang=yy") == "en"


async def test_a_chosen_language_is_remembered(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", params={"lang": "ko"}, headers=OPENS)
    cookie = answer.headers["set-cookie"]
    assert "lang=ko" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    # The page's own code writes it too.
    assert "HttpOnly" not in cookie
    page = await client.get(answer.headers["location"])
    assert Parts(page.text).html["lang"] == "ko"
    partial = await client.get(f"{answer.headers['location']}/inspector", params={"lang": "en"})
    assert "set-cookie" not in partial.headers


@pytest.mark.parametrize(
    ("cookie", "theme"), [("", None), ("dark", "dark"), ("light", "light"), ("'><b", None)]
)
async def test_the_theme_is_there_before_any_script_runs(
    client: httpx.AsyncClient, session: str, cookie: str, theme: str | None
) -> None:
    page = await client.get(session, headers={"Cookie": f"theme={cookie}"})
    assert Parts(page.text).html.get("data-theme") == theme


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/s/" + "x" * 22,
        "/s/short",
        "/scenarios/nothing",
        "/s/%00%ff",
        "/o/z1.broken",
        "/o/other",
    ],
)
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_an_unknown_address_gets_a_page_with_links(
    client: httpx.AsyncClient, path: str, language: str
) -> None:
    headers = page_headers() | {"Accept-Language": language}
    answer = await client.get(path, headers=headers)
    assert answer.status_code in (400, 404)
    parts = Parts(answer.text)
    assert parts.html["lang"] == language
    assert {f"/scenarios/{name}" for name in library.names()} <= set(parts.links)
    # A program gets the same as JSON.
    body = (await client.get(path)).json()
    assert body["errors"][0]["text"]


async def test_a_wrong_method_is_refused_with_a_page(
    client: httpx.AsyncClient, session: str
) -> None:
    answer = await client.get(f"{session}/undo")
    assert answer.status_code == 405
    assert answer.json()["errors"]


async def test_an_internal_error_is_a_page_without_details(
    client: httpx.AsyncClient, house: Services, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(house.registry, "find", broken)
    answer = await client.get(session, headers=page_headers())
    assert answer.status_code == 500
    assert "a secret" not in answer.text
    assert answer.headers["content-security-policy"]
    assert Parts(answer.text).links


async def test_a_full_server_says_when_to_come_back(
    client: httpx.AsyncClient, house: Services, session: str
) -> None:
    house.registry._max = len(house.registry)
    for seat in house.registry._seats.values():
        seat.session.watch()
    answer = await client.get("/", headers=page_headers() | OPENS)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await client.get(session)).status_code == 200


async def test_one_address_cannot_open_sessions_without_end(client: httpx.AsyncClient) -> None:
    statuses = [(await client.get("/", headers=OPENS)).status_code for _ in range(70)]
    assert statuses[:50] == [303] * 50
    assert statuses[-1] == 429


async def test_names_never_become_markup(client: httpx.AsyncClient, session: str) -> None:
    evil = "<img src=x onerror=alert(1)>'\"&{{7*7}}${7*7}</script>"
    answer = await act(client, session, type="rename_node", node="web-1", name=evil)
    assert answer.status_code == 202
    await act(client, session, type="crash", node="web-1")
    for path in (session, f"{session}/inspector?node=web-1", f"{session}/share"):
        page = (await client.get(path)).text
        assert "<img src=x" not in page
    nodes = (await client.get(f"{session}/topology")).json()["nodes"]
    assert evil in {node["name"] for node in nodes}


@pytest.mark.parametrize("path", ["/", "/scenarios/replicated", "/health"])
async def test_a_head_request_of_home_begins_no_session(
    client: httpx.AsyncClient, house: Services, path: str
) -> None:
    before = len(house.registry)
    answer = await client.head(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(
        "application/json" if path == "/health" else "text/html"
    )
    assert len(house.registry) == before
    assert (await client.head("/scenarios/nonsense")).status_code == 404


async def test_a_head_request_has_the_headers_of_the_page(
    client: httpx.AsyncClient, session: str
) -> None:
    head, page = await client.head(session), await client.get(session)
    assert head.status_code == page.status_code == 200
    assert head.headers["content-type"] == page.headers["content-type"]


async def test_readiness_names_the_part_that_is_not_fit_for_use(
    client: httpx.AsyncClient, house: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    warmup = house.registry.warmup
    monkeypatch.setattr(warmup, "status", "ready")
    assert (await client.get("/readyz")).json() == {"status": "ok"}
    monkeypatch.setattr(warmup, "status", "compiling")
    monkeypatch.setattr(type(house.registry), "saves", False)
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert [one["field"] for one in answer.json()["errors"]] == ["engine", "saving"]
