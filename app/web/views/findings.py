"""Findings as the panel shows them: words, badge and button of each, and a line about all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.findings.finding import Finding, FindingType, Fix, Severity
from app.session.analysis.diagnosis import subject_of
from app.session.session import Session
from app.texts.languages import Language
from app.texts.text import Text, joined, plural

_LOOKS: Final = {
    Severity.HURTS: "down",
    Severity.LIMITS: "saturated",
    Severity.RISK: "busy",
    Severity.NOTE: "neutral",
}
_NOTHING = Text("Nothing here hurts anybody, and nothing would.")
_HURT = plural("{count} hurts users now.", "{count} hurt users now.")
_NONE_HURTS = Text("None hurts users now.")
_UNDOABLE = Text("Every fix can be undone.")


@dataclass(frozen=True, slots=True)
class FixView:
    """A button: its label, a note beside it, and the action as JSON."""

    label: str
    note: str
    action: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding. `look` is the status class of its colours, `badge` the label on the cards of the
    nodes that it `marks`, and `reason` a line there; "" for none.
    """

    key: str
    look: str
    title: str
    when: str
    text: str
    nodes: str
    marks: str
    link: str
    badge: str
    reason: str
    fix: FixView | None


@dataclass(frozen=True, slots=True)
class FindingsView:
    """Every finding, the worst first."""

    summary: str
    findings: list[FindingView]


def findings_view(session: Session, language: Language) -> FindingsView:
    """The findings of a session as it is now."""
    found = session.diagnosis.found_in(subject_of(session))
    return FindingsView(_summary(found).say(language), [_view(one, language) for one in found])


def _summary(found: Sequence[Finding]) -> Text:
    if not found:
        return _NOTHING
    hurt = sum(one.severity is Severity.HURTS for one in found)
    return joined(_HURT.given(count=hurt) if hurt else _NONE_HURTS, _UNDOABLE)


def _view(one: Finding, language: Language) -> FindingView:
    return FindingView(
        one.key,
        _LOOKS[one.severity],
        one.title.say(language),
        one.when.say(language),
        one.text.say(language),
        " ".join(one.nodes),
        " ".join(one.nodes if one.type is FindingType.FULL_MACHINE else one.nodes[:1]),
        one.links[0] if one.links else "",
        one.label.say(language) if one.label else "",
        one.reason.say(language) if one.reason else "",
        _fix_view(one.fix, language) if one.fix else None,
    )


def _fix_view(fix: Fix, language: Language) -> FixView:
    action = fix.action.model_dump(mode="json", exclude_none=True)
    note = fix.note.say(language) if fix.note else ""
    return FixView(fix.label.say(language), note, json.dumps(action))
