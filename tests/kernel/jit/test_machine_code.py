"""Machine code for whoever runs an engine: made in another process, several times if need be."""

import resource
import tempfile
from pathlib import Path

import pytest

from app.kernel.jit import machine_code
from app.kernel.jit.compile_failures import PAUSES_S, CompileError
from app.settings import settings


def test_compiling_on_a_full_disk_is_tried_three_times_and_then_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses_s: list[float] = []
    monkeypatch.setattr("app.kernel.jit.machine_code.time.sleep", pauses_s.append)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("LOADGROUND_CACHE_DIR", str(tmp_path / "cache"))
    settings.cache_clear()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))  # the child inherits it
    try:
        with pytest.raises(CompileError, match="cannot write") as failed:
            machine_code.load.__wrapped__()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        monkeypatch.undo()
        settings.cache_clear()
    assert failed.value.reason == "cache"
    assert pauses_s == list(PAUSES_S)
