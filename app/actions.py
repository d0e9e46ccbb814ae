"""Actions: what people do to a drawing or a run, as plain data, and the journal of them.

``Action = Edit | Fault | Control``. Every action can be written as JSON (``action_from``,
``model_dump``), has a type, and reaches the engine only through the session or the CLI.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.topology.edits import Edit, Id

LOAD_MAX = 1000.0
SEED_MAX = 2**53 - 1
SPEED_MIN = 0.01
SPEED_MAX = 1000.0


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Crash(_Plain):
    """A node's process dies: connections are refused at once, work on it is lost."""

    type: Literal["crash"] = "crash"
    node: Id


class Heal(_Plain):
    """A crashed node starts again, empty; its disk kept what was on it."""

    type: Literal["heal"] = "heal"
    node: Id


class SetLoad(_Plain):
    """Multiply the rate of every client by `factor` (1 is what the clients' parameters say)."""

    type: Literal["set_load"] = "set_load"
    factor: Annotated[float, Field(ge=0.0, le=LOAD_MAX, allow_inf_nan=False)]


class SetSeed(_Plain):
    """Start the run again at second 0 with another seed."""

    type: Literal["set_seed"] = "set_seed"
    seed: Annotated[int, Field(ge=0, le=SEED_MAX)]


class Reset(_Plain):
    """Start the run again at second 0 with the same seed and today's drawing."""

    type: Literal["reset"] = "reset"


class Pause(_Plain):
    """Stop the clock."""

    type: Literal["pause"] = "pause"


class Resume(_Plain):
    """Let the clock run."""

    type: Literal["resume"] = "resume"


class Step(_Plain):
    """Pause, and process `events` events of the engine's queue."""

    type: Literal["step"] = "step"
    events: Annotated[int, Field(ge=1, le=10_000)] = 1


class SetSpeed(_Plain):
    """Simulated seconds per wall-clock second; ``None`` is as fast as the machine can."""

    type: Literal["set_speed"] = "set_speed"
    speed: Annotated[float, Field(ge=SPEED_MIN, le=SPEED_MAX, allow_inf_nan=False)] | None


class Seek(_Plain):
    """Pause, and go to a moment of the run that has been; what is not there yet means the last."""

    type: Literal["seek"] = "seek"
    at_s: Annotated[float, Field(allow_inf_nan=False)]


Fault = Annotated[Crash | Heal, Field(discriminator="type")]
Control = Annotated[
    SetLoad | SetSeed | Reset | Pause | Resume | Step | SetSpeed | Seek,
    Field(discriminator="type"),
]
Action = Edit | Fault | Control
Recorded = Annotated[Edit | Fault | SetLoad, Field(discriminator="type")]
"""The actions that change the run itself, and so are kept in the journal."""

_ACTION: TypeAdapter[Any] = TypeAdapter(Annotated[Action, Field(discriminator="type")])


def action_from(data: object) -> Action:
    """The action that a JSON value describes. Raises pydantic.ValidationError."""
    action: Action = _ACTION.validate_python(data)
    return action


@dataclass(frozen=True, slots=True)
class Entry:
    """An action that was carried out at a simulated time, and the action that undoes it."""

    seq: int
    at_ns: int
    action: Recorded
    inverse: Recorded | None
    undoes: int = 0


@dataclass(slots=True)
class Journal:
    """What people did, oldest first."""

    entries: list[Entry] = field(default_factory=list)

    def append(
        self, at_ns: int, action: Recorded, inverse: Recorded | None, undoes: int = 0
    ) -> Entry:
        """Record an action; `undoes` is the seq of the entry that it takes back, or 0."""
        entry = Entry(len(self.entries) + 1, at_ns, action, inverse, undoes)
        self.entries.append(entry)
        return entry

    def cut(self, count: int) -> None:
        """Forget every entry but the first `count`."""
        del self.entries[count:]
