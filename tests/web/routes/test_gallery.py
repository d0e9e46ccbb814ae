"""The gallery of scenarios, as a browser's htmx asks for it."""

from __future__ import annotations

import httpx
import pytest

from app.scenarios import library, questions
from app.texts.languages import Language
from tests.web.conftest import page_headers

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_the_gallery_has_every_scenario_with_its_question_and_a_picture(
    client: httpx.AsyncClient, language: Language
) -> None:
    page = (await client.get("/gallery", params={"lang": language})).text
    for name in library.names():
        assert f'value="{name}"' in page
    assert page.count("<svg xmlns") == len(library.names())
    for name in ("primary-dies", "ring-of-four"):
        assert questions.question(name).say(language) in page.replace("&#39;", "'")
    assert "var(--surface)" in page


async def test_words_find_scenarios_in_the_reader_s_language_and_in_english(
    client: httpx.AsyncClient,
) -> None:
    async def found(words: str, language: str) -> list[str]:
        answer = await client.get("/gallery/cards", params={"q": words, "lang": language})
        return [name for name in library.names() if f'value="{name}"' in answer.text]

    assert await found("ring", "en") == ["two-primaries", "ring-of-four"] or "ring-of-four" in (
        await found("ring", "en")
    )
    assert await found("cache stampede", "ko") == ["cache-stampede"]
    assert "cache-stampede" in await found("캐시", "ko")
    assert await found("nothing has these words", "en") == []
    nothing = await client.get("/gallery/cards", params={"q": "xyzzy", "lang": "en"})
    assert "No scenario has all of these words." in nothing.text


@pytest.mark.parametrize("name", library.names())
async def test_a_chosen_scenario_is_answered_and_opens_by_a_form(
    client: httpx.AsyncClient, name: str
) -> None:
    foot = (await client.get(f"/gallery/{name}", params={"lang": "en"})).text
    assert questions.answer(name).en in foot.replace("&#39;", "'")
    assert f'formaction="/scenarios/{name}?lang=en"' in foot
    opened = await client.post(f"/scenarios/{name}")
    assert opened.status_code == 303
    page = await client.get(opened.headers["location"], headers=page_headers())
    assert page.status_code == 200


async def test_an_unknown_scenario_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/gallery/nothing")).status_code == 404
    assert (await client.post("/scenarios/nothing")).status_code == 404


async def test_another_site_opens_no_scenario(client: httpx.AsyncClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert (await client.post("/scenarios/single-server", headers=headers)).status_code == 403
