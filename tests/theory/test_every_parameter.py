"""Theory knows every parameter: in a figure, in a sentence, or in a list with the reason."""

from __future__ import annotations

import pytest

from app.kinds import KINDS
from app.schema import Kind, Parameter, Value
from app.theory.analysis import Theory, analyse, theory_to_json
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.contracts.test_parameters import drawn, label
from tests.support.drawings import drawing, edited, link, node, replica, replicated, users, web
from tests.support.parameter_cases import CASES

_BOOTS = {"boot_s", "resize_restarts"}
_CHECKS = {
    "check_interval_s",
    "check_fall",
    "check_rise",
    "check_timeout_s",
    "check_fast_interval_s",
}
WHEN_SOMETHING_FAILS: dict[str, set[str]] = {
    "client": {
        *("retries", "backoff_ms", "backoff_max_s", "retry_budget"),
        *("try_next_address", "connect_timeout_s"),
    },
    "dns": _BOOTS | _CHECKS | {"health_checks"},
    "load_balancer": _BOOTS
    | _CHECKS
    | {
        *("retries", "retry_on", "redispatch", "retry_wait_s", "cancels", "advert_interval_s"),
        *("retry_writes", "passive_counts"),
        *("passive", "passive_failures", "passive_window_s", "passive_ejection_s"),
        *("passive_ejection_max_s", "passive_share_max", "panic_percent"),
        *("slow_start_s", "drain_s"),
        "queue_max",  # said once: requests are held back
    },
    "web_server": _BOOTS
    | _CHECKS
    | {"primary_fallback", "breaker_failures", "breaker_open_s", "drop_expired", "cancels"},
    "database": _BOOTS
    | {
        *("drop_expired", "cancels", "semi_sync_timeout_s", "max_lag_s"),
        *("heartbeat_s", "heartbeat_misses", "promotion_s", "automatic", "election_s"),
        *("fencing", "quorum", "lease_s", "reaim_s", "repoint_s", "candidate_lag_mib"),
        *("on_return", "backup_interval_s", "data_gb", "copy_mb_per_s"),
    },
    "cache": _BOOTS | {"timeout_ms", "lease_s", "queue_limit"},
    "store": _BOOTS | {"hint_window_s", "hint_rate", "read_repair"},
}
"""Theory says once that it is about a healthy system: no queue is full, and nobody gives up."""

WHAT_DATA_SAY: dict[str, set[str]] = {
    "database": {
        *("rows", "write_bytes", "followed_keys", "key_skew", "apply_delay_s"),
        *("conflicts", "keys", "write_skew", "insert_percent"),
        *("row_step", "row_offset", "on_collision", "filter_gone"),
    },
}
"""What is stored, seen or lost, however long it takes."""

SAID_WITHOUT_THE_NUMBER: dict[str, set[str]] = {
    "client": {
        *("trace", "shape_factor", "shape_start_s", "shape_length_s"),
        "read_back_s",
    },
    "web_server": {
        *("pool_wait_s", "pin_s", "scale_out_percent", "scale_in_percent"),
        *("scale_period_s", "scale_breaches", "scale_step", "scale_cooldown_s"),
    },
    "database": {"sync_replicas", "replica_flush_ms", "max_connections"},
    "store": {"read_copies", "write_copies"},
}
"""Another parameter turns the thing on, of which theory says that no figure takes it in."""

SILENT = (WHEN_SOMETHING_FAILS, WHAT_DATA_SAY, SAID_WITHOUT_THE_NUMBER)
PARAMETERS = [(kind, one) for kind in KINDS for one in kind.parameters]


def plain() -> Topology:
    """Users, a server, a primary with two replicas, with nothing special about them."""
    return replicated(100.0, [replica(name, apply_ms=0.0) for name in ("db-2", "db-3")])


def led_by_nobody() -> Topology:
    """Two replicas, of which the older one leads."""
    return replicated(100.0, [replica("db-2")], primary={"role": "replica"})


def alone(kind: str, **values: Value) -> Topology:
    """Users and a server over one node of a kind, and a database where that alone does not do."""
    behind = [node("database", "db-1", "")] if kind == "cache" else []
    return drawing(
        users(100.0),
        web(),
        node(kind, "it", "", **values),
        *behind,
        link("users-1", "web-1"),
        link("web-1", "it"),
        *(link("web-1", one.id or "") for one in behind),
    )


