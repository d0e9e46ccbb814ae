"""The canvas around the nodes in a document: frames of groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.topology.canvas import Canvas, FrameSort
from app.topology.edits.apply import Coordinate, Edit, SetFrame
from app.topology.edits.shapes import GroupName, Side


class FrameShape(BaseModel):
    """A frame as it stands in a document."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    sort: FrameSort
    name: GroupName
    x: Coordinate
    y: Coordinate
    w: Side
    h: Side


def canvas_to_json(canvas: Canvas) -> dict[str, Any]:
    """Return a canvas as JSON values, only what there is: without any it is written as ever."""
    frames = [SetFrame.of(one).model_dump(mode="json", exclude={"type"}) for one in canvas.frames]
    return {"frames": frames} if frames else {}


def canvas_edits(frames: Sequence[FrameShape]) -> Iterator[tuple[str, Edit]]:
    """The edits that draw what a document says, each with the field that it comes from."""
    for position, frame in enumerate(frames):
        yield f"frames[{position}]", SetFrame.model_construct(**frame.model_dump())
