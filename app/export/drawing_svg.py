"""A drawing as SVG: small, for lists, or whole with title and legend, to stand alone.

Both have the look of the canvas: cards, outlines of groups, and links by their kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.export.geometry import CARD_H, CARD_W, Box, Curve, bounds, halfway, together, way
from app.export.sheet import Given, Sheet, clipped, width_of
from app.export.static_files import Colours
from app.texts.languages import Language
from app.texts.text import Text
from app.topology.groups import GROUP_LABELS
from app.topology.model import Topology
from app.topology.nodes import Link, Node
from app.topology.paths.addresses import addresses
from app.topology.paths.link_kinds import link_kind

SMALL_W, SMALL_H = 240.0, 104.0
_ROLES = {"primary": Text("Primary"), "replica": Text("Replica")}
_NOTHING = Text("There is nothing in this drawing yet.")
_LEGEND = {
    "traffic": Text("Requests"),
    "replication": Text("Replication"),
    "lookup": Text("Name lookups"),
    "broken": Text("Broken"),
}
_SORTS = ("region", "zone", "network", "virtual_ip", "machine")
"""Sorts of group from the outermost outline to the innermost."""
_DASHES = {"replication": "6 4", "lookup": "1 5", "zone": "1 5", "network": "8 4"}
_MARGIN = 48.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The load of a node, 0 to 1, and a line about it; None for a node without a load."""

    share: float | None
    line: str


@dataclass(frozen=True, slots=True)
class Situation:
    """The state to show a drawing in: broken nodes and links, and figures of nodes."""

    nodes: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    figures: Mapping[str, Measured] = field(default_factory=dict)


def small_picture(topology: Topology, colours: Colours, situation: Situation) -> Sheet:
    """A drawing of 240 by 104 pixels: icons instead of cards."""
    sheet = Sheet(Box(0, 0, SMALL_W, SMALL_H), colours, SMALL_W, SMALL_H)
    boxes = _small_boxes(topology)
    for box in _outlines(topology, boxes, 5.0, 0.0).values():
        sheet.box(
            box[1], 6, fill=colours("surface-2"), stroke=colours("line-control"),
            stroke_dasharray="3 3", stroke_width=1,
        )  # fmt: skip
    for link in topology.links:
        _line(sheet, topology, link, boxes, situation)
    for node in topology.nodes:
        _icon_box(sheet, node, boxes[node.id], node.id in situation.nodes)
    return sheet


def whole_drawing(
    topology: Topology, title: str, colours: Colours, language: Language, situation: Situation
) -> Sheet:
    """A drawing with its cards at full size, title above, legend below, on the canvas' ground."""
    boxes = {node.id: Box(node.x, node.y, CARD_W, CARD_H) for node in topology.nodes}
    outlines = _outlines(topology, boxes, 10.0, 22.0)
    around = _around([*boxes.values(), *(box for _, box in outlines.values())])
    inside = around or Box(0, 0, 2 * CARD_W, CARD_H)
    wide = max(inside.w, width_of(title, 18), 460.0)
    view = Box(
        inside.x - _MARGIN, inside.y - 72, wide + 2 * _MARGIN + 24, inside.h + 72 + _MARGIN + 24
    )
    sheet = Sheet(view, colours, view.w, view.h)
    sheet.add("title").text = title
    sheet.box(view, 0, fill=colours("canvas"))
    sheet.text(title, view.x + 24, view.y + 36, size=18, colour="ink", bold=True)
    for (sort, name, _), (_, box) in outlines.items():
        _outline(sheet, sort, f"{GROUP_LABELS[sort].say(language)} {name}", box)
    for link in topology.links:
        _line(sheet, topology, link, boxes, situation)
    known = addresses(topology)
    for node in topology.nodes:
        address = str(known.get(node.id, ""))
        _card(sheet, node, boxes[node.id], address, language, situation)
    if not boxes and not outlines:
        sheet.text(_NOTHING.say(language), view.x + 24, view.y + 96, size=13)
    _legend(sheet, topology, view, language, situation)
    return sheet


def _around(boxes: list[Box]) -> Box | None:
    return bounds(boxes) if boxes else None


