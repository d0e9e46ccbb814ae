"""Host headers: the server answers to its own names, and links begin with them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.settings import Settings
from app.web.app import create_app
from tests.web.conftest import OPENS, page_headers

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'sessions.db'}",
        host="10.1.2.3",
        hosts=("play.example", "*.lab.example"),
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server whose socket is bound to 10.1.2.3."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://10.1.2.3:8000") as client:
        yield client


OWN = ["10.1.2.3:8000", "10.1.2.3", "localhost:8000", "127.0.0.1:8000", "127.3.2.1", "[::1]:8000"]
OWN += [
    "play.example",
    "PLAY.example:443",
    "a.lab.example",
    "b.a.lab.example",
    "localhost.",
    "a.localhost",
]
FOREIGN = ["evil.example", "evil.example:8000", "10.1.2.4", "lab.example", "xlab.example"]
FOREIGN += ["play.example.evil.example", "notlocalhost", "127.0.0.1.evil.example", "[::2]"]
MALFORMED = [
    "",
    "a b",
    "a@play.example",
    "play.example/x",
    "http://play.example",
    "play.example:x",
    "[::1",
]


@pytest.mark.parametrize("host", OWN)
async def test_requests_that_name_this_server_are_answered(
    client: httpx.AsyncClient, host: str
) -> None:
    assert (await client.get("/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"), [*((one, 421) for one in FOREIGN), *((one, 400) for one in MALFORMED)]
)
@pytest.mark.parametrize("path", ["/", "/health", "/static/css/base.css", "/nowhere"])
async def test_requests_that_name_another_host_are_refused_everywhere(
    client: httpx.AsyncClient, host: str, status: int, path: str
) -> None:
    answer = await client.get(path, headers={"Host": host})
    assert answer.status_code == status
    assert answer.json()["errors"][0]["text"]
    assert answer.headers["content-security-policy"]
    assert host.partition("/")[0] not in answer.text or not host
    page = await client.get(path, headers={"Host": host, **page_headers(), "Accept-Language": "ko"})
    assert page.status_code == status
    assert 'lang="ko"' in page.text


async def test_a_request_with_two_host_headers_is_refused(client: httpx.AsyncClient) -> None:
    headers = [("Host", "play.example"), ("Host", "evil.example")]
    assert (await client.get("/health", headers=headers)).status_code == 400


async def share_url(client: httpx.AsyncClient, **headers: str) -> str:
    session = (await client.get("/", headers=headers | OPENS)).headers["location"]
    dialog = (await client.get(f"{session}/share", headers=headers)).text
    return dialog.split('value="')[1].split('"')[0]


async def test_share_links_begin_with_the_host_of_the_request(client: httpx.AsyncClient) -> None:
    assert (await share_url(client, Host="play.example")).startswith("http://play.example/o/z1.")


async def test_share_links_begin_with_the_public_url_if_set(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'sessions.db'}",
        public_url="https://play.example/",
    )
    app = create_app(settings, warm_up=False)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        assert (await share_url(client)).startswith("https://play.example/o/z1.")
        # Its host may be named, and its pages may change things, also behind a proxy.
        session = (await client.get("/", headers=OPENS | {"Host": "play.example"})).headers[
            "location"
        ]
        for origin, status in (("https://play.example", 202), ("https://evil.example", 403)):
            answer = await client.post(
                f"{session}/actions", json={"type": "pause"}, headers={"Origin": origin}
            )
            assert answer.status_code == status


async def test_with_hosts_set_to_any_every_host_is_answered(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sessions.db'}"
    app = create_app(Settings(database_url=url, hosts=("*",)), warm_up=False)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
    ):
        headers = {"Host": "whatever.example"}
        assert (await client.get("/health", headers=headers)).status_code == 200
