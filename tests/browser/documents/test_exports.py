"""Files out of the page and into it: pictures, charts, text; documents dropped on the canvas."""

import json
import struct
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import document
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

DROP = """([name, text]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name, { type: "application/json" }));
    const given = { dataTransfer: files, bubbles: true, cancelable: true };
    document.getElementById("canvas").dispatchEvent(new DragEvent("dragover", given));
    const said = document.getElementById("drop-text").innerText;
    document.getElementById("canvas").dispatchEvent(new DragEvent("drop", given));
    return said;
}"""


def opened(open_page: OpenPage) -> Page:
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto("/scenarios/replicated")
    page.wait_for_function("() => window.loadground?.ready && window.loadground.frame?.t > 1")
    return page


def downloaded(page: Page, name: str, tmp_path: Path) -> Path:
    with page.expect_download() as found:
        page.locator("#dialog").get_by_text(name, exact=True).click()
    path = tmp_path / found.value.suggested_filename
    found.value.save_as(path)
    return path


def test_every_format_is_downloaded_by_its_name(open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(open_page)
    page.locator("#share").click()
    svg = downloaded(page, "SVG", tmp_path)
    assert svg.name == "Read-replica.svg"
    assert svg.read_text().startswith("<svg")
    png = downloaded(page, "PNG", tmp_path)
    assert png.name == "Read-replica.png"
    head = png.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    light, size = png.read_bytes(), struct.unpack(">II", head[16:])
    assert size[0] > 1000
    page.get_by_label("Dark", exact=True).check()
    assert downloaded(page, "PNG", tmp_path).read_bytes() != light
    assert "#0e1013" in downloaded(page, "SVG", tmp_path).read_text()
    assert downloaded(page, "Mermaid", tmp_path).read_text().startswith("flowchart LR")
    assert json.loads(downloaded(page, "JSON", tmp_path).read_text())["name"] == "Read replica"
    heading, *rows = downloaded(page, "CSV of the charts", tmp_path).read_text().splitlines()
    assert heading.startswith("seconds,offered,completed,failed,attempts,p50,p95,p99,usd")
    assert "utilisation % web-1" in heading
    assert len(rows) >= 2
    assert all(len(row.split(",")) == len(heading.split(",")) for row in rows)


def test_a_document_that_is_dropped_is_opened(open_page: OpenPage) -> None:
    page = opened(open_page)
    text = json.dumps(document(page) | {"name": "Dropped"})
    assert "Drop a document" in page.evaluate(DROP, ["x.json", text])
    expect(page.get_by_label("Name of the drawing")).to_have_value("Dropped")


def test_a_bad_file_that_is_dropped_says_so_and_changes_nothing(open_page: OpenPage) -> None:
    page = opened(open_page)
    here = page.url
    page.evaluate(DROP, ["x.json", "{"])
    expect(page.locator("#toast")).to_contain_text("JSON")
    expect(page.locator("#toast")).to_contain_text("Your drawing stays as it was.")
    assert page.url == here
    expect(page.locator("#drop-text")).to_be_hidden()


def test_a_file_that_is_pasted_is_opened(open_page: OpenPage) -> None:
    page = opened(open_page)
    text = json.dumps(document(page) | {"name": "Pasted"})
    page.evaluate(
        """text => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([text], "x.json", { type: "application/json" }));
            const given = { clipboardData, bubbles: true, cancelable: true };
            document.getElementById("canvas").dispatchEvent(new ClipboardEvent("paste", given));
        }""",
        text,
    )
    expect(page.get_by_label("Name of the drawing")).to_have_value("Pasted")
