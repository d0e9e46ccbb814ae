"""What the page costs: processor time of its main thread while a run goes on.

    python -m tests.browser.page_cost                        # this checkout
    python -m tests.browser.page_cost --against ../before    # beside another one's scripts

With ``--against`` two browsers show the same session at the same moment, one with the scripts and
styles of the other checkout, so that a busy machine disturbs both alike; ratios are what counts.
"""

import argparse
import json
import math
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, FilePayload, Page, Route

from tests.support.browser.chromium import chromium
from tests.support.programs.server import serving

WARM_UP_MS = 4_000
COUNT_FRAMES = """() => {
    window.framesSeen = 0;
    document.getElementById("stream").addEventListener("frame", () => { window.framesSeen += 1; });
}"""
PARTS = {"TaskDuration": "all", "ScriptDuration": "script", "LayoutDuration": "layout",
         "RecalcStyleDuration": "style"}  # fmt: skip


class Shown:
    """A page of a session, and the processor time of its main thread."""

    def __init__(self, browser: Browser, url: str, static: Path | None) -> None:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
        self.page: Page = context.new_page()
        if static is not None:
            context.route("**/static/**", lambda route: _serve(route, static))
        self.wire = context.new_cdp_session(self.page)
        self.wire.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.goto(url)
        self.page.wait_for_function("() => window.loadground?.frame?.t > 0", timeout=60_000)
        self.page.evaluate(COUNT_FRAMES)

    def read(self) -> dict[str, float]:
        """Seconds so far by part, and frames seen."""
        found = {
            one["name"]: one["value"] for one in self.wire.send("Performance.getMetrics")["metrics"]
        }
        parts = {ours: float(found[theirs]) for theirs, ours in PARTS.items()}
        return parts | {"frames": float(self.page.evaluate("() => window.framesSeen"))}


def _serve(route: Route, static: Path) -> None:
    name = route.request.url.partition("/static/")[2].partition("?")[0]
    path = static / name
    if path.is_file():
        route.fulfill(path=path)
    else:
        route.continue_()


def large_drawing() -> dict[str, Any]:
    """60 nodes and some 150 links: 4 users, 8 balancers, 32 web servers, 16 databases."""
    sizes = {"client": 4, "load_balancer": 8, "web_server": 32, "database": 16}
    ids = {kind: [f"{kind}-{i}" for i in range(count)] for kind, count in sizes.items()}
    columns = enumerate(ids.items())
    nodes = [
        {"id": one, "kind": kind, "name": one.replace("_", "-"), "preset": PRESETS[kind],
         "x": 260 * column + 220 * (i // 8), "y": 120 * (i % 8)}
        for column, (kind, all_of_kind) in columns for i, one in enumerate(all_of_kind)
    ]  # fmt: skip
    pairs = [(u, b) for u in ids["client"] for b in ids["load_balancer"][:3]]
    pairs += [(ids["load_balancer"][i % 8], one) for i, one in enumerate(ids["web_server"] * 2)]
    pairs += [
        (one, ids["database"][(i * 5 + k) % 16])
        for i, one in enumerate(ids["web_server"])
        for k in range(3)
    ]
    links = [
        {"id": f"link-{i}", "source": source, "target": target}
        for i, (source, target) in enumerate(dict.fromkeys(pairs))
    ]
    head = {"format": "loadground", "version": 1, "name": "Large", "seed": 1, "load": 1}
    return {**head, "until_s": 60, "nodes": nodes, "links": links, "journal": []}


PRESETS = {
    "client": "web_users",
    "load_balancer": "load_balancer",
    "web_server": "web_server",
    "database": "sql_database",
}


def open_session(page: Page, url: str, drawing: str) -> str:
    """The address of a new session of a drawing."""
    if drawing != "large":
        page.goto(f"{url}/scenarios/{drawing}")
    else:
        document = json.dumps(large_drawing())
        file: FilePayload = {
            "name": "large.json",
            "mimeType": "application/json",
            "buffer": document.encode(),
        }
        answer = page.request.post(f"{url}/open", multipart={"document": file})
        assert answer.ok, answer.text()
        page.goto(answer.url)
    return page.url


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds of main thread by part, per frame and per second, of every page."""
    with TemporaryDirectory() as home, serving(Path(home)) as server, chromium() as browser:
        server.wait_for_engine()
        opener = browser.new_page()
        url = open_session(opener, server.url, options.drawing)
        opener.close()
        pages = {"now": Shown(browser, url, None)}
        if options.against:
            pages["before"] = Shown(browser, url, options.against.resolve() / "static")
        if options.paused:
            pages["now"].page.locator("#pause").click()
        pages["now"].page.wait_for_timeout(WARM_UP_MS)
        windows: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
        for _ in range(options.windows):
            before = {name: shown.read() for name, shown in pages.items()}
            pages["now"].page.wait_for_timeout(options.seconds * 1000)
            for name, shown in pages.items():
                after = shown.read()
                windows[name].append({part: after[part] - before[name][part] for part in after})
    return {name: summary(found, options) for name, found in windows.items()}


def summary(windows: list[dict[str, float]], options: argparse.Namespace) -> dict[str, Any]:
    frames = sum(one["frames"] for one in windows)
    seconds = options.seconds * len(windows)
    ms = {part: sum(one[part] for one in windows) * 1000 for part in PARTS.values()}
    return {
        "frames_per_s": round(frames / seconds, 1),
        "ms_per_s": {part: round(value / seconds, 1) for part, value in ms.items()},
        "ms_per_frame": {part: round(value / max(frames, 1), 2) for part, value in ms.items()},
        "all": [one["all"] for one in windows],
    }


def ratio(now: list[float], before: list[float]) -> tuple[float, float]:
    """The geometric mean of the windows' ratios, and the factor of its standard error."""
    logs = [math.log(a / b) for a, b in zip(now, before, strict=True)]
    error = statistics.stdev(logs) / math.sqrt(len(logs)) if len(logs) > 1 else math.nan
    return math.exp(statistics.fmean(logs)), math.exp(error)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout")
    parser.add_argument("--drawing", default="final-design", help="of the library, or large")
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--paused", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options)
    if options.json:
        print(json.dumps(found))
        return 0
    for name, one in found.items():
        print(f"{name:7} {one['frames_per_s']:5} frames/s; main thread, ms per frame:", end=" ")
        print(", ".join(f"{part} {value}" for part, value in one["ms_per_frame"].items()), end="; ")
        print(f"per second: {one['ms_per_s']['all']}")
    if "before" in found:
        middle, error = ratio(found["now"]["all"], found["before"]["all"])
        print(f"now / before: {middle:.2f} (times or divided by {error:.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
