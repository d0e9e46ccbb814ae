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

from app.kernel.state.constants import (
    CALENDAR_BUCKETS,
    CALENDAR_EVENTS,
    CALENDAR_FROM,
    NEVER,
    NO_HORIZON,
    SLOTS_FIRST,
    SLOTS_MAX,
)
from app.kernel.state.tables import CONTROL_OFFSET, LAYOUT_ROWS, NAMES, TABLES

_ALIGN: Final = 64
_HEAP: Final = ("heap_at", "heap_serial", "heap_event")
_EVENTS: Final = (*_HEAP, "calendar")
_BUCKETS: Final = dict.fromkeys(("bucket_heads", "bucket_ends"), CALENDAR_BUCKETS)
_WHERE: Final = (
    *("heap_size", "horizon", "calendar_from", "calendar_count", "calendar_rows", "calendar_free"),
)
"""Fields that tell where events wait, which is no more than a matter of speed."""
_NOT_STATE: Final = {
    "control": ("hops_written", "hop_below", "heap_room", "slots_room", "quiet_until", *_WHERE),
    "slots": ("request_flags",),
}
"""Fields that tell who watched or how much room there is, not how the run stands."""
_IN_FLIGHT: Final = ("slots", "parts_left", "data_calls", "own_writes", "relays", *_EVENTS)


def _rows_for(events: int) -> int:
    """Rows that hold so many events that are far ahead: of each bucket, one may not be full."""
    return events // len(CALENDAR_EVENTS) + CALENDAR_BUCKETS


_PLACES: Final = {name: place for place, name in enumerate(NAMES)}
_SIZES: Final = {name: dtype.itemsize * width for name, dtype, width in TABLES}
_ROOM: Final = {
    **dict.fromkeys(NAMES, 16),
    "slots": SLOTS_FIRST,
    **dict.fromkeys(_HEAP, 2 * SLOTS_FIRST),
    "calendar": _rows_for(2 * SLOTS_FIRST),
    **_BUCKETS,
    **dict.fromkeys(("cache_until", "cache_node"), 1024),
}
"""Rows that an ordinary drawing does not outgrow."""


