"""The page about the model, and the guides where they are wanted."""

from html import unescape

import httpx
import pytest

from app.kinds import KINDS
from app.kinds.guides import guide
from app.kinds.model import model_scope
from app.web.views.palette import palette


@pytest.mark.anyio
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_the_page_has_every_row_and_every_guide(
    client: httpx.AsyncClient, language: str
) -> None:
    answer = await client.get("/model", params={"lang": language}, headers={"accept": "text/html"})
    assert answer.status_code == 200
    page = unescape(answer.text)
    for section in model_scope():
        for row in section.rows:
            assert row.modelled.say(language) in page
    for kind in KINDS:
        assert all(paragraph in page for paragraph in guide(kind.name, language))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_palette_entry_tells_how_its_guide_begins(language: str) -> None:
    entries = [entry for group in palette(language) for entry in group.entries]
    assert all(guide(entry.kind, language)[0] in entry.help for entry in entries)
