"""A real server and a real Chromium for the browser tests.

The page under test is never helped: the server is the program a person starts, and every page is
watched, so that an error in the console fails the test even when the test looked elsewhere.
"""

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.support.browser.chromium import NoBrowserError, chromium
from tests.support.browser.contexts import ContextPool
from tests.support.browser.watch import OpenPage, PageWatch
from tests.support.programs.server import Server, serving

ROOT = Path(__file__).parents[2]
AXE = next((ROOT / "tests/browser/vendor").glob("axe-*.min.js"))
SCREENSHOTS = ROOT / "test-results"

# The machine may be busy with something else; a wrong page does not get there in minutes.
PAGE_TIMEOUT_MS = 60_000
expect.set_options(timeout=PAGE_TIMEOUT_MS)

# Colours halfway through a transition, or of a panel that waits for its contents, are nobody's.
AT_REST = """() => !document.querySelector("#inspector")?.inert
    && document.getAnimations().every((one) => one.playState !== "running"
        || one.effect.getComputedTiming().endTime === Infinity)"""

CALL_FAILED = pytest.StashKey[bool]()
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The running program, with a data folder of its own so that nobody's saved work is touched."""
    with serving(
        # Runs of tests that are over would take the processor from those that are not.
        tmp_path_factory.mktemp("server"),
        LOADGROUND_PAUSES_AFTER_S="2",
    ) as running:
        yield running
    if "loadground.invariants" in running.log.read_text(errors="replace"):
        running.fail("a run contradicted itself")


@pytest.fixture(scope="session")
def engine_ready(server: Server) -> None:
    """Wait until simulations can run; the pages themselves must not need this."""
    server.wait_for_engine()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here; each page gets a fresh context, so nothing is shared. It is
    closed before any other test, since Playwright's loop would be in the way of theirs.
    """
    try:
        with chromium() as found:
            yield found
    except NoBrowserError as none:
        pytest.fail(str(none), pytrace=False)


@pytest.fixture
def watch(server: Server) -> PageWatch:
    """What went wrong on this test's pages; ask it to `allow` what the test provokes."""
    return PageWatch(server.url)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leave a note for the fixtures' teardown, which cannot see how the test went."""
    report = yield
    item.stash[CALL_FAILED] = item.stash.get(CALL_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="package")
def contexts(browser: Browser) -> ContextPool:
    """Contexts that tests hand on to each other, emptied."""
    return ContextPool(browser)


@pytest.fixture
def open_page(
    contexts: ContextPool, server: Server, watch: PageWatch, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Opens watched pages: `open_page(locale="ko-KR", has_touch=True)`, as many as wanted, each for
    somebody else.
    """
    opened: list[tuple[Page, dict[str, Any]]] = []

    def open_one(**options: Any) -> Page:
        size = {"width": 1280, "height": 800}
        options = {"base_url": server.url, "viewport": size, "locale": "en-US", **options}
        context = contexts.take(options)
        context.set_default_timeout(PAGE_TIMEOUT_MS)
        page = context.new_page()
        watch.attach(page)
        opened.append((page, options))
        return page

    yield open_one
    failed = request.node.stash.get(CALL_FAILED, False) or bool(watch.unexpected())
    for number, (page, options) in enumerate(opened):
        if not failed:
            contexts.give_back(page.context, options)
            continue
        if not page.is_closed():
            save_screenshot(page, f"{request.node.nodeid}-{number}")
        page.context.close()
    if faults := watch.unexpected():
        pytest.fail("the page misbehaved:\n  " + "\n  ".join(faults), pytrace=False)


def save_screenshot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    safe_name = re.sub(r"[^\w.-]+", "-", name.removeprefix("tests/browser/"))
    try:
        page.screenshot(path=SCREENSHOTS / f"{safe_name}.png", timeout=PAGE_TIMEOUT_MS)
    except PlaywrightError as error:
        # A crashed page has no picture; the test's own failure is what has to be read.
        print(f"no screenshot of {name}: {error}")


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One watched desktop page in English."""
    return open_page()


@pytest.fixture
def axe_violations() -> Callable[[Page], list[str]]:
    """What axe finds against WCAG 2.2 AA on the page as it is now, one line per element."""

    def violations(page: Page) -> list[str]:
        page.wait_for_function(AT_REST)
        page.evaluate(AXE.read_text())
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", AXE_RULES
        )
        return [
            f"{rule['id']}: {rule['help']}: {node['html'][:200]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    return violations
