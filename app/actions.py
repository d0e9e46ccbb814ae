"""Actions: what people do to a drawing or a run, as plain data.

``Action = Edit | Fault | Control``. Every action can be written as JSON (``action_from``,
``model_dump``), has a type, and reaches the engine only through the session or the CLI.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from app.topology.edits.apply import Edit, Id
from app.topology.groups import GROUP_NAME_LENGTH_MAX
from app.topology.model import LINKS_MAX, NODES_MAX, Topology
from app.topology.nodes import Link
from app.topology.servers.instances import SERVERS_MAX, number_of, owner_of

LOAD_MAX = 1000.0
SEED_MAX = 2**53 - 1
SPEED_MIN = 0.01
SPEED_MAX = 1000.0
SEEK_MAX_S = 9e9
"""The longest time that 64-bit nanoseconds hold, about."""

STEP_EVENTS_MAX = 10_000
FAULT_MAX_S = 86_400.0
SLOW_MAX = 1000.0
EXTRA_MAX_MS = 60_000.0
FAULTS_MAX = NODES_MAX + LINKS_MAX


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupOf(_Plain):
    """Everything in one group: a machine, a zone, a region."""

    sort: Literal["machine", "zone", "region"]
    name: Annotated[str, Field(min_length=1, max_length=GROUP_NAME_LENGTH_MAX)]


def _one_of(fault: BaseModel, field: str, single: str | None, group: GroupOf | None) -> None:
    """Say which field is missing, or one too many."""
    if (single is None) != (group is None):
        return
    wrong: tuple[Literal["missing", "extra_forbidden"], str] = (
        ("missing", field) if single is None else ("extra_forbidden", "group")
    )
    raise ValidationError.from_exception_data(
        type(fault).__name__, [{"type": wrong[0], "loc": (wrong[1],), "input": None}]
    )


class _OfNode(_Plain):
    """Something that happens to one node, or to every node that is in a group at that instant."""

    node: Id | None = None
    group: GroupOf | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        _one_of(self, "node", self.node, self.group)
        return self


class _OfLink(_Plain):
    """Something that happens to one link, or to every link that crosses a group's border."""

    link: Id | None = None
    group: GroupOf | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        _one_of(self, "link", self.link, self.group)
        return self


class _OfServers(_OfNode):
    """Something that happens to a node; if it stands for several servers, to so many of them, in
    the order of their numbers: to the first, if nothing is said. A group's fault hits them all.
    """

    servers: Annotated[int, Field(ge=1, le=1 + SERVERS_MAX, strict=True)] | None = None

    @model_validator(mode="after")
    def _servers_of_a_node(self) -> Self:
        if self.servers is not None:
            _one_of(self, "node", self.node, None)
        return self


_Duration = Annotated[float, Field(gt=0.0, le=FAULT_MAX_S, allow_inf_nan=False, strict=True)] | None


class Crash(_OfServers):
    """A node's process dies: connections are refused at once, work on it is lost.

    Here and below, a fault with `for_s` ends by itself after so many simulated seconds. A node or
    link has one fault at a time; the newest replaces the one before.
    """

    type: Literal["crash"] = "crash"
    for_s: _Duration = None


class Silence(_OfServers):
    """A node hangs: connections succeed while the backlog lasts, answers never come."""

    type: Literal["silence"] = "silence"
    for_s: _Duration = None


class Slow(_OfServers):
    """Work that a node begins takes `factor` times as long; health checks find nothing wrong."""

    type: Literal["slow"] = "slow"
    factor: Annotated[float, Field(gt=1.0, le=SLOW_MAX, allow_inf_nan=False, strict=True)]
    for_s: _Duration = None


class Heal(_OfNode):
    """A node's fault is over. A crashed one starts again, empty, with its disk as it was; one that
    hung works off what it holds. Of a node that stands for several servers, it heals all.
    """

    type: Literal["heal"] = "heal"


class Flush(_OfNode):
    """A cache forgets everything that it holds. That cannot be taken back."""

    type: Literal["flush"] = "flush"


class CutLink(_OfLink):
    """A link is cut: what is sent `forth` (from its source), or `back`, or both, never arrives.

    For a group, forth is what is sent into it, and back what it sends.
    """

    type: Literal["cut_link"] = "cut_link"
    direction: Literal["forth", "back", "both"] = "both"
    for_s: _Duration = None


class Degrade(_OfLink):
    """A link loses this share of messages, which TCP sends again, and takes longer."""

    type: Literal["degrade"] = "degrade"
    loss_percent: Annotated[float, Field(ge=0.0, le=100.0, allow_inf_nan=False, strict=True)] = 0.0
    extra_ms: Annotated[float, Field(ge=0.0, le=EXTRA_MAX_MS, allow_inf_nan=False, strict=True)] = (
        0.0
    )
    for_s: _Duration = None


class HealLink(_OfLink):
    """A link works again."""

    type: Literal["heal_link"] = "heal_link"


class Recover(_Plain):
    """People recover a database. One that has writes of its own is rewound (it discards them),
    rebuilt (from a full copy of the primary) or merged (its writes are replayed at the primary).
    Restore brings back what a destructive write has emptied, from this database's last backup, or
    from itself if it has not applied that write yet. Skip leaves out the duplicate rows at which it
    has stopped applying what other primaries write. Stop ends what is under way.
    """

    type: Literal["recover"] = "recover"
    node: Id
    how: Literal["rewind", "rebuild", "merge", "restore", "skip", "stop"]


