"""What every test shares: reproducible generated examples, no run that contradicts itself, and the
browser tests at the end.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

BROWSER_TESTS = Path(__file__).parent / "browser"

# A red run must be red again tomorrow: generated examples come from the test itself, not from
# chance. The long run is where new examples are looked for.
settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.register_profile(
    "brief", derandomize=True, deadline=None, print_blob=True, max_examples=20
)
settings.register_profile("explore", max_examples=2_000, deadline=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    explores = config.getoption("markexpr") == "long"
    usual = "explore" if explores else "repeatable"
    settings.load_profile(config.getoption("--hypothesis-profile") or usual)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests and run them last: what is quick should fail first."""
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker("browser")
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER_TESTS))


class Breaches(logging.Handler):
    """What runs have logged about invariants that do not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())

    def expected(self) -> list[str]:
        """Take what was logged; the test is about that."""
        lines, self.lines = self.lines, []
        return lines


@pytest.fixture(autouse=True)
def breaches() -> Iterator[Breaches]:
    """Fail any test in which a run contradicted itself, unless it takes what was logged."""
    handler, log = Breaches(), logging.getLogger("loadground.invariants")
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)
    assert not handler.lines
