"""Static files: kept for a year under their own hash, asked for again without it."""

import os
from pathlib import Path

import httpx
import pytest

from app.web.assets import FOR_EVER, Assets
from app.web.house import House

pytestmark = pytest.mark.anyio


async def test_an_address_with_the_right_hash_is_kept(
    client: httpx.AsyncClient, house: House
) -> None:
    answer = await client.get(house.pages.assets.address("css/base.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
async def test_any_other_address_is_asked_for_again(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/static/js/main.js{query}")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/javascript")
    again = await client.get(
        f"/static/js/main.js{query}", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["../pyproject.toml", "..%2fpyproject.toml", "css", "none.js", "%00"]
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/static/{path}")).status_code == 404


async def test_an_address_follows_the_content(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("one")
    assets = Assets(tmp_path, look_again_s=0)
    first = assets.address("a.css")
    file.write_text("two")
    os.utime(file, ns=(1, 1))
    assert assets.address("a.css") != first
    assert assets.address("none.css") == "/static/none.css"
