"""Pending events: what a run has in its heap and beyond the horizon, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kernel.state.codes.events import (
    NODE_MASK,
    SUBJECT_SHIFT,
    TYPE_BITS,
    TYPE_MASK,
    EventType,
)
from app.kernel.state.world import World


@dataclass(frozen=True, slots=True)
class Pending:
    """Events in no order: time, type, node and subject of each (see `codes.events`)."""

    at: NDArray[np.int64]
    type: NDArray[np.int64]
    node: NDArray[np.int64]
    subject: NDArray[np.int64]

    def of(self, event_type: EventType) -> Pending:
        """Events of one type."""
        these = self.type == event_type
        return Pending(self.at[these], self.type[these], self.node[these], self.subject[these])


def pending(world: World) -> Pending:
    """Every event that is to come."""
    at, _, events = world.pending()
    return Pending(at, type_of(events), node_of(events), subject_of(events))


def type_of(event: Any) -> Any:
    """Type of an event, or of each of an array of events."""
    return event & TYPE_MASK


def node_of(event: Any) -> Any:
    """Node, group, check or ticket of an event."""
    return event >> TYPE_BITS & NODE_MASK


def subject_of(event: Any) -> Any:
    """Slot, row or ticket that an event is about."""
    return event >> SUBJECT_SHIFT
