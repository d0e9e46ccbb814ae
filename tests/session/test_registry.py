"""The registry: sessions are created, found, saved, evicted, and opened after a restart."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.actions import Crash, SetLoad
from app.scenarios.document import Scenario, TimedAction, scenario_to_json
from app.session.engine_startup import Warmup
from app.session.limits import SAVE_AFTER_S
from app.session.persistence.saving import Change
from app.session.persistence.vault import Vault
from app.session.registry import ID, ROUND_S, FullError, Registry
from app.session.session import Session
from app.settings import Settings
from app.topology.edits.apply import RenameNode
from tests.session.conftest import WITHIN_S

pytestmark = pytest.mark.anyio


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sessions.db'}"


@asynccontextmanager
async def running(url: str, **limits: Any) -> AsyncIterator[Registry]:
    settings = Settings(database_url=url, **limits)
    registry = Registry(Vault(settings), Warmup(), settings)
    await registry.start(warm_up=False)
    try:
        yield registry
    finally:
        await registry.stop()


async def found(registry: Registry, session_id: str) -> Session:
    session = await registry.find(session_id)
    assert session is not None
    return session


async def test_session_ids_cannot_be_guessed(url: str, final_design: Scenario) -> None:
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


async def test_a_change_is_saved_in_the_next_round(
    url: str, final_design: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = 0
    save_clocks = Registry._save_clocks

    async def counted(self: Registry) -> None:
        nonlocal rounds
        await save_clocks(self)
        rounds += 1

    monkeypatch.setattr(Registry, "_save_clocks", counted)
    async with running(url) as registry:
        session = await registry.create(final_design)
        await saved(registry, session)
        session.submit(SetLoad(factor=4))
        session.settle()
        before = rounds
        await saved(registry, session)
        # It may be in the middle of one, which has looked at this session already.
        assert rounds - before <= 2
        reader = Vault(Settings(database_url=url))
        await reader.open()
        kept = await reader.load(session.id)
        await reader.close()
        assert kept is not None
        assert kept[0].load == 4
    assert ROUND_S <= SAVE_AFTER_S / 2


async def test_stopping_in_the_middle_of_a_save_loses_nothing(
    url: str, final_design: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database_url=url)
    vault = Vault(settings)
    registry = Registry(vault, Warmup(), settings)
    saving = asyncio.Event()
    save = Vault.save

    async def slow(self: Vault, change: Change) -> bool:
        if not saving.is_set():
            saving.set()
            await asyncio.sleep(3600)
        return await save(self, change)

    monkeypatch.setattr(Vault, "save", slow)
    await registry.start(warm_up=False)
    session = await registry.create(final_design)
    async with asyncio.timeout(WITHIN_S):
        await saving.wait()
        await registry.stop()
    async with running(url) as registry:
        assert (await found(registry, session.id)).id == session.id


async def test_a_full_registry_evicts_the_longest_unused_session(
    url: str, final_design: Scenario
) -> None:
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
    url: str, final_design: Scenario
) -> None:
    async with running(url, expires_after_s=0.2) as registry:
        idle = await registry.create(final_design)
        watched = await registry.create(final_design)
        watched.watch()
        async with asyncio.timeout(WITHIN_S):
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


async def test_a_saved_document_that_cannot_be_read_is_reported_and_not_found(
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
        reader = Vault(Settings(database_url=url))
        await reader.open()
        async with asyncio.timeout(WITHIN_S):
            while (saved := await reader.load(fine.id)) is None or saved[0].load != 2:
                await asyncio.sleep(0.05)
        await reader.close()
        assert "could not be looked after" in caplog.text
        monkeypatch.undo()


async def test_a_save_that_fails_is_tried_again_and_said_meanwhile(
    url: str, final_design: Scenario, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(url) as registry:
        session = await registry.create(final_design)
        await saved(registry, session)
        file = Path(url.removeprefix("sqlite:///"))
        with sqlite3.connect(file) as connection:
            connection.execute("ALTER TABLE journal RENAME TO hidden")
        session.submit(SetLoad(factor=2))
        session.settle()
        async with asyncio.timeout(WITHIN_S):
            while not session.unsaved:
                await asyncio.sleep(0.05)
        assert not registry.saves
        assert "Sessions are not saved" in caplog.text
        with sqlite3.connect(file) as connection:
            connection.execute("ALTER TABLE hidden RENAME TO journal")
        connection.close()
        async with asyncio.timeout(WITHIN_S):
            while session.unsaved or not registry.saves:
                await asyncio.sleep(0.05)
    async with running(url) as registry:
        again = await found(registry, session.id)
        assert again.record.situation.load == 2
        assert len(again.record.journal) == 1


async def test_a_session_that_cannot_be_saved_keeps_its_place(
    url: str, final_design: Scenario
) -> None:
    async with running(url, sessions_max=2) as registry:
        sessions = [await registry.create(final_design) for _ in range(2)]
        for session in sessions:
            await saved(registry, session)
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute("DROP TABLE sessions")
        connection.close()
        for session in sessions:
            session.submit(SetLoad(factor=2))
        async with asyncio.timeout(WITHIN_S):
            while not all(session.unsaved for session in sessions):
                await asyncio.sleep(0.05)
        with pytest.raises(FullError):
            await registry.create(final_design)
        assert [await registry.find(session.id) for session in sessions] == sessions


async def saved(registry: Registry, session: Session) -> None:
    """Wait until a session is in the store as it is."""
    async with asyncio.timeout(WITHIN_S):
        while registry._seats[session.id].changed:
            await asyncio.sleep(0.05)


async def test_one_address_keeps_to_its_seats(url: str, final_design: Scenario) -> None:
    async with running(url, sessions_max=10, sessions_per_address_max=3) as registry:
        other = await registry.create(final_design, "other")
        greedy = [(await registry.create(final_design, "greedy")).id for _ in range(9)]
        assert len(registry) == 4
        # The oldest left the memory, and nothing of them is lost.
        assert await registry.find(greedy[0], "other") is not None
        assert await registry.find(other.id) is other


async def test_an_address_whose_seats_are_all_watched_gets_no_more(
    url: str, final_design: Scenario
) -> None:
    async with running(url, sessions_per_address_max=2) as registry:
        for _ in range(2):
            (await registry.create(final_design, "greedy")).watch()
        with pytest.raises(FullError):
            await registry.create(final_design, "greedy")
        assert (await registry.create(final_design, "other")).id
