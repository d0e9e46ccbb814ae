"""A plug-in of pytest that collects ``*.loadground.json``: every row of `expect` is a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.expectations.limits import SEEDS, SEEDS_MAX

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

    from app.replications.outcome import RowOutcome
    from app.scenarios.document import Scenario

SUFFIX = ".loadground.json"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the number of seeds."""
    group = parser.getgroup("loadground")
    group.addoption(
        "--loadground-seeds",
        type=_seeds,
        default=SEEDS,
        metavar="N",
        help=f"seeds of each drawing ({SEEDS})",
    )


def _seeds(text: str) -> int:
    count = int(text)
    if not 1 <= count <= SEEDS_MAX:
        raise ValueError(text)
    return count


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a drawing."""
    if not file_path.name.endswith(SUFFIX):
        return None
    drawing: Drawing = Drawing.from_parent(parent, path=file_path)
    return drawing


class Missed(Exception):
    """A row that does not hold; the message is the sentence about it."""


class Drawing(pytest.File):
    """A document with what it expects."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test per row. Raises CollectError for a bad document."""
        # Here and not above: every run of pytest loads this module, few collect drawings.
        from app.replications.play import problems_of
        from app.scenarios.document import DocumentError, parse_json, scenario_from_json

        try:
            self._scenario: Scenario = scenario_from_json(parse_json(self.path.read_bytes()))
        except DocumentError as error:
            raise self.CollectError(f"{self.path.name}: {error}") from None
        for number, reason in problems_of(self._scenario):
            raise self.CollectError(f"{self.path.name}: expect[{number}]: {reason.en}")
        self._outcomes: list[RowOutcome] | None = None
        for number, row in enumerate(self._scenario.topology.rows.get("expect", ())):
            yield Expectation.from_parent(self, name=row, number=number)

    def outcome(self, number: int) -> RowOutcome:
        """The outcome of a row; the document is run once for all of them."""
        from app.replications.outcome import over_seeds
        from app.replications.play import seeds_of, verdicts

        if self._outcomes is None:
            seeds = seeds_of(self._scenario, self.config.getoption("--loadground-seeds"))
            found = {seed: verdicts(self._scenario, seed) for seed in seeds}
            self._outcomes = [
                over_seeds(row, {seed: every[place] for seed, every in found.items()})
                for place, row in enumerate(self._scenario.topology.rows["expect"])
            ]
        return self._outcomes[number]


class Expectation(pytest.Item):
    """A row of a document."""

    def __init__(self, *, number: int, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]  # of pytest's own choice
        self._number = number

    @property
    def drawing(self) -> Drawing:
        """The document of the row."""
        assert isinstance(self.parent, Drawing)
        return self.parent

    def runtest(self) -> None:
        """Run the document, unless that is done. Raises Missed."""
        found = self.drawing.outcome(self._number)
        if not found.holds:
            raise Missed(found.said.en)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """The sentence about a row that is missed."""
        if isinstance(excinfo.value, Missed):
            return f"{self.name}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the row."""
        return self.path, 0, f"{self.path.name}: {self.name}"
