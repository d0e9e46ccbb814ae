"""The drawing as text, as a browser's htmx asks for it."""

import httpx
import pytest

from tests.web.conftest import act

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_every_node_and_link_has_a_row(
    client: httpx.AsyncClient, session: str, language: str
) -> None:
    page = (await client.get(f"{session}/text", params={"lang": language})).text
    drawing = (await client.get(f"{session}/topology")).json()
    for node in drawing["nodes"]:
        assert f'data-node-row="{node["id"]}"' in page
        assert node["address"] in page
    for link in drawing["links"]:
        assert f'data-link-row="{link["id"]}"' in page


async def test_groups_nest_in_the_tree(client: httpx.AsyncClient, session: str) -> None:
    groups = {"machine": "box", "zone": "a", "region": "seoul"}
    await act(client, session, type="set_groups", node="web-1", groups=groups)
    page = (await client.get(f"{session}/text", params={"lang": "en"})).text
    places = [page.index(f'text-place">{one}') for one in ("Region seoul", "Zone a", "Machine box")]
    assert places == sorted(places)
    assert page.index('data-id="web-1"') > places[-1]


async def test_a_problem_stands_beside_the_name(client: httpx.AsyncClient, session: str) -> None:
    await act(client, session, type="add_link", source="users-1", target="web-1")
    page = (await client.get(f"{session}/text", params={"lang": "en"})).text
    assert "text-problem" in page
    assert "private" in page.split('class="text-problem"')[1][:300]
