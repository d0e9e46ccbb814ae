"""Bodies: their media type and strict JSON, checked before a route's models look at them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, params
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.actions import Action, action_from
from app.scenarios.document import DocumentError, Scenario, parse_json, scenario_from_json
from app.scenarios.limits import ACTION_VALUES_MAX
from app.scenarios.validation_messages import first_error
from app.session.outcome import FieldError
from app.texts.text import Text
from app.web.http.dependencies import Address, TheServices
from app.web.http.refusal import NOTHING_CHANGED, Refusal

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

FIELDS_MAX, FILES_MAX = 200, 1
"""Fields and files of a form."""

NO_FILE = Text("Choose a file to open.")
BAD_FORM = Text("The form cannot be read.")


class StrictRequest(Request):
    """A request whose JSON is read strictly: no key twice, no NaN, no depth without end."""

    async def json(self) -> Any:
        """The JSON value of the body. Raises a Refusal (400)."""
        if not hasattr(self, "_json"):
            try:
                self._json = parse_json(await self.body(), ACTION_VALUES_MAX)
            except DocumentError as error:
                raise refused(400, error) from None
        return self._json


class StrictRoute(APIRoute):
    """A route that takes only bodies of the media type that its models are read from (415)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the checks before it."""
        handle = super().get_route_handler()
        body = self.body_field
        is_form = body is not None and isinstance(body.field_info, params.Form)
        is_required = body is not None and body.field_info.is_required()

        async def checked(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            if is_form and is_required:
                expect(request, URLENCODED, MULTIPART)
            elif body is not None and not is_form:
                expect(request, JSON)
                await strict.json()
            return await handle(strict)

        return checked


def content_type(request: Request) -> str:
    """The media type of the request's body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def expect(request: Request, *types: str) -> None:
    """Raise a Refusal (415) unless the body is of one of these media types."""
    if content_type(request) not in types:
        wanted = ", ".join(types)
        raise Refusal(415, Text("Send {wanted}.", wanted=wanted))


def refused(status: int, error: DocumentError) -> Refusal:
    """The refusal of what a field holds."""
    return Refusal(status, NOTHING_CHANGED, [FieldError(error.field, error.text)])


def action_of(data: object) -> Action:
    """The action that JSON data describes. Raises a Refusal (422) naming what is wrong."""
    try:
        return action_from(data)
    except ValidationError as error:
        raise refused(422, first_error(error, data)) from None


class Upload:
    """An uploaded document: a file called ``document`` in a form, or a JSON body."""

    def __init__(self, request: Request, address: Address, services: TheServices) -> None:
        self._request, self._address = request, address
        self._refusals = services.refusals

    async def scenario(self) -> Scenario:
        """The scenario of the document. Raises a Refusal: 415, 413, or 400 with the field."""
        self._refusals.check(self._address)
        source = await self._read()
        try:
            # A large document takes a while, and other people's frames must not wait for it.
            return await asyncio.to_thread(_scenario, source)
        except DocumentError as error:
            self._refusals.count(self._address)
            raise refused(400, error) from None

    async def _read(self) -> bytes:
        request = self._request
        expect(request, JSON, MULTIPART)
        if content_type(request) == JSON:
            return await request.body()
        try:
            async with request.form(max_fields=FIELDS_MAX, max_files=FILES_MAX) as form:
                document = form.get("document")
                if isinstance(document, UploadFile):
                    return await document.read()
        except Refusal:
            raise
        except HTTPException as error:
            raise Refusal(400, BAD_FORM) from error
        raise Refusal(400, NO_FILE, [FieldError("document", NO_FILE)])


TheUpload = Annotated[Upload, Depends()]


def _scenario(source: bytes) -> Scenario:
    return scenario_from_json(parse_json(source))
