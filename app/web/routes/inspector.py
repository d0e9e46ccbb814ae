"""The inspector: the panel of a node, a link or the whole drawing, its form, and its targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, Response

from app.session.session import Session
from app.texts.text import Text
from app.topology.edits.apply import Edit, SetExpectations
from app.web.http.dependencies import (
    InPage,
    Language,
    TheAuthor,
    TheReader,
    TheServices,
    TheSession,
)
from app.web.http.request_body import StrictRoute
from app.web.models.answers import refusals
from app.web.models.requests import InspectorForm, Pinned, Selection, TargetsForm, TargetsQuery
from app.web.views.failed_requests import why
from app.web.views.findings import findings_view
from app.web.views.inspector.forms import as_one, link_edit, node_edits
from app.web.views.inspector.placement import place_edits
from app.web.views.inspector.selection import selection_edits
from app.web.views.inspector.theory import theory_view
from app.web.views.targets import TargetsView, targets_view
from app.web.views.views import inspector

router = APIRouter(route_class=StrictRoute, tags=["page"], default_response_class=HTMLResponse)

REFUSED = "Loadground-Refused"
"""A header of answers to a form in which something is wrong."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel of what is selected, as a reader sees it."""

    session: TheSession
    services: TheServices
    reader: TheReader
    in_page: InPage
    selection: Annotated[Selection, Query()]

    def answer(
        self,
        status: int,
        *,
        typed: dict[str, str] | None = None,
        errors: dict[str, Text] | None = None,
        saved: bool = False,
        refused: Text | None = None,
    ) -> Response:
        """The panel, with what was typed and what is wrong with it."""
        view = inspector(
            self.session,
            self.reader.language,
            node_id=self.selection.node,
            link_id=self.selection.link,
            node_ids=self.selection.several,
            group=self.selection.group,
            typed=typed,
            errors=errors,
            saved=saved,
            refused=refused,
        )
        # To a page a refused field is nothing unusual, and browsers report every error status.
        answer = self.services.pages.answer(
            self.reader,
            "partials/_inspector.html",
            200 if self.in_page else status,
            session=self.session.id,
            inspector=view,
        )
        if status != 200:
            answer.headers[REFUSED] = "1"
        return answer


ThePanel = Annotated[Panel, Depends()]


@router.get(
    "/s/{session}/inspector",
    operation_id="inspector",
    summary=Text("The inspector").en,
    description=Text("The panel of a node, a link or the whole drawing, as HTML.").en,
    responses=refusals(404, 429),
)
async def show(panel: ThePanel) -> Response:
    """The panel of ``?node=`` or ``?link=``, or the overview."""
    return panel.answer(200)


@router.get(
    "/s/{session}/why",
    operation_id="why",
    summary=Text("Why requests failed of late").en,
    responses=refusals(404, 422, 429),
)
async def reasons(
    session: TheSession,
    services: TheServices,
    reader: TheReader,
    language: Language,
    selection: Annotated[Pinned, Query()],
) -> Response:
    """Reasons of the last failures, at ``?node=`` or anywhere, up to ``?until_ns=``."""
    found = why(session, selection.node, language, selection.until_ns)
    return services.pages.answer(reader, "partials/_why.html", session=session.id, why=found)


@router.get(
    "/s/{session}/theory",
    operation_id="theory",
    summary=Text("Theory at the present load").en,
    description=Text("The box of a node or of the whole drawing, as HTML.").en,
    responses=refusals(404, 429),
)
async def theory(
    session: TheSession,
    services: TheServices,
    reader: TheReader,
    language: Language,
    selection: Annotated[Selection, Query()],
) -> Response:
    """Theory of ``?node=`` or of the whole drawing, at the present load."""
    found = theory_view(session, selection.node, language)
    return services.pages.answer(reader, "partials/_theory.html", theory=found)


