"""Order of addresses in a name server's answer to a client."""

from typing import Any

from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.random_draws import U, mixed
from app.kernel.state.codes.choices import AddressOrder
from app.kernel.state.constants import NOWHERE

_ORDER_SALT = U(0xE7037ED1A0B428DB)
_HALF = U(33)


@hot
def first_address(w: Any, n: int, row: int, s: int) -> int:
    """The edge of client `row` to the first address in name server `n`'s answer; -1 for none."""
    server = w.nodes[n]
    if server.answer_order == AddressOrder.ROUND_ROBIN and server.watch_count == 0:
        return next_in_turn(w, row)
    return _first_of_usable(w, n, row, s)


@hot
def next_in_turn(w: Any, row: int) -> int:
    """The next of a client's addresses, round robin; -1 when it has none."""
    source = w.sources[row]
    node = w.nodes[source.node]
    addresses = node.edge_count - source.lookup_count
    if addresses <= 0:
        return -1
    if source.answer_turn >= addresses:
        source.answer_turn = 0
    e = int64(node.first_edge + source.lookup_count + source.answer_turn)
    source.answer_turn += 1
    return e


@cold
def _first_of_usable(w: Any, n: int, row: int, s: int) -> int:
    """The first in the server's order of those believed to be up, or of all when none is."""
    server = w.nodes[n]
    usable = _count_usable(w, n, row)
    anyway = usable == 0
    if server.answer_order == AddressOrder.ROUND_ROBIN:
        for _ in range(w.nodes[w.sources[row].node].edge_count):
            e = next_in_turn(w, row)
            if e < 0 or anyway or is_believed_up(w, n, int64(w.edges[e].node)):
                return int64(e)
        return int64(NOWHERE)
    node = w.nodes[w.sources[row].node]
    first = int64(node.first_edge + w.sources[row].lookup_count)
    if anyway:
        usable = int64(node.first_edge + node.edge_count - first)
    place = int64(0)
    if server.answer_order == AddressOrder.SHUFFLE and usable > 0:
        place = int64(mixed(w.slots[s].key ^ _ORDER_SALT) >> _HALF) % usable
    for e in range(first, node.first_edge + node.edge_count):
        if anyway or is_believed_up(w, n, int64(w.edges[e].node)):
            if place == 0:
                return int64(e)
            place -= 1
    return int64(NOWHERE)


@cold
def _count_usable(w: Any, n: int, row: int) -> int:
    source = w.sources[row]
    node = w.nodes[source.node]
    usable = int64(0)
    for e in range(node.first_edge + source.lookup_count, node.first_edge + node.edge_count):
        usable += 1 if is_believed_up(w, n, int64(w.edges[e].node)) else 0
    return usable


@cold
def is_believed_up(w: Any, n: int, target: int) -> bool:
    """Return whether name server `n` would answer with this node; it trusts what it does not
    check.
    """
    server = w.nodes[n]
    for place in range(server.watch_first, server.watch_first + server.watch_count):
        if w.watches[place].node == target:
            return int64(w.checks[w.watches[place].check].passing) != 0
    return True
