"""Boxes, outlines of groups and ways of links, as the canvas of the page lays them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CARD_W, CARD_H = 160.0, 92.0
"""Size of a card on the canvas (`CARD` of `static/js/canvas/geometry.js`)."""

Curve = tuple[float, float, float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its top left corner and its size."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.y + self.h

    @property
    def middle(self) -> tuple[float, float]:
        """Return the centre."""
        return self.x + self.w / 2, self.y + self.h / 2

    def overlaps(self, other: Box) -> bool:
        """Return whether the two have ground in common."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def grown(self, aside: float, above: float, below: float) -> Box:
        """A box that is larger by so much on both sides, above and below."""
        return Box(self.x - aside, self.y - above, self.w + 2 * aside, self.h + above + below)


def bounds(boxes: Iterable[Box]) -> Box:
    """The smallest box around boxes. Raises ValueError without any."""
    known = list(boxes)
    x, y = min(one.x for one in known), min(one.y for one in known)
    right, bottom = max(one.right for one in known), max(one.bottom for one in known)
    return Box(x, y, right - x, bottom - y)


def together(members: Sequence[Box], others: Sequence[Box]) -> list[Box]:
    """As few boxes as will do around all members without anybody else inside."""

    def free(box: Box) -> bool:
        return not any(box.overlaps(other) for other in others)

    whole = bounds(members)
    if free(whole):
        return [whole]
    found: list[Box] = []
    for member in sorted(members, key=lambda one: (one.x, one.y)):
        for place, box in enumerate(found):
            if free(bounds([box, member])):
                found[place] = bounds([box, member])
                break
        else:
            found.append(member)
    return found


def way(source: Box, target: Box, stacked: bool, boxes: Sequence[Box]) -> Curve:
    """The curve of a link: from side to side, or downwards between `stacked` replicas, past what
    stands in between.
    """
    sideways = abs(source.x - target.x) < source.w * 0.75
    apart = source.bottom <= target.y or target.bottom <= source.y
    if stacked and sideways and apart:
        top, bottom = min(source.bottom, target.bottom), max(source.y, target.y)
        lane = Box(source.middle[0] - 2, top + 1, 4, bottom - top - 2)
        if any(box.overlaps(lane) for box in boxes):
            return _around(source, target)
        return _down(source, target)
    return _side_to_side(source, target)


def _side_to_side(source: Box, target: Box) -> Curve:
    x0, y0, x3, y3 = source.right, source.middle[1], target.x, target.middle[1]
    ahead = x3 - x0
    near = source.w / 8
    reach = max(ahead / 2, near) if ahead >= near else min(source.w, source.w / 3 + abs(ahead) / 3)
    return x0, y0, x0 + reach, y0, x3 - reach, y3, x3, y3


def _down(source: Box, target: Box) -> Curve:
    x0, x3 = source.middle[0], target.middle[0]
    below = source.y < target.y
    y0 = source.bottom + 3 if below else source.y - 3
    y3 = target.y - 4 if below else target.bottom + 4
    third = (y3 - y0) / 3
    return x0, y0, x0, y0 + third, x3, y3 - third, x3, y3


def _around(source: Box, target: Box) -> Curve:
    x0, x3 = source.right + 3, target.right + 3
    reach = max(x0, x3) + source.w * 0.35
    return (
        x0,
        source.middle[1],
        reach,
        source.middle[1],
        reach,
        target.middle[1],
        x3,
        (target.middle[1]),
    )


def halfway(curve: Curve) -> tuple[float, float]:
    """The middle of a curve."""
    x0, y0, x1, y1, x2, y2, x3, y3 = curve
    return (x0 + 3 * x1 + 3 * x2 + x3) / 8, (y0 + 3 * y1 + 3 * y2 + y3) / 8