@router.get(
    "/s/{session}/findings",
    operation_id="findings",
    summary=Text("Findings").en,
    description=Text(
        "The list, as HTML, of what hurts or would hurt, each with what mends it as an action."
    ).en,
    responses=refusals(404, 429),
)
async def show_findings(
    session: TheSession, services: TheServices, reader: TheReader, language: Language
) -> Response:
    """The findings of now."""
    found = findings_view(session, language)
    return services.pages.answer(reader, "partials/_findings.html", findings=found)


@router.post(
    "/s/{session}/inspector",
    operation_id="change_selection",
    summary=Text("Change a node or a link").en,
    description=Text("Name, places and parameters as a form; fields that are left out stay.").en,
    responses=refusals(400, 404, 413, 415, 422, 429),
)
async def change(
    panel: ThePanel, author: TheAuthor, form: Annotated[InspectorForm, Form()]
) -> Response:
    """Set what the form holds, and answer with the panel; with every error when one is wrong."""
    edit, errors = _edit(panel.session, panel.selection, form.typed)
    if errors:
        return panel.answer(422, typed=form.typed, errors=errors)
    if edit is not None:
        outcome = panel.session.submit(edit, author)
        if not outcome.accepted:
            return panel.answer(422, typed=form.typed, refused=outcome.errors[0].text)
    return panel.answer(200, saved=True)


def _edit(
    session: Session, selection: Selection, typed: dict[str, str]
) -> tuple[Edit | None, dict[str, Text]]:
    if session.topology.has_node(selection.node):
        node = session.topology.node(selection.node)
        edits, errors = node_edits(node, typed)
        moves, wrong = place_edits(session.topology, node, typed)
        return as_one([*edits, *moves]), {**errors, **wrong}
    several = [
        session.topology.node(one) for one in selection.several if session.topology.has_node(one)
    ]
    if several:
        edits, errors = selection_edits(session.topology, several, typed)
        return as_one(edits), errors
    if session.topology.has_link(selection.link):
        return link_edit(session.topology.link(selection.link), typed)
    return None, {}


@router.get(
    "/s/{session}/targets",
    operation_id="targets",
    summary=Text("What must hold").en,
    description=Text("The rows of targets or of expectations, and a form for them, as HTML.").en,
    responses=refusals(404, 422, 429),
)
async def show_targets(
    session: TheSession,
    services: TheServices,
    reader: TheReader,
    language: Language,
    query: Annotated[TargetsQuery, Query()],
) -> Response:
    """The rows of ``?of=``."""
    found = targets_view(session, query.of, language)
    return _targets(services, reader, session, found, 200)


@router.post(
    "/s/{session}/targets",
    operation_id="set_targets",
    summary=Text("Say what must hold").en,
    description=Text("All rows of a list, and perhaps one more in parts, as a form.").en,
    responses=refusals(400, 404, 413, 415, 422, 429),
)
async def change_targets(
    session: TheSession,
    services: TheServices,
    reader: TheReader,
    language: Language,
    in_page: InPage,
    author: TheAuthor,
    form: Annotated[TargetsForm, Form()],
) -> Response:
    """Set the rows, and answer with the dialog; with the error of a row that is wrong."""
    rows = form.all_rows
    if rows == session.topology.rows.get(form.of, ()):
        found = targets_view(session, form.of, language)
        return _targets(services, reader, session, found, 200)
    outcome = session.submit(SetExpectations.model_construct(of=form.of, rows=rows), author)
    if outcome.accepted:
        found = targets_view(session, form.of, language, saved=True)
        return _targets(services, reader, session, found, 200)
    error = outcome.errors[0]
    found = targets_view(session, form.of, language, typed=rows, wrong=(error.field, error.text))
    return _targets(services, reader, session, found, 200 if in_page else 422)


def _targets(
    services: TheServices, reader: TheReader, session: Session, found: TargetsView, status: int
) -> Response:
    return services.pages.answer(
        reader, "partials/_targets.html", status, session=session.id, targets=found
    )
