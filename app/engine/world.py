"""The World: the entire state of a run in one contiguous buffer of structured arrays.

A snapshot is a copy of the buffer; nothing lives outside it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.engine.records import SLOTS_FIRST, SLOTS_MAX
from app.engine.tables import LAYOUT_ROWS, NAMES, TABLES

_ALIGN: Final = 64
_NOT_STATE: Final = {
    "control": ("hops_written", "hop_below", "agenda_room", "slots_room"),
    "slots": ("traced",),
}
"""Fields that tell who watched or how much room there is, not how the run stands."""


def _dtype_of(name: str) -> Any:
    return next(dtype for known, dtype, _ in TABLES if known == name)


class World:
    """One run's state: `buffer` holds a layout (offset and rows of each table), then the tables."""

    def __init__(self, capacity: Mapping[str, int]) -> None:
        self.tables: dict[str, NDArray[Any]] = {}
        self.buffer = self._lay_out(capacity)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.tables[name]

    @property
    def control(self) -> Any:
        """The one control record; writing its fields writes the buffer."""
        return self.tables["control"][0]

    def capacity(self) -> dict[str, int]:
        """Rows of every table."""
        return {name: len(self.tables[name]) for name in NAMES}

    def resize(self, **rows: int) -> None:
        """Give the named tables at least this many rows; every row that was there is kept."""
        now = self.capacity()
        wanted = {name: max(now[name], rows.get(name, 0)) for name in NAMES}
        if wanted == now:
            return
        before = dict(self.tables)
        self.buffer = self._lay_out(wanted)
        for name, table in before.items():
            self.tables[name][: len(table)] = table
        self.control["agenda_room"] = wanted["agenda_at"]

    def grow_slots(self) -> None:
        """Double the slots (and the agenda with them), up to SLOTS_MAX; then mark the limit."""
        before = len(self["slots"])
        after = min(before * 2, SLOTS_MAX) if before else SLOTS_FIRST
        if after == before:
            self.control["at_limit"] = 1
            return
        beside = ("parts_left", "errands", "own_writes")
        self.resize(slots=after, **{name: after for name in beside if len(self[name])})
        self.reserve_agenda()
        slots, control = self["slots"], self.control
        slots["follower"][before : after - 1] = np.arange(before + 1, after)
        slots["follower"][after - 1] = control["free_head"]
        control["free_head"] = before
        control["free_count"] += after - before
        control["slots_room"] = after

    def reserve_agenda(self) -> None:
        """Room for what one fault or edit may schedule: one event per slot, check and node."""
        rows = int(self.control["agenda_size"]) + len(self["slots"]) + 256
        rows += 3 * len(self["checks"]) + 4 * len(self["databases"]) + len(self["nodes"])
        if rows > len(self["agenda_at"]):
            rows += rows // 4
            self.resize(agenda_at=rows, agenda_serial=rows, agenda_event=rows)

    def packed(self) -> bytes:
        """The whole state, compressed (most of it is empty)."""
        return zlib.compress(self.buffer.tobytes(), level=1)

    @staticmethod
    def unpacked(packed: bytes, capacity: Mapping[str, int]) -> World:
        """The World that ``packed()`` described, given its ``capacity()`` then."""
        world = World(capacity)
        world.buffer[:] = np.frombuffer(zlib.decompress(packed), np.uint8)
        return world

    def fingerprint(self) -> str:
        """A hash of the state; equal for equal runs, whoever watched them and in whatever steps."""
        digest = hashlib.blake2b(digest_size=16)
        for name, used in self._used().items():
            rows = np.frombuffer(bytearray(self.tables[name][:used].tobytes()), _dtype_of(name))
            for field in _NOT_STATE.get(name, ()):
                rows[field] = 0
            digest.update(name.encode())
            digest.update(rows.tobytes())
        return digest.hexdigest()

    def _used(self) -> dict[str, int]:
        control = self.control
        used = self.capacity()
        del used["hops"], used["visits"]
        for name in ("nodes", "failures", "sojourns"):
            used[name] = int(control["nodes_used"])
        for name in ("lines", "line_at", "line_serial"):
            used[name] = int(control["lines_used"])
        for name in ("agenda_at", "agenda_serial", "agenda_event"):
            used[name] = int(control["agenda_size"])
        for name in ("sources", "arrival_at", "arrival_serial", "deadline_at", "latencies"):
            used[name] = int(control["sources_used"])
        used["edges"] = int(control["edges_used"])
        for name in ("balancers", "reply_by"):
            used[name] = int(control["balancers_used"])
        used["databases"] = int(control["databases_used"])
        used["groups"] = int(control["groups_used"])
        used["checks"] = int(control["checks_used"])
        return used

    def _lay_out(self, capacity: Mapping[str, int]) -> NDArray[np.uint8]:
        size = -(-LAYOUT_ROWS * 16 // _ALIGN) * _ALIGN
        layout = np.zeros((LAYOUT_ROWS, 2), np.int64)
        for row, (name, dtype, width) in enumerate(TABLES):
            rows = int(capacity.get(name, 1 if name == "control" else 0))
            layout[row] = size, rows
            size += -(-rows * width * dtype.itemsize // _ALIGN) * _ALIGN
        backing = np.zeros(size + _ALIGN, np.uint8)
        start = -backing.ctypes.data % _ALIGN
        buffer = backing[start : start + size]
        buffer[: LAYOUT_ROWS * 16] = layout.view(np.uint8).reshape(-1)
        for (name, dtype, width), (offset, rows) in zip(TABLES, layout.tolist(), strict=True):
            flat = buffer[offset : offset + rows * width * dtype.itemsize].view(dtype)
            self.tables[name] = flat.reshape(rows, width) if width > 1 else flat
        return buffer
