"""What must hold of all that is to come: in the heap, beyond the horizon, in lines."""

from __future__ import annotations

import numpy as np

from app.kernel.events.event_queue import BUCKET_SHIFT
from app.kernel.state.constants import CALENDAR_BUCKETS, CALENDAR_EVENTS, NEVER
from app.kernel.state.world import World


def chain(world: World, head: int, field: str = "follower") -> list[int]:
    """Slots from `head` on; a chain that bites its tail fails."""
    found: list[int] = []
    if head < 0:
        return found
    following = world["slots"][field].data
    while head >= 0:
        found.append(int(head))
        assert len(found) <= len(following), "a list of slots runs in a circle"
        head = following[head]
    return found


def nothing_is_overdue(world: World) -> None:
    """No time that is to come has passed, lines are in order, and so is the heap."""
    control = world.control
    now, size = int(control["now"]), int(control["heap_size"])
    room, horizon = int(control["heap_room"]), int(control["horizon"])
    assert size + int(control["calendar_count"]) <= room
    assert room <= len(world["heap_at"])
    keys = list(zip(world["heap_at"][:size], world["heap_serial"][:size], strict=True))
    for place, key in enumerate(keys):
        assert now <= key[0] < horizon
        assert place == 0 or keys[(place - 1) // 4] < key
    assert np.all(world["heap_at"][size:] == NEVER)
    _beyond_the_horizon(world)
    for row, line in enumerate(world["delay_lines"][: control["delay_lines_used"]]):
        dues = [int(world["slots"][slot]["arrives_at"]) for slot in chain(world, line["head"])]
        assert dues == sorted(dues)
        assert world["delay_line_at"][row] == (dues[0] if dues else NEVER)
        assert not dues or dues[0] >= now
    for row in range(control["sources_used"]):
        assert world["arrival_at"][row] >= now
        assert world["deadline_at"][row] >= now


def _beyond_the_horizon(world: World) -> None:
    """Every event that is not in the heap waits in the bucket of its time, and in no other."""
    control, calendar = world.control, world["calendar"]
    found, rows = 0, []
    heads = world["bucket_heads"]
    for bucket in np.flatnonzero(heads).tolist():
        head, end = int(heads[bucket]), int(world["bucket_ends"][bucket])
        while head:
            rows.append(head - 1)
            for place in CALENDAR_EVENTS:
                at, serial = calendar[head - 1, place : place + 2].tolist()
                assert (serial > 0) == (place < end)
                if serial:
                    found += 1
                    assert at >= control["horizon"]
                    assert bucket == at >> BUCKET_SHIFT & CALENDAR_BUCKETS - 1
            head, end = int(calendar[head - 1, 0]), calendar.shape[1]
    free = int(control["calendar_free"])
    following, unused = calendar[:, 0].tolist(), []
    while free:
        unused.append(free - 1)
        assert len(unused) <= len(following), "the list of free rows runs in a circle"
        free = following[free - 1]
    assert not calendar[unused][:, [place + 1 for place in CALENDAR_EVENTS]].any()
    assert found == control["calendar_count"]
    assert sorted(rows + unused) == list(range(control["calendar_rows"]))
