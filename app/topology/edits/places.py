"""Places of cards on the drawing: where there is room for another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.topology.edits.shapes import MoveNode
from app.topology.model import POSITION_MAX, Topology
from app.topology.nodes import Node

CARD_WIDTH = 160.0
CARD_HEIGHT = 92.0
"""A card as the canvas draws it; a node's x, y is its top left corner."""

GAP = 20.0
"""Room between cards at the least."""

APART = 90.0
"""Room between a card and the next one along a link, for the link and its label."""

STEP = 40.0
_RINGS = 100


def bounded(value: float) -> float:
    """A coordinate that a drawing can have."""
    return min(POSITION_MAX, max(-POSITION_MAX, value))


def is_free(nodes: Iterable[Node], x: float, y: float) -> bool:
    """Return whether a card at x, y keeps its distance from all of these."""
    return not any(
        abs(node.x - x) < CARD_WIDTH + GAP and abs(node.y - y) < CARD_HEIGHT + GAP for node in nodes
    )


def free_place(nodes: Iterable[Node], x: float, y: float) -> tuple[float, float]:
    """The place nearest to x, y where a card keeps its distance, in rings of STEP; x, y itself when
    the drawing is full.
    """
    cards = tuple(nodes)
    for i, j in _rings():
        place = bounded(x + i * STEP), bounded(y + j * STEP)
        if is_free(cards, *place):
            return place
    return bounded(x), bounded(y)


def free_offset(
    nodes: Iterable[Node], group: Iterable[Node], dx: float, dy: float
) -> tuple[float, float]:
    """The offset nearest to dx, dy at which no card of a group comes too near to any of `nodes`."""
    cards, moved = tuple(nodes), tuple(group)
    for i, j in _rings():
        offset = dx + i * STEP, dy + j * STEP
        if all(is_free(cards, one.x + offset[0], one.y + offset[1]) for one in moved):
            return offset
    return dx, dy


def _rings() -> Iterator[tuple[int, int]]:
    """Steps away from a place, the nearest first within each ring around it."""
    for ring in range(_RINGS):
        steps = range(-ring, ring + 1)
        around = [(i, j) for i in steps for j in steps if max(abs(i), abs(j)) == ring]
        yield from sorted(around, key=lambda at: (at[0] ** 2 + at[1] ** 2, abs(at[1]), -at[1]))


def beside(node: Node, onwards: bool) -> tuple[float, float]:
    """The place of a card that a node links to (`onwards`), or of one that links to it."""
    step = CARD_WIDTH + APART
    return bounded(node.x + (step if onwards else -step)), node.y


def room_between(
    topology: Topology, source: Node, target: Node, x: float | None, y: float | None
) -> tuple[float, float, tuple[MoveNode, ...]]:
    """The place of a card in a link: x, y if that is free, else the middle between both ends. What
    stands from the target on moves to the right where there is not enough room.
    """
    if x is not None and y is not None and is_free(topology.nodes, x, y):
        return x, y, ()
    middle = (source.x + target.x) / 2, (source.y + target.y) / 2
    step = CARD_WIDTH + APART
    shift = source.x + 2 * step - target.x
    follows = target.x >= source.x + CARD_WIDTH
    if not follows or is_free((source, target), *middle):
        return (*free_place(topology.nodes, *middle), ())
    shift = min(shift, POSITION_MAX - max(node.x for node in topology.nodes))
    moved = {node.id: node for node in topology.nodes if node.x >= target.x - CARD_WIDTH / 2}
    moved.pop(source.id, None)
    after = [
        replace(node, x=node.x + shift) if node.id in moved else node for node in topology.nodes
    ]
    place = free_place(after, source.x + step, middle[1])
    moves = (MoveNode(node=node.id, x=node.x + shift, y=node.y) for node in moved.values())
    return (*place, tuple(moves))
