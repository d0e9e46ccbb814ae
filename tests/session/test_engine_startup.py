"""Engine start-up in a process of its own: progress, failure, and stopping."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest

from app.session import engine_startup as warmup_module
from app.session.engine_startup import Warmup

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


async def test_the_warm_up_can_be_delayed(
    engine_ready: Warmup, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []

    async def waited(seconds: float) -> None:
        done.append(seconds)

    def is_warm() -> bool:
        done.append("asked")
        return True

    monkeypatch.setattr(warmup_module, "_is_warm", is_warm)
    monkeypatch.setattr("app.session.engine_startup.asyncio.sleep", waited)
    await Warmup().prepare(after_s=20)
    assert done == [20, "asked"]


async def test_progress_of_the_warm_up_is_followed(
    cold: None, engine_ready: Warmup, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    code = (
        "import os, time\n"
        "print('warmup 0 % loading', flush=True)\n"
        "print('a warning about nothing', flush=True)\n"
        "print('warmup 40 % compiling', flush=True)\n"
        f"while not os.path.exists({str(seen)!r}): time.sleep(0.01)\n"
        "print('warmup 100 % done', flush=True)\n"
    )
    warmup = Warmup(command(code))
    task = asyncio.create_task(warmup.prepare())
    async with asyncio.timeout(120):
        while warmup.progress != 0.4:
            assert not task.done()
            await asyncio.sleep(0.01)
        assert warmup.status == "compiling"
        seen.touch()
        await task
    assert warmup.ready


async def test_a_failed_warm_up_keeps_its_last_output(
    cold: None, caplog: pytest.LogCaptureFixture
) -> None:
    warmup = Warmup(command("print('no compiler here'); raise SystemExit(3)"))
    await warmup.prepare()
    assert warmup.status == "failed"
    assert not warmup.ready
    assert warmup.reason == "compiler"
    assert warmup.detail == "the warm-up ended with code 3: no compiler here"
    assert "no compiler here" in caplog.text


async def test_a_warm_up_command_that_cannot_be_started_is_a_failure(cold: None) -> None:
    warmup = Warmup(("/nowhere/python",))
    await warmup.prepare()
    assert warmup.status == "failed"
    assert "nowhere" in warmup.detail


def attempts(path: Path, then: str) -> tuple[str, ...]:
    """A warm-up command that adds a line to a file, and goes on with `then`."""
    return command(f"open({str(path)!r}, 'a').write('attempt\\n')\n{then}")


KILLED = "import os, signal; print('on my way', flush=True); os.kill(os.getpid(), signal.SIGKILL)"


async def test_a_killed_compiler_is_started_three_times(
    cold: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    warmup = Warmup(attempts(tmp_path / "log", KILLED), pauses_s=(0.01, 0.02))
    await warmup.prepare()
    assert (tmp_path / "log").read_text().count("attempt") == 3
    assert (warmup.status, warmup.reason) == ("failed", "killed")
    assert warmup.detail == "the warm-up was ended by signal 9: on my way"
    pauses = re.findall(r"tried again in (\S+) s", caplog.text)
    assert pauses == ["0.01", "0.02"]


async def test_a_compiler_that_is_killed_once_gets_the_engine_ready(
    cold: None, engine_ready: Warmup, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    once = f"if open({str(log)!r}).read().count('attempt') == 1: {KILLED}"
    warmup = Warmup(attempts(log, once), pauses_s=(0.0, 0.0))
    await warmup.prepare()
    assert log.read_text().count("attempt") == 2
    assert (warmup.ready, warmup.reason, warmup.detail) == (True, None, "")


async def test_a_compiler_that_fails_by_itself_is_not_started_again(
    cold: None, tmp_path: Path
) -> None:
    warmup = Warmup(attempts(tmp_path / "log", "raise SystemExit(1)"), pauses_s=(0.0, 0.0))
    await warmup.prepare()
    assert (tmp_path / "log").read_text().count("attempt") == 1
    assert (warmup.status, warmup.reason) == ("failed", "compiler")


def real(tmp_path: Path, first: str) -> tuple[str, ...]:
    """The real warm-up command on a machine that never compiled, after doing `first`."""
    return command(
        "import os, pathlib, resource, sys\n"
        f"os.environ['LOADGROUND_CACHE_DIR'] = {str(tmp_path / 'cache')!r}\n"
        f"os.environ['TMPDIR'] = {str(tmp_path)!r}\n"
        f"{first}\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'app', 'warmup'])\n"
    )


async def test_the_real_compiler_killed_from_outside_is_reported(
    cold: None, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    noted = f"pathlib.Path({str(pid)!r}).write_text(str(os.getpid()))"
    warmup = Warmup(real(tmp_path, noted), pauses_s=())
    task = asyncio.create_task(warmup.prepare())
    async with asyncio.timeout(120):
        while warmup.progress == 0:
            assert not task.done()
            await asyncio.sleep(0.01)
        os.kill(int(pid.read_text()), signal.SIGKILL)
        await task
    assert (warmup.status, warmup.reason) == ("failed", "killed")
    assert not any((tmp_path / "cache").rglob("kernel"))


async def test_the_real_compiler_on_a_full_disk_is_reported(cold: None, tmp_path: Path) -> None:
    full = "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"
    warmup = Warmup(real(tmp_path, full), pauses_s=(0.0,))
    await warmup.prepare()
    assert (warmup.status, warmup.reason) == ("failed", "cache")
    assert "cannot write" in warmup.detail


async def test_stopping_the_server_stops_the_warm_up_process(cold: None, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import os, pathlib, time\n"
        f"pathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
        "print('warmup 1 %')\n"
        "time.sleep(600)\n"
    )
    warmup = Warmup(command(code))
    task = asyncio.create_task(warmup.prepare())
    async with asyncio.timeout(120):
        while warmup.progress == 0:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
