"""The page about the model: what is modelled as what, what is not, and after which source."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from app.texts.text import Text
from app.web.http.dependencies import Language, TheReader, TheServices
from app.web.views.model import scope_sections

router = APIRouter(tags=["page"], default_response_class=HTMLResponse)


@router.get(
    "/model",
    operation_id="model",
    summary=Text("Scope of the model").en,
)
async def model(services: TheServices, reader: TheReader, language: Language) -> Response:
    """The scope of the model, with each kind's guide."""
    sections = scope_sections(language)
    return services.pages.answer(reader, "pages/model.html", sections=sections)
