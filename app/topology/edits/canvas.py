"""Edits of the canvas around the nodes, which no run can tell, and their inverses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

from app.texts.text import Text, plural
from app.topology.canvas import FRAME_SORTS, FRAMES_MAX, Canvas, Frame, FrameSort
from app.topology.edits.errors import EditError
from app.topology.edits.shapes import CanvasEdit, Change, RemoveFrame, SetFrame

_NO_FRAME = Text("This group has no frame.")
_TOO_MANY = plural(
    "A drawing holds at most {count} frame.",
    "A drawing holds at most {count} frames.",
    count=FRAMES_MAX,
)


@singledispatch
def changed(edit: CanvasEdit, _: Canvas) -> tuple[Canvas, Change]:
    """The canvas after `edit`, the edit with everything filled in, and its inverse. Raises
    EditError, naming the field.
    """
    raise TypeError(f"an edit that nothing carries out: {edit!r}")


@changed.register
def _set_frame(edit: SetFrame, canvas: Canvas) -> tuple[Canvas, Change]:
    frames = {(one.sort, one.name): one for one in canvas.frames}
    before = frames.get((edit.sort, edit.name))
    if before is None and len(frames) >= FRAMES_MAX:
        raise EditError("frames", _TOO_MANY)
    frames[edit.sort, edit.name] = Frame(edit.sort, edit.name, edit.x, edit.y, edit.w, edit.h)
    back = RemoveFrame(sort=edit.sort, name=edit.name) if before is None else SetFrame.of(before)
    return _of(frames), (edit, back)


@changed.register
def _remove_frame(edit: RemoveFrame, canvas: Canvas) -> tuple[Canvas, Change]:
    frames = {(one.sort, one.name): one for one in canvas.frames}
    before = frames.pop((edit.sort, edit.name), None)
    if before is None:
        raise EditError("name", _NO_FRAME)
    return _of(frames), (edit, SetFrame.of(before))


def _of(frames: Mapping[tuple[FrameSort, str], Frame]) -> Canvas:
    """A canvas with these frames in their order, whatever the order of edits was."""
    order = sorted(frames, key=lambda place: (FRAME_SORTS.index(place[0]), place[1]))
    return Canvas(tuple(frames[place] for place in order))
