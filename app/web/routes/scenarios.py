"""Scenarios in and out: the share link, the document as a file, and opening either."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.scenarios.document import Scenario, scenario_to_json
from app.scenarios.errors import ShareError
from app.scenarios.limits import LINK_LENGTH_MAX, SCENARIO_NAME_LENGTH_MAX
from app.scenarios.share import decode, encode
from app.session.outcome import FieldError
from app.texts.text import Text
from app.topology.names import cleaned
from app.web.http.dependencies import (
    Address,
    BaseUrl,
    InPage,
    Language,
    TheOpener,
    TheReader,
    TheServices,
    TheSession,
)
from app.web.http.file_names import disposition
from app.web.http.refusal import Refusal, details_of
from app.web.http.request_body import StrictRoute, TheUpload
from app.web.models.answers import DOCUMENT_REFERENCE, Named, offered, opened, refusals
from app.web.models.requests import NameForm

router = APIRouter(route_class=StrictRoute, tags=["documents"])

NAMELESS = Text("A drawing needs a name.")
COPY = Text("{name} (copy)")

Code = Annotated[
    str,
    Path(
        description=Text("The code that a link carries.").en,
        json_schema_extra={"maxLength": LINK_LENGTH_MAX},
    ),
]

_DOCUMENT = {"schema": {"$ref": DOCUMENT_REFERENCE}}
_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": _DOCUMENT,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"document": {"type": "string", "format": "binary"}},
                    "required": ["document"],
                }
            },
        },
    }
}


class LinkReader:
    """Reads links of whoever sent the request; too many that cannot be read are not looked at."""

    def __init__(self, address: Address, services: TheServices) -> None:
        self._address, self._refusals = address, services.refusals

    async def scenario(self, code: str) -> Scenario:
        """The scenario that a link carries. Raises a Refusal (400, 429)."""
        self._refusals.check(self._address)
        try:
            return await asyncio.to_thread(decode, code)
        except ShareError as error:
            self._refusals.count(self._address)
            raise Refusal(400, error.text) from None


TheLinkReader = Annotated[LinkReader, Depends()]


@router.get(
    "/s/{session}/share",
    response_class=HTMLResponse,
    operation_id="share",
    summary=Text("The dialog with the share link").en,
    description=Text("As HTML; the link carries the whole design.").en,
    responses=refusals(404, 429),
)
async def share(
    session: TheSession, services: TheServices, reader: TheReader, base_url: BaseUrl
) -> Response:
    """The dialog with the link that carries this session's design."""
    url, error = "", ""
    try:
        code = await asyncio.to_thread(encode, session.scenario())
        url = f"{base_url}/o/{code}"
    except ShareError as refused:
        error = refused.text.say(reader.language)
    return services.pages.answer(
        reader,
        "partials/_share.html",
        200,
        session=session.id,
        name=session.record.name,
        url=url,
        characters=len(url),
        error=error,
    )


@router.post(
    "/s/{session}/name",
    operation_id="name",
    summary=Text("Name the drawing").en,
    responses=refusals(400, 404, 413, 415, 422, 429),
)
async def name(session: TheSession, form: Annotated[NameForm, Form()]) -> Named:
    """Call the drawing as the form's `name` says, made fit to be a name."""
    wanted = " ".join(cleaned(form.name).split())[:SCENARIO_NAME_LENGTH_MAX].strip()
    if not wanted:
        raise Refusal(422, NAMELESS, [FieldError("name", NAMELESS)])
    if wanted != session.record.name:
        session.rename(wanted)
    return Named(name=wanted)


@router.post(
    "/s/{session}/duplicate",
    response_class=RedirectResponse,
    status_code=303,
    operation_id="duplicate",
    summary=Text("Copy a session").en,
    responses={**opened(), **refusals(404, 429)},
)
async def duplicate(session: TheSession, opener: TheOpener, language: Language) -> Response:
    """A new session of this one's design."""
    original = session.scenario()
    copy = COPY.say(language, name=original.name)
    return await opener.open(replace(original, name=copy[:SCENARIO_NAME_LENGTH_MAX]))


@router.get(
    "/s/{session}/document",
    operation_id="document",
    summary=Text("The design as a document").en,
    responses={
        200: {"content": {"application/json": _DOCUMENT}},
        **refusals(404, 429),
    },
)
async def document(session: TheSession) -> Response:
    """The design as a JSON file to keep."""
    text = json.dumps(scenario_to_json(session.scenario()), ensure_ascii=False, indent=2)
    return Response(
        text + "\n",
        media_type="application/json",
        headers={"Content-Disposition": disposition(session.record.name, "json")},
    )


@router.get(
    "/o/{code}",
    response_class=RedirectResponse,
    status_code=303,
    operation_id="open_link",
    summary=Text("Open a share link").en,
    responses={**offered(), **refusals(400, 429)},
)
async def open_link(opener: TheOpener, reader: TheLinkReader, code: Code) -> Response:
    """A new session of what a share link carries, or a page that opens it."""
    return await opener.offer(await reader.scenario(code), f"/o/{code}")


@router.post(
    "/o/{code}",
    response_class=RedirectResponse,
    status_code=303,
    operation_id="open_link_by_form",
    summary=Text("Open a share link, by a form").en,
    responses={**opened(), **refusals(400, 429)},
)
async def open_link_by_form(opener: TheOpener, reader: TheLinkReader, code: Code) -> Response:
    """A new session of what a share link carries, for a form of the page."""
    return await opener.open(await reader.scenario(code))


@router.post(
    "/open",
    response_class=RedirectResponse,
    status_code=303,
    operation_id="open_document",
    summary=Text("Open a document").en,
    description=Text("The document itself, or a form with it as a file.").en,
    responses={**opened(), **refusals(400, 413, 415, 429)},
    openapi_extra=_UPLOAD,
)
async def open_document(
    upload: TheUpload,
    opener: TheOpener,
    services: TheServices,
    reader: TheReader,
    in_page: InPage,
) -> Response:
    """A new session of an uploaded document. A page is told where, or in place what is wrong."""
    if not in_page:
        return await opener.open(await upload.scenario())
    try:
        redirect = await opener.open(await upload.scenario())
    except Refusal as refusal:
        return services.pages.answer(
            reader,
            "partials/_refused.html",
            title=refusal.text.say(reader.language),
            details=details_of(refusal, reader.language),
        )
    return Response(status_code=204, headers={"HX-Redirect": redirect.headers["location"]})
