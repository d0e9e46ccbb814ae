"""Exports of a session's drawing, as a browser downloads them."""

from xml.etree import ElementTree

import httpx
import pytest

from app.export.static_files import theme_colours
from tests.web.conftest import act

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_picture_has_the_drawing_s_name_and_a_theme(
    client: httpx.AsyncClient, session: str, theme: str
) -> None:
    await client.post(f"{session}/name", data={"name": "가게 & co"})
    answer = await client.get(f"{session}/drawing.svg", params={"theme": theme})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "filename*=UTF-8''%EA%B0%80%EA%B2%8C-co.svg" in answer.headers["content-disposition"]
    title = ElementTree.fromstring(answer.text).find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == "가게 & co"
    assert theme_colours("dark" if theme == "dark" else "light")("canvas") in answer.text


async def test_a_broken_node_is_shown_broken(client: httpx.AsyncClient, session: str) -> None:
    before = (await client.get(f"{session}/drawing.svg?lang=en")).text
    await act(client, session, type="crash", node="web-1")
    after = (await client.get(f"{session}/drawing.svg?lang=en")).text
    assert "Broken" in after
    assert "Broken" not in before


async def test_an_unknown_theme_is_refused(client: httpx.AsyncClient, session: str) -> None:
    assert (await client.get(f"{session}/drawing.svg?theme=pink")).status_code == 422


async def test_mermaid_text_is_a_file_of_its_own(client: httpx.AsyncClient, session: str) -> None:
    answer = await client.get(f"{session}/drawing.mmd")
    assert answer.text.startswith("flowchart LR\n")
    assert 'filename="Final-design.mmd"' in answer.headers["content-disposition"]
