"""Theory beside the measurement in the inspector, in the reader's language."""

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


async def test_theory_in_the_inspector_follows_the_load_and_the_drawing(
    client: httpx.AsyncClient, session: str
) -> None:
    await act(client, session, type="set_load", factor=0.5)
    assert (await theory(client, session, "node=web-1"))["Utilisation"] == "27.5\N{NO-BREAK SPACE}%"
    await act(client, session, type="set_node", node="web-1", parameters={"cores": 4})
    assert (await theory(client, session, "node=web-1"))["Utilisation"] == "55\N{NO-BREAK SPACE}%"


async def test_a_client_shows_if_its_loop_is_open_or_closed(
    client: httpx.AsyncClient, session: str
) -> None:
    assert (await theory(client, session, "node=users-1"))["Arrivals"] == "Open loop"
    await act(client, session, type="set_node", node="users-1", parameters={"arrivals": "closed"})
    korean = await theory(client, session, "node=users-1&lang=ko")
    assert korean["도착 방식"] == "폐쇄형"


async def box(
    client: httpx.AsyncClient, session: str, query: str = ""
) -> tuple[dict[str, str], str]:
    """The figures of the theory box as it is fetched by itself, and its statement."""
    return (await boxes(client, session, query))[0][1:]


async def boxes(
    client: httpx.AsyncClient, session: str, query: str = ""
) -> list[tuple[str, dict[str, str], str]]:
    """Heading, figures and statement of each part of the theory box."""
    page = (await client.get(f"{session}/theory?{query}")).text
    found = []
    for part in page.split("<h3>")[1:]:
        figures = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", part)
        shown = {label: html.unescape(re.sub("<.*?>", "", value)) for label, value in figures}
        said = re.search(r'<p class="help">(.*?)</p>', part)
        assert said
        found.append((part.split("</h3>")[0], shown, html.unescape(said.group(1))))
    return found


async def test_the_overview_follows_the_load_dial(client: httpx.AsyncClient, session: str) -> None:
    await act(client, session, type="set_load", factor=2.0)
    figures, _ = await box(client, session)
    assert figures["Offered"] == "2,200 req/s"
    assert figures["Bottleneck"] == "web-1, 110\N{NO-BREAK SPACE}%"
    assert figures["Saturated at"] == "2,000 req/s (×0.909)"
    await act(client, session, type="set_load", factor=0.0)
    figures, _ = await box(client, session)
    assert figures == {"Offered": "0 req/s"}


async def test_the_label_everything_up_names_what_is_not(
    client: httpx.AsyncClient, session: str
) -> None:
    _, whole = await box(client, session)
    assert whole.startswith("Laws that hold")
    await act(client, session, type="crash", node="web-1")
    for query in ("", "node=web-2", "node=users-1"):
        _, said = await box(client, session, query)
        assert said.startswith("Not everything works now (web-1); this is for when it does."), said
    figures, _ = await box(client, session)
    assert figures["Saturated at"] == "2,000 req/s (×1.82)"


async def test_a_second_set_of_figures_is_about_what_is_up_now(
    client: httpx.AsyncClient, session: str
) -> None:
    assert len(await boxes(client, session)) == 1
    await act(client, session, type="crash", node="web-1")
    whole, now = await boxes(client, session)
    assert whole[0] == "Theory, everything up"
    assert now[0] == "Theory, what is up now"
    assert now[1]["Bottleneck"] == "web-2, 110\N{NO-BREAK SPACE}%"
    assert now[1]["Saturated at"] == "1,000 req/s (×0.909)"
    assert now[2].startswith("Not everything works now (web-1); this is once everybody")
    whole, now = await boxes(client, session, "node=web-2&lang=ko")
    assert whole[0] == "이론값 (모두 정상일 때)"
    assert now[0] == "이론값 (지금 살아 있는 것만)"
    assert (whole[1]["사용률"], now[1]["사용률"]) == (
        "55\N{NO-BREAK SPACE}%", "110\N{NO-BREAK SPACE}%",
    )  # fmt: skip
    assert now[2].startswith("지금은 모두 정상이 아닙니다(web-1). 아래는 모두가 이를 알아차린 뒤")
    _, now = await boxes(client, session, "node=web-1")
    assert now[2].endswith("No requests come here.")
    await act(client, session, type="heal", node="web-1")
    assert len(await boxes(client, session)) == 1


async def test_a_link_that_is_cut_or_lossy_counts_as_it_is_now(
    client: httpx.AsyncClient, session: str
) -> None:
    drawn = (await client.get(f"{session}/topology")).json()
    link = next(one["id"] for one in drawn["links"] if one["target"] == "web-1")
    await act(client, session, type="cut_link", link=link)
    _, now = await boxes(client, session)
    assert now[1]["Bottleneck"].startswith("web-2, 110")
    assert "lb-1 → web-1" in now[2]
    await act(client, session, type="degrade", link=link, loss_percent=5.0, extra_ms=50.0)
    _, now = await boxes(client, session)
    assert now[1]["Bottleneck"].startswith("web-1, 55")
    assert "Messages that links lose are left out." in now[2]


async def test_the_overview_is_of_the_rate_at_this_moment(
    client: httpx.AsyncClient, session: str
) -> None:
    """At second 0 of the run: not a table's last rate."""
    table = {"arrivals": "table", "rates": "0,100\n60,800"}
    await act(client, session, type="set_node", node="users-1", parameters=table)
    figures, said = await box(client, session)
    assert figures["Offered"] == "400 req/s"
    assert said.startswith("The load changes over time")
    assert "at this moment" in said
    _, said = await box(client, session, "lang=ko")
    assert "지금 이 순간의 요청률" in said


async def test_requests_that_reach_no_server_add_no_capacity(
    client: httpx.AsyncClient, session: str
) -> None:
    """Half of the web users' 800 requests a second go to a private address and are lost."""
    before, _ = await box(client, session)
    link = {"source": "users-1", "target": "web-1"}
    answer = await act(client, session, type="add_link", **link)
    assert answer.status_code == 202
    after, _ = await box(client, session)
    assert before["Saturated at"].startswith("2,000 req/s")
    assert after["Saturated at"].startswith("2,000 req/s")
    assert after["Reaches no server"] == "400 req/s"


async def test_an_estimate_is_shown_as_one(client: httpx.AsyncClient, session: str) -> None:
    sticky = {"sticky": "cookie"}
    await act(client, session, type="set_node", node="lb-1", parameters=sticky)
    figures, _ = await box(client, session, "node=web-1")
    assert figures["Utilisation"].startswith("≈")
    figures, _ = await box(client, session)
    assert figures["Saturated at"].startswith("about ")


async def test_the_dial_counts_the_requests_of_pages(
    client: httpx.AsyncClient, session: str
) -> None:
    """1,600 users with 0.1 pages a second of five requests each: 160 pages, 800 requests."""
    await act(
        client,
        session,
        type="set_node",
        node="users-1",
        parameters={"users": 1600, "subrequests": 4},
    )
    drawn = (await client.get(f"{session}/topology")).json()
    others = 4000 * 0.075
    assert drawn["base"]["pages"] == pytest.approx(160.0 + others)
    assert drawn["base"]["rps"] == pytest.approx(800.0 + others)
