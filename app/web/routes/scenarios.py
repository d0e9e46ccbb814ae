"""Scenarios in and out: the share link, the document as a file, and opening either."""

from __future__ import annotations

import asyncio
import json
import re
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.scenarios.document import scenario_to_json
from app.scenarios.errors import ShareError
from app.scenarios.share import decode, encode
from app.web.bodies import read_scenario
from app.web.house import house_of, session_of
from app.web.i18n import language_of
from app.web.refusal import Refusal
from app.web.routes.pages import open_session

router = APIRouter()


@router.get("/s/{session}/share")
async def share(request: Request) -> Response:
    """The dialog with the link that carries this session's design."""
    session = await session_of(request)
    url, error = "", ""
    try:
        code = await asyncio.to_thread(encode, session.scenario())
        url = f"{request.base_url}o/{code}"
    except ShareError as refused:
        error = refused.text.say(language_of(request))
    return house_of(request).pages.answer(
        request,
        "partials/_share.html",
        200,
        session=session.id,
        name=session.record.name,
        url=url,
        characters=len(url),
        error=error,
    )


@router.get("/s/{session}/document")
async def document(request: Request) -> Response:
    """The design as a JSON file to keep."""
    session = await session_of(request)
    text = json.dumps(scenario_to_json(session.scenario()), ensure_ascii=False, indent=2)
    disposition = f"attachment; {_file_name(session.record.name)}"
    return Response(
        text + "\n",
        media_type="application/json",
        headers={"Content-Disposition": disposition},
    )


@router.get("/o/{code}")
async def open_link(request: Request, code: str) -> Response:
    """A new session of what a share link carries."""
    try:
        scenario = await asyncio.to_thread(decode, code)
    except ShareError as error:
        raise Refusal(400, error.text) from None
    return await open_session(request, scenario)


@router.post("/open")
async def open_document(request: Request) -> Response:
    """A new session of an uploaded document."""
    return await open_session(request, await read_scenario(request))


def _file_name(name: str) -> str:
    """The file name of a scenario for Content-Disposition (RFC 6266), any script, no surprises."""
    kept = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "loadground"
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "", kept).strip("-.") or "loadground"
    return f"filename=\"{plain}.json\"; filename*=UTF-8''{quote(kept)}.json"
