"""Limits of the engine's tables: reaching one is reported and counted, never silent."""

from __future__ import annotations

import pytest

from app.engine.engine import Engine, EngineLimit, Stop
from app.kernel.state.constants import SLOTS_MAX
from app.session.explain.incident_words import CATALOGUE
from app.texts.languages import LANGUAGES
from tests.support.audit.world import audit
from tests.support.drawings import (
    balanced,
    drawing,
    edited,
    link,
    mmc,
    node,
    replica,
    replicated,
    users,
    web,
)
from tests.support.runs import SECOND, Run


def test_requests_beyond_a_million_in_flight_are_refused_and_counted() -> None:
    crowd = drawing(
        node("client", "users-1", users=10_000_000, requests_per_user=1.0, patience_s=600.0),
        web(service_ms=60_000.0, queue_limit=1_000_000, cores=1024),
        link("users-1", "web-1", 10_000.0),
    )
    crowd = edited(crowd, node("dns", "dns-1"), link("users-1", "dns-1", 10_000.0))
    run = Run(crowd).to(0.15)
    reading = run.read()
    assert reading.in_flight == pytest.approx(SLOTS_MAX, rel=1e-3)
    assert reading.failures_by_outcome().keys() == {"over_limit"}
    assert reading.offered == reading.in_flight + reading.failed
    (said,) = run.incidents("at_limit")
    assert said.value == SLOTS_MAX


def test_hundreds_of_latencies_and_databases_do_not_reach_a_limit() -> None:
    many = [replica(f"db-{number}") for number in range(2, 150)]
    run = Run(replicated(100.0, many)).to(2.0).crash("db-1").to(12.0)
    assert len(run.incidents("promoted")) == 1
    assert run.watch(2.0).failed == 0


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_read_of_more_databases_than_free_slots_grows_the_slots_first(seed: int) -> None:
    """Room is made first, so nobody is asked less because it was scarce."""
    many = [replica(f"db-{number}", read_ms=20.0, cores=64) for number in range(2, 150)]
    topology = replicated(300.0, many, write_share=0.0, server={"read_replies": 1})
    run = Run(topology, seed).to(1.0)
    run.engine.set_load(0.0)
    run.on(2.0)
    said = run.summary()
    asked = sum(one.get("reads", 0) for one in said["nodes"].values())
    assert asked == len(many) * said["requests"]["completed"] > 10_000


def test_dns_caches_of_all_clients_together_have_a_limit() -> None:
    crowd = drawing(*(node("client", f"users-{number}", dns_caches=65_536) for number in range(65)))
    with pytest.raises(EngineLimit, match="DNS caches") as told:
        Engine(crowd, seed=1)
    assert "캐시" in told.value.text.say("ko")


def test_more_incidents_than_the_ring_holds_are_reported_once_and_in_order() -> None:
    """More than the ring holds, between two readings, in one long advance."""
    run = Run(balanced(100.0, servers=100, check_interval_s=0.05, check_fall=1, check_rise=1))
    told = 0
    for _ in range(4):
        for number in range(1, 101):
            run.crash(f"web-{number}")
        run.on(2.0)
        for number in range(1, 101):
            run.heal(f"web-{number}")
        run.on(2.0)
    found = run.engine.incidents()
    told = len(found)
    assert told == 4 * 2 * 100
    assert [one.at_ns for one in found] == sorted(one.at_ns for one in found)
    assert run.engine.incidents() == []
    assert run.engine.incidents_dropped == 0


def test_a_replica_catches_up_after_missing_more_writes_than_the_log_keeps() -> None:
    """40,000 writes while a replica is away; it catches up, and takes over with nothing lost."""
    writes = replicated(
        20_000.0,
        [replica("db-2", apply_ms=0.0)],
        write_share=100.0,
        primary={"write_ms": 0.1},
        server={"service_ms": 0.1},
    )
    run = Run(writes).to(1.0).crash("db-2").to(4.0).heal("db-2").to(8.0)
    reading = run.read()
    assert reading.databases["applied"].tolist()[1] > 100_000
    run.engine.set_load(0.0)
    run.on(1.0).crash("db-1").on(10.0)
    assert run.incidents("writes_lost") == []
    assert run.node("db-2")["role"] == "primary"


def test_advancing_to_an_earlier_time_changes_nothing() -> None:
    run = Run(mmc(0.5)).to(2.0)
    assert run.engine.advance(SECOND) is Stop.REACHED
    assert run.engine.now_ns == 2 * SECOND
    assert run.engine.advance(3 * SECOND, 0) is Stop.BUDGET
    assert run.engine.now_ns == 2 * SECOND


def test_stepping_a_run_without_events_returns() -> None:
    engine = Engine(drawing(web()), seed=1)
    engine.step(100)
    assert engine.events == 0
    assert engine.now_ns == 0


def test_every_incident_code_has_words() -> None:
    for code, kind in CATALOGUE.items():
        assert kind.code == code
        assert kind.severity in {"healthy", "saturated", "down", "recovering", "neutral"}
        for language in LANGUAGES:
            said = kind.text.say(language, node="NODE", other="OTHER", value=2, count=2)
            assert "{" not in said
            assert said.strip()
        english, korean = (
            {name for name in ("{node}", "{other}", "{value}", "{count}") if name in text}
            for text in (str(kind.text.forms("en")), str(kind.text.forms("ko")))
        )
        assert english == korean


def test_a_fault_of_an_unknown_node_is_refused() -> None:
    run = Run(drawing(users(1.0), web(), link("users-1", "web-1")))
    with pytest.raises(KeyError):
        run.crash("web-2")
    audit(run.engine)
