"""Queries and forms: what an address takes beside JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.actions import (
    LOAD_MAX,
    SEED_MAX,
    SEEK_MAX_S,
    SPEED_MAX,
    SPEED_MIN,
    STEP_EVENTS_MAX,
    Control,
    Pause,
    Reset,
    Resume,
    Seek,
    SetLoad,
    SetSeed,
    SetSpeed,
    Step,
)
from app.texts.text import Text

ENTRY_MAX = 10**15
UNIT_OF = {
    **dict.fromkeys(("availability", "errors"), "%"),
    **dict.fromkeys(("p50", "p95", "p99"), "ms"),
    "goodput": "% of offered",
    "cost": "USD",
}
"""Units of the figures that the form of targets offers."""

UNTIL_NS_MAX = 2**62
SAMPLES_MAX = 1200


class Selection(BaseModel):
    """A node, several, a link or a group; none of these means the drawing as a whole."""

    node: Annotated[str, Field(description=Text("Id of a node.").en)] = ""
    nodes: Annotated[
        str, Field(description=Text("Ids of several nodes, with commas between.").en)
    ] = ""
    link: Annotated[str, Field(description=Text("Id of a link.").en)] = ""
    group: Annotated[
        str, Field(description=Text("Sort and name of a group, with a colon between.").en)
    ] = ""

    @property
    def several(self) -> tuple[str, ...]:
        """The ids of several nodes."""
        return tuple(one for one in self.nodes.split(",") if one)


class Pinned(Selection):
    """A selection, and the moment up to which a list is wanted that must not move on."""

    until_ns: Annotated[
        int | None,
        Field(ge=0, le=UNTIL_NS_MAX, description=Text("Simulated time in nanoseconds.").en),
    ] = None


class RequestQuery(BaseModel):
    """Traced requests: which ones, up to which moment, and the one that is looked at."""

    outcome: Annotated[
        str, Field(description=Text("`answered`, `failed`, or the name of an outcome.").en)
    ] = ""
    client: Annotated[str, Field(description=Text("Id of the users who sent it.").en)] = ""
    node: Annotated[str, Field(description=Text("Id of a node that it met.").en)] = ""
    sort: Annotated[
        Literal["", "read", "write"], Field(description=Text("Reads, writes, or both.").en)
    ] = ""
    slower_ms: Annotated[
        float, Field(ge=0, le=1e9, description=Text("Time that it took at least.").en)
    ] = 0.0
    until_ns: Annotated[
        int | None,
        Field(ge=0, le=UNTIL_NS_MAX, description=Text("Simulated time in nanoseconds.").en),
    ] = None
    request: Annotated[
        int | None, Field(ge=0, le=UNTIL_NS_MAX, description=Text("Number of a request.").en)
    ] = None


class HistoryQuery(BaseModel):
    """A part of the run, and how fine its figures are wanted."""

    low_s: Annotated[
        float, Field(ge=0, le=SEEK_MAX_S, description=Text("Its beginning, in seconds.").en)
    ] = 0.0
    high_s: Annotated[
        float, Field(ge=0, le=SEEK_MAX_S, description=Text("Its end, in seconds.").en)
    ] = SEEK_MAX_S
    most: Annotated[int, Field(ge=2, le=SAMPLES_MAX, description=Text("Samples, at most.").en)] = (
        SAMPLES_MAX
    )


class JourneyQuery(BaseModel):
    """A request to follow: by its number, or the next one of users after a moment."""

    request: Annotated[
        int | None, Field(ge=0, le=UNTIL_NS_MAX, description=Text("Number of a request.").en)
    ] = None
    client: Annotated[str, Field(description=Text("Id of the users who sent it.").en)] = ""
    after_ns: Annotated[
        int, Field(ge=0, le=UNTIL_NS_MAX, description=Text("Simulated time in nanoseconds.").en)
    ] = 0


class LedgerQuery(BaseModel):
    """Logged writes: those of one state, or all."""

    state: Annotated[
        Literal[
            "",
            "safe",
            "at_risk",
            "out_of_reach",
            "lost",
            "recovered",
            "conflicted",
            "destroyed",
            "unknown",
        ],
        Field(description=Text("State of the writes that are wanted.").en),
    ] = ""
    until_ns: Annotated[
        int | None,
        Field(ge=0, le=UNTIL_NS_MAX, description=Text("Simulated time in nanoseconds.").en),
    ] = None


class NameForm(BaseModel):
    """A name for the drawing; what no name can have is left out."""

    name: str = ""


class TargetsQuery(BaseModel):
    """One of the two lists of rows that say what must hold."""

    of: Annotated[
        Literal["targets", "expect"],
        Field(description=Text("`targets` of any run, or `expect` of the script's.").en),
    ] = "targets"


class TargetsForm(TargetsQuery):
    """Every row of a list, less the one with a number, and perhaps a new one in parts."""

    rows: list[str] = Field(default_factory=list)
    without: str = ""
    figure: str = ""
    sign: str = ""
    number: str = ""
    when: Literal["run", "every", "from", "within"] = "run"
    seconds: str = ""
    event: str = ""

    @property
    def all_rows(self) -> tuple[str, ...]:
        """The rows as they are wanted; empty ones are left out."""
        kept = (row for number, row in enumerate(self.rows, 1) if str(number) != self.without)
        new = self._new() if self.number.strip() and not self.without else ""
        return tuple(row for row in (*kept, new) if row.strip())

    def _new(self) -> str:
        unit = UNIT_OF.get(self.figure, "")
        when = {
            "run": "",
            "every": f"in every {self.seconds} s",
            "from": f"from {self.seconds} s",
            "within": f"within {self.seconds} s after {self.event}",
        }[self.when]
        return " ".join(f"{self.figure} {self.sign} {self.number} {unit} {when}".split())


class InspectorForm(BaseModel):
    """The fields of the inspector: a name, places, and any parameter of the kind."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]

    @property
    def typed(self) -> dict[str, str]:
        """The fields that were sent, as they were typed."""
        return self.__pydantic_extra__


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _one_if_empty(value: object) -> object:
    return 1 if value == "" else value


