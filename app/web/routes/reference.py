"""The description of the addresses: OpenAPI, a page of it, and JSON Schema of what is sent."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.scenarios.json_schema import SCHEMAS
from app.texts.text import Text
from app.web.http.dependencies import Language, TheReader, TheServices
from app.web.http.refusal import Refusal
from app.web.models.answers import refusals
from app.web.openapi.reference import reference

router = APIRouter(prefix="/api", tags=["server"])

NO_SCHEMA = Text("There is no schema of that name.")


class SchemaResponse(JSONResponse):
    """JSON Schema under its own media type."""

    media_type = "application/schema+json"


@router.get(
    "",
    response_class=HTMLResponse,
    operation_id="reference",
    summary=Text("This reference").en,
)
async def page(services: TheServices, reader: TheReader, language: Language) -> Response:
    """The page that shows the description to people."""
    found = reference(services.descriptions.get(language))
    return services.pages.answer(reader, "pages/api.html", reference=found)


@router.get(
    "/openapi.json",
    operation_id="openapi",
    summary=Text("The OpenAPI description").en,
)
async def openapi(services: TheServices, language: Language) -> dict[str, Any]:
    """The description for programs."""
    return services.descriptions.get(language)


@router.get(
    "/schema/{subject}",
    response_class=SchemaResponse,
    operation_id="schema",
    summary=Text("The JSON Schema of documents or of actions").en,
    responses=refusals(404),
)
async def schema(
    language: Language,
    subject: Annotated[
        str, Path(description=Text("`document` or `action`.").en, examples=list(SCHEMAS))
    ],
) -> Response:
    """The JSON Schema of what is sent here."""
    if subject not in SCHEMAS:
        raise Refusal(404, NO_SCHEMA)
    return SchemaResponse(SCHEMAS[subject](language))
