"""Kinds: what a sort of node says about itself, so that nothing else has to know its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from app.schema.parameters import Parameter
from app.schema.units import Unit, Value
from app.texts.text import Text


@dataclass(frozen=True, slots=True)
class Preset:
    """An entry of the palette: a kind with some parameters set, and how it looks.

    `help` says what is special about it, if its kind's help does not; a variant is folded away, and
    one that is retired is there for the links that rely on its parameters, and not in the palette.
    """

    name: str
    label: Text
    icon: str
    parameters: Mapping[str, Value]
    help: Text | None = None
    variant: bool = False
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that the page keeps live about a node: its `name` in a frame, what people call it,
    and its unit. `when` names what a frame must have for it to be shown; `among` the settings, as a
    parameter's `when` does. It is written as a `rate`, a `share`, a time in `ms` or a `count`,
    unless the page has a rule of its own for it; `code` sets it in a fixed pitch.
    """

    name: str
    label: Text
    unit: Unit
    when: str = ""
    among: tuple[tuple[str, tuple[str, ...]], ...] = ()
    form: Literal["count", "rate", "share", "ms"] = "count"
    code: bool = False


class Role(StrEnum):
    """The part that a kind plays, in the order in which a request meets them."""

    SENDS = "sends"
    """Users: requests begin and end here."""
    NAMES = "names"
    """Answers lookups of names with addresses."""
    FORWARDS = "forwards"
    """Passes each request on to one of its targets."""
    WORKS = "works"
    """Works on a request, and asks for the data that it needs."""
    CACHES = "caches"
    """Holds copies of data, for a while."""
    KEEPS = "keeps"
    """Holds data for good."""


class Need(StrEnum):
    """A thing of the drawing without which some parameters of a node mean nothing."""

    NOTHING = "nothing"
    """Of no use to anything else: the parameter always matters."""
    NAMES = "names"
    """A link to where names are looked up."""
    TARGETS = "targets"
    """A link to a node that takes its requests."""
    DATA = "data"
    """A link to a node that keeps data."""
    COPIES = "copies"
    """Another member of its replication."""


@dataclass(frozen=True, slots=True)
class Port:
    """Targets of links from a kind, and the one-way latency of a new link: to every other kind with
    a role in `targets`, and to its own kind if it has `peers`.
    """

    targets: tuple[Role, ...]
    latency_ms: float
    peers: bool = False


LayOut = Callable[[Any, Callable[[str], float]], None]
"""Fills a kind's own fields of a node's row of the World. The second argument gives the value of a
parameter, by name, in the engine's unit.
"""
FrameFigures = Callable[[Any, Any, float], Mapping[str, Any]]
"""A kind's own entries of a node's part of a frame: from its row when the window began (None if it
was not there), its row now, and the window in seconds.
"""
SummaryFigures = Callable[[Any], Mapping[str, Any]]
"""A kind's own entries of a node's part of a summary, from its row."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Requests that a relay lets pass, of a Poisson stream: `share` of them, after `wait_ms` on
    average, for the share that `waits`. Each takes what it has to give for `token_ms`. `model` is
    Kendall's name.
    """

    model: str
    token_ms: float
    share: float
    wait_ms: float
    waits: float


Admit = Callable[[Mapping[str, Value], float], Admission]
"""The closed form of a relay, from its parameters and the requests a second that come to it."""


def _no_fields(_row: Any, _value: Callable[[str], float]) -> None:
    """The row has no fields that are this kind's own."""


def _no_frame_figures(_before: Any, _row: Any, _window_s: float) -> Mapping[str, Any]:
    return {}


def _no_summary_figures(_row: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of node: everything that the palette, forms, documents, theory and engine ask of it.

    `work` names the parameters with the mean work of a read and of a write; without, a kind is no
    station: it has no cores and no machine. `timeouts` names those after which it gives up on
    others. `groups` are the sorts of group that only this kind may be in. `price_usd` is a month of
    it bought as a service; None for what its machine costs. `public` kinds have an address on the
    internet whatever their parameters say. Members of one `replication` share data by their links:
    a log, or the copies of a ring. `checked` kinds are asked by health checks of those before them.
    A kind that `relays` passes requests on without being a balancer: it believes nothing of its
    targets, and keeps no count of what it has sent them. `first` names what a form asks first:
    parameters, and sorts of group to be in. `needs` says what the drawing must have for a
    parameter, or a ``group.`` of them, to matter; a parameter's own entry counts before its
    group's. `detail` is the short line of its card, with the values of parameters in ``{braces}``,
    of which the first is what a counted text counts; and `headline` what else the card shows: the
    `rate` at which it sends, or the `share` in use. Theory asks `admit`. A run calls `lay_out` for
    each node of the kind when the drawing changes, and `frame_figures` and `summary_figures` when
    it is read.
    """

    name: str
    label: Text
    help: Text
    category: Literal["traffic", "compute", "data"]
    role: Role
    prefix: str
    subnet: int
    parameters: tuple[Parameter, ...]
    presets: tuple[Preset, ...]
    port: Port
    faults: tuple[str, ...] = ("crash", "silence", "slow")
    work: tuple[str, str] | None = None
    timeouts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    price_usd: float | None = None
    public: bool = False
    replication: Literal["", "log", "ring"] = ""
    checked: bool = True
    relays: bool = False
    first: tuple[str, ...] = ()
    needs: tuple[tuple[str, Need], ...] = ()
    detail: Text | None = None
    headline: Literal["rate", "share"] = "share"
    figures: tuple[Figure, ...] = ()
    admit: Admit | None = None
    lay_out: LayOut = _no_fields
    frame_figures: FrameFigures = _no_frame_figures
    summary_figures: SummaryFigures = _no_summary_figures

    @property
    def is_station(self) -> bool:
        """True if it works on requests with the cores of a machine."""
        return self.work is not None

    @property
    def balances(self) -> bool:
        """True if it chooses among servers that it believes to be up."""
        return self.role is Role.FORWARDS and not self.relays

    @property
    def holds_data(self) -> bool:
        """True if requests end here, at their data."""
        return self.role in (Role.CACHES, Role.KEEPS)

    def may_link_to(self, other: Kind) -> bool:
        """Return whether a link may lead from a node of this kind to one of another."""
        if other.name == self.name:
            return self.port.peers
        return other.role in self.port.targets

    def has(self, parameter: str) -> bool:
        """Return whether it has a parameter with this name."""
        return any(one.name == parameter for one in self.parameters)

    def parameter(self, name: str) -> Parameter:
        """The parameter called `name`. Raises KeyError when the kind has none."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    def defaults(self) -> dict[str, Value]:
        """Every parameter's name with its default."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def in_use(self, parameter: Parameter, values: Mapping[str, Value]) -> bool:
        """Return whether a parameter matters, given the values of all."""
        return all(values[name] in wanted for name, wanted in parameter.when)

    def need_of(self, parameter: Parameter) -> Need:
        """Return what the drawing must have for a parameter to matter."""
        found = dict(self.needs)
        return found.get(parameter.name, found.get(f"group.{parameter.group}", Need.NOTHING))

    def figures_among(self, values: Mapping[str, Value]) -> tuple[Figure, ...]:
        """The figures that matter, given the values of all parameters."""
        return tuple(
            figure
            for figure in self.figures
            if all(values[name] in wanted for name, wanted in figure.among)
        )

    def preset(self, name: str) -> Preset:
        """The palette entry called `name`, or the first one when there is none."""
        for preset in self.presets:
            if preset.name == name:
                return preset
        return self.presets[0]
