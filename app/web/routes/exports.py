"""The drawing as a file for other programs: a picture, or Mermaid text."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.export.drawing_svg import Situation, whole_drawing
from app.export.mermaid import mermaid
from app.export.static_files import theme_colours
from app.texts.text import Text
from app.web.http.dependencies import Language, TheSession
from app.web.http.file_names import disposition
from app.web.models.answers import refusals

router = APIRouter(tags=["documents"])

_ThemeQuery = Annotated[
    Literal["light", "dark"], Query(description=Text("Colours of the picture.").en)
]


@router.get(
    "/s/{session}/drawing.svg",
    operation_id="drawing_svg",
    summary=Text("The drawing as a picture").en,
    description=Text("As SVG, with title and legend; what is broken now is shown broken.").en,
    responses={200: {"content": {"image/svg+xml": {}}}, **refusals(404, 422, 429)},
)
async def svg(session: TheSession, language: Language, theme: _ThemeQuery = "light") -> Response:
    """The drawing with its title and legend."""
    topology = session.topology
    broken = frozenset(session.broken)
    situation = Situation(
        frozenset(node.id for node in topology.nodes if node.id in broken),
        frozenset(link.id for link in topology.links if link.id in broken),
    )
    name = session.record.name
    sheet = whole_drawing(topology, name, theme_colours(theme), language, situation)
    headers = {"Content-Disposition": disposition(name, "svg")}
    return Response(sheet.markup(), media_type="image/svg+xml", headers=headers)


@router.get(
    "/s/{session}/drawing.mmd",
    operation_id="drawing_mermaid",
    summary=Text("The drawing as Mermaid text").en,
    responses={200: {"content": {"text/plain": {}}}, **refusals(404, 429)},
)
async def mermaid_text(session: TheSession, language: Language) -> Response:
    """The drawing as a flowchart in Mermaid's language."""
    headers = {"Content-Disposition": disposition(session.record.name, "mmd")}
    text = mermaid(session.topology, language)
    return Response(text, media_type="text/plain", headers=headers)
