"""Actions on a session: edits and faults, undo, the clock's controls, and the fault buttons."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Form, Path, Query
from starlette.responses import JSONResponse, Response

from app.actions import Action
from app.session.outcome import NOTHING_TO_REDO, NOTHING_TO_UNDO, Outcome
from app.texts.languages import Language as LanguageName
from app.texts.text import Text
from app.topology.edits.apply import EditError, pasted
from app.topology.model import POSITION_MAX
from app.web.http.dependencies import Language, TheAuthor, TheSession
from app.web.http.refusal import Refusal, details_of
from app.web.http.request_body import StrictRoute, TheUpload, action_of
from app.web.models.answers import DOCUMENT_REFERENCE, Accepted, NothingToDo, refusals
from app.web.models.requests import ENTRY_MAX, ControlForm

router = APIRouter(route_class=StrictRoute, tags=["run"])

BAD_REQUEST = 400
DOCUMENT_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": DOCUMENT_REFERENCE}}},
    }
}
REFUSED = Text("This was not accepted.")

NodeId = Annotated[str, Path(description=Text("Id of a node.").en, examples=["web-1"])]
EntryNumber = Annotated[
    int | None,
    Form(
        ge=0,
        le=ENTRY_MAX,
        description=Text("Number of an entry of the journal; without one the newest.").en,
    ),
]
Place = Annotated[float, Query(ge=-POSITION_MAX, le=POSITION_MAX, allow_inf_nan=False)]
_NOTHING: dict[int | str, dict[str, Any]] = {
    200: {"model": NothingToDo, "description": Text("There is nothing to take back.").en}
}
_EXAMPLES = {
    "edit": {"value": {"type": "add_node", "kind": "web_server", "x": 400, "y": 200}},
    "fault": {"value": {"type": "crash", "node": "web-1", "for_s": 30}},
    "control": {"value": {"type": "set_speed", "speed": 10}},
}


@router.post(
    "/s/{session}/actions",
    status_code=202,
    response_model_exclude_none=True,
    operation_id="act",
    summary=Text("Carry out an action").en,
    description=Text("An edit of the drawing, a fault, or a control of the run.").en,
    responses=refusals(400, 404, 413, 415, 422, 429),
)
async def act(
    session: TheSession,
    author: TheAuthor,
    language: Language,
    action: Annotated[Action, Body(discriminator="type", openapi_examples=_EXAMPLES)],
) -> Accepted:
    """Take one action on: an edit, a fault or a control, as JSON."""
    return accepted(session.submit(action, author), language)


@router.post(
    "/s/{session}/undo",
    status_code=202,
    response_model=Accepted,
    response_model_exclude_none=True,
    operation_id="undo",
    summary=Text("Take a step back").en,
    description=Text("The newest step, or that of an entry.").en,
    responses={**_NOTHING, **refusals(400, 404, 413, 422, 429)},
)
async def undo(
    session: TheSession, author: TheAuthor, language: Language, entry: EntryNumber = None
) -> Accepted | Response:
    """Take the newest step back; with a form's `entry`, the step of that entry."""
    return _again(session.undo(author, entry), language)


@router.post(
    "/s/{session}/redo",
    status_code=202,
    response_model=Accepted,
    response_model_exclude_none=True,
    operation_id="redo",
    summary=Text("Do a step again").en,
    description=Text("The step that was undone last, or that of an entry.").en,
    responses={**_NOTHING, **refusals(400, 404, 413, 422, 429)},
)
async def redo(
    session: TheSession, author: TheAuthor, language: Language, entry: EntryNumber = None
) -> Accepted | Response:
    """Do the step again that was undone last; with a form's `entry`, the step of that entry."""
    return _again(session.redo(author, entry), language)


