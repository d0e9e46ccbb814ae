"""A badge: how many rows hold, as a small picture (SVG) for a README."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

from app.replications.outcome import RowOutcome

_LABEL: Final = "loadground"
_GOOD, _BAD, _GROUND = "#2a7d3f", "#b3261e", "#44474e"
_CHARACTER: Final = 6.6
"""Width of a character of 11 px, about; the texts are stretched to just that."""
_PADDING: Final = 10

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{said}">
<title>{said}</title>
<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)">
<rect width="{left}" height="20" fill="{ground}"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/>
</g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{first}" y="14" textLength="{left_text}">{label}</text>
<text x="{second}" y="14" textLength="{right_text}">{result}</text>
</g>
</svg>
"""


def badge(outcomes: Mapping[str, Sequence[RowOutcome]]) -> str:
    """Return the picture."""
    every = [one for rows in outcomes.values() for one in rows]
    held = sum(one.holds for one in every)
    result = f"{held} hold" if held == len(every) else f"{held} of {len(every)} hold"
    left_text, right_text = (round(len(one) * _CHARACTER) for one in (_LABEL, result))
    left, right = left_text + _PADDING, right_text + _PADDING
    return _SVG.format(
        width=left + right,
        left=left,
        right=right,
        first=left / 2,
        second=left + right / 2,
        left_text=left_text,
        right_text=right_text,
        ground=_GROUND,
        colour=_GOOD if held == len(every) else _BAD,
        label=_LABEL,
        result=escape(result),
        said=escape(f"{_LABEL}: {result}"),
    )
