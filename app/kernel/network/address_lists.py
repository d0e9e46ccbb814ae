"""Whole answers: the addresses that a record had, in the order in which they were given."""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.network.address_order import is_believed_up
from app.kernel.random_draws import GOLDEN, U, mixed
from app.kernel.state.codes.choices import AddressOrder
from app.kernel.state.constants import ADDRESSES_MAX, NOWHERE

_REST_SALT = U(0x8EBC6AF09C88C6E3)
_ORDER_SALT = U(0x589965CC75374CC3)
_HALF = U(33)


@cold
def keep_list(w: Any, n: int, row: int, s: int, e: int) -> None:
    """Name server `n` answers a lookup of client `row` with the address at edge `e` first: the
    others that it believes in follow, those after it in the drawing before those ahead of it.
    """
    source = w.sources[row]
    node, cache = w.nodes[source.node], int64(w.slots[s].dns_cache)
    first = int64(node.first_edge + source.lookup_count)
    count = int64(node.first_edge + node.edge_count - first)
    anyway = not is_believed_up(w, n, int64(w.edges[e].node))
    bits = mixed(w.slots[s].key ^ _REST_SALT)
    known = int64(0)
    for step in range(count):
        target = int64(w.edges[first + (e - first + step) % count].node)
        if step > 0 and not anyway and not is_believed_up(w, n, target):
            continue
        place = known
        if (
            w.nodes[n].answer_order == AddressOrder.SHUFFLE and known > 1
        ):  # shuffled in from the inside out
            bits = mixed(bits + GOLDEN)
            place = 1 + int64(bits >> _HALF) % known
        if known < ADDRESSES_MAX:
            w.cache_lists[cache, known] = w.cache_lists[cache, min(place, known)]
            w.cache_lists[cache, place] = target
        elif place < ADDRESSES_MAX:
            w.cache_lists[cache, place] = target
        known += 1
    for place in range(known, ADDRESSES_MAX):
        w.cache_lists[cache, place] = NOWHERE


@cold
def next_of_list(w: Any, cache: int, current: int, start: int) -> int:
    """The address after `current` in a cached answer, round to `start`; -1 when all were tried."""
    length = _length(w, cache)
    place = _place_of(w, cache, current) + 1
    if place >= length:
        if _place_of(w, cache, start) < 0:
            return int64(NOWHERE)
        place = int64(0)
    if length == 0 or w.cache_lists[cache, place] == start:
        return int64(NOWHERE)
    return int64(w.cache_lists[cache, place])


@cold
def address_from_list(w: Any, row: int, s: int, cache: int) -> int:
    """The address that a shared resolver, which has a whole record, gives to this request."""
    source = w.sources[row]
    length, order = _length(w, cache), int64(source.list_order - 1)
    if length == 0 or order == AddressOrder.FIXED:
        return int64(w.cache_node[cache])
    if order == AddressOrder.ROUND_ROBIN:
        source.list_turn = (source.list_turn + 1) % length
        return int64(w.cache_lists[cache, source.list_turn])
    place = int64(mixed(w.slots[s].key ^ _ORDER_SALT) >> _HALF) % length
    return int64(w.cache_lists[cache, place])


@cold
def _length(w: Any, cache: int) -> int:
    known = int64(0)
    while known < ADDRESSES_MAX and w.cache_lists[cache, known] >= 0:
        known += 1
    return known


@cold
def _place_of(w: Any, cache: int, target: int) -> int:
    for place in range(ADDRESSES_MAX):
        if w.cache_lists[cache, place] == target:
            return int64(place)
    return int64(NOWHERE)
