"""A real server and a real Chromium for the browser tests.

The page under test is never helped: the server is the program a person starts, and every page is
watched, so that an error in the console fails the test even when the test looked elsewhere.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.watch import OpenPage, PageWatch

ROOT = Path(__file__).parents[2]
AXE = next((ROOT / "tests/browser/vendor").glob("axe-*.min.js"))
SCREENSHOTS = ROOT / "test-results"

ANSWER_WITHIN_S = 20.0
# Compiling the engine from nothing on two busy cores; a warm cache takes a second.
ENGINE_READY_WITHIN_S = 300.0
STOP_WITHIN_S = 10.0
PAGE_TIMEOUT_MS = 10_000

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",  # CI is root in a container, where Chromium's own sandbox cannot start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

CALL_FAILED = pytest.StashKey[bool]()
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Server:
    """The program as a person starts it, answering at `url`."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def fail(self, complaint: str) -> None:
        """Fail the test with the end of what the server printed."""
        tail = self.log.read_text(errors="replace")[-4_000:]
        pytest.fail(f"{complaint}\n--- the server's output ends ---\n{tail}", pytrace=False)

    def health(self) -> dict[str, Any] | None:
        """What `/health` says, or None while nobody answers."""
        if self.process.poll() is not None:
            self.fail(f"the server exited with code {self.process.returncode}")
        try:
            answer = httpx.get(f"{self.url}/health", timeout=5.0, trust_env=False)
        except httpx.TransportError:
            return None
        body: dict[str, Any] = answer.raise_for_status().json()
        return body

    def wait_for(self, condition: Callable[[dict[str, Any]], bool], within_s: float) -> None:
        """Poll `/health` until `condition` holds for it."""
        deadline = time.monotonic() + within_s
        health = None
        while time.monotonic() < deadline:
            health = self.health()
            if health is not None and condition(health):
                return
            time.sleep(0.1)
        self.fail(f"after {within_s:.0f} s /health still said {health}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The running program, with a data folder of its own so that nobody's saved work is touched."""
    home = tmp_path_factory.mktemp("server")
    log = home / "server.log"
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--host", "127.0.0.1", "--port", str(port)]
    # The cache stays the user's, or every run would compile the engine again.
    environment = os.environ | {"XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    running = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        running.wait_for(lambda _: True, ANSWER_WITHIN_S)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            running.fail(f"the server did not stop within {STOP_WITHIN_S:.0f} s of SIGTERM")
    if "loadground.invariants" in log.read_text(errors="replace"):
        running.fail("a run contradicted itself")


@pytest.fixture(scope="session")
def engine_ready(server: Server) -> None:
    """Wait until simulations can run; the pages themselves must not need this."""
    server.wait_for(lambda health: health.get("engine") == "ready", ENGINE_READY_WITHIN_S)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here; each page gets a fresh context, so nothing is shared. It is
    closed before any other test, since Playwright's loop would be in the way of theirs.
    """
    found = subprocess.run(
        [ROOT / ".ci/browser", "--find"], capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.fail(found.stderr, pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found.stdout.strip(), args=list(CHROMIUM_FLAGS)
        )
        yield chromium
        chromium.close()


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


@pytest.fixture
def open_page(
    browser: Browser, server: Server, watch: PageWatch, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Opens watched pages: `open_page(locale="ko-KR", has_touch=True)`, as many as wanted."""
    pages: list[Page] = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(
            **{
                "base_url": server.url,
                "viewport": {"width": 1280, "height": 800},
                "locale": "en-US",
                **options,
            }
        )
        context.set_default_timeout(PAGE_TIMEOUT_MS)
        page = context.new_page()
        watch.attach(page)
        pages.append(page)
        return page

    yield opened
    failed = request.node.stash.get(CALL_FAILED, False) or bool(watch.unexpected())
    for number, page in enumerate(pages):
        if failed and not page.is_closed():
            save_screenshot(page, f"{request.node.nodeid}-{number}")
        page.context.close()
    if faults := watch.unexpected():
        pytest.fail("the page misbehaved:\n  " + "\n  ".join(faults), pytrace=False)


def save_screenshot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    safe_name = re.sub(r"[^\w.-]+", "-", name.removeprefix("tests/browser/"))
    try:
        page.screenshot(path=SCREENSHOTS / f"{safe_name}.png", timeout=5_000)
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
