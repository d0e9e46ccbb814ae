"""Recoveries of a database and the flush of a cache, from the button to the canvas."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser.canvas import node
from tests.support.browser.frames import node_state, speed_up, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

LIBRARY = Path(__file__).parents[3] / "app/scenarios/library"
REACTION_TIMEOUT_MS = 60_000
PART = "frame.n.find((one) => one.id === given)"
RECOVERIES = ("Rewind", "Rebuild", "Merge")


def old_primary_returns() -> dict[str, Any]:
    """The experiment's first group, with nobody who recovers it, and little to copy."""
    found: dict[str, Any] = json.loads((LIBRARY / "old-primary-returns.json").read_text())
    kept = {"users-1", "web-1", "db-1", "db-2", "db-3"}
    found["nodes"] = [one for one in found["nodes"] if one["id"] in kept]
    for one in found["nodes"]:
        if one["kind"] == "database":
            one["parameters"]["data_gb"] = 0.5
    found["links"] = [one for one in found["links"] if {one["source"], one["target"]} <= kept]
    found["journal"] = [
        one
        for one in found["journal"]
        if one["action"]["node"] in kept and one["action"]["type"] != "recover"
    ]
    return found


def opened(page: Page, document: dict[str, Any], folder: Path) -> None:
    """Open a document as a person does, from a file."""
    path = folder / "drawing.json"
    path.write_text(json.dumps(document))
    page.goto("/")
    wait_until(page, "frame.ready && frame.t > 0")
    with page.expect_navigation():
        page.set_input_files("#file-panel", path)
    wait_until(page, "frame.ready && frame.t > 0")
    expect(page.locator("g.node")).to_have_count(len(document["nodes"]))


def remedy(page: Page, name: str) -> Locator:
    return page.locator("#recover").get_by_role("button", name=name, exact=True)


def ledger(page: Page) -> dict[str, int]:
    found: dict[str, int] = page.evaluate("() => window.loadground.frame.m.ledger")
    return found


def ledger_row(page: Page, label: str) -> Locator:
    rows = page.locator("#ledger-list")
    return rows.locator("dt", has_text=label).first.locator("xpath=following-sibling::dd[1]")


def with_an_old_primary_that_is_back(page: Page, folder: Path) -> dict[str, int]:
    """Run until the old primary has started again, with writes of its own; the ledger then."""
    opened(page, old_primary_returns(), folder)
    speed_up(page)
    wait_until(page, f"{PART}.replication_state === 'diverged'", "db-1")
    expect(node(page, "db-1")).to_contain_text("stays out")
    node(page, "db-1").click()
    expect(page.locator("#inspector h2")).to_have_text("db-1")
    for name in RECOVERIES:
        expect(remedy(page, name)).to_be_enabled()
    expect(remedy(page, "Stop")).to_be_disabled()
    return ledger(page)


def wait_until_it_follows(page: Page) -> None:
    """The member is in again: it has caught up, and there is nothing left to recover."""
    wait_until(page, f"{PART}.replication_state === null && {PART}.state === 'healthy'", "db-1")
    assert node_state(page, "db-1")["role"] == "replica"
    for name in RECOVERIES:
        expect(remedy(page, name)).to_be_disabled()
    expect(page.locator("#inspector")).to_contain_text("Replica")
    expect(node(page, "db-1")).not_to_contain_text("stays out")


def assert_it_closes(after: dict[str, int]) -> None:
    states = ("safe", "at_risk", "lost", "recovered", "conflicted", "destroyed")
    assert after["acknowledged"] == sum(after[state] for state in states)


