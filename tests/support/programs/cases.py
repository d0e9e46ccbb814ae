"""Small drawings with a known right answer (`tests/cases`), run by the program itself."""

from __future__ import annotations

from typing import Any

from tests.support.programs.process import loadground


def run(case: str, *options: str) -> dict[str, Any]:
    """The figures of a run of one of `tests/cases`, which does not contradict itself."""
    answer: dict[str, Any] = loadground("run", f"tests/cases/{case}.json", "--json", *options).json
    assert answer["breaches"] == []
    return answer


def told(answer: dict[str, Any], *types: str) -> list[tuple[float, str]]:
    """When the system did what, and in what words: the rows of the timeline of these types."""
    return [(row["at_s"], row["text"]) for row in answer["timeline"] if row["type"] in types]
