"""The drawer of requests: filters, a list that is pinned to a moment, and one in full."""

import httpx
import pytest

from app.engine.observe.hop import Hop
from app.session.session import Session
from app.web.http.dependencies import Services

pytestmark = pytest.mark.anyio

MS = 1_000_000


def hops(number: int, at_ms: int, *, server: str = "web-1", ok: bool = True) -> list[Hop]:
    """A read of users-1 through the balancer: answered after 50 ms, or refused after 20."""
    at = at_ms * MS
    found = [
        Hop(number, "", "users-1", at, at, False, True),
        Hop(number, "link-2", "lb-1", at, at + 19 * MS, False, True, at="lb-1"),
        Hop(number, "", "lb-1", at + 19 * MS, at + 20 * MS, False, True, at="lb-1"),
    ]
    if ok:
        return [*found, Hop(number, "", server, at + 20 * MS, at + 50 * MS, False, True, "", True)]
    ends = at + 20 * MS
    return [*found, Hop(number, "", server, ends, ends, False, False, "refused", True, server)]


@pytest.fixture
async def known(house: Services, session: str) -> Session:
    """A session that has traced ten answered and two failed requests."""
    found = await house.registry.find(session.rpartition("/")[2])
    assert found
    for number in range(10):
        found.reasons.follow(hops(number, 100 * number))
    for number in (20, 21):
        found.reasons.follow(hops(number, 1000 + number, server="web-2", ok=False))
    found.player.now_ns = 2000 * MS
    return found


async def drawer(client: httpx.AsyncClient, session: str, /, **query: str | int) -> str:
    answer = await client.get(f"{session}/requests", params={"lang": "en", **query})
    assert answer.status_code == 200, answer.text
    return answer.text


def listed(html: str) -> list[int]:
    return [int(part.partition('"')[0]) for part in html.split('<tr id="request-')[1:]]


async def test_the_list_has_the_newest_first(
    client: httpx.AsyncClient, session: str, known: Session
) -> None:
    assert listed(await drawer(client, session)) == [21, 20, *range(9, -1, -1)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"outcome": "failed"}, [21, 20]),
        ({"outcome": "refused"}, [21, 20]),
        ({"outcome": "answered", "slower_ms": 50}, list(range(9, -1, -1))),
        ({"outcome": "answered", "slower_ms": 51}, []),
        ({"node": "web-2"}, [21, 20]),
        ({"client": "users-2"}, []),
        ({"sort": "write"}, []),
        ({"until_ns": 420 * MS}, [3, 2, 1, 0]),
    ],
)
async def test_each_filter_leaves_only_requests_like_that(
    client: httpx.AsyncClient,
    session: str,
    known: Session,
    query: dict[str, str | int],
    numbers: list[int],
) -> None:
    assert listed(await drawer(client, session, **query)) == numbers


async def test_a_pinned_list_stays_and_counts_what_is_newer(
    client: httpx.AsyncClient, session: str, known: Session
) -> None:
    pinned = await drawer(client, session, outcome="failed")
    known.reasons.follow(hops(30, 2100, server="web-2", ok=False))
    known.player.now_ns = 3000 * MS
    later = await drawer(client, session, outcome="failed", until_ns=2000 * MS)
    assert listed(later) == listed(pinned) == [21, 20]
    assert "1 newer" in later
    assert listed(await drawer(client, session, outcome="failed")) == [30, 21, 20]


async def test_one_request_is_shown_stage_by_stage_with_its_causes(
    client: httpx.AsyncClient, session: str, known: Session
) -> None:
    html = await drawer(client, session, request=21)
    for words in ("On the way", "Request fails", "web-2 refused the connection"):
        assert words in html
    assert html.count("<rect class=") == html.count('<svg class="bar"') == 3
    assert "not known any more" in await drawer(client, session, request=99)


async def test_wrong_filters_are_refused(
    client: httpx.AsyncClient, session: str, known: Session
) -> None:
    for query in ({"sort": "both"}, {"slower_ms": "-1"}, {"until_ns": "soon"}):
        assert (await client.get(f"{session}/requests", params=query)).status_code == 422


async def test_reasons_of_failures_are_pinned_too(
    client: httpx.AsyncClient, session: str, known: Session
) -> None:
    known.reasons.follow(hops(30, 2100, server="web-2", ok=False))
    known.player.now_ns = 3000 * MS
    answer = await client.get(f"{session}/why", params={"until_ns": 2000 * MS, "lang": "en"})
    assert "request 21" in answer.text
    assert "request 30" not in answer.text
    assert "1 newer" in answer.text
    assert "request 30" in (await client.get(f"{session}/why?lang=en")).text


async def test_the_first_request_of_users_after_a_moment_is_followed(
    client: httpx.AsyncClient, session: str, known: Session
) -> None:
    after: dict[str, str | int] = {"client": "users-1", "after_ns": 450 * MS, "lang": "en"}
    answer = await client.get(f"{session}/journey", params=after)
    assert 'data-journey="5"' in answer.text
    assert answer.text.count("<li class=") == 3
    none = await client.get(f"{session}/journey", params={**after, "after_ns": 1900 * MS})
    assert "data-waiting" in none.text
    gone = await client.get(f"{session}/journey", params={"request": 99, "lang": "en"})
    assert "not known any more" in gone.text
    assert "data-waiting" not in gone.text
