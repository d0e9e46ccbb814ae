"""Reasons of failures in the inspector, in the reader's language, with names escaped."""

import httpx
import pytest

from app.engine.observe.hop import Hop
from app.web.http.dependencies import Services
from tests.web.conftest import act, drawing

pytestmark = pytest.mark.anyio


async def failed_at(client: httpx.AsyncClient, house: Services, session: str, name: str) -> str:
    """Let one traced request be refused by a server of that name; the server's id."""
    await act(client, session, type="add_node", kind="web_server", name=name)
    server: str = (await drawing(client, session))["nodes"][-1]["id"]
    found = await house.registry.find(session.rpartition("/")[2])
    assert found
    hop = Hop(7, "", server, 0, 0, False, False, "refused", True, server)
    found.reasons.set_situation(0, found.record.situation)
    found.reasons.follow([hop])
    return server


@pytest.mark.parametrize(
    ("language", "words"), [("en", "refused the connection"), ("ko", "연결을 거부")]
)
async def test_the_panel_and_its_own_address_show_reasons_of_failures(
    client: httpx.AsyncClient, house: Services, session: str, language: str, words: str
) -> None:
    server = await failed_at(client, house, session, "Shop")
    for page in ("inspector", "why"):
        answer = await client.get(f"{session}/{page}?node={server}&lang={language}")
        assert answer.status_code == 200
        assert "Shop" in answer.text
        assert words in answer.text
    overview = await client.get(f"{session}/why?lang={language}")
    assert words in overview.text
    other = await client.get(f"{session}/why?node=elsewhere&lang={language}")
    assert words not in other.text


async def test_a_name_in_a_reason_is_escaped(
    client: httpx.AsyncClient, house: Services, session: str
) -> None:
    server = await failed_at(client, house, session, "<b onload=alert(1)>")
    answer = await client.get(f"{session}/why?node={server}")
    assert "&lt;b onload" in answer.text
    assert "<b onload" not in answer.text
