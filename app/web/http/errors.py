"""Errors as answers: a page for people, a note for a panel that asked, JSON for programs."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from app.scenarios.validation_messages import field_error
from app.session.outcome import FieldError
from app.texts.text import Text
from app.web.http.dependencies import services_of
from app.web.http.refusal import NOTHING_CHANGED, Refusal, details_of
from app.web.http.security_headers import add_headers
from app.web.http.templates import Reader
from app.web.models.answers import FieldProblem, Problem
from app.web.observability.logs import request_id

TITLES: dict[int, Text] = {
    400: Text("This cannot be opened"),
    403: Text("Not allowed"),
    404: Text("Not found"),
    405: Text("Not allowed here"),
    413: Text("Too large"),
    421: Text("Not at this address"),
    415: Text("Not a format we read"),
    422: Text("Not accepted"),
    429: Text("Too much at once"),
    500: Text("Something went wrong"),
    503: Text("Too busy"),
}
REQUEST_ID = "X-Request-ID"
NOT_FOUND = Text("There is nothing at this address.")
FAULTS_MAX = 20
"""Fields that are named in one refusal."""

BROKEN = Text("The program made a mistake; the server's log has it under request {request}.")


def add_handlers(app: FastAPI) -> None:
    """Have every error of `app` answered here."""
    for expected in (HTTPException, RequestValidationError):
        app.add_exception_handler(expected, _answered)
    app.add_exception_handler(Exception, _unexpected)


def refusal_of(error: Exception) -> Refusal:
    """The refusal that an error of a request amounts to; of an unexpected one, 500."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RequestValidationError):
        return Refusal(422, NOTHING_CHANGED, _faults(error))
    if isinstance(error, HTTPException):
        status = error.status_code
        text = NOT_FOUND if status == 404 else TITLES.get(status, TITLES[500])
        return Refusal(status, text, headers=error.headers)
    return Refusal(500, BROKEN.given(request=request_id()))


def answer(request: Request, refusal: Refusal) -> Response:
    """A refusal in the form and language that whoever asked can read."""
    reader, pages = Reader.of(request), services_of(request).pages
    language, status, headers = reader.language, refusal.status_code, refusal.headers
    if request.headers.get("hx-request") == "true":
        # A whole page would land in the panel that asked.
        note = pages.note(refusal.faults[0].text.say(language))
        return HTMLResponse(note, status, headers)
    if _wants_page(request):
        page = pages.answer(
            reader,
            "pages/problem.html",
            status,
            title=TITLES.get(status, TITLES[500]).say(language),
            sentence=refusal.text.say(language),
            details=details_of(refusal, language),
            status=status,
        )
        page.headers.update(headers or {})
        return page
    faults = [FieldProblem(field=one.field, text=one.text.say(language)) for one in refusal.faults]
    return JSONResponse(Problem(errors=faults).model_dump(), status, headers)


def _wants_page(request: Request) -> bool:
    """Return whether a browser shows the answer as a page: it asks for HTML, scripts do not."""
    return "text/html" in request.headers.get("accept", "")


def _faults(error: RequestValidationError) -> list[FieldError]:
    """Every field that a model refused, the first ones of very many."""
    found = error.errors()
    places = [detail["loc"] for detail in found]
    # Pydantic counts only the items before the first wrong one, and then finds the list too short.
    true = [
        detail
        for detail in found
        if detail["type"] != "too_short"
        or not any(detail["loc"] == one[: len(detail["loc"])] != one for one in places)
    ]
    return [_fault(detail, error.body) for detail in true[:FAULTS_MAX]]


def _fault(detail: dict[str, Any], body: Any) -> FieldError:
    """A field of the body by its path, and one of the address or a header by its name."""
    source, *path = detail["loc"]
    if source != "body":
        data: object = dict.fromkeys(path)
    else:
        data = dict(body) if isinstance(body, FormData) else body
    found = field_error({**detail, "loc": path}, data)
    return FieldError(found.field, found.text)


async def _answered(request: Request, error: Exception) -> Response:
    return answer(request, refusal_of(error))


async def _unexpected(request: Request, error: Exception) -> Response:
    try:
        response = answer(request, refusal_of(error))
    except Exception:
        # The template may be what is broken.
        response = PlainTextResponse(BROKEN.given(request=request_id()).en, 500)
    # This answer is made outside of all middleware.
    headers = MutableHeaders(raw=response.raw_headers)
    headers[REQUEST_ID] = request_id()
    add_headers(headers)
    return response
