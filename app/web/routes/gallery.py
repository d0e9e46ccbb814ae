"""The gallery of scenarios: a dialog, its cards as a search leaves them, and the chosen one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from app.scenarios import library
from app.texts.text import Text
from app.web.http.dependencies import Language, TheReader, TheServices
from app.web.http.refusal import Refusal
from app.web.models.answers import refusals
from app.web.views.gallery import chapters, chosen

router = APIRouter(tags=["page"], default_response_class=HTMLResponse)

FIRST_CHOSEN = "single-server"
NO_SCENARIO = Text("There is no scenario of that name.")
_Words = Annotated[str, Query(description=Text("Words that a scenario must have.").en)]


@router.get(
    "/gallery",
    operation_id="gallery",
    summary=Text("The gallery of scenarios").en,
    description=Text("Every scenario of the library with its picture and question, as HTML.").en,
)
async def gallery(services: TheServices, reader: TheReader, language: Language) -> Response:
    """The dialog with every scenario."""
    return services.pages.answer(
        reader,
        "partials/_gallery.html",
        chapters=chapters(language),
        count=len(library.names()),
        chosen=chosen(FIRST_CHOSEN, language),
        words="",
    )


@router.get(
    "/gallery/cards",
    operation_id="gallery_cards",
    summary=Text("Scenarios found by words").en,
)
async def cards(
    services: TheServices, reader: TheReader, language: Language, q: _Words = ""
) -> Response:
    """The cards of the scenarios that have all words of `q`."""
    found = chapters(language, q)
    return services.pages.answer(
        reader, "partials/_gallery_cards.html", chapters=found, chosen=None, words=q
    )


@router.get(
    "/gallery/{name}",
    operation_id="gallery_scenario",
    summary=Text("A scenario's question and answer").en,
    responses=refusals(404),
)
async def one(
    services: TheServices,
    reader: TheReader,
    language: Language,
    name: Annotated[
        str, Path(description=Text("Name in the library.").en, examples=["single-server"])
    ],
) -> Response:
    """The foot of the gallery, about one scenario."""
    if name not in library.names():
        raise Refusal(404, NO_SCENARIO)
    return services.pages.answer(
        reader, "partials/_gallery_chosen.html", chosen=chosen(name, language)
    )
