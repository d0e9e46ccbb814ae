"""Connection pools of web servers, and the connection limit of a database."""

import pytest

from app.schema import Value
from app.theory.queues.queueing import mmc
from app.topology.edits.apply import AddLink, RemoveLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, replicated, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import seeds


def pooled(rate: float, way_ms: float = 0.0, database: dict[str, Value] | None = None) -> Topology:
    """Users who read through a pool of 10 from a database whose queries take 20 ms."""
    return drawing(
        users(rate, write_share=0.0),
        web("web-1", service_ms=0.0, pool_size=10),
        node("database", "db-1", "", read_ms=20.0, cores=100, **(database or {})),
        link("users-1", "web-1", 0.0),
        link("web-1", "db-1", way_ms),
    )


@pytest.mark.parametrize(
    ("rate", "waits", "mean_ms"), [(300.0, 10, 0.5), (400.0, 41, 4.0), (450.0, 67, 13.0)]
)
def test_waiting_for_a_pool_of_connections_follows_erlang_c(
    rate: float, waits: int, mean_ms: float
) -> None:
    """Erlang C with 10 connections and queries of 20 ms."""
    theory = mmc(rate, 0.020, 10)
    assert theory.wait_probability is not None
    assert round(100 * theory.wait_probability) == waits
    assert 1000 * theory.wait_s == pytest.approx(mean_ms, rel=0.1)
    shares, means = [], []
    for seed in seeds(4):
        run = Run(pooled(rate), seed).to(400.0)
        shown = run.node("web-1")
        shares.append(shown["pool_waited"])
        means.append(shown["pool_wait_ms"])
    assert sum(shares) / 4 == pytest.approx(theory.wait_probability, rel=0.06)
    assert sum(means) / 4 == pytest.approx(1000 * theory.wait_s, rel=0.15)


def test_a_pool_of_10_connections_sustains_500_queries_of_20_ms_a_second() -> None:
    run = Run(pooled(700.0)).to(5.0)
    window = run.watch(60.0)
    assert window.completed / 60 == pytest.approx(500.0, rel=0.02)
    assert window.node("db-1")["util"] == pytest.approx(0.1, abs=0.005)
    assert window.node("web-1")["data"]["used"] == 10
    assert window.node("web-1")["data"]["waiting"] > 3000


def test_a_connection_is_held_during_both_ways_of_its_query() -> None:
    """5 ms each way: 10 / 30 ms."""
    run = Run(pooled(500.0, way_ms=5.0)).to(5.0)
    assert run.watch(20.0).completed / 20 == pytest.approx(10 / 0.030, rel=0.02)


def test_a_request_that_waits_too_long_for_a_connection_fails() -> None:
    drawn = edited(pooled(700.0), SetNode(node="web-1", parameters={"pool_wait_s": 0.5}))
    run = Run(drawn).to(5.0)
    window = run.watch(20.0)
    assert window.failures.keys() == {"pool_timeout"}
    assert window.failed / 20 == pytest.approx(200.0, rel=0.1)
    assert window.completed / 20 == pytest.approx(500.0, rel=0.02)
    assert run.node("web-1")["pool_waiting"] == pytest.approx(350, rel=0.2)


def fleet(servers: int) -> Topology:
    """Web servers with pools of 10, each with users of its own, over one database for 100."""
    numbers = range(1, servers + 1)
    return drawing(
        node("database", "db-1", "", read_ms=5.0, cores=64, max_connections=100),
        *(users(50.0, f"users-{number}", write_share=0.0) for number in numbers),
        *(web(f"web-{number}", pool_size=10) for number in numbers),
        *(link(f"users-{number}", f"web-{number}") for number in numbers),
        *(link(f"web-{number}", "db-1") for number in numbers),
    )


def test_the_eleventh_pool_of_ten_exceeds_a_database_limit_of_100_connections() -> None:
    run = Run(fleet(11)).to(20.0)
    for number in range(1, 11):
        assert run.node(f"users-{number}")["failed"] == 0
    assert run.node("users-11")["served"] == 0
    assert run.node("users-11")["failed"] > 900
    assert run.read().failures_by_outcome().keys() == {"too_many_connections"}
    assert run.node("db-1")["failed"] == run.read().failed
    run.edit(SetNode(node="web-1", parameters={"pool_size": 5}))
    window = run.on(2.0).watch(10.0)
    assert window.failed < 10


def test_without_a_pool_the_connection_limit_of_a_database_follows_erlang_b() -> None:
    """The limit is a loss system then: Erlang B with 20 connections for 25 at once."""
    drawn = edited(
        pooled(1250.0, database={"max_connections": 20}),
        SetNode(node="web-1", parameters={"pool_size": 0}),
    )
    run = Run(drawn).to(60.0)
    failed = run.read().failed / run.read().offered
    loss = 1.0
    for core in range(1, 21):
        loss = 25.0 * loss / (core + 25.0 * loss)
    assert run.read().failures_by_outcome().keys() == {"too_many_connections"}
    assert failed == pytest.approx(loss, rel=0.03)


def test_no_connection_stays_taken_after_crashes_hangs_and_edits() -> None:
    """After all of that, nobody holds a connection that is not in use."""
    drawn = edited(
        replicated(300.0, write_share=20.0, server={"pool_size": 4, "pool_wait_s": 1.0}),
        SetNode(node="db-2", parameters={"max_connections": 3}),
    )
    for seed in seeds(3):
        run = Run(drawn, seed).to(5.0)
        run.crash("web-1").on(0.5).heal("web-1").on(2.0)
        run.crash("db-2").on(3.0).heal("db-2").on(3.0)
        undo = run.edit(RemoveLink(link="web-1_db-2"))
        run.on(1.0)
        run.edit(*undo)
        run.edit(SetNode(node="web-1", parameters={"pool_size": 0}))
        run.on(1.0)
        run.edit(SetNode(node="web-1", parameters={"pool_size": 6}))
        run.on(2.0)
        assert run.watch(5.0).failed < 150
        run.engine.set_load(0.0)
        run.on(5.0)
        assert run.node("web-1")["pool_used"] == run.node("web-1")["pool_waiting"] == 0


def test_the_connection_limit_holds_for_a_link_added_during_a_run() -> None:
    run = Run(fleet(10)).to(5.0)
    run.edit(
        *(edit for edit in (node("web_server", "web-11", "", exposure="public", pool_size=10),)),
        AddLink(source="web-11", target="db-1"),
        AddLink(source="users-1", target="web-11"),
    )
    window = run.watch(10.0)
    assert window.failures.keys() == {"too_many_connections"}
    assert window.failed / 10 == pytest.approx(25, rel=0.3)
