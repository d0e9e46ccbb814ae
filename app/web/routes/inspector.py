"""The inspector: the panel of a node, a link or the whole drawing, and its form."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.schema import Text
from app.session.session import Session
from app.topology.edits import Edit
from app.web.bodies import read_form
from app.web.forms import as_one, link_edit, node_edits
from app.web.house import house_of, session_of
from app.web.i18n import language_of
from app.web.place import place_edits
from app.web.views import inspector
from app.web.why import why

router = APIRouter()


@router.get("/s/{session}/inspector")
async def show(request: Request) -> Response:
    """The panel of ``?node=`` or ``?link=``, or the overview."""
    return _panel(request, await session_of(request), 200)


@router.get("/s/{session}/why")
async def reasons(request: Request) -> Response:
    """Why requests failed of late, at ``?node=`` or anywhere."""
    session = await session_of(request)
    found = why(session, _asked(request)[0], language_of(request))
    return house_of(request).pages.answer(request, "partials/_why.html", reasons=found)


@router.post("/s/{session}/inspector")
async def change(request: Request) -> Response:
    """Set what the form holds, and answer with the panel; with every error when one is wrong."""
    session = await session_of(request)
    typed = await read_form(request)
    edit, errors = _edit(request, session, typed)
    if errors:
        return _panel(request, session, 422, typed=typed, errors=errors)
    if edit is not None:
        outcome = session.submit(edit)
        if not outcome.accepted:
            refused = outcome.errors[0].text
            return _panel(request, session, 422, typed=typed, refused=refused)
    return _panel(request, session, 200, saved=True)


def _edit(
    request: Request, session: Session, typed: dict[str, str]
) -> tuple[Edit | None, dict[str, Text]]:
    node_id, link_id = _asked(request)
    if session.topology.has_node(node_id):
        node = session.topology.node(node_id)
        edits, errors = node_edits(node, typed)
        moves, wrong = place_edits(session.topology, node, typed)
        return as_one([*edits, *moves]), {**errors, **wrong}
    for link in session.topology.links:
        if link.id == link_id:
            return link_edit(link, typed)
    return None, {}


def _panel(
    request: Request,
    session: Session,
    status: int,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, Text] | None = None,
    saved: bool = False,
    refused: Text | None = None,
) -> Response:
    node_id, link_id = _asked(request)
    view = inspector(
        session,
        language_of(request),
        node_id=node_id,
        link_id=link_id,
        typed=typed,
        errors=errors,
        saved=saved,
        refused=refused,
    )
    pages = house_of(request).pages
    return pages.answer(
        request, "partials/_inspector.html", status, session=session.id, inspector=view
    )


def _asked(request: Request) -> tuple[str, str]:
    return request.query_params.get("node", ""), request.query_params.get("link", "")
