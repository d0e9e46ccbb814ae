"""Keys that requests are about, drawn by how popular each is."""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.random_draws import GOLDEN, U, mixed, unit

_KEY_SALT = U(0x8CB92BA72F3D8DD7)


@cold
def drawn_key(w: Any, s: int, first: int, count: int) -> int:
    """Draw the key of a request, one of `count`, by the cumulative shares in `ranks` from `first`
    on.
    """
    trip = U(int64(w.data_calls[s].trips_left))
    share = unit(mixed((w.slots[s].key ^ _KEY_SALT) + trip * GOLDEN))
    low, high = int64(0), int64(count) - 1
    while low < high:
        middle = (low + high) >> 1
        if w.ranks[first + middle] > share:
            high = middle
        else:
            low = middle + 1
    return low
