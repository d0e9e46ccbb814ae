"""Getting the engine ready in a process of its own: progress, failure, and stopping."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from app.session import warmup as warmup_module
from app.session.warmup import Warmup

pytestmark = pytest.mark.anyio


def command(code: str) -> tuple[str, ...]:
    """A warm-up command that does what `code` says."""
    return (sys.executable, "-u", "-c", code)


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which the engine was never compiled."""
    monkeypatch.setattr(warmup_module, "_is_warm", lambda: False)


async def test_a_warm_engine_is_ready_without_a_process(
    engine_ready: Warmup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warmup_module, "_is_warm", lambda: True)
    warmup = Warmup(command("raise SystemExit('should not run')"))
    await warmup.prepare()
    assert (warmup.status, warmup.progress) == ("ready", 1.0)


async def test_pages_may_go_first(engine_ready: Warmup, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def is_warm() -> bool:
        asked.append(time.monotonic())
        return True

    monkeypatch.setattr(warmup_module, "_is_warm", is_warm)
    started = time.monotonic()
    await Warmup().prepare(after_s=0.2)
    assert asked[0] >= started + 0.2


async def test_progress_is_followed(cold: None, engine_ready: Warmup) -> None:
    code = (
        "import time\n"
        "print('warmup 0 % loading', flush=True)\n"
        "print('a warning about nothing', flush=True)\n"
        "print('warmup 40 % compiling', flush=True)\n"
        "time.sleep(1)\n"
        "print('warmup 100 % done', flush=True)\n"
    )
    warmup = Warmup(command(code))
    task = asyncio.create_task(warmup.prepare())
    async with asyncio.timeout(30):
        while warmup.progress != 0.4:
            assert not task.done()
            await asyncio.sleep(0.01)
        assert warmup.status == "compiling"
        await task
    assert warmup.ready


async def test_a_failure_is_kept_with_what_was_said(
    cold: None, caplog: pytest.LogCaptureFixture
) -> None:
    warmup = Warmup(command("print('no compiler here'); raise SystemExit(3)"))
    await warmup.prepare()
    assert warmup.status == "failed"
    assert not warmup.ready
    assert warmup.detail == "the warm-up ended with code 3: no compiler here"
    assert "no compiler here" in caplog.text


async def test_a_command_that_cannot_be_started_is_a_failure(cold: None) -> None:
    warmup = Warmup(("/nowhere/python",))
    await warmup.prepare()
    assert warmup.status == "failed"
    assert "nowhere" in warmup.detail


async def test_stopping_the_server_stops_the_process(cold: None, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import os, pathlib, time\n"
        f"pathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
        "print('warmup 1 %')\n"
        "time.sleep(600)\n"
    )
    warmup = Warmup(command(code))
    task = asyncio.create_task(warmup.prepare())
    async with asyncio.timeout(30):
        while warmup.progress == 0:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
