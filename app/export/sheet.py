"""A sheet of SVG: elements with colours of a theme, text escaped, icons drawn into it."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from app.export.geometry import Box, Curve
from app.export.static_files import Colours, icon_shapes

Given = str | float
FONT = (
    "-apple-system, BlinkMacSystemFont, Segoe UI, Inter, Roboto, Apple SD Gothic Neo, "
    "Malgun Gothic, Noto Sans KR, Noto Sans CJK KR, sans-serif"
)
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, Liberation Mono, monospace"
WIDE = 0x1100
"""From here on characters are about as wide as high (Hangul, Kana, Han)."""


class Sheet:
    """An SVG document or fragment of a size in pixels that shows the part `view` of a drawing."""

    def __init__(self, view: Box, colours: Colours, width: float, height: float) -> None:
        self.colours = colours
        self.root = Element(
            "svg",
            xmlns="http://www.w3.org/2000/svg",
            width=_short(width),
            height=_short(height),
            viewBox=" ".join(_short(one) for one in (view.x, view.y, view.w, view.h)),
        )

    def add(self, tag: str, parent: Element | None = None, /, **given: Given) -> Element:
        """A new element at the end of `parent`, else of the sheet. Underlines in names of
        attributes stand for hyphens.
        """
        named = {
            name.rstrip("_").replace("_", "-"): value if isinstance(value, str) else _short(value)
            for name, value in given.items()
        }
        return SubElement(self.root if parent is None else parent, tag, named)

    def box(self, box: Box, radius: float, **given: Given) -> Element:
        """A rectangle with round corners."""
        return self.add("rect", x=box.x, y=box.y, width=box.w, height=box.h, rx=radius, **given)

    def curve(self, curve: Curve, **given: Given) -> Element:
        """A line along a curve."""
        x0, y0, *rest = (_short(one) for one in curve)
        return self.add("path", d=f"M{x0} {y0}C{' '.join(rest)}", fill="none", **given)

    def text(
        self,
        said: str,
        x: float,
        y: float,
        *,
        size: float = 11,
        colour: str = "ink-2",
        bold: bool = False,
        mono: bool = False,
        anchor: str = "start",
    ) -> Element:
        """Words that begin at a point, end there (`anchor` "end") or have their middle there."""
        element = self.add(
            "text",
            x=x,
            y=y,
            fill=self.colours(colour),
            font_family=MONO if mono else FONT,
            font_size=size,
            font_weight=600 if bold else 400,
            text_anchor=anchor,
        )
        element.text = said
        return element

    def icon(self, name: str, x: float, y: float, size: float, colour: str) -> Element:
        """An icon of the sprite, its top left corner at a point."""
        paint = self.colours(colour)
        scale = size / 16
        group = self.add(
            "g",
            transform=f"translate({_short(x)} {_short(y)}) scale({_short(scale)})",
            fill="none",
            color=paint,
            stroke=paint,
            stroke_width=1.5,
            stroke_linecap="round",
            stroke_linejoin="round",
        )
        for tag, attributes in icon_shapes()[f"i-{name}"]:
            SubElement(group, tag, dict(attributes))
        return group

    def markup(self) -> str:
        """The whole sheet as text; what people typed is escaped in it."""
        return tostring(self.root, encoding="unicode")


def width_of(said: str, size: float) -> float:
    """About how wide a text is, a little more rather than less."""
    return sum(size * (1.0 if ord(one) >= WIDE else 0.6) for one in said)


def clipped(said: str, room: float, size: float) -> str:
    """A text with its middle left out where it would be wider than the room that there is."""
    if width_of(said, size) <= room:
        return said
    keep = len(said) - 1
    while keep > 2:
        head = (keep + 1) // 2
        short = f"{said[:head]}…{said[len(said) - keep // 2 :]}"
        if width_of(short, size) <= room:
            return short
        keep -= 1
    return f"{said[:1]}…"


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
