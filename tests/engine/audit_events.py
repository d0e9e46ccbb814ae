"""What must hold of all that is to come: on the agenda, beyond the horizon, in lines."""

from __future__ import annotations

import numpy as np

from app.engine.kernel.agenda import BUCKET_SHIFT
from app.engine.records import LATER_BUCKETS, LATER_EVENTS, NEVER
from app.engine.world import World


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
    """No time that is to come has passed, lines are in order, and so is the agenda."""
    control = world.control
    now, size = int(control["now"]), int(control["agenda_size"])
    room, horizon = int(control["agenda_room"]), int(control["horizon"])
    assert size + int(control["later_count"]) <= room
    assert room <= len(world["agenda_at"])
    keys = list(zip(world["agenda_at"][:size], world["agenda_serial"][:size], strict=True))
    for place, key in enumerate(keys):
        assert now <= key[0] < horizon
        assert place == 0 or keys[(place - 1) // 4] < key
    assert np.all(world["agenda_at"][size:] == NEVER)
    _beyond_the_horizon(world)
    for row, line in enumerate(world["lines"][: control["lines_used"]]):
        dues = [int(world["slots"][slot]["due"]) for slot in chain(world, line["head"])]
        assert dues == sorted(dues)
        assert world["line_at"][row] == (dues[0] if dues else NEVER)
        assert not dues or dues[0] >= now
    for row in range(control["sources_used"]):
        assert world["arrival_at"][row] >= now
        assert world["deadline_at"][row] >= now


def _beyond_the_horizon(world: World) -> None:
    """Every event that is not on the agenda waits in the bucket of its time, and in no other."""
    control, later = world.control, world["later"]
    found, rows = 0, []
    heads = world["later_heads"]
    for bucket in np.flatnonzero(heads).tolist():
        head, end = int(heads[bucket]), int(world["later_ends"][bucket])
        while head:
            rows.append(head - 1)
            for place in LATER_EVENTS:
                at, serial = later[head - 1, place : place + 2].tolist()
                assert (serial > 0) == (place < end)
                if serial:
                    found += 1
                    assert at >= control["horizon"]
                    assert bucket == at >> BUCKET_SHIFT & LATER_BUCKETS - 1
            head, end = int(later[head - 1, 0]), later.shape[1]
    free = int(control["later_free"])
    following, unused = later[:, 0].tolist(), []
    while free:
        unused.append(free - 1)
        assert len(unused) <= len(following), "the list of free rows runs in a circle"
        free = following[free - 1]
    assert not later[unused][:, [place + 1 for place in LATER_EVENTS]].any()
    assert found == control["later_count"]
    assert sorted(rows + unused) == list(range(control["later_rows"]))
