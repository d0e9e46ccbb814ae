"""Findings of a scenario for reading in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.cli.table import table
from app.findings.finding import Finding
from app.findings.findings import findings
from app.findings.present import drawn
from app.scenarios.document import Scenario
from app.texts.languages import Language
from app.texts.text import Text

_NONE = Text("Nothing to mend.")
_FIX = Text("Mend: {fix}")


def findings_of_drawing(scenario: Scenario) -> tuple[Finding, ...]:
    """The findings of a drawing at its load, before it runs."""
    return findings(drawn(scenario.topology, scenario.load))


def findings_text(found: Sequence[Mapping[str, Any]], language: Language) -> str:
    """A block for each finding, given as JSON values, the worst first."""
    if not found:
        return _NONE.say(language)
    rows: list[tuple[str, ...]] = []
    for number, one in enumerate(found, 1):
        rows.append((str(number), f"{one['title']} ({one['when']})"))
        rows.append(("", one["text"]))
        if one["fix"]:
            rows.append(("", _FIX.say(language, fix=one["fix"]["label"])))
    return table(rows)
