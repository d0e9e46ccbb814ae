"""The pages: a new sandbox, and a session's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.scenarios import library
from app.scenarios.document import Scenario
from app.texts import languages
from app.texts.text import Text
from app.topology.model import Topology
from app.web.http.dependencies import (
    Language,
    TheBrowser,
    TheOpener,
    TheReader,
    TheServices,
    TheSession,
)
from app.web.http.refusal import Refusal
from app.web.models.answers import offered, opened, refusals
from app.web.routes.gallery import NO_SCENARIO
from app.web.views.palette import palette, places
from app.web.views.views import boot, inspector

router = APIRouter(tags=["page"], default_response_class=HTMLResponse)

FIRST = "final-design"
UNTITLED = Text("Untitled drawing")
_Name = Annotated[
    str, Path(description=Text("Name in the library.").en, examples=["single-server"])
]


@router.get(
    "/",
    response_class=RedirectResponse,
    status_code=303,
    operation_id="home",
    summary=Text("Begin with the most complete design").en,
    responses={**offered(), **refusals(429)},
)
async def home(opener: TheOpener, language: Language) -> Response:
    """A new sandbox with the library's most complete design, or a page that opens it."""
    return await opener.offer(_of_library(FIRST, language), f"/scenarios/{FIRST}")


@router.get(
    "/new",
    response_class=RedirectResponse,
    status_code=303,
    operation_id="new",
    summary=Text("Begin with an empty drawing").en,
    responses={**offered(), **refusals(429)},
)
async def empty(opener: TheOpener, language: Language) -> Response:
    """A new sandbox with nothing in it, or a page that opens it."""
    return await opener.offer(_nothing(language), "/new")


@router.post(
    "/new",
    response_class=RedirectResponse,
    status_code=303,
    operation_id="new_by_form",
    summary=Text("Begin with an empty drawing, by a form").en,
    responses={**opened(), **refusals(429)},
)
async def empty_by_form(opener: TheOpener, language: Language) -> Response:
    """A new sandbox with nothing in it, for a form of the page."""
    return await opener.open(_nothing(language))


@router.get(
    "/scenarios/{name}",
    response_class=RedirectResponse,
    status_code=303,
    operation_id="open_scenario",
    summary=Text("Begin with a scenario of the library").en,
    responses={**offered(), **refusals(404, 429)},
)
async def scenario(
    opener: TheOpener,
    language: Language,
    name: _Name,
) -> Response:
    """A new sandbox of a scenario of the library, or a page that opens it."""
    return await opener.offer(_of_library(name, language), f"/scenarios/{name}")


@router.post(
    "/scenarios/{name}",
    response_class=RedirectResponse,
    status_code=303,
    operation_id="open_scenario_by_form",
    summary=Text("Begin with a scenario of the library, by a form").en,
    responses={**opened(), **refusals(404, 429)},
)
async def scenario_by_form(opener: TheOpener, language: Language, name: _Name) -> Response:
    """A new sandbox of a scenario of the library, for a form of the page."""
    return await opener.open(_of_library(name, language))


def _nothing(language: languages.Language) -> Scenario:
    return Scenario(UNTITLED.say(language), Topology())


def _of_library(name: str, language: languages.Language) -> Scenario:
    """A scenario by the name that it has in the reader's language, who may rename it. Raises a
    Refusal (404) for an unknown one.
    """
    if name not in library.names():
        raise Refusal(404, NO_SCENARIO)
    return replace(library.load(name), name=library.title(name).say(language))


@router.get(
    "/s/{session}",
    operation_id="sandbox",
    summary=Text("The page of a session").en,
    responses=refusals(404, 429),
)
async def sandbox(
    session: TheSession,
    services: TheServices,
    reader: TheReader,
    browser: TheBrowser,
    language: Language,
) -> Response:
    """The page of a session."""
    session.touch()
    response = services.pages.answer(
        reader,
        "pages/sandbox.html",
        session=session.id,
        name=session.record.name,
        palette=palette(language),
        places=places(language),
        boot=boot(session.id, language, browser.name),
        inspector=inspector(session, language),
    )
    browser.remember(response)
    return response
