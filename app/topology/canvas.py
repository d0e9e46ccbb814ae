"""The canvas around the nodes: frames of groups. No run can tell whether there are any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

FRAMES_MAX = 100
FRAME_SIDE_MIN = 80.0
FRAME_SIDE_MAX = 20_000.0

FrameSort = Literal["machine", "zone", "region", "network"]
"""The sorts of group that are places, and so may have a frame."""

FRAME_SORTS: tuple[FrameSort, ...] = get_args(FrameSort)


@dataclass(frozen=True, slots=True)
class Frame:
    """Place and size of a group on the drawing; there may be nobody in it."""

    sort: FrameSort
    name: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Canvas:
    """Things on a drawing beside nodes and links, in a fixed order."""

    frames: tuple[Frame, ...] = ()

    def frame(self, sort: str, name: str) -> Frame | None:
        """The frame of a group, if it has one."""
        found = (one for one in self.frames if one.sort == sort and one.name == name)
        return next(found, None)
