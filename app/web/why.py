"""What the inspector says of requests that failed: each with the chain of causes behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.schema import Language
from app.session.session import Session

SHOWN: Final = 3
_GLYPHS: Final = {"outcome": "down", "belief": "neutral", "fault": "down", "limit": "saturated"}


@dataclass(frozen=True, slots=True)
class WhyView:
    """One failed request: its number, when it failed (simulated seconds), and why, a sentence each
    beside its glyph.
    """

    request: int
    at_s: str
    causes: list[tuple[str, str]]


def why(session: Session, node: str, language: Language) -> list[WhyView]:
    """The last few traced requests that failed at a node ("" for anywhere), newest first."""
    return [
        WhyView(
            one.request,
            f"{one.at_ns / 1e9:.3f}",
            [(_GLYPHS[cause.kind], cause.text.say(language)) for cause in one.causes],
        )
        for one in session.reasons.of(node, session.player.now_ns, SHOWN)
    ]