@router.post(
    "/s/{session}/paste",
    status_code=202,
    response_model=Accepted,
    response_model_exclude_none=True,
    operation_id="paste",
    summary=Text("Paste a document").en,
    description=Text("Its nodes and links are added; their middle comes to x, y.").en,
    responses={**_NOTHING, **refusals(400, 404, 413, 415, 422, 429)},
    openapi_extra=DOCUMENT_BODY,
)
async def paste(
    session: TheSession,
    author: TheAuthor,
    language: Language,
    upload: TheUpload,
    x: Place = 0.0,
    y: Place = 0.0,
) -> Accepted | Response:
    """Add what a document draws, with new ids; a document that cannot be read is answered too."""
    try:
        part = (await upload.scenario()).topology
        batch = pasted(part, session.topology, x, y)
    except Refusal as refusal:
        if refusal.status_code != BAD_REQUEST:
            raise
        why = " ".join(details_of(refusal, language)) or refusal.text.say(language)
    except EditError as error:
        why = error.text.say(language)
    else:
        outcome = session.submit(batch, author)
        return _not_done(outcome, language) or accepted(outcome, language)
    answer = NothingToDo(rev=session.record.revision, why=why)
    return JSONResponse(answer.model_dump())


@router.post(
    "/s/{session}/control",
    status_code=204,
    operation_id="control",
    summary=Text("Turn a control").en,
    description=Text("The clock's and the load's controls, as a form.").en,
    responses=refusals(400, 404, 413, 415, 422, 429),
)
async def control(
    session: TheSession, author: TheAuthor, form: Annotated[ControlForm, Form()]
) -> None:
    """Turn one of the clock's or the load's controls."""
    check(session.submit(form.action(), author))


@router.post(
    "/s/{session}/nodes/{node}/crash",
    status_code=202,
    response_model_exclude_none=True,
    operation_id="crash_node",
    summary=Text("Crash a node").en,
    responses=refusals(404, 422, 429),
)
async def crash(
    session: TheSession, author: TheAuthor, language: Language, node: NodeId
) -> Accepted:
    """Crash a node."""
    return accepted(session.submit(action_of({"type": "crash", "node": node}), author), language)


@router.post(
    "/s/{session}/nodes/{node}/heal",
    status_code=202,
    response_model_exclude_none=True,
    operation_id="heal_node",
    summary=Text("Heal a node").en,
    responses=refusals(404, 422, 429),
)
async def heal(
    session: TheSession, author: TheAuthor, language: Language, node: NodeId
) -> Accepted:
    """Heal a node."""
    return accepted(session.submit(action_of({"type": "heal", "node": node}), author), language)


@router.post(
    "/s/{session}/heal",
    status_code=204,
    operation_id="heal_all",
    summary=Text("Heal everything").en,
    responses=refusals(404, 422, 429),
)
async def heal_all(session: TheSession, author: TheAuthor) -> None:
    """Heal every node."""
    check(session.heal_all(author))


def accepted(outcome: Outcome, language: LanguageName) -> Accepted:
    """The accepted action: revision, new ids, and the number by which `undo` takes it back.

    Raises a Refusal (422).
    """
    check(outcome)
    return Accepted(
        rev=outcome.revision,
        ids=list(outcome.ids),
        entry=outcome.entry,
        done=outcome.done.say(language) if outcome.done is not None else None,
    )


def check(outcome: Outcome) -> None:
    """Raise a Refusal (422) unless the action was accepted."""
    if not outcome.accepted:
        raise Refusal(422, REFUSED, outcome.errors)


def _again(outcome: Outcome, language: LanguageName) -> Accepted | Response:
    """An undo or redo. That nothing is left, or that it no longer fits, is an answer too."""
    return _not_done(outcome, language) or accepted(outcome, language)


def _not_done(outcome: Outcome, language: LanguageName) -> Response | None:
    """The answer where nothing was done, with the reason; None where something was."""
    if outcome.accepted:
        return None
    why = outcome.errors[0].text
    nothing = why in (NOTHING_TO_UNDO, NOTHING_TO_REDO)
    answer = NothingToDo(rev=outcome.revision, why=None if nothing else why.say(language))
    return JSONResponse(answer.model_dump(exclude_none=True))
