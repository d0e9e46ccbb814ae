"""Errors as answers: a page for people, a note for a panel that asked, JSON for programs."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from app.schema import Text
from app.web.house import house_of
from app.web.i18n import language_of
from app.web.refusal import Refusal
from app.web.security import add_headers

TITLES: dict[int, Text] = {
    400: Text("This cannot be opened", "열 수 없습니다"),
    403: Text("Not allowed", "허용되지 않습니다"),
    404: Text("Not found", "찾을 수 없습니다"),
    405: Text("Not allowed here", "여기서는 할 수 없습니다"),
    409: Text("Not possible now", "지금은 할 수 없습니다"),
    413: Text("Too large", "너무 큽니다"),
    415: Text("Not a format we read", "읽을 수 없는 형식입니다"),
    422: Text("Not accepted", "받아들일 수 없습니다"),
    429: Text("Too many sessions", "세션이 너무 많습니다"),
    500: Text("Something went wrong", "문제가 생겼습니다"),
    503: Text("Too busy", "지금은 바쁩니다"),
}
NOT_FOUND = Text("There is nothing at this address.", "이 주소에는 아무것도 없습니다.")
BROKEN = Text(
    "The program made a mistake; it is in the server's log.",
    "프로그램에 오류가 있었습니다. 서버 로그에 남아 있습니다.",
)


def add_handlers(app: FastAPI) -> None:
    """Have every error of `app` answered here."""
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def answer(request: Request, refusal: Refusal) -> Response:
    """A refusal in the form and language that whoever asked can read."""
    language = language_of(request)
    if request.headers.get("hx-request") == "true":
        # A whole page would land in the panel that asked.
        note = house_of(request).pages.note(refusal.faults[0].text.say(language))
        return HTMLResponse(note, refusal.status, refusal.headers)
    if _wants_page(request):
        title = TITLES.get(refusal.status, TITLES[500])
        page = house_of(request).pages.answer(
            request,
            "pages/problem.html",
            refusal.status,
            title=title.say(language),
            sentence=refusal.text.say(language),
            details=[
                f"{one.field}: {one.text.say(language)}" if one.field else one.text.say(language)
                for one in refusal.faults
                if one.text is not refusal.text or one.field
            ],
            status=refusal.status,
        )
        page.headers.update(refusal.headers)
        return page
    errors = [{"field": one.field, "text": one.text.say(language)} for one in refusal.faults]
    return JSONResponse({"errors": errors}, refusal.status, refusal.headers)


def _wants_page(request: Request) -> bool:
    """Whether a browser shows the answer as a page: it asks for HTML, scripts do not."""
    return "text/html" in request.headers.get("accept", "")


async def _refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return answer(request, error)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    text = NOT_FOUND if error.status_code == 404 else TITLES.get(error.status_code, BROKEN)
    return answer(request, Refusal(error.status_code, text, headers=error.headers))


async def _unexpected(request: Request, _: Exception) -> Response:
    try:
        response = answer(request, Refusal(500, BROKEN))
    except Exception:
        # The template may be what is broken.
        response = PlainTextResponse(BROKEN.en, 500)
    # This answer is made outside of all middleware.
    add_headers(MutableHeaders(raw=response.raw_headers))
    return response