def _aligned(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN


class World:
    """One run's state: `buffer` holds a layout (offset and rows of each table), then the tables.

    A table has room for more rows than it has, so that most of them grow where they are.
    """

    def __init__(self, capacity: Mapping[str, int]) -> None:
        self.tables: dict[str, NDArray[Any]] = {}
        self._lay_out({name: max(rows, capacity.get(name, 0)) for name, rows in _ROOM.items()})
        for name, rows in {"control": 1, **_BUCKETS, **capacity}.items():
            self._show(name, rows)
        self.control["horizon"], self.control["calendar_from"] = NO_HORIZON, CALENDAR_FROM

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.tables[name]

    @property
    def control(self) -> Any:
        """The one control record; writing its fields writes the buffer."""
        return self.tables["control"][0]

    @property
    def bytes_drawn(self) -> int:
        """Return the bytes that the drawing takes: all tables but those of what is in flight."""
        return sum(table.nbytes for name, table in self.tables.items() if name not in _IN_FLIGHT)

    def capacity(self) -> dict[str, int]:
        """Rows of every table."""
        return {name: len(self.tables[name]) for name in NAMES}

    def resize(self, **rows: int) -> None:
        """Give the named tables at least this many rows; every row that was there is kept."""
        more = {name: count for name, count in rows.items() if count > len(self.tables[name])}
        if not more:
            return
        room = self._room()
        if any(count > room[name] for name, count in more.items()):
            before, held = self.buffer, self._layout.tolist()
            self._lay_out({name: max(now, more.get(name, 0)) for name, now in room.items()})
            for name, (offset, count) in zip(NAMES, held, strict=True):
                size = count * _SIZES[name]
                place = int(self._layout[_PLACES[name], 0])
                self.buffer[place : place + size] = before[offset : offset + size]
                self._show(name, count)
        for name, count in more.items():
            self._show(name, count)
        self.control["heap_room"] = len(self["heap_at"])
        self["heap_at"][self.control["heap_size"] :] = NEVER

    def grow_slots(self) -> None:
        """Double the slots (and the heap with them), up to SLOTS_MAX; then mark the limit."""
        before = len(self["slots"])
        after = min(before * 2, SLOTS_MAX) if before else SLOTS_FIRST
        if after == before:
            self.control["at_limit"] = 1
            return
        beside = ("parts_left", "data_calls", "own_writes", "relays")
        self.resize(slots=after, **{name: after for name in beside if len(self[name])})
        self.reserve_events()
        slots, control = self["slots"], self.control
        slots["follower"][before : after - 1] = np.arange(before + 1, after)
        slots["follower"][after - 1] = control["free_head"]
        control["free_head"] = before
        control["free_count"] += after - before
        control["slots_room"] = after

    def reserve_events(self) -> None:
        """Room for what one fault or edit may schedule: one event per slot, check and node."""
        rows = int(self.control["heap_size"]) + int(self.control["calendar_count"])
        rows += len(self["slots"]) + 256
        rows += 3 * len(self["checks"]) + 4 * len(self["databases"]) + len(self["nodes"])
        if rows > len(self["heap_at"]):
            rows += rows // 4
            self.resize(**dict.fromkeys(_HEAP, rows), calendar=_rows_for(rows))

    def packed(self) -> bytes:
        """The whole state, compressed (most of it is empty)."""
        return zlib.compress(self.buffer.tobytes(), level=1)

    @classmethod
    def unpacked(cls, packed: bytes) -> World:
        """The World that ``packed()`` described."""
        world = cls.__new__(cls)
        world.tables = {}
        held = np.frombuffer(zlib.decompress(packed), np.uint8)
        world._take(len(held))
        world.buffer[:] = held
        for name, (_, rows) in zip(NAMES, world._layout.tolist(), strict=True):
            world._show(name, rows)
        return world

    def fingerprint(self) -> str:
        """A hash of the state; equal for equal runs, whoever watched them and in whatever steps."""
        digest = hashlib.blake2b(digest_size=16)
        for name, used in self._used().items():
            rows = self.tables[name][:used]
            if name in _NOT_STATE:
                rows = rows.copy()
                for field in _NOT_STATE[name]:
                    rows[field] = 0
            digest.update(name.encode())
            digest.update(rows.view(np.uint8).data)
        at, serial, event = self.pending()
        order = np.lexsort((serial, at))
        for column in (at, serial, event):
            digest.update(column[order].data)
        return digest.hexdigest()

    def pending(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Times, serials and events of all that is to come, in no order."""
        size = int(self.control["heap_size"])
        calendar = self["calendar"][: self.control["calendar_rows"], 1:].reshape(-1, 3)
        calendar = calendar[calendar[:, 1] > 0]
        at, serial, event = (
            np.concatenate((self[name][:size], calendar[:, column]))
            for column, name in enumerate(_HEAP)
        )
        return at, serial, event

    def _used(self) -> dict[str, int]:
        control = self.control
        used = self.capacity()
        for name in ("hops", "visits", *_EVENTS, *_BUCKETS):
            del used[name]
        for name in ("nodes", "failures", "sojourns"):
            used[name] = int(control["nodes_used"])
        for name in ("delay_lines", "delay_line_at", "delay_line_serial"):
            used[name] = int(control["delay_lines_used"])
        for name in ("sources", "arrival_at", "arrival_serial", "deadline_at", "latencies"):
            used[name] = int(control["sources_used"])
        used["edges"] = int(control["edges_used"])
        for name in ("balancers", "reply_by"):
            used[name] = int(control["balancers_used"])
        used["databases"] = int(control["databases_used"])
        used["groups"] = int(control["groups_used"])
        used["checks"] = int(control["checks_used"])
        return used

    def _take(self, size: int) -> None:
        """An empty buffer, aligned, that begins with the layout."""
        backing = np.zeros(size + _ALIGN, np.uint8)
        start = -backing.ctypes.data % _ALIGN
        self.buffer = backing[start : start + size]
        self._layout = self.buffer[: LAYOUT_ROWS * 16].view(np.int64).reshape(-1, 2)

    def _lay_out(self, room: Mapping[str, int]) -> None:
        """A buffer with this room in every table, and no rows yet."""
        size, offsets = CONTROL_OFFSET, []
        for name in NAMES:
            offsets.append(size)
            size += _aligned(room[name] * _SIZES[name])
        self._take(size)
        self._layout[:, 0] = offsets
        for name in NAMES:
            self._show(name, 0)

    def _room(self) -> dict[str, int]:
        """Return the number of rows that each table could have without moving."""
        ends = [*self._layout[1:, 0].tolist(), len(self.buffer)]
        starts = self._layout[:, 0].tolist()
        return {
            name: (end - start) // _SIZES[name]
            for name, start, end in zip(NAMES, starts, ends, strict=True)
        }

    def _show(self, name: str, rows: int) -> None:
        """Let a table have this many rows of its room."""
        place = _PLACES[name]
        self._layout[place, 1] = rows
        _, dtype, width = TABLES[place]
        offset = int(self._layout[place, 0])
        flat = self.buffer[offset : offset + rows * _SIZES[name]].view(dtype)
        self.tables[name] = flat.reshape(rows, width) if width > 1 else flat