class PlainControl(BaseModel):
    """Stops the clock, lets it run, or begins again at second 0."""

    verb: Literal["pause", "resume", "reset"]

    def action(self) -> Control:
        """The action of this control."""
        if self.verb == "reset":
            return Reset()
        return Pause() if self.verb == "pause" else Resume()


class StepControl(BaseModel):
    """Stops the clock and processes so many events."""

    verb: Literal["step"]
    value: Annotated[
        int,
        Field(ge=1, le=STEP_EVENTS_MAX),
        BeforeValidator(_one_if_empty),
        BeforeValidator(_trimmed),
    ] = 1

    def action(self) -> Control:
        """The action of this control."""
        return Step(events=self.value)


class SeedControl(BaseModel):
    """Begins again at second 0 with another seed."""

    verb: Literal["seed"]
    value: Annotated[int, Field(ge=0, le=SEED_MAX), BeforeValidator(_trimmed)]

    def action(self) -> Control:
        """The action of this control."""
        return SetSeed(seed=self.value)


class SpeedControl(BaseModel):
    """Simulated seconds per second; ``max`` is as fast as the server can."""

    verb: Literal["speed"]
    value: Annotated[
        Annotated[float, Field(ge=SPEED_MIN, le=SPEED_MAX, allow_inf_nan=False)] | Literal["max"],
        BeforeValidator(_trimmed),
    ]

    def action(self) -> Control:
        """The action of this control."""
        return SetSpeed(speed=None if self.value == "max" else self.value)


class LoadControl(BaseModel):
    """Multiplies the rate of every client."""

    verb: Literal["load"]
    value: Annotated[
        float, Field(ge=0.0, le=LOAD_MAX, allow_inf_nan=False), BeforeValidator(_trimmed)
    ]

    def action(self) -> Control:
        """The action of this control."""
        return SetLoad(factor=self.value)


class SeekControl(BaseModel):
    """Stops the clock and goes to a moment of the run that has been; ``now`` is its latest."""

    verb: Literal["seek"]
    value: Annotated[
        Annotated[float, Field(ge=-SEEK_MAX_S, le=SEEK_MAX_S, allow_inf_nan=False)]
        | Literal["now"],
        BeforeValidator(_trimmed),
    ]

    def action(self) -> Control:
        """The action of this control."""
        return Seek(at_s=SEEK_MAX_S if self.value == "now" else self.value)


ControlForm = Annotated[
    PlainControl | StepControl | SeedControl | SpeedControl | LoadControl | SeekControl,
    Field(discriminator="verb"),
]