def _small_boxes(topology: Topology) -> dict[str, Box]:
    if not topology.nodes:
        return {}
    xs, ys = [one.x for one in topology.nodes], [one.y for one in topology.nodes]
    wide, high = max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1.0)
    across = min((SMALL_W - 56) / wide, 0.36)
    down = min((SMALL_H - 44) / high, across * 1.2)
    size = 26.0
    places = [(one.x * across, one.y * down) for one in topology.nodes]
    for place, (x, y) in enumerate(places):
        for other_x, other_y in places[place + 1 :]:
            size = min(size, max(abs(x - other_x), abs(y - other_y)) - 3)
    size = max(size, 9.0)
    left = (SMALL_W - wide * across) / 2 if len(set(xs)) > 1 else SMALL_W / 2
    top = (SMALL_H - high * down) / 2 if len(set(ys)) > 1 else SMALL_H / 2
    return {
        node.id: Box(
            left + (node.x - min(xs)) * across - size / 2,
            top + (node.y - min(ys)) * down - size / 2,
            size,
            size,
        )
        for node in topology.nodes
    }


def _outlines(
    topology: Topology, boxes: Mapping[str, Box], aside: float, head: float
) -> dict[tuple[str, str, int], tuple[int, Box]]:
    """Outlines of groups by sort, name and number, the outermost first, with their depth."""
    found: dict[tuple[str, str, int], tuple[int, Box]] = {}
    used = [sort for sort in _SORTS if any(sort in node.groups for node in topology.nodes)]
    for depth, sort in enumerate(reversed(used)):
        for name in sorted(topology.group_names(sort)):
            members = [boxes[one.id] for one in topology.nodes if one.groups.get(sort) == name]
            others = [boxes[one.id] for one in topology.nodes if one.groups.get(sort) != name]
            pad = aside + depth * (aside - 2)
            above = head * (depth + 1) if head else pad
            for number, box in enumerate(together(members, others)):
                found[sort, name, number] = (depth, box.grown(pad, above, pad))
    if head:
        _frame(topology, boxes, found)
    return dict(sorted(found.items(), key=lambda one: -one[1][0]))


def _frame(
    topology: Topology,
    boxes: Mapping[str, Box],
    found: dict[tuple[str, str, int], tuple[int, Box]],
) -> None:
    """Let outlines be as large as the frames of their groups, where nobody else stands in these."""
    for frame in topology.canvas.frames:
        place = frame.sort, frame.name, 0
        depth, own = found.get(place, (_SORTS[::-1].index(frame.sort), None))
        box = Box(frame.x, frame.y, frame.w, frame.h)
        whole = bounds([box, own]) if own else box
        inside = {one.id for one in topology.in_group(frame.sort, frame.name)}
        strangers = [one for name, one in boxes.items() if name not in inside]
        several = (frame.sort, frame.name, 1) in found
        if not several and not any(whole.overlaps(one) for one in strangers):
            found[place] = depth, whole


def _outline(sheet: Sheet, sort: str, label: str, box: Box) -> None:
    dashes = {"stroke_dasharray": _DASHES[sort]} if sort in _DASHES else {}
    sheet.box(
        box, 8, fill=sheet.colours("surface"), fill_opacity=0.45,
        stroke=sheet.colours("line-control"), stroke_width=1, **dashes,
    )  # fmt: skip
    sheet.text(label, box.x + 8, box.y + 15, colour="ink-3", bold=True)


def _line(
    sheet: Sheet, topology: Topology, link: Link, boxes: Mapping[str, Box], situation: Situation
) -> None:
    kind = link_kind(topology, link)
    source, target = boxes[link.source], boxes[link.target]
    others = [box for name, box in boxes.items() if name not in (link.source, link.target)]
    curve = way(source, target, kind == "replication", others)
    thin = source.w < CARD_W
    broken = link.id in situation.links or link.target in situation.nodes
    if broken and kind != "lookup":
        colour, dashes = "down-fill", "4 3" if thin else "5 5"
    else:
        colour = "edge" if kind == "traffic" else "replication"
        dashes = _DASHES.get(kind, "")
        dashes = {"6 4": "4 3", "1 5": "1 3"}.get(dashes, dashes) if thin else dashes
    given = {"stroke_dasharray": dashes} if dashes else {}
    sheet.curve(
        curve, stroke=sheet.colours(colour), stroke_width=1.5 if thin or dashes else 2.5, **given
    )
    if broken and kind != "lookup":
        _cross(sheet, curve, 3.0 if thin else 5.0)


def _cross(sheet: Sheet, curve: Curve, arm: float) -> None:
    x, y = halfway(curve)
    sheet.add(
        "path",
        d=f"M{x - arm:.1f} {y - arm:.1f}l{2 * arm:.1f} {2 * arm:.1f}m0 {-2 * arm:.1f}"
        f"l{-2 * arm:.1f} {2 * arm:.1f}",
        stroke=sheet.colours("down-fill"), stroke_width=2, stroke_linecap="round", fill="none",
    )  # fmt: skip


