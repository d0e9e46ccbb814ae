"""Documents to test: of files, folders, the library, or a share code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from app.cli.source import SourceError, scenario_from
from app.replications.play import problems_of
from app.scenarios.document import Scenario

SUFFIX = ".loadground.json"
"""Ending of documents that are found in folders."""


def documents(sources: Iterable[str]) -> dict[str, Scenario]:
    """Return every document that expects something, by its source. Raises SourceError for a bad
    one, for a row that cannot be judged, and when there is none.
    """
    found: dict[str, Scenario] = {}
    for source in sources:
        for one in _files(source):
            scenario = scenario_from(one)
            if scenario.topology.rows.get("expect"):
                found[one] = scenario
    for source, scenario in found.items():
        for number, reason in problems_of(scenario):
            raise SourceError(f"{source}: expect[{number}]: {reason.en}")
    if not found:
        raise SourceError("None of these documents expects anything: write rows under `expect`.")
    return found


def _files(source: str) -> Iterator[str]:
    folder = Path(source)
    if len(source) < 4096 and folder.is_dir():
        files = sorted(str(path) for path in folder.rglob(f"*{SUFFIX}"))
        if not files:
            raise SourceError(f"{source}: there is no *{SUFFIX} in this folder.")
        yield from files
    else:
        yield source
