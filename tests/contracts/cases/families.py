"""Cases of caches, of stores, and of what pages need of them."""

from __future__ import annotations

from app.schema import Value
from tests.contracts.cases.shape import Case, cached, station


def _at(value: Value, **among: Value) -> Case:
    return Case("cache-1", value, among, cached)


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
}
