"""Screenshots of the main states, with seed and time frozen, for comparing with designs.

python -m tests.browser.screenshots                 # all, into test-results/screenshots
python -m tests.browser.screenshots --readme        # also the picture of the README
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page

from tests.support.browser.chromium import chromium
from tests.support.programs.server import ROOT, serving

README_PICTURE = ROOT / "static/images/sandbox.png"
AT_S = 24
"""Simulated second at which every run rests: four seconds after the first fault of most scripts."""

WIDE = {"width": 1440, "height": 900}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "korean": {"viewport": WIDE, "locale": "ko-KR"},
    "projector": {"viewport": {"width": 1280, "height": 720}},
    "tablet": {"viewport": {"width": 900, "height": 700}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
SAME_SITE = {"sec-fetch-site": "same-origin"}
RESTED = """at => {
    const { frame } = window.loadground;
    return frame && !frame.running && !frame.seeking && Math.abs(frame.t - at) < 0.01;
}"""


def nothing(_: Page) -> None:
    """Leave the page as it is."""


def inspector(page: Page) -> None:
    """Select a database."""
    page.evaluate("() => window.loadground.select('db-1')")
    page.locator("#inspector [data-id='db-1']").first.wait_for(state="attached")


def gallery(page: Page) -> None:
    """Open the gallery."""
    page.locator("#canvas").focus()
    page.keyboard.press("o")
    page.locator("#gallery[open]").wait_for()


def text_view(page: Page) -> None:
    """Show the drawing as text."""
    page.locator("#canvas").focus()
    page.keyboard.press("t")
    page.locator("#text-title").wait_for()


def presenting(page: Page) -> None:
    """Hide the panels."""
    page.locator("#canvas").focus()
    page.keyboard.press("p")
    page.locator("#leave").wait_for()


def share(page: Page) -> None:
    """Open the dialog with the link and the exports."""
    page.locator("#share").click()
    page.locator("#dialog[open]").wait_for()


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "sandbox": ("final-design", nothing),
    "failover": ("primary-dies", nothing),
    "zones": ("zone-loss", nothing),
    "inspector": ("replicated", inspector),
    "gallery": ("final-design", gallery),
    "text": ("zone-loss", text_view),
    "presenting": ("final-design", presenting),
    "share": ("final-design", share),
}


def rested(browser: Browser, url: str, scenario: str, look: dict[str, Any]) -> Page:
    """A page of a scenario that rests at its second `AT_S`; its context is to be closed."""
    given: dict[str, Any] = {"base_url": url, "locale": "en-US", "reduced_motion": "reduce"}
    given |= look
    page = browser.new_context(**given).new_page()
    page.goto(f"/scenarios/{scenario}", timeout=60_000)
    page.wait_for_function("() => window.loadground?.ready && window.loadground.frame")
    session = page.locator("body").get_attribute("data-session")
    for verb, value in (("speed", "10"), ("pause", ""), ("seek", str(AT_S))):
        form: dict[str, str | float | bool] = {"verb": verb, "value": value}
        answer = page.request.post(f"/s/{session}/control", form=form, headers=SAME_SITE)
        assert answer.ok, answer.text()
        if verb == "speed":
            seen = "at => window.loadground.frame.t > at"
            page.wait_for_function(seen, arg=AT_S, timeout=60_000)
    page.wait_for_function(RESTED, arg=AT_S, timeout=60_000)
    page.mouse.move(2, 2)
    return page


def take(browser: Browser, url: str, folder: Path, readme: bool) -> None:
    """Write every state in every look into a folder, and the README's picture if it is wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    for state, (scenario, act) in STATES.items():
        for name, look in LOOKS.items():
            page = rested(browser, url, scenario, look)
            act(page)
            page.screenshot(path=folder / f"{state}-{name}.png", animations="disabled")
            if readme and (state, name) == ("failover", "light"):
                page.screenshot(path=README_PICTURE, animations="disabled")
            page.context.close()


def main() -> None:
    """Take the screenshots."""
    parser = argparse.ArgumentParser(description="Screenshots of the main states.")
    parser.add_argument("--folder", type=Path, default=ROOT / "test-results/screenshots")
    parser.add_argument("--readme", action="store_true", help="also the README's picture")
    options = parser.parse_args()
    with TemporaryDirectory() as data, serving(Path(data)) as server, chromium() as browser:
        server.wait_for_engine()
        take(browser, server.url, options.folder, options.readme)
    print(f"In {options.folder}")


if __name__ == "__main__":
    main()
