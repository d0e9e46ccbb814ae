"""The pages: a new sandbox, and a session's own."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.scenarios import library
from app.scenarios.document import Scenario
from app.schema import Text
from app.web.house import house_of, new_session, session_of
from app.web.i18n import language_of
from app.web.pages import remember_language
from app.web.palette import palette
from app.web.refusal import Refusal
from app.web.views import boot, inspector

router = APIRouter()

FIRST = "final-design"
NO_SCENARIO = Text("There is no scenario of that name.", "그런 이름의 시나리오는 없습니다.")


@router.get("/")
@router.head("/")
async def home(request: Request) -> Response:
    """A new sandbox with the library's most complete design."""
    return await open_session(request, _of_library(FIRST, request))


@router.get("/scenarios/{name}")
@router.head("/scenarios/{name}")
async def scenario(request: Request, name: str) -> Response:
    """A new sandbox of a scenario of the library."""
    if name not in library.names():
        raise Refusal(404, NO_SCENARIO)
    return await open_session(request, _of_library(name, request))


def _of_library(name: str, request: Request) -> Scenario:
    """A scenario by the name that it has in the reader's language, who may rename it."""
    title = library.title(name).say(language_of(request))
    return replace(library.load(name), name=title)


@router.get("/s/{session}")
@router.head("/s/{session}")
async def sandbox(request: Request) -> Response:
    """The page of a session."""
    session = await session_of(request)
    session.touch()
    language = language_of(request)
    return house_of(request).pages.answer(
        request,
        "pages/sandbox.html",
        session=session.id,
        name=session.record.name,
        palette=palette(language),
        boot=boot(session.id, language),
        inspector=inspector(session, language),
    )


async def open_session(request: Request, scenario: Scenario) -> Response:
    """A redirect to a new session of `scenario`; whoever only asks for the head begins none."""
    if request.method == "HEAD":
        return Response(media_type="text/html")
    session = await new_session(request, scenario)
    response = RedirectResponse(f"/s/{session.id}", 303)
    remember_language(request, response)
    return response
