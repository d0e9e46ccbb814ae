"""The Vault: the store as sessions see it, in a thread of its own and allowed to be missing."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from app.scenarios.document import (
    DocumentError,
    Scenario,
    parse_json,
    scenario_from_json,
    scenario_to_json,
)
from app.store.errors import StoreError

if TYPE_CHECKING:
    from app.store.store import Store

LOG = logging.getLogger("loadground.store")

Answer = TypeVar("Answer")


class Vault:
    """Saves and loads scenarios by session id. What the database cannot do is reported once."""

    def __init__(self, url: str | None = None) -> None:
        self._url = url
        self._store: Store | None = None
        # One thread, so that saves of a session arrive in their order.
        self._thread = ThreadPoolExecutor(1, "store")
        self._opening: asyncio.Task[None] | None = None
        self._reported = ""

    def open(self, after_s: float = 0.0) -> asyncio.Task[None]:
        """Begin to connect, after so long. Pages need not wait for it; loading and saving do."""
        self._opening = asyncio.create_task(self._open(after_s))
        return self._opening

    async def save(self, session_id: str, scenario: Scenario) -> bool:
        """Keep the scenario of a session; whether that worked."""
        store = await self._opened()
        if store is None:
            return False
        document = json.dumps(scenario_to_json(scenario), ensure_ascii=False)

        def save() -> bool:
            store.save(session_id, scenario.name, document)
            return True

        return await self._ask(save) is True

    async def load(self, session_id: str) -> Scenario | None:
        """The scenario kept for a session; None when there is none that can be read."""
        store = await self._opened()
        if store is None:
            return None
        document = await self._ask(lambda: store.load(session_id))
        if document is None:
            return None
        try:
            return scenario_from_json(parse_json(document))
        except DocumentError as error:
            LOG.warning("The saved session %s cannot be read: %s", session_id, error)
            return None

    async def close(self) -> None:
        """Finish what is being saved and let go of the database."""
        store = await self._opened()
        if store is not None:
            await self._ask(store.close)
        self._thread.shutdown(wait=False)

    async def _open(self, after_s: float) -> None:
        await asyncio.sleep(after_s)

        def connect() -> Store:
            # Importing the SQL library takes a fifth of a second, which no page should wait for.
            from app.store.store import Store

            store = Store(self._url)
            store.prune()
            return store

        self._store = await self._ask(connect)
        if self._store is not None:
            LOG.info("Sessions are saved in %s", self._store.place)

    async def _opened(self) -> Store | None:
        if self._opening is not None:
            await asyncio.shield(self._opening)
        return self._store

    async def _ask(self, call: Callable[[], Answer]) -> Answer | None:
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._thread, call)
        except StoreError as error:
            if str(error) != self._reported:
                LOG.warning("Sessions are not saved: %s", error)
                self._reported = str(error)
            return None
        self._reported = ""
        return answer