def _icon_box(sheet: Sheet, node: Node, box: Box, broken: bool) -> None:
    frame = {"stroke": sheet.colours("line-strong")}
    if broken:
        frame = {"stroke": sheet.colours("down-fill"), "stroke_dasharray": "3 2"}
    fill = sheet.colours("down-soft" if broken else "surface")
    sheet.box(box, box.w * 0.22, fill=fill, stroke_width=1, **frame)
    size = box.w * 0.58
    x, y = box.middle
    icon = node.spec.preset(node.preset).icon
    sheet.icon(icon, x - size / 2, y - size / 2, size, "down-ink" if broken else "ink-2")


def _card(
    sheet: Sheet, node: Node, box: Box, address: str, language: Language, situation: Situation
) -> None:
    broken = node.id in situation.nodes
    frame: dict[str, Given] = {"stroke": sheet.colours("line-strong"), "stroke_width": 1.0}
    if broken:
        frame = {"stroke": sheet.colours("down-fill"), "stroke_width": 1.5}
    dashes = {"stroke_dasharray": "4 3"} if broken else {}
    fill = sheet.colours("down-soft" if broken else "surface")
    sheet.box(box, 8, fill=fill, **frame, **dashes)
    sheet.icon(node.spec.preset(node.preset).icon, box.x + 9, box.y + 9, 16, "ink-2")
    tag = _role(node, language)
    room = CARD_W - 31 - 9 - (width_of(tag, 11) + 12 if tag else 0)
    name = clipped(node.name, room, 13)
    written = sheet.text(name, box.x + 31, box.y + 22, size=13, colour="ink", bold=True)
    if name != node.name:
        sheet.add("title", written).text = node.name
    if tag:
        _tag(sheet, tag, box.right - 9, box.y + 9, node.parameters.get("role") == "primary")
    kind = node.spec.label.say(language)
    sheet.text(address or kind, box.x + 9, box.y + 41, colour="ink-3", mono=bool(address))
    measured = situation.figures.get(node.id)
    if measured and measured.share is not None and not broken:
        _load(sheet, box, min(max(measured.share, 0.0), 1.0))
    line = _LEGEND["broken"].say(language) if broken else measured.line if measured else kind
    if line != kind or address:
        sheet.text(line, box.x + 9, box.y + 79, colour="down-ink" if broken else "ink-2")


def _load(sheet: Sheet, box: Box, share: float) -> None:
    state = "saturated" if share >= 0.9 else "busy" if share >= 0.7 else "healthy"
    sheet.box(Box(box.x + 9, box.y + 51, 104, 6), 3, fill=sheet.colours("surface-3"))
    sheet.box(Box(box.x + 9, box.y + 51, 104 * share, 6), 3, fill=sheet.colours(f"{state}-fill"))
    sheet.text(
        f"{share * 100:.0f}\N{NO-BREAK SPACE}%", box.right - 9, box.y + 58, size=12, colour="ink",
        bold=True, anchor="end",
    )  # fmt: skip


def _role(node: Node, language: Language) -> str:
    role = _ROLES.get(str(node.parameters.get("role", "")))
    alone = str(node.parameters.get("replication", "primary_replica")) != "primary_replica"
    return "" if role is None or alone else role.say(language)


def _tag(sheet: Sheet, said: str, right: float, y: float, lead: bool) -> None:
    width = width_of(said, 11) + 8
    ground, ink = ("ink-2", "surface") if lead else ("surface-3", "ink-2")
    sheet.box(Box(right - width, y, width, 16), 4, fill=sheet.colours(ground))
    sheet.text(said, right - width / 2, y + 12, colour=ink, bold=True, anchor="middle")


def _legend(
    sheet: Sheet, topology: Topology, view: Box, language: Language, situation: Situation
) -> None:
    x, y = view.x + 24, view.bottom - 20
    kinds = {link_kind(topology, link) for link in topology.links}
    shown: list[str] = [kind for kind in ("traffic", "replication", "lookup") if kind in kinds]
    if situation.nodes or situation.links:
        shown.append("broken")
    for kind in shown:
        colour = {"traffic": "edge", "broken": "down-fill"}.get(kind, "replication")
        dashes = {"broken": "5 5", **_DASHES}.get(kind, "")
        given = {"stroke_dasharray": dashes} if dashes else {}
        paint = sheet.colours(colour)
        sheet.add("path", d=f"M{x:.0f} {y - 4:.0f}h24", stroke=paint, stroke_width=2, **given)
        said = _LEGEND[kind].say(language)
        sheet.text(said, x + 30, y)
        x += 30 + width_of(said, 11) + 16
