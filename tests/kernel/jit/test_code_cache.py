"""The cache of compiled code: what is not whole is not used; no room is said before the work."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.kernel.jit import code_cache as cache
from app.kernel.jit.compile_failures import EXIT_STATUS
from app.settings import settings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine on which nothing was compiled: its cache folder, beside which is `spare`."""
    (tmp_path / "spare").mkdir()
    monkeypatch.setenv("LOADGROUND_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "spare"))
    settings.cache_clear()
    yield tmp_path / "cache"
    monkeypatch.undo()
    settings.cache_clear()


@contextmanager
def no_room() -> Iterator[None]:
    """Files of this process cannot grow beyond 4 KB, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_kept_code_is_found_again(empty: Path) -> None:
    assert not cache.is_warm()
    cache.keep(b"code")
    assert cache.is_warm()
    assert cache.kept() == b"code"


def test_truncated_code_does_not_count_as_compiled(empty: Path) -> None:
    cache.keep(b"a long piece of code")
    (folder,) = empty.iterdir()
    whole = max(folder.iterdir(), key=lambda file: file.read_bytes() == cache.kept())
    whole.write_bytes(b"a long pie")
    assert not cache.is_warm()
    cache.keep(b"a long piece of code")
    assert cache.is_warm()


def test_code_in_a_full_folder_is_still_found(empty: Path) -> None:
    cache.keep(b"code")
    with no_room():
        assert cache.is_warm()
        assert cache.kept() == b"code"


def test_an_unusable_cache_folder_is_reported_and_replaced(empty: Path) -> None:
    empty.touch()  # a file where the folder should be
    folder, complaint = cache.writable_folder()
    assert folder.is_relative_to(empty.parent / "spare")
    assert str(empty) in complaint
    cache.keep(b"code")
    assert cache.kept() == b"code"
    assert folder.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_spare_folder_that_others_can_write_is_not_used(empty: Path, mode: int) -> None:
    empty.touch()
    cache.keep(b"code")
    folder, _ = cache.writable_folder()
    folder.parent.chmod(mode)
    assert not cache.is_warm()
    with pytest.raises(cache.CacheError, match="others can write there"):
        cache.writable_folder()


def test_a_spare_folder_that_is_a_link_is_not_used(empty: Path) -> None:
    empty.touch()
    elsewhere = empty.parent / "elsewhere"
    elsewhere.mkdir()
    (empty.parent / "spare" / f"loadground-{os.getuid()}").symlink_to(elsewhere)
    with pytest.raises(cache.CacheError):
        cache.writable_folder()


def test_without_room_anywhere_nothing_is_left_behind(empty: Path) -> None:
    with no_room(), pytest.raises(cache.CacheError, match="cannot write"):
        cache.keep(b"code")
    assert not [path for path in empty.parent.rglob("*") if path.is_file()]


def test_a_warm_up_without_room_ends_before_it_compiles(empty: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "warmup"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(empty.parent / "spare")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == EXIT_STATUS["cache"]
    assert "compiling" not in done.stdout
    assert done.stderr.startswith("loadground: cannot write ")
    assert done.stderr.count("\n") == 1
