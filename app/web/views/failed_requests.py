"""Failed requests as the inspector shows them: each with the chain of causes behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.session.session import Session
from app.texts.languages import Language
from app.texts.numbers import Fixed, number

if TYPE_CHECKING:
    from app.session.explain.root_cause import Cause

SHOWN: Final = 3
_GLYPHS: Final = {
    "outcome": "down",
    "belief": "neutral",
    "role": "neutral",
    "fault": "down",
    "limit": "saturated",
}


@dataclass(frozen=True, slots=True)
class CauseView:
    """One link of a chain: its glyph and sentence, the node (or link) it is about, and since when
    in seconds ("" for what has no time), exactly and as it is read.
    """

    glyph: str
    text: str
    node: str
    since_s: str
    since: str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One failed request: its number, when it failed (simulated seconds), and why."""

    request: int
    at_s: Fixed
    causes: list[CauseView]


@dataclass(frozen=True, slots=True)
class WhyView:
    """The last requests that failed at `node` ("" for anywhere) up to `until_ns`, newest first, and
    how many have failed since. The list stays as it is until somebody asks for `newer` ones.
    """

    node: str
    until_ns: int
    reasons: list[ReasonView]
    newer: int


def why(session: Session, node: str, language: Language, until_ns: int | None = None) -> WhyView:
    """The last few traced requests that failed at a node, up to now or an earlier moment."""
    now_ns = session.player.now_ns
    pinned_ns = now_ns if until_ns is None or until_ns > now_ns else until_ns
    found = session.reasons.of(node, pinned_ns, SHOWN)
    if not found:
        pinned_ns = now_ns
        found = session.reasons.of(node, now_ns, SHOWN)
    return WhyView(
        node,
        pinned_ns,
        [
            ReasonView(
                one.request,
                Fixed(one.at_ns / 1e9, 3),
                [cause_view(cause, language) for cause in one.causes],
            )
            for one in found
        ],
        session.reasons.newer(node, pinned_ns, now_ns),
    )


def cause_view(cause: Cause, language: Language) -> CauseView:
    """One link of a chain of causes, in the reader's language."""
    exactly, since = "", ""
    if cause.since_ns is not None:
        exactly = f"{cause.since_ns / 1e9:.9f}".rstrip("0").rstrip(".")
        since = number(Fixed(cause.since_ns / 1e9, 3), language)
    return CauseView(_GLYPHS[cause.kind], cause.text.say(language), cause.node, exactly, since)
