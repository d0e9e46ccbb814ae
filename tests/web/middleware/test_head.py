"""HEAD answers as GET does, without a body, and begins nothing."""

import httpx
import pytest
from fastapi import FastAPI

from app.web.http.dependencies import Services
from tests.web.conftest import page_headers
from tests.web.http.test_security import paths

pytestmark = pytest.mark.anyio

CREATES = {"/", "/new", "/scenarios/single-server", "/o/z1.x"}


async def test_every_address_that_answers_get_answers_head(
    app: FastAPI, client: httpx.AsyncClient, session: str, house: Services
) -> None:
    gets = [path for method, path in paths(app, session) if method == "GET"]
    before, checked = len(house.registry), 0
    for path in gets:
        for headers in ({}, page_headers()):
            head = await client.head(path, headers=headers)
            assert head.content == b"", path
            if path.endswith("/events"):
                assert head.headers["content-type"].startswith("text/event-stream")
                assert head.status_code == 200
            elif path in CREATES - {"/o/z1.x"}:
                # Where GET leads to a new session there is none to lead to.
                assert head.status_code == 200
            else:
                get = await client.get(path, headers=headers)
                assert head.status_code == get.status_code, path
                assert head.headers["content-type"] == get.headers["content-type"], path
                assert head.headers.get("etag") == get.headers.get("etag")
            checked += 1
    assert checked >= 2 * 12
    assert len(house.registry) == before
    live = await house.registry.find(session.removeprefix("/s/"))
    assert live is not None
    assert live.channel.viewers == 0


async def test_an_address_that_only_takes_post_does_not_answer_head(
    client: httpx.AsyncClient, session: str
) -> None:
    assert (await client.head(f"{session}/undo")).status_code == 405
