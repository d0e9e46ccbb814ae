"""The Vault: the store as sessions see it, in a thread of its own and allowed to be missing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Container, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from app.scenarios.document import DocumentError, Scenario
from app.session.history.kept_run import KeptRun, KeptRunError
from app.session.persistence.saving import Change, run_of, scenario_of
from app.settings import Settings
from app.store.errors import StoreError
from app.store.saved import Clock, SavedSession

if TYPE_CHECKING:
    from app.store.store import Store

LOG = logging.getLogger("loadground.store")

DAY_S = 86_400.0

RETRY_S = 0.5
RETRY_MAX_S = 30.0
"""Time until a database that failed is tried again: twice as long each time, up to the second."""

Answer = TypeVar("Answer")


class Vault:
    """Saves and loads sessions. A database that fails is tried again, ever less often.

    `trouble` says why it cannot be used right now, in a line for the log; it is empty otherwise.
    """

    def __init__(self, settings: Settings) -> None:
        self.trouble = ""
        self._settings = settings
        self._store: Store | None = None
        # One thread, so that saves of a session arrive in their order.
        self._thread = ThreadPoolExecutor(1, "store")
        self._opening: asyncio.Task[None] | None = None
        self._failures = 0
        self._retry_s = 0.0

    @property
    def usable(self) -> bool:
        """True unless the database has failed and it is too early to try again."""
        return time.monotonic() >= self._retry_s

    def open(self, after_s: float = 0.0) -> asyncio.Task[None]:
        """Begin to connect, after so long. Pages need not wait for it; loading and saving do."""
        self._opening = asyncio.create_task(self._open(after_s))
        return self._opening

    async def save(self, change: Change) -> bool:
        """Keep a session; return whether that worked."""
        store = await self._opened()
        if store is None:
            return False

        def save() -> bool:
            store.save(change.session_id, change.name, change.document, change.run, change.first)
            return True

        return await self._ask(save) is True

    async def save_clocks(self, clocks: Mapping[str, Clock]) -> bool:
        """Keep where runs stand, by session id; return whether that worked."""
        store = await self._opened()
        if store is None:
            return False

        def save() -> bool:
            store.save_clocks(clocks)
            return True

        return await self._ask(save) is True

    async def load(self, session_id: str) -> tuple[Scenario, KeptRun | None] | None:
        """Return the scenario kept for a session and its run, None for what cannot be read."""
        store = await self._opened()
        if store is None:
            return None
        saved = await self._ask(lambda: store.load(session_id))
        return None if saved is None else await asyncio.to_thread(_read, session_id, saved)

    async def prune(self, spared: Container[str]) -> None:
        """Drop what is too old or too much, but for the sessions in `spared`."""
        store = await self._opened()
        if store is not None:
            dropped = await self._ask(lambda: prune(store, self._settings, spared))
            if dropped:
                LOG.info("Sessions dropped from the store: %d", dropped)

    async def close(self) -> None:
        """Finish what is being saved and let go of the database."""
        if self._opening is not None:
            await asyncio.shield(self._opening)
        if self._store is not None:
            await self._ask(self._store.close)
        self._thread.shutdown(wait=False)

    async def _open(self, after_s: float) -> None:
        await asyncio.sleep(after_s)

        def connect() -> Store:
            # Importing the SQL library takes a fifth of a second, which no page should wait for.
            from app.store.store import Store

            store = Store(self._settings.store_url)
            prune(store, self._settings)
            return store

        self._store = await self._ask(connect)
        if self._store is not None:
            LOG.info("Sessions are saved in %s", self._store.place)

    async def _opened(self) -> Store | None:
        if self._opening is not None:
            await asyncio.shield(self._opening)
        if self._store is None and self.usable:
            await asyncio.shield(self.open())
        return self._store

    async def _ask(self, call: Callable[[], Answer]) -> Answer | None:
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._thread, call)
        except StoreError as error:
            if str(error) != self.trouble:
                LOG.warning("Sessions are not saved: %s", error)
            self.trouble = str(error)
            self._retry_s = time.monotonic() + min(RETRY_S * 2**self._failures, RETRY_MAX_S)
            self._failures += 1
            return None
        if self.trouble:
            LOG.info("Sessions are saved again")
        self.trouble, self._failures, self._retry_s = "", 0, 0.0
        return answer


def prune(store: Store, settings: Settings, spared: Container[str] = ()) -> int:
    """Drop what is older or more than the settings let the store keep; count it."""
    keep_s, bytes_max = settings.keep_days * DAY_S, settings.keep_mb * 1e6
    return store.prune(keep_s, settings.keep_max, bytes_max, spared)


def _read(session_id: str, saved: SavedSession) -> tuple[Scenario, KeptRun | None] | None:
    try:
        scenario = scenario_of(saved)
    except DocumentError as error:
        LOG.warning("The saved session %s cannot be read: %s", session_id[:6], error)
        return None
    try:
        return scenario, run_of(saved)
    except KeptRunError as error:
        LOG.warning("The run of session %s cannot be read: %s", session_id[:6], error)
        return scenario, None
