"""Node and Link: the parts of a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.kinds import BY_NAME
from app.schema import Kind, Value


@dataclass(frozen=True, slots=True)
class Node:
    """One component on the drawing. `parameters` is complete: defaults are filled in.

    `groups` holds the name of the group of each sort that the node is in (see
    `app.topology.groups`), and nothing for sorts it is in no group of.
    """

    id: str
    kind: str
    name: str
    x: float
    y: float
    preset: str
    parameters: Mapping[str, Value]
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def spec(self) -> Kind:
        """The Kind this node is one of."""
        return BY_NAME[self.kind]


@dataclass(frozen=True, slots=True)
class Link:
    """A directed connection; requests flow from `source` to `target`, answers flow back."""

    id: str
    source: str
    target: str
    parameters: Mapping[str, Value]

    @property
    def latency_ms(self) -> float:
        """One-way latency."""
        return float(self.parameters["latency_ms"])
