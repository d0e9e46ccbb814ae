"""The drawer of the ledger and its CSV, of a live run."""

import csv
import io

import httpx
import pytest

from app.engine.observe.writes.logged_writes import LoggedWrite
from app.session.playback.player import Player, Writes
from app.web.http.dependencies import Services
from tests.web.conftest import act, drawing

pytestmark = pytest.mark.anyio

WRITES: Writes = (
    (LoggedWrite(7, -1, 1_500_000_000, 41, "safe", (4, 5)), ("db-1", "db-2")),
    (LoggedWrite(-1, 3, 1_250_000_000, 40, "lost", ()), ()),
)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that has these two writes; nothing is compiled in this process."""

    async def found(_: Player, count: int) -> Writes:
        return WRITES[:count]

    monkeypatch.setattr(Player, "logged_writes", found)


async def test_rows_say_what_was_written_when_where_and_what_became_of_it(
    client: httpx.AsyncClient, session: str, read: None
) -> None:
    html = (await client.get(f"{session}/ledger?lang=en")).text
    for words in ("of request 7", "key 3", "1.500", "db-1", "db-2", "nowhere", "safe", "lost"):
        assert words in html
    lost = (await client.get(f"{session}/ledger?state=lost&lang=en")).text
    assert "key 3" in lost
    assert "of request 7" not in lost
    assert (await client.get(f"{session}/ledger?state=found")).status_code == 422


async def test_csv_has_the_same_rows_and_no_formula(
    client: httpx.AsyncClient, session: str, read: None
) -> None:
    first = next(
        one["id"] for one in (await drawing(client, session))["nodes"] if one["id"] == "db-1"
    )
    await act(client, session, type="rename_node", node=first, name="=1+1")
    answer = await client.get(f"{session}/ledger.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "ledger.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["state"] for row in rows] == ["safe", "lost"]
    assert rows[0]["request"] == "7"
    assert rows[0]["key"] == rows[1]["request"] == ""
    assert float(rows[0]["written_s"]) == 1.5
    assert rows[0]["databases"] == "'=1+1 db-2"


async def test_an_empty_ledger_without_a_run_says_so(
    client: httpx.AsyncClient, session: str, house: Services
) -> None:
    html = (await client.get(f"{session}/ledger?lang=ko")).text
    assert "이런 쓰기는 없습니다." in html
