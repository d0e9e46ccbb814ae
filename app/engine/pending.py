"""Pending events: what a run has on its agenda and beyond the horizon, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.engine.world import World

_SORT_MASK: Final = 15
_PLACE_SHIFT, _PLACE_MASK, _WHO_SHIFT = 4, (1 << 28) - 1, 32


@dataclass(frozen=True, slots=True)
class Pending:
    """Events in no order: when, of which sort, where, about which slot or row (see `agenda`)."""

    at: NDArray[np.int64]
    sort: NDArray[np.int64]
    place: NDArray[np.int64]
    who: NDArray[np.int64]

    def of(self, sort: int) -> Pending:
        """Those of one sort."""
        these = self.sort == sort
        return Pending(self.at[these], self.sort[these], self.place[these], self.who[these])


def pending(world: World) -> Pending:
    """Every event that is to come."""
    at, _, events = world.pending()
    place = (events >> _PLACE_SHIFT) & _PLACE_MASK
    return Pending(at, events & _SORT_MASK, place, events >> _WHO_SHIFT)
