"""A real Chromium, found as the project finds it, driven by Playwright."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[3]

FLAGS = (
    "--headless",
    "--no-sandbox",  # CI is root in a container, where Chromium's own sandbox cannot start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(Exception):
    """There is no Chromium on this machine; the message says what to do."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; each of its contexts has a fresh profile. Raises NoBrowserError."""
    found = subprocess.run(
        [ROOT / ".ci/browser", "--find"], capture_output=True, text=True, check=False
    )
    if found.returncode:
        raise NoBrowserError(found.stderr)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=list(FLAGS))
        yield browser
        browser.close()
