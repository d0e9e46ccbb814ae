"""Answers as JSON: accepted actions, the drawing, the state of the server, refusals."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.texts.text import Text
from app.topology.paths.link_kinds import LinkKind

PROBLEM_REFERENCE = "#/components/schemas/Problem"
DOCUMENT_REFERENCE = "#/components/schemas/Document"


class FieldProblem(BaseModel):
    """Reason for a refusal, in the reader's language."""

    field: Annotated[
        str,
        Field(
            description=Text("Path of the field, such as `edits[0].name`; empty for none.").en,
            examples=["parameters.cores"],
        ),
    ]
    text: Annotated[str, Field(examples=["Use 1 to 1,024."])]


class Problem(BaseModel):
    """A request that was not carried out; nothing was changed."""

    errors: Annotated[list[FieldProblem], Field(min_length=1)]


class Accepted(BaseModel):
    """An action that was accepted; the run follows at its next step."""

    accepted: Literal[True] = True
    rev: Annotated[int, Field(description=Text("Revision of the drawing.").en)]
    ids: Annotated[list[str], Field(description=Text("Ids of what was added.").en)]
    entry: Annotated[
        int, Field(description=Text("Number by which `undo` takes it back; 0 for none.").en)
    ]
    done: Annotated[
        str | None, Field(description=Text("What was undone or done again, as a sentence.").en)
    ] = None


class NothingToDo(BaseModel):
    """Answer where nothing was done: nothing was left to undo or redo, or it does not fit."""

    accepted: Literal[False] = False
    rev: Annotated[int, Field(description=Text("Revision of the drawing.").en)]
    why: Annotated[str | None, Field(description=Text("The reason, if it does not fit.").en)] = None


class Named(BaseModel):
    """The name that the drawing has now."""

    name: str


class DrawnNode(BaseModel):
    """A node as it is drawn."""

    id: str
    kind: str
    kind_label: str
    preset: str
    icon: str
    name: str
    address: str
    public: bool
    detail: str
    groups: dict[str, str]
    places: list[str]
    x: float
    y: float


class DrawnLink(BaseModel):
    """A link as it is drawn."""

    id: str
    source: str
    target: str
    kind: LinkKind
    latency_ms: float


class DrawingProblem(BaseModel):
    """Something wrong with the drawing, and where."""

    code: str
    node: str
    link: str
    text: str


class BaseLoad(BaseModel):
    """Users, pages and requests per second of the whole drawing at a load factor of 1."""

    users: int
    pages: float
    rps: float


class History(BaseModel):
    """Figures of a run: times in simulated seconds, and columns of as many values by name."""

    t: list[float]
    columns: dict[str, list[float | None]]


class DrawnFrame(BaseModel):
    """The frame of a group."""

    sort: str
    name: str
    x: float
    y: float
    w: float
    h: float


class DrawnMachine(BaseModel):
    """Size of a machine that nodes share; the load of it is the sum of theirs."""

    name: str
    cores: int
    memory_gb: Annotated[float, Field(description=Text("0: there is always enough.").en)]
    usd: Annotated[float, Field(description=Text("Price a month.").en)]


class Drawing(BaseModel):
    """The drawing at a revision, with the words for it in the reader's language."""

    rev: int
    name: str
    nodes: list[DrawnNode]
    links: list[DrawnLink]
    problems: list[DrawingProblem]
    frames: list[DrawnFrame]
    machines: list[DrawnMachine]
    sorts: Annotated[dict[str, str], Field(description=Text("Labels of sorts of groups.").en)]
    kinds: Annotated[dict[str, str], Field(description=Text("Labels of kinds of nodes.").en)]
    base: BaseLoad


class Health(BaseModel):
    """State of the server."""

    status: Literal["ok"] = "ok"
    engine: Literal["compiling", "ready", "failed"]
    progress: Annotated[float, Field(ge=0, le=1)]
    sessions: Annotated[int, Field(description=Text("Sessions in memory.").en)]
    viewers: Annotated[int, Field(description=Text("Open event streams.").en)]
    reason: Annotated[
        Literal["killed", "cache", "compiler"] | None,
        Field(description=Text("Cause of a failed engine.").en),
    ] = None
    detail: str | None = None


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


_MEANINGS: dict[int, Text] = {
    400: Text("What was sent cannot be read."),
    403: Text("Another site made a browser send this; a program sends no cookies, or its origin."),
    404: Text("There is no such session, or nothing of that name."),
    413: Text("The body is larger than it may be."),
    415: Text("The body is not of a type that is read here."),
    421: Text("The Host header does not name this server."),
    422: Text("A field is not acceptable; `errors` names each."),
    429: Text("Too many sessions; try again after `Retry-After` seconds."),
    503: Text("Too many people are watching; try again after `Retry-After` seconds."),
}
_RETRY = {
    "Retry-After": {
        "description": Text("Seconds to wait.").en,
        "schema": {"type": "integer", "minimum": 1},
    }
}


def opened() -> dict[int | str, dict[str, Any]]:
    """Description of a redirect to a new session."""
    return {
        303: {
            "description": Text("A new session began; `Location` is the path of its page.").en,
            "headers": {"Location": {"schema": {"type": "string"}}},
        }
    }


def offered() -> dict[int | str, dict[str, Any]]:
    """Description of a redirect to a new session for a person in a browser, a page for others."""
    return opened() | {
        200: {
            "description": Text("A page that asks for a session by POST; none began.").en,
            "content": {"text/html": {"schema": {"type": "string"}}},
        }
    }


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Descriptions of the refusals that an address may answer with: a Problem, or a page."""
    return {
        status: {
            "description": _MEANINGS[status].en,
            "content": {
                "application/json": {"schema": {"$ref": PROBLEM_REFERENCE}},
                "text/html": {"schema": {"type": "string"}},
            },
            **({"headers": _RETRY} if status in (429, 503) else {}),
        }
        for status in statuses
    }
