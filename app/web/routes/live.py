"""What a session's page follows: the event stream, and the drawing as JSON."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.session.limits import VIEWERS_PER_SESSION_MAX
from app.web.house import house_of, session_of
from app.web.i18n import language_of
from app.web.refusal import too_many_watching
from app.web.sse import Stream, events
from app.web.views import drawing

router = APIRouter()


@router.get("/s/{session}/topology")
async def topology(request: Request) -> Response:
    """The drawing at its newest revision, with its problems in words."""
    session = await session_of(request)
    return JSONResponse(drawing(session, language_of(request)))


@router.get("/s/{session}/events")
async def stream(request: Request) -> Response:
    """Frames, timeline rows and news of the drawing, until the reader leaves."""
    session = await session_of(request)
    house = house_of(request)
    if house.registry.crowded or session.channel.viewers >= VIEWERS_PER_SESSION_MAX:
        raise too_many_watching()
    last_event_id = request.headers.get("last-event-id", "")
    return Stream(events(session, house.pages, language_of(request), last_event_id))
