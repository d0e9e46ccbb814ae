"""Where the compiled kernel is kept: what is not whole is not used."""

from pathlib import Path

import pytest

from app.engine import cache


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache in which there is nothing yet."""
    monkeypatch.setattr(cache, "cache_folder", lambda: (tmp_path, ""))
    return tmp_path


def test_what_is_kept_is_there(empty: Path) -> None:
    assert not cache.is_warm()
    cache.keep(b"code")
    assert cache.is_warm()
    assert cache.kept() == b"code"


def test_what_was_cut_short_is_made_again(empty: Path) -> None:
    cache.keep(b"a long piece of code")
    whole = max(empty.iterdir(), key=lambda file: file.read_bytes() == cache.kept())
    whole.write_bytes(b"a long pie")
    assert not cache.is_warm()
    cache.keep(b"a long piece of code")
    assert cache.is_warm()


def test_a_folder_that_cannot_be_made_is_reported_and_worked_around(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LOADGROUND_CACHE_DIR", str(tmp_path / "file"))
    folder, complaint = cache.cache_folder.__wrapped__()
    assert folder.is_dir()
    assert str(tmp_path) in complaint
