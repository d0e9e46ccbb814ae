"""What people do to a session: actions, undo, the clock's controls, and the fault buttons."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.actions import Action
from app.schema import Language, Text
from app.session.outcome import FieldError, Outcome
from app.session.session import NOTHING_TO_REDO, NOTHING_TO_UNDO
from app.web.bodies import action_of, read_action, read_form
from app.web.house import session_of
from app.web.i18n import language_of
from app.web.refusal import Refusal

router = APIRouter()

NUMBER = Text("Use a number.", "숫자를 입력하세요.")
WHOLE = Text("Use a whole number.", "정수를 입력하세요.")
VERBS = Text(
    "Use pause, resume, step, reset, speed, load, seed or seek.",
    "pause, resume, step, reset, speed, load, seed, seek 가운데 하나를 쓰세요.",
)
REFUSED = Text("This was not accepted.", "받아들이지 않았습니다.")


@router.post("/s/{session}/actions")
async def act(request: Request) -> Response:
    """Take one action on: an edit, a fault or a control, as JSON."""
    session = await session_of(request)
    action = await read_action(request)
    return accepted(session.submit(action), language_of(request))


@router.post("/s/{session}/undo")
async def undo(request: Request) -> Response:
    """Take the newest step back."""
    session = await session_of(request)
    return accepted(session.undo(), language_of(request))


@router.post("/s/{session}/redo")
async def redo(request: Request) -> Response:
    """Do again what was undone last."""
    session = await session_of(request)
    return accepted(session.redo(), language_of(request))


@router.post("/s/{session}/control")
async def control(request: Request) -> Response:
    """Turn one of the clock's or the load's controls."""
    session = await session_of(request)
    form = await read_form(request)
    action = _control(form.get("verb", ""), form.get("value", "").strip())
    return _done(session.submit(action))


@router.post("/s/{session}/nodes/{node}/crash")
async def crash(request: Request, node: str) -> Response:
    """Crash a node."""
    session = await session_of(request)
    return _done(session.submit(action_of({"type": "crash", "node": node})))


@router.post("/s/{session}/nodes/{node}/heal")
async def heal(request: Request, node: str) -> Response:
    """Heal a node."""
    session = await session_of(request)
    return _done(session.submit(action_of({"type": "heal", "node": node})))


@router.post("/s/{session}/heal")
async def heal_all(request: Request) -> Response:
    """Heal every node."""
    session = await session_of(request)
    return _done(session.heal_all())


def accepted(outcome: Outcome, language: Language) -> Response:
    """What was accepted, as JSON. Raises a Refusal: 409 with nothing to undo, else 422."""
    _check(outcome)
    body: dict[str, object] = {
        "accepted": True,
        "rev": outcome.revision,
        "ids": list(outcome.ids),
    }
    if outcome.done is not None:
        body["done"] = outcome.done.say(language)
    return JSONResponse(body, 202)


def _done(outcome: Outcome) -> Response:
    _check(outcome)
    return Response(status_code=204)


def _check(outcome: Outcome) -> None:
    if outcome.accepted:
        return
    nothing = outcome.errors[0].text in (NOTHING_TO_UNDO, NOTHING_TO_REDO)
    raise Refusal(409 if nothing else 422, REFUSED, outcome.errors)


def _control(verb: str, value: str) -> Action:
    """The action of a control. Raises a Refusal (422) naming ``verb`` or ``value``."""
    if verb in ("pause", "resume", "reset"):
        return action_of({"type": verb})
    try:
        if verb == "step":
            return action_of({"type": verb, "events": int(value or "1")}, "value")
        if verb == "seed":
            return action_of({"type": "set_seed", "seed": int(value)}, "value")
    except ValueError:
        raise _wrong("value", WHOLE) from None
    try:
        if verb == "speed":
            speed = None if value == "max" else float(value)
            return action_of({"type": "set_speed", "speed": speed}, "value")
        if verb == "load":
            return action_of({"type": "set_load", "factor": float(value)}, "value")
        if verb == "seek":
            return action_of({"type": verb, "at_s": float(value)}, "value")
    except ValueError:
        raise _wrong("value", NUMBER) from None
    raise _wrong("verb", VERBS)


def _wrong(field: str, text: Text) -> Refusal:
    return Refusal(422, REFUSED, [FieldError(field, text)])
