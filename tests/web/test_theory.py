"""The inspector shows theory beside the measurement, in words of the reader's language."""

import html
import re

import httpx
import pytest

from tests.web.conftest import act

pytestmark = pytest.mark.anyio


async def theory(client: httpx.AsyncClient, session: str, query: str = "") -> dict[str, str]:
    """The labelled figures of the theory box."""
    page = (await client.get(f"{session}/inspector?{query}")).text
    box = page[page.index("data-theory") :].split("</div>")[0]
    figures = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", box))
    return {label: html.unescape(re.sub("<.*?>", "", shown)) for label, shown in figures.items()}


async def test_the_overview_names_the_bottleneck_and_where_it_saturates(
    client: httpx.AsyncClient, session: str
) -> None:
    found = await theory(client, session)
    # Two servers of 8 cores and 8 ms saturate at 2,000 requests a second.
    assert found["Bottleneck"] == "web-1, 55\N{NO-BREAK SPACE}%"
    assert found["Saturated at"] == "2,000 req/s (×1.82)"


async def test_theory_follows_the_load_and_the_drawing(
    client: httpx.AsyncClient, session: str
) -> None:
    await act(client, session, type="set_load", factor=0.5)
    assert (await theory(client, session, "node=web-1"))["Utilisation"] == "27.5\N{NO-BREAK SPACE}%"
    await act(client, session, type="set_node", node="web-1", parameters={"cores": 4})
    assert (await theory(client, session, "node=web-1"))["Utilisation"] == "55\N{NO-BREAK SPACE}%"


async def test_a_client_says_which_loop_it_is(client: httpx.AsyncClient, session: str) -> None:
    assert (await theory(client, session, "node=users-1"))["Arrivals"] == "Open loop"
    await act(client, session, type="set_node", node="users-1", parameters={"arrivals": "closed"})
    korean = await theory(client, session, "node=users-1&lang=ko")
    assert korean["도착 방식"] == "폐쇄형"
