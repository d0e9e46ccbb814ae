"""A server whose engine cannot be compiled: the page says what to do, and editing works."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browser.watch import OpenPage
from tests.support.programs.server import Server, serving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that can keep compiled code nowhere: where the cache should be is a file, and the
    spare folder is open to others.
    """
    (tmp_path / "file").touch()
    (tmp_path / f"loadground-{os.getuid()}").mkdir()
    (tmp_path / f"loadground-{os.getuid()}").chmod(0o777)
    cache = str(tmp_path / "file")
    with serving(tmp_path, LOADGROUND_CACHE_DIR=cache, TMPDIR=str(tmp_path)) as running:
        yield running


@pytest.mark.parametrize(
    ("locale", "advice"),
    [("en-US", "set LOADGROUND_CACHE_DIR to another folder"), ("ko-KR", "다른 폴더를 지정")],
)
def test_the_page_says_what_to_do_when_compiled_code_cannot_be_kept(
    open_page: OpenPage, server: Server, tmp_path: Path, locale: str, advice: str
) -> None:
    page = open_page(locale=locale)
    page.goto("/")
    expect(page.locator(".banner.down")).to_contain_text(advice, timeout=120_000)
    expect(page.locator(".banner")).to_have_count(1)
    page.locator('g.node[data-node="web-1"]').click()
    page.keyboard.press("Delete")
    expect(page.locator('g.node[data-node="web-1"]')).to_have_count(0)
    health = server.health()
    assert health is not None
    assert (health["engine"], health["reason"]) == ("failed", "cache")
    assert str(tmp_path) not in str(health) + page.content()
    assert server.log.read_text().count("it is tried again in") == 2