PLAIN: dict[tuple[str, str], tuple[Topology, str, Value]] = {
    ("web_server", "read_replies"): (plain(), "web-1", 1),
    ("web_server", "read_routing"): (plain(), "web-1", "primary_only"),
    ("web_server", "write_routing"): (plain(), "web-1", "home"),
    ("web_server", "pool_size"): (plain(), "web-1", 10),
    ("database", "role"): (led_by_nobody(), "db-2", "primary"),
    ("database", "queue_limit"): (alone("database", read_ms=9.0, write_ms=9.0, cores=1), "it", 1),
    ("cache", "single_flight"): (alone("cache"), "it", "on"),
    ("cache", "queue_limit"): (alone("cache"), "it", 0),
    ("cache", "distribution"): (alone("cache"), "it", "constant"),
    ("cache", "scv"): (alone("cache", distribution="lognormal"), "it", 9.0),
    ("cache", "discipline"): (alone("cache"), "it", "processor_sharing"),
    ("store", "family"): (alone("store"), "it", "wide_column"),
    ("store", "queue_limit"): (alone("store", read_ms=9.0), "it", 1),
}
"""Where a case's drawing has something else of which theory says that no form holds."""


def said(topology: Topology) -> object:
    return theory_to_json(analyse(topology))


def changes(kind: Kind, parameter: Parameter) -> bool:
    """Whether theory is another with another value."""
    case = CASES[kind.name, parameter.name]
    before, name, value = drawn(case), case.node, case.value
    if (kind.name, parameter.name) in PLAIN:
        before, name, value = PLAIN[kind.name, parameter.name]
    return said(before) != said(
        edited(before, SetNode(node=name, parameters={parameter.name: value}))
    )


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_every_parameter_changes_theory_or_is_listed_as_silent(
    kind: Kind, parameter: Parameter
) -> None:
    silent = any(parameter.name in names.get(kind.name, ()) for names in SILENT)
    assert changes(kind, parameter) is not silent


def test_every_parameter_listed_as_silent_exists() -> None:
    known = {(kind.name, one.name) for kind, one in PARAMETERS}
    for names in SILENT:
        assert {(kind, one) for kind, group in names.items() for one in group} <= known


def about(theory: Theory, name: str) -> str:
    return next(one.statement.en for one in theory.nodes if one.node == name)


@pytest.mark.parametrize(
    ("settings", "where", "words"),
    [
        ({"web-1": {"read_replies": 1}}, "db-2", "every database here at once"),
        (
            {"web-1": {"read_routing": "pin_after_write"}, "users-1": {"read_back_percent": 50.0}},
            "db-1",
            "go to the primary for a while",
        ),
        ({"users-1": {"read_back_percent": 50.0}}, "web-1", "read back what they have written"),
        ({"db-1": {"commit": "sync_receive"}}, "db-1", "waits for replicas"),
    ],
)
def test_theory_states_an_unmodelled_setting_in_words(
    settings: dict[str, dict[str, Value]], where: str, words: str
) -> None:
    drawn = plain()
    assert words not in about(analyse(drawn), where)
    for name, values in settings.items():
        drawn = edited(drawn, SetNode(node=name, parameters=values))
    assert words in about(analyse(drawn), where)


def test_theory_counts_parallel_reads_and_reads_of_own_writes() -> None:
    """100 requests a second, 20 of them writes, of which half are read back: 90 reads, and each of
    two replicas gets all of them.
    """
    drawn = edited(
        plain(),
        SetNode(node="web-1", parameters={"read_replies": 1}),
        SetNode(node="users-1", parameters={"read_back_percent": 50.0}),
    )
    found = {one.node: one.arrivals_rps for one in analyse(drawn).nodes}
    assert found["web-1"] == pytest.approx(110.0)
    assert found["db-2"] == found["db-3"] == pytest.approx(90.0)
    assert found["db-1"] == pytest.approx(20.0)
    assert analyse(drawn).clients[0].latency_ms is None


@pytest.mark.parametrize("name", ["connect_timeout_s", "response_timeout_s"])
def test_theory_leaves_out_timeouts_and_lists_that_as_an_assumption(name: str) -> None:
    drawn = drawing(
        users(100.0),
        node("load_balancer", "lb-1"),
        web(),
        link("users-1", "lb-1"),
        link("lb-1", "web-1"),
    )
    assert not any("Timeouts" in one.en for one in analyse(drawn).assumptions)
    drawn = edited(drawn, SetNode(node="lb-1", parameters={name: 1.0}))
    assert any("Timeouts" in one.en for one in analyse(drawn).assumptions)
