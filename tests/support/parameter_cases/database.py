"""Cases of databases: how one works by itself."""

from __future__ import annotations

from tests.support.parameter_cases.shape import BUSY, Case, impatient, station

DATABASE: dict[tuple[str, str], Case] = {
    ("database", "role"): Case("db-1", "replica"),
    ("database", "read_ms"): Case("db-2", 4.0),
    ("database", "write_ms"): Case("db-1", 6.0),
    **station("database"),
    ("database", "wait_limit_s"): Case("db-2", 0.01, BUSY["database"]),
    ("database", "drop_expired"): Case("db-2", "dropped", BUSY["database"], impatient),
    ("database", "cancels"): Case("db-2", "on", {}, impatient),
    ("database", "apply_ms"): Case("db-2", 2.0),
    ("database", "max_lag_s"): Case("db-2", 1.0, {"apply_ms": 100.0}),
    ("database", "heartbeat_s"): Case("db-2", 0.5),
    ("database", "heartbeat_misses"): Case("db-2", 1),
    ("database", "promotion_s"): Case("db-2", 1.0),
}
