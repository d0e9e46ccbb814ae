"""Live data of a session: its event stream, its drawing as JSON, its history, its faults."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from starlette.responses import HTMLResponse, Response

from app.texts.text import Text
from app.web.http.dependencies import (
    Address,
    Language,
    OnlyHead,
    TheReader,
    TheServices,
    TheSession,
)
from app.web.http.event_stream import Stream, events
from app.web.http.refusal import Refusal, too_many_watching
from app.web.models.answers import Drawing, History, refusals
from app.web.models.requests import HistoryQuery
from app.web.views.drawing import drawing
from app.web.views.timeline import fault_rows, row_more

router = APIRouter(tags=["run"])


@router.get(
    "/s/{session}/topology",
    operation_id="drawing",
    summary=Text("The drawing").en,
    description=Text("The drawing at its newest revision, with its problems in words.").en,
    responses=refusals(404, 429),
)
async def topology(session: TheSession, language: Language) -> Drawing:
    """The drawing at its newest revision, with its problems in words."""
    return drawing(session, language)


@router.get(
    "/s/{session}/history",
    operation_id="history",
    summary=Text("The figures of the run so far").en,
    description=Text("Samples against simulated time, as the charts show them.").en,
    responses=refusals(404, 422, 429),
)
async def history(session: TheSession, wanted: Annotated[HistoryQuery, Query()]) -> History:
    """Samples of the run, of a part of it as fine as it is known: times in seconds, and columns."""
    times, columns = session.player.samples.columns(wanted.low_s, wanted.high_s, wanted.most)
    return History(t=times, columns=columns)


@router.get(
    "/s/{session}/timeline/{row}",
    operation_id="timeline_row",
    summary=Text("Cause and effect of a row").en,
    description=Text("Rows of the timeline that led to one of them and that followed, as HTML.").en,
    response_class=HTMLResponse,
    responses=refusals(404, 422, 429),
)
async def more_of_row(
    session: TheSession,
    services: TheServices,
    reader: TheReader,
    language: Language,
    row: Annotated[str, Path(pattern="^[a-z][0-9]{1,9}$", description=Text("Id of a row.").en)],
) -> Response:
    """Cause and effect of a row, and figures before and after it."""
    more = row_more(session, row, language)
    if more is None:
        raise Refusal(404, Text("This row of the timeline is gone."))
    return services.pages.answer(reader, "partials/_row_more.html", more=more)


@router.get(
    "/s/{session}/faults",
    operation_id="active_faults",
    summary=Text("Active faults").en,
    description=Text("What is broken now, since when, and for how long, as HTML.").en,
    response_class=HTMLResponse,
    responses=refusals(404, 429),
)
async def active(
    session: TheSession, services: TheServices, reader: TheReader, language: Language
) -> Response:
    """The list of active faults, each with a button that heals it."""
    return services.pages.answer(
        reader, "partials/_faults.html", faults=fault_rows(session, language)
    )


@router.get(
    "/s/{session}/events",
    status_code=200,
    response_class=Stream,
    operation_id="events",
    summary=Text("The event stream").en,
    description=Text(
        "Server-sent events: `frame` with the figures of the run as JSON, `topology` with a new "
        "revision of the drawing, and unnamed ones with rows of the timeline as HTML."
    ).en,
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **refusals(404, 429, 503),
    },
)
async def stream(
    session: TheSession,
    services: TheServices,
    language: Language,
    address: Address,
    only_head: OnlyHead,
    last_event_id: Annotated[
        str, Header(description=Text("Id of the last event that was received.").en)
    ] = "",
) -> Response:
    """Frames, timeline rows and news of the drawing, until the reader leaves."""
    if only_head:
        return Response(media_type="text/event-stream")
    if services.registry.crowded(session) or not services.streams.enter(address):
        raise too_many_watching()
    content = events(session, services.pages, language, last_event_id)
    return Stream(content, lambda: services.streams.leave(address))
