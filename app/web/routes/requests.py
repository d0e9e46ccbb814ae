"""Requests and writes of a run: traced requests, one stage by stage, and the ledger."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, Response

from app.texts.text import Text
from app.web.http.dependencies import Language, TheReader, TheServices, TheSession
from app.web.http.request_body import StrictRoute
from app.web.models.answers import refusals
from app.web.models.requests import JourneyQuery, LedgerQuery, RequestQuery
from app.web.views.ledger import EXPORTED, READ, ledger_csv, ledger_view
from app.web.views.requests import journey_view, requests_view

router = APIRouter(route_class=StrictRoute, tags=["page"], default_response_class=HTMLResponse)


@router.get(
    "/s/{session}/requests",
    operation_id="requests",
    summary=Text("Traced requests").en,
    description=Text("A list of requests that were traced, and one stage by stage, as HTML.").en,
    responses=refusals(404, 422, 429),
)
async def requests(
    session: TheSession,
    services: TheServices,
    reader: TheReader,
    language: Language,
    query: Annotated[RequestQuery, Query()],
) -> Response:
    """Traced requests of a choice up to a moment, and the one that is looked at."""
    found = requests_view(session, query, language)
    return services.pages.answer(
        reader, "partials/_requests.html", session=session.id, requests=found
    )


@router.get(
    "/s/{session}/journey",
    operation_id="journey",
    summary=Text("One request, step by step").en,
    description=Text("A request of a number, or the next one of users, as HTML.").en,
    responses=refusals(404, 422, 429),
)
async def journey(
    session: TheSession,
    services: TheServices,
    reader: TheReader,
    language: Language,
    query: Annotated[JourneyQuery, Query()],
) -> Response:
    """One request to be followed step by step, or that there is none yet."""
    found = journey_view(session, query, language)
    return services.pages.answer(
        reader, "partials/_journey.html", session=session.id, journey=found
    )


@router.get(
    "/s/{session}/ledger",
    operation_id="ledger",
    summary=Text("The ledger of writes").en,
    description=Text("Figures of all writes, and the newest one by one, as HTML.").en,
    responses=refusals(404, 422, 429),
)
async def ledger(
    session: TheSession,
    services: TheServices,
    reader: TheReader,
    language: Language,
    query: Annotated[LedgerQuery, Query()],
) -> Response:
    """The ledger as of now."""
    session.touch()
    writes = await session.player.logged_writes(READ)
    found = ledger_view(session, writes, query, language)
    return services.pages.answer(reader, "partials/_ledger.html", session=session.id, ledger=found)


@router.get(
    "/s/{session}/ledger.csv",
    response_class=Response,
    operation_id="ledger_csv",
    summary=Text("The newest writes as CSV").en,
    responses={
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
        **refusals(404, 429),
    },
)
async def ledger_as_csv(session: TheSession) -> Response:
    """The newest writes: request, key, written_s, position, state, databases that have it."""
    session.touch()
    writes = await session.player.logged_writes(EXPORTED)
    return Response(
        ledger_csv(session, writes),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="ledger.csv"'},
    )
