"""Outcomes as JUnit XML, which CI systems show: a suite per document, a case per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from junitparser import Failure, JUnitXml, TestCase, TestSuite

from app.replications.outcome import RowOutcome
from app.texts.languages import Language


def write_junit(
    path: Path, outcomes: Mapping[str, Sequence[RowOutcome]], language: Language
) -> None:
    """Write a file of outcomes."""
    xml = JUnitXml("loadground")
    for source, rows in outcomes.items():
        suite = TestSuite(source)
        for one in rows:
            case = TestCase(one.row, classname=source)
            said = one.said.say(language)
            if one.holds:
                case.system_out = said
            else:
                case.result = [Failure(said, "expectation")]
            suite.add_testcase(case)
        xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call]
    xml.write(str(path), pretty=True)
