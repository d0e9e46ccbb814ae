"""Static files: cached under their own hash, revalidated without it."""

import os
from pathlib import Path

import httpx
import pytest

from app.web.http.assets import FOR_EVER, Assets
from app.web.http.dependencies import Services

pytestmark = pytest.mark.anyio


async def test_a_static_file_under_its_own_hash_is_cached_for_a_year(
    client: httpx.AsyncClient, house: Services
) -> None:
    answer = await client.get(house.pages.assets.address("css/base.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
async def test_a_static_file_under_another_address_is_revalidated(
    client: httpx.AsyncClient, query: str
) -> None:
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
async def test_paths_outside_the_static_folder_are_not_served(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(f"/static/{path}")).status_code == 404


async def test_the_address_of_a_static_file_changes_with_its_content(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("one")
    assets = Assets(tmp_path, look_again_s=0)
    first = assets.address("a.css")
    file.write_text("two")
    os.utime(file, ns=(1, 1))
    assert assets.address("a.css") != first
    assert assets.address("none.css") == "/static/none.css"
