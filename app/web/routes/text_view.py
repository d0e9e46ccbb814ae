"""The drawing as text, for reading and editing without the canvas."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from app.texts.text import Text
from app.web.http.dependencies import Language, TheReader, TheServices, TheSession
from app.web.models.answers import refusals
from app.web.views.text_view import text_view

router = APIRouter(tags=["page"], default_response_class=HTMLResponse)


@router.get(
    "/s/{session}/text",
    operation_id="text_view",
    summary=Text("The drawing as text").en,
    description=Text("A tree of places and tables of nodes and links, as HTML.").en,
    responses=refusals(404, 429),
)
async def text(
    session: TheSession, services: TheServices, reader: TheReader, language: Language
) -> Response:
    """The panel with the tree and the tables."""
    view = text_view(session.topology, session.record.revision, language)
    return services.pages.answer(
        reader, "partials/_text_view.html", name=session.record.name, view=view
    )