@pytest.mark.parametrize("how", ["Rewind", "Rebuild"])
def test_discarding_its_own_writes_brings_the_old_primary_back(
    how: str, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    before = with_an_old_primary_that_is_back(page, tmp_path)
    remedy(page, how).click()
    expect(page.locator("#timeline")).to_contain_text(f"{how.lower()}")
    wait_until_it_follows(page)
    after = ledger(page)
    assert before["lost"] > 50
    assert (after["lost"], after["recovered"], after["conflicted"]) == (before["lost"], 0, 0)
    assert_it_closes(after)
    page.keyboard.press("Escape")
    expect(ledger_row(page, "lost")).to_have_text(str(before["lost"]))


def test_a_merge_from_the_keyboard_brings_lost_writes_back(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    before = with_an_old_primary_that_is_back(page, tmp_path)
    remedy(page, "Merge").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_contain_text("merge of its own writes")
    expect(page.locator("#timeline")).to_contain_text("are on db-2 again")
    wait_until_it_follows(page)
    after = ledger(page)
    assert after["lost"] == 0
    assert after["recovered"] > 0
    assert after["recovered"] + after["conflicted"] == before["lost"]
    assert_it_closes(after)
    page.keyboard.press("Escape")
    expect(ledger_row(page, "lost, then recovered")).to_have_text(str(after["recovered"]))
    expect(ledger_row(page, "in conflict")).to_have_text(str(after["conflicted"]))


def test_a_rebuild_can_be_stopped(open_page: OpenPage, tmp_path: Path) -> None:
    document = old_primary_returns()
    for one in document["nodes"]:
        if one["kind"] == "database":
            one["parameters"]["data_gb"] = 1000
    page = open_page(viewport={"width": 1440, "height": 900})
    opened(page, document, tmp_path)
    speed_up(page)
    wait_until(page, f"{PART}.replication_state === 'diverged'", "db-1")
    node(page, "db-1").click()
    remedy(page, "Rebuild").click()
    wait_until(page, f"{PART}.replication_state === 'repairing'", "db-1")
    expect(node(page, "db-1")).to_contain_text("recovering, 2")
    expect(remedy(page, "Rebuild")).to_be_disabled()
    remedy(page, "Stop").click()
    wait_until(page, f"{PART}.replication_state === 'diverged'", "db-1")
    expect(page.locator("#timeline")).to_contain_text("stop of the recovery")


def test_a_healthy_database_offers_no_recovery(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    opened(page, old_primary_returns() | {"journal": []}, tmp_path)
    node(page, "db-1").click()
    expect(remedy(page, "Destructive write")).to_be_enabled()
    for name in (*RECOVERIES, "Restore", "Skip duplicates", "Stop"):
        expect(remedy(page, name)).to_be_disabled()


def test_a_flushed_cache_hits_less_and_fills_again(open_page: OpenPage, tmp_path: Path) -> None:
    document = json.loads((LIBRARY / "cache-stampede.json").read_text()) | {"journal": []}
    page = open_page(viewport={"width": 1440, "height": 900})
    opened(page, document, tmp_path)
    speed_up(page)
    wait_until(page, f"frame.t > 15 && {PART}.hit > 0.9", "cache-2")
    page.locator("#speed").select_option("1")
    wait_until(page, f"frame.speed === 1 && {PART}.hit > 0.95", "cache-2")
    node(page, "cache-2").click()
    expect(page.locator("#inspector h2")).to_have_text("cache-2")
    expect(node(page, "cache-2")).to_contain_text("% cached")
    page.locator("#inspector").get_by_role("button", name="Flush", exact=True).click()
    expect(page.locator("#timeline")).to_contain_text("cache-2 flushed")
    wait_until(page, f"{PART}.hit < 0.8", "cache-2")
    wait_until(page, f"{PART}.hit > 0.95", "cache-2")


def test_a_member_of_a_ring_shows_its_stale_reads(open_page: OpenPage, tmp_path: Path) -> None:
    """Its column of "Which database?", which reads one copy and writes one while users write."""
    document = json.loads((LIBRARY / "which-database.json").read_text()) | {"journal": []}
    for one in document["nodes"]:
        given = one["parameters"]
        if given.get("family") == "wide_column":
            given |= {"read_copies": 1, "write_copies": 1, "keys": 3, "write_ms": 50}
        if one["kind"] == "client":
            given["write_share"] = 50
    ring = next(
        one["id"] for one in document["nodes"] if one["parameters"].get("family") == "wide_column"
    )
    page = open_page(viewport={"width": 1440, "height": 900})
    opened(page, document, tmp_path)
    speed_up(page)
    node(page, ring).click()
    wait_until(page, f"{PART}.data?.stale > 0", ring)
    expect(page.locator('#inspector dt:has-text("Stale reads")')).to_be_visible()
    share = page.locator('#inspector [data-live="stale"]')
    expect(share).to_have_text(re.compile(r"[1-9]"))


def test_a_fault_of_several_servers_hits_as_many_as_the_field_says(
    open_page: OpenPage, tmp_path: Path
) -> None:
    document = json.loads((LIBRARY / "load-balanced.json").read_text()) | {"journal": []}
    next(one for one in document["nodes"] if one["id"] == "web-1")["parameters"]["instances"] = 4
    page = open_page(viewport={"width": 1440, "height": 900})
    opened(page, document, tmp_path)
    node(page, "web-1").click()
    crash = page.locator("#insp-crash")
    crash.click()
    wait_until(page, f"{PART}.inst[1] === 3", "web-1")
    expect(page.locator("#timeline")).to_contain_text("web-1 (its first server) crashed")
    expect(crash).to_be_enabled()
    page.get_by_label("Servers hit").fill("3")
    crash.click()
    wait_until(page, f"{PART}.inst[1] === 1", "web-1")
    expect(page.locator("#timeline")).to_contain_text("web-1 (its first 3 servers) crashed")
    expect(page.locator('#inspector [data-live="inst"]')).to_have_text("1 / 4")
    page.locator("#insp-heal").click()
    wait_until(page, f"{PART}.inst[1] === 4", "web-1")
