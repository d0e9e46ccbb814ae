"""The command `store`: what is kept, and moved from one store to another without a loss."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from app.scenarios import library
from app.scenarios.document import scenario_to_json
from app.session.history.kept_run import origin_to_json
from app.settings import settings
from app.store.saved import Clock, SavedRun
from app.store.store import Store

IDS = ("a" * 22, "b" * 22)

At = Callable[[str], str]


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> At:
    """Points the settings at a store of that name; its URL."""

    def point(name: str) -> str:
        url = f"sqlite:///{tmp_path / name}.db"
        monkeypatch.setenv("LOADGROUND_DATABASE_URL", url)
        settings.cache_clear()
        return url

    return point


@pytest.fixture(autouse=True)
def fresh_settings() -> None:
    settings.cache_clear()


def store(*arguments: str) -> int:
    return main(["store", *arguments], serve=lambda _: None)


def fill(url: str) -> None:
    """Keep two sessions, one with a run."""
    opened = Store(url)
    scenario = library.load("split-database")
    document = json.dumps(scenario_to_json(scenario), ensure_ascii=False)
    origin = origin_to_json(scenario)
    run = SavedRun(origin, 0, Clock(5, 9, True, None), ())
    opened.save(IDS[0], "데이터베이스", document, run, saved_at=1_700_000_000.0)
    opened.save(IDS[1], "Second", document, saved_at=1_700_000_100.0)
    opened.close()


def test_the_status_counts_what_is_kept(at: At, capsys: pytest.CaptureFixture[str]) -> None:
    fill(at("one"))
    assert store("status", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sessions"] == 2
    assert found["saved_first"] == "2023-11-14T22:13:20+00:00"
    assert found["bytes"] > 1_000
    assert store("status", "--lang", "ko") == 0
    assert "세션" in capsys.readouterr().out


def test_an_empty_store_has_a_status(at: At, capsys: pytest.CaptureFixture[str]) -> None:
    at("empty")
    assert store("status") == 0
    assert "sessions" in capsys.readouterr().out


def test_sessions_move_to_another_store_whole_and_once(
    at: At, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = at("one")
    fill(one)
    file = tmp_path / "sessions.jsonl"
    assert store("export", str(file)) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text().splitlines()) == 2
    other = at("other")
    assert store("import", str(file)) == 0
    assert "2 sessions were added" in capsys.readouterr().err
    first, second = Store(one), Store(other)
    assert first.kept() == second.kept()
    for id in IDS:
        assert first.load(id, opens=False) == second.load(id, opens=False)
    first.close()
    second.close()
    assert store("import", str(file)) == 0
    assert "2 were there already" in capsys.readouterr().err


def test_old_sessions_are_pruned_as_the_settings_say(
    at: At, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(at("one"))
    monkeypatch.setenv("LOADGROUND_KEEP_DAYS", "36500")
    monkeypatch.setenv("LOADGROUND_KEEP_MAX", "1")
    settings.cache_clear()
    assert store("prune") == 0
    assert "1 session was dropped" in capsys.readouterr().out


GOOD = {"id": IDS[0], "name": "n", "saved_at": 1.0, "document": "{}", "run": None}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 1"),
        (json.dumps({**GOOD, "id": "../x"}), "id"),
        (json.dumps({**GOOD, "saved_at": "now"}), "saved_at"),
        (json.dumps({**GOOD, "extra": 1}), "extra"),
        (json.dumps(GOOD), "line 1"),
        (json.dumps({**GOOD, "run": {"origin": "{}"}}), "run"),
    ],
)
def test_a_line_that_is_no_session_is_refused_with_its_number(
    at: At, tmp_path: Path, line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = at("one")
    file = tmp_path / "bad.jsonl"
    file.write_text(line + "\n")
    assert store("import", str(file)) == 2
    assert said in capsys.readouterr().err
    opened = Store(url)
    assert opened.kept() == []
    opened.close()


def test_a_file_that_is_not_there_is_said(at: At, capsys: pytest.CaptureFixture[str]) -> None:
    at("one")
    assert store("import", "no-such-file.jsonl") == 2
    assert "no-such-file.jsonl" in capsys.readouterr().err
