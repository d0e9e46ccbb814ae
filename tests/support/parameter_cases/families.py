"""Cases of caches, of stores, and of what pages need of them."""

from __future__ import annotations

from app.schema import Value
from tests.support.parameter_cases.shape import Case, apart, cached, ring, station, stored, walked


def _at(value: Value, **among: Value) -> Case:
    return Case("cache-1", value, among, cached)


REFERS: dict[str, Value] = {"page": "entity_and_references"}

FAMILIES: dict[tuple[str, str], Case] = {
    ("cache", "keys"): _at(100),
    ("cache", "zipf"): _at(0.5),
    ("cache", "ttl_s"): _at(5.0),
    ("cache", "capacity"): _at(20),
    ("cache", "single_flight"): _at("on"),
    ("cache", "lease_s"): _at(0.004, single_flight="on"),
    ("cache", "timeout_ms"): _at(1.0),
    ("cache", "get_ms"): _at(0.5),
    **station("cache"),
    ("store", "family"): Case("store-1", "document", {}, walked),
    ("web_server", "page"): Case("web-1", "full_scan", {"scan_rows": 3000}, walked),
    ("web_server", "references"): Case("web-1", 5, REFERS, apart),
    ("web_server", "references_kept"): Case("web-1", "embedded", REFERS, apart),
    ("web_server", "fan_out"): Case("web-1", 3, {}, walked),
    ("web_server", "scan_rows"): Case("web-1", 5000, {"page": "full_scan"}, walked),
    ("web_server", "fetching"): Case("web-1", "batched", REFERS, apart),
    ("store", "read_ms"): Case("store-2", 4.0, {}, stored),
    ("store", "write_ms"): Case("store-2", 4.0, {}, stored),
    ("store", "keys"): Case("store-1", 100, {}, stored),
    ("store", "zipf"): Case("store-1", 0.5, {}, stored),
    ("store", "copies"): Case("store-1", 2, {}, ring),
    ("store", "read_copies"): Case("store-1", 1, {}, ring),
    ("store", "write_copies"): Case("store-1", 3, {}, ring),
    ("store", "hint_window_s"): Case("store-1", 0.0, {}, ring),
    ("store", "read_repair"): Case("store-1", "on", {"hint_window_s": 0.0}, ring),
    ("store", "hint_rate"): Case("store-2", 1.0, {}, ring),
    **station("store"),
}