class Destroy(_Plain):
    """A destructive write reaches the primary of a database's group, or this database where each
    is a primary: it empties every table.
    """

    type: Literal["destroy"] = "destroy"
    node: Id


class Faults(_Plain):
    """Several faults at one instant, each of one node or link: what undoes a fault of a group."""

    type: Literal["faults"] = "faults"
    faults: Annotated[
        tuple[
            Annotated[
                Crash | Silence | Slow | Heal | Flush | CutLink | Degrade | HealLink,
                Field(discriminator="type"),
            ],
            ...,
        ],
        Field(min_length=1, max_length=FAULTS_MAX),
    ]


class SetLoad(_Plain):
    """Multiply the rate of every client by `factor` (1 is what the clients' parameters say)."""

    type: Literal["set_load"] = "set_load"
    factor: Annotated[float, Field(ge=0.0, le=LOAD_MAX, allow_inf_nan=False, strict=True)]


class SetSeed(_Plain):
    """Start the run again at second 0 with another seed."""

    type: Literal["set_seed"] = "set_seed"
    seed: Annotated[int, Field(ge=0, le=SEED_MAX, strict=True)]


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
    events: Annotated[int, Field(ge=1, le=STEP_EVENTS_MAX, strict=True)] = 1


class SetSpeed(_Plain):
    """Simulated seconds per wall-clock second; ``None`` is as fast as the machine can."""

    type: Literal["set_speed"] = "set_speed"
    speed: (
        Annotated[float, Field(ge=SPEED_MIN, le=SPEED_MAX, allow_inf_nan=False, strict=True)] | None
    )


class Seek(_Plain):
    """Pause, and go to a moment of the run that has been; before it means 0, after it the last."""

    type: Literal["seek"] = "seek"
    at_s: Annotated[float, Field(ge=-SEEK_MAX_S, le=SEEK_MAX_S, allow_inf_nan=False, strict=True)]


NodeFault = Crash | Silence | Slow | Heal | Flush
LinkFault = CutLink | Degrade | HealLink
Remedy = Recover | Destroy
"""Interventions on data; they leave nothing broken that could be healed."""
AnyFault = NodeFault | LinkFault | Faults | Remedy
Fault = Annotated[AnyFault, Field(discriminator="type")]


def target_of(fault: NodeFault | LinkFault) -> str:
    """The id of the node or link that a single fault is about."""
    return str(fault.link if isinstance(fault, LinkFault) else fault.node)


def ends_itself(fault: NodeFault | LinkFault) -> bool:
    """Return True for a fault with a duration."""
    return getattr(fault, "for_s", None) is not None


def singly(fault: AnyFault, topology: Topology) -> tuple[NodeFault | LinkFault | Remedy, ...]:
    """Resolve a fault into faults of single nodes or links of the drawing as it is now."""
    if isinstance(fault, Remedy):
        return (fault,)
    if isinstance(fault, Faults):
        return tuple(one for part in fault.faults for one in singly(part, topology))
    if fault.group is None:
        return _servers(fault, topology) if isinstance(fault, NodeFault) else (fault,)
    sort, name = fault.group.sort, fault.group.name
    if isinstance(fault, NodeFault):
        hit = "crash" if isinstance(fault, Heal) else fault.type
        nodes = (node for node in topology.in_group(sort, name) if hit in node.spec.faults)
        return tuple(fault.model_copy(update={"node": node.id, "group": None}) for node in nodes)
    links = topology.links_across(sort, name)
    inside = {node.id for node in topology.in_group(sort, name)}
    return tuple(_across(fault, link, link.target in inside) for link in links)


def _servers(fault: NodeFault, topology: Topology) -> tuple[NodeFault, ...]:
    """A node's fault, for each of its servers that it hits."""
    of_node = (node.id for node in topology.nodes if owner_of(node.id) == fault.node)
    names = sorted(of_node, key=number_of)
    if len(names) < 2:
        return (fault,)
    count = len(names) if isinstance(fault, Heal) else getattr(fault, "servers", None) or 1
    return tuple(fault.model_copy(update={"node": name}) for name in names[:count])


def _across(fault: LinkFault, link: Link, inward: bool) -> LinkFault:
    """A group's fault, for a link that crosses its border."""
    update: dict[str, object] = {"link": link.id, "group": None}
    if isinstance(fault, CutLink) and fault.direction != "both" and not inward:
        update["direction"] = "back" if fault.direction == "forth" else "forth"
    return fault.model_copy(update=update)


ClockControl = SetSeed | Reset | Pause | Resume | Step | SetSpeed | Seek
"""Actions on the run's clock; no journal has them."""

Control = Annotated[SetLoad | ClockControl, Field(discriminator="type")]
Action = Edit | Fault | Control
Recorded = Annotated[Edit | Fault | SetLoad, Field(discriminator="type")]
"""The actions that change the run itself, and so are kept in the journal."""

_ACTION: TypeAdapter[Any] = TypeAdapter(Annotated[Action, Field(discriminator="type")])


def action_from(data: object) -> Action:
    """The action that a JSON value describes. Raises pydantic.ValidationError."""
    action: Action = _ACTION.validate_python(data)
    return action


def action_json_schema() -> dict[str, Any]:
    """Return an action's shape as pydantic describes it; parameters of kinds are open in it."""
    return _ACTION.json_schema()
