"""Reading what a request brings: JSON, forms and files, checked before anything looks at them."""

from __future__ import annotations

import asyncio

from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.actions import Action, action_from
from app.scenarios.document import DocumentError, Scenario, parse_json, scenario_from_json
from app.scenarios.wording import first_error
from app.schema import Text
from app.session.outcome import FieldError
from app.web.refusal import Refusal

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

FIELDS_MAX = 200

NO_FILE = Text("Choose a file to open.", "열 파일을 고르세요.")
NOTHING_CHANGED = Text(
    "It was refused, and nothing was changed.", "받아들이지 않았고, 바뀐 것은 없습니다."
)
BAD_FORM = Text("The form cannot be read.", "양식을 읽을 수 없습니다.")


def content_type(request: Request) -> str:
    """The media type of the request's body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_json(request: Request) -> object:
    """The JSON value of the body. Raises a Refusal: 415, 413 or 400."""
    _expect(request, JSON)
    return _parsed(await request.body())


async def read_action(request: Request) -> Action:
    """The action of the body. Raises a Refusal: 415, 413, 400, or 422 naming the field."""
    return action_of(await read_json(request))


def action_of(data: object, field: str = "") -> Action:
    """The action that JSON data describes.

    Raises a Refusal (422) naming what is wrong, as `field` when the sender calls it that.
    """
    try:
        return action_from(data)
    except ValidationError as error:
        found = first_error(error, data)
        raise _refused(422, DocumentError(field or found.field, found.text)) from None


async def read_form(request: Request) -> dict[str, str]:
    """The text fields of a form; of repeated ones the last. Raises a Refusal: 415, 413 or 400."""
    _expect(request, URLENCODED, MULTIPART)
    try:
        async with request.form(max_fields=FIELDS_MAX, max_files=1) as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    except HTTPException as error:
        raise Refusal(400, BAD_FORM) from error


async def read_scenario(request: Request) -> Scenario:
    """The scenario of an uploaded document. Raises a Refusal: 415, 413, or 400 with the field."""
    source = await _read_document(request)
    try:
        # A large document takes a while, and other people's frames must not wait for it.
        return await asyncio.to_thread(_scenario, source)
    except DocumentError as error:
        raise _refused(400, error) from None


def _scenario(source: bytes) -> Scenario:
    return scenario_from_json(parse_json(source))


def _expect(request: Request, *types: str) -> None:
    if content_type(request) not in types:
        wanted = ", ".join(types)
        raise Refusal(415, Text(f"Send {wanted}.", f"{wanted} 형식으로 보내세요."))


def _parsed(source: bytes) -> object:
    try:
        return parse_json(source)
    except DocumentError as error:
        raise _refused(400, error) from None


def _refused(status: int, error: DocumentError) -> Refusal:
    return Refusal(status, NOTHING_CHANGED, [FieldError(error.field, error.text)])


async def _read_document(request: Request) -> bytes:
    """An uploaded file called ``document``, or a JSON body."""
    _expect(request, JSON, MULTIPART)
    if content_type(request) == JSON:
        return await request.body()
    try:
        async with request.form(max_fields=FIELDS_MAX, max_files=1) as form:
            document = form.get("document")
            if isinstance(document, UploadFile):
                return await document.read()
    except HTTPException as error:
        raise Refusal(400, BAD_FORM) from error
    raise Refusal(400, NO_FILE, [FieldError("document", NO_FILE)])
