"""Sessions come, are found again, make room, are saved, and open again after a restart."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.actions import Crash, SetLoad
from app.scenarios.document import Scenario, TimedAction, scenario_to_json
from app.session import registry as registry_module
from app.session.limits import SAVE_AFTER_S
from app.session.registry import ID, FullError, Registry
from app.session.session import Session
from app.session.vault import Vault
from app.session.warmup import Warmup
from app.topology.edits import RenameNode

pytestmark = pytest.mark.anyio


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sessions.db'}"


@asynccontextmanager
async def running(url: str, sessions_max: int = 200) -> AsyncIterator[Registry]:
    registry = Registry(Vault(url), Warmup(), sessions_max)
    await registry.start(warm_up=False)
    try:
        yield registry
    finally:
        await registry.stop()


async def found(registry: Registry, session_id: str) -> Session:
    session = await registry.find(session_id)
    assert session is not None
    return session


async def test_ids_cannot_be_guessed(url: str, final_design: Scenario) -> None:
    async with running(url) as registry:
        ids = {(await registry.create(final_design)).id for _ in range(20)}
        assert len(ids) == 20
        assert all(ID.fullmatch(one) for one in ids)
        assert await registry.find("x" * 22) is None
        for odd in ("", "short", "x" * 21 + "/", "../../etc/passwd" * 2, "é" * 22, "x" * 65):
            assert await registry.find(odd) is None


async def test_a_session_opens_again_after_a_restart(url: str, final_design: Scenario) -> None:
    scripted = Scenario(
        "Mine",
        final_design.topology,
        seed=5,
        load=1.5,
        until_s=90.0,
        journal=(TimedAction(1_000_000_000, Crash(node="db-1")),),
    )
    async with running(url) as registry:
        session = await registry.create(scripted)
        session.submit(RenameNode(node="web-1", name="앞단 <1>"))
        session.submit(SetLoad(factor=3))
        expected = scenario_to_json(session.scenario())
    async with running(url) as registry:
        again = await found(registry, session.id)
        assert scenario_to_json(again.scenario()) == expected
        assert again.record.name == "Mine"
        assert again.topology.node("web-1").name == "앞단 <1>"
        assert again.record.situation.load == 3
        assert again.record.seed == 5
        assert again.player.now_ns == 0
        # Numbering of events starts anew, so that nobody waits for ids that do not come.
        assert again.channel.boot != session.channel.boot


async def test_changes_are_saved_within_a_second_or_so(url: str, final_design: Scenario) -> None:
    async with running(url) as registry:
        session = await registry.create(final_design)
        session.submit(SetLoad(factor=4))
        reader = Vault(url)
        await reader.open()
        started = time.monotonic()
        async with asyncio.timeout(30):
            while True:
                saved = await reader.load(session.id)
                if saved is not None and saved.load == 4:
                    break
                await asyncio.sleep(0.05)
        await reader.close()
        # Twice the promise, since the machine is shared.
        assert time.monotonic() - started < 2 * SAVE_AFTER_S + 1


async def test_stopping_in_the_middle_of_a_save_loses_nothing(
    url: str, final_design: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(url)
    registry = Registry(vault, Warmup())
    saving = asyncio.Event()
    save = Vault.save

    async def slow(self: Vault, session_id: str, scenario: Scenario) -> bool:
        if not saving.is_set():
            saving.set()
            await asyncio.sleep(3600)
        return await save(self, session_id, scenario)

    monkeypatch.setattr(Vault, "save", slow)
    await registry.start(warm_up=False)
    session = await registry.create(final_design)
    async with asyncio.timeout(30):
        await saving.wait()
        await registry.stop()
    async with running(url) as registry:
        assert (await found(registry, session.id)).id == session.id


async def test_when_full_the_longest_unused_makes_room(url: str, final_design: Scenario) -> None:
    async with running(url, sessions_max=3) as registry:
        sessions = [await registry.create(final_design) for _ in range(3)]
        sessions[0].touch()
        sessions[1].watch()
        newest = await registry.create(final_design)
        assert len(registry) == 3
        # The third had neither a viewer nor a recent action; it comes back from the store.
        again = await found(registry, sessions[2].id)
        assert again is not sessions[2]
        assert (await found(registry, sessions[1].id)) is sessions[1]
        assert len(registry) == 3
        for session in [one.session for one in registry._seats.values()]:
            session.watch()
        with pytest.raises(FullError):
            await registry.create(final_design)
        gone = next(one for one in (sessions[0].id, newest.id) if one not in registry._seats)
        with pytest.raises(FullError):
            await registry.find(gone)


async def test_many_requests_open_a_saved_session_once(url: str, final_design: Scenario) -> None:
    async with running(url) as registry:
        session_id = (await registry.create(final_design)).id
    async with running(url) as registry:
        opened = await asyncio.gather(*(registry.find(session_id) for _ in range(20)))
        assert opened[0] is not None
        assert all(one is opened[0] for one in opened)
        assert len(registry) == 1


async def test_idle_sessions_leave_memory_but_not_the_store(
    url: str, final_design: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "EXPIRES_AFTER_S", 0.2)
    async with running(url) as registry:
        idle = await registry.create(final_design)
        watched = await registry.create(final_design)
        watched.watch()
        async with asyncio.timeout(30):
            while len(registry) > 1:
                await asyncio.sleep(0.05)
        assert await registry.find(watched.id) is watched
        again = await found(registry, idle.id)
        assert scenario_to_json(again.scenario()) == scenario_to_json(idle.scenario())


async def test_without_a_usable_store_everything_else_works(
    tmp_path: Path, final_design: Scenario, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    async with running(f"sqlite:///{blocked}/sessions.db") as registry:
        session = await registry.create(final_design)
        for factor in (2, 3, 4):
            assert session.submit(SetLoad(factor=factor)).accepted
            await asyncio.sleep(0.6)
        assert await registry.find(session.id) is session
        assert await registry.find("x" * 22) is None
    assert caplog.text.count("Sessions are not saved") == 1


async def test_a_document_that_cannot_be_read_any_more_is_gone_and_said(
    url: str, final_design: Scenario, caplog: pytest.LogCaptureFixture
) -> None:
    from app.store.store import Store

    store = Store(url)
    store.save("x" * 22, "Broken", '{"format": "loadground", "version": 99}')
    store.close()
    async with running(url) as registry:
        assert await registry.find("x" * 22) is None
    assert "cannot be read" in caplog.text


async def test_one_session_that_fails_to_save_does_not_stop_the_others(
    url: str,
    final_design: Scenario,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(url) as registry:
        odd = await registry.create(final_design)
        fine = await registry.create(final_design)
        monkeypatch.setattr(odd.record, "scenario", lambda: 1 / 0)
        fine.submit(SetLoad(factor=2))
        reader = Vault(url)
        await reader.open()
        async with asyncio.timeout(30):
            while (saved := await reader.load(fine.id)) is None or saved.load != 2:
                await asyncio.sleep(0.05)
        await reader.close()
        assert "could not be looked after" in caplog.text
        monkeypatch.undo()
