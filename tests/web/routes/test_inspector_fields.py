"""Fields of the inspector: a few first, sliders, sizes, places; none without a use."""

import re

import httpx
import pytest

from app.kinds import KINDS
from app.kinds.machine_sizes import SIZES
from app.scenarios import library
from app.schema import Kind
from app.topology.groups import sorts_for
from tests.web.conftest import OPENS, act
from tests.web.routes.test_inspector import Form, shown

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_asks_one_to_eight_fields_first(kind: Kind) -> None:
    known = {*(one.name for one in kind.parameters), *sorts_for(kind.name)}
    assert set(kind.first) <= known
    # The name of the node comes before them.
    assert 1 <= len(kind.first) + 1 <= 8
    named = {one.name for one in kind.parameters}
    named |= {f"group.{one.group}" for one in kind.parameters}
    assert {name for name, _ in kind.needs} <= named


@pytest.mark.parametrize("name", library.names())
async def test_a_form_begins_with_at_most_eight_fields_in_every_scenario(
    client: httpx.AsyncClient, name: str
) -> None:
    session = str((await client.get(f"/scenarios/{name}", headers=OPENS)).headers["location"])
    for node in library.load(name).topology.nodes:
        page = (await shown(client, session, f"node={node.id}")).text
        first, more = page.split('id="insp-more"')
        assert 2 <= len(Form(first).fields) <= 8
        assert Form(more).fields


async def test_fields_of_what_the_drawing_lacks_are_not_there(
    client: httpx.AsyncClient, session: str
) -> None:
    node = (await act(client, session, type="add_node", kind="database")).json()["ids"][0]

    async def fields(of: str) -> set[str]:
        return set(Form((await shown(client, session, f"node={of}")).text).fields)

    alone = await fields(node)
    assert {"role", "replication", "backup_interval_s"} <= alone
    assert not {"commit", "heartbeat_s", "max_lag_s"} & alone
    await act(client, session, type="add_link", source="db-1", target=node)
    assert {"commit", "heartbeat_s", "max_lag_s"} <= await fields(node)
    web = (await act(client, session, type="add_node", kind="web_server")).json()["ids"][0]
    assert not {"read_routing", "pool_size", "check_interval_s"} & await fields(web)
    await act(client, session, type="add_link", source=web, target=node)
    assert {"read_routing", "pool_size", "check_interval_s"} <= await fields(web)


async def test_a_size_is_one_of_a_row_with_prices(client: httpx.AsyncClient, session: str) -> None:
    page = (await shown(client, session, "node=web-1&lang=en")).text
    for size in SIZES:
        assert f"<b>{size.label}</b><small>${round(size.usd):,}</small>" in page
    answer = await client.post(f"{session}/inspector?node=web-1", data={"size": "l"})
    assert Form(answer.text).choices["size"] == "l"
    assert "cores" not in Form(answer.text).fields


async def test_a_slider_reaches_from_the_least_value_to_well_above_the_present_one(
    client: httpx.AsyncClient, session: str
) -> None:
    def slider(page: str) -> tuple[float, ...]:
        found = re.search(
            r'data-slides="f-service_ms" min="([\d.]+)" max="([\d.]+)" step="([\d.]+)" '
            r'value="([\d.]+)"',
            page,
        )
        assert found
        return tuple(float(one) for one in found.groups())

    assert slider((await shown(client, session, "node=web-1")).text) == (0.0, 50.0, 0.1, 8.0)
    answer = await client.post(f"{session}/inspector?node=web-1", data={"service_ms": "300"})
    assert slider(answer.text) == (0.0, 500.0, 0.1, 300.0)


async def test_places_are_picked_from_those_there_are(
    client: httpx.AsyncClient, session: str
) -> None:
    await act(client, session, type="set_groups", node="web-1", groups={"machine": "box"})
    page = (await shown(client, session, "node=db-1&lang=en")).text
    picks = re.findall(r'data-pick="f-place.machine" data-value="([^"]*)"', page)
    assert picks == ["", "box", "machine-1"]
