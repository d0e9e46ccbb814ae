"""Page recipes (domain.md A7): the reads a page needs, and their cost in each family of stores."""

from __future__ import annotations

import pytest

from app.schema import Value
from app.theory.analysis import analyse
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, users, web
from tests.support.runs import Run

READS_MS = {"relational": 2.0, "key_value": 0.2, "document": 1.0, "wide_column": 0.5, "graph": 0.05}


def page(family: str, rtt_ms: float = 0.5, rate: float = 20.0, **server: Value) -> Topology:
    """A web server that takes no time over one store of a family, whose work is constant, with the
    time that its family has by default for a read.
    """
    relational = family == "relational"
    data = (
        node("database", "data-1", read_ms=2.0, cores=500, distribution="constant")
        if relational
        else node("store", "data-1", family, cores=500, distribution="constant")
    )
    return drawing(
        users(rate, write_share=0.0, patience_s=60.0),
        web("web-1", cores=100, service_ms=0.0, **server),
        data,
        link("users-1", "web-1", 0.0),
        link("web-1", "data-1", rtt_ms / 2.0),
    )


def time_ms(drawn: Topology) -> float:
    """Mean time of a page; theory says the same, where it says anything."""
    run = Run(drawn).to(20.0)
    assert run.read().failed == 0
    mean: float = run.summary()["latency_ms"]["mean"]
    said = analyse(drawn).clients[0].latency_ms
    assert said is None or said == pytest.approx(mean, rel=1e-3)
    return mean


def references(family: str, rtt_ms: float = 0.5, rate: float = 20.0, **server: Value) -> Topology:
    return page(family, rtt_ms, rate, page="entity_and_references", **server)


@pytest.mark.parametrize("family", READS_MS)
def test_a_page_of_one_entity_takes_one_read_in_every_family(family: str) -> None:
    assert time_ms(page(family)) == pytest.approx(0.5 + READS_MS[family])


@pytest.mark.parametrize("family", ["key_value", "document", "wide_column"])
@pytest.mark.parametrize("rtt_ms", [0.5, 31.0])
def test_references_that_cannot_be_joined_cost_a_round_trip_each(
    family: str, rtt_ms: float
) -> None:
    """N + 1: twenty references at 0.5 ms are 10 ms of pure network, at 31 ms 620 ms."""
    one = time_ms(page(family, rtt_ms))
    all_of_them = time_ms(references(family, rtt_ms))
    network = {0.5: 10.0, 31.0: 620.0}[rtt_ms]
    assert all_of_them - one == pytest.approx(network + 20 * READS_MS[family])


def test_a_join_takes_one_round_trip() -> None:
    """A join of two tables takes 5 ms where a read takes 2."""
    assert time_ms(references("relational")) == pytest.approx(0.5 + 5.0)
    assert time_ms(references("relational", 31.0)) == pytest.approx(31.0 + 5.0)


def test_an_embedded_list_comes_with_its_document_in_one_read() -> None:
    for family, read_ms in (("document", 1.0), ("wide_column", 0.5)):
        drawn = references(family, references_kept="embedded")
        assert time_ms(drawn) == pytest.approx(0.5 + read_ms)
    drawn = references("key_value", references_kept="embedded")
    assert time_ms(drawn) == pytest.approx(21 * (0.5 + 0.2))


def test_a_multi_get_saves_round_trips_and_not_work() -> None:
    for family, read_ms in (("key_value", 0.2), ("document", 1.0)):
        found = time_ms(references(family, 31.0, fetching="batched"))
        assert found == pytest.approx(2 * 31.0 + 21 * read_ms)
    drawn = references("wide_column", fetching="batched")
    assert time_ms(drawn) == pytest.approx(21 * (0.5 + 0.5))


@pytest.mark.parametrize(
    ("family", "law_ms"),
    [
        ("relational", 0.5 + 2.0 + 1110 * 0.1),
        ("graph", 0.5 + 1111 * 0.05),
        ("document", 4 * 0.5 + 1111 * 1.0),
        ("key_value", 4 * 0.5 + 1111 * 0.2),
    ],
)
def test_a_traversal_costs_the_edges_that_it_touches(family: str, law_ms: float) -> None:
    """Three hops with a fan-out of 10: 10 + 100 + 1,000 edges."""
    drawn = page(family, rate=2.0, page="three_hop_traversal", fan_out=10, fetching="batched")
    assert time_ms(drawn) == pytest.approx(law_ms)


def test_a_traversal_without_joins_takes_a_round_trip_per_node() -> None:
    drawn = page("key_value", rate=1.0, page="three_hop_traversal", fan_out=5)
    assert time_ms(drawn) == pytest.approx(156 * (0.5 + 0.2))


TRIPS = {"relational": 1, "key_value": 20, "document": 1, "wide_column": 4, "graph": 1}


@pytest.mark.parametrize("family", READS_MS)
def test_a_scan_reads_every_row(family: str) -> None:
    """20,000 rows of 1 us; some stores hand them out piece by piece."""
    drawn = page(family, rate=5.0, page="full_scan", scan_rows=20_000)
    assert time_ms(drawn) == pytest.approx(TRIPS[family] * (0.5 + READS_MS[family]) + 20.0)


def test_a_page_served_from_a_cache_reads_no_store() -> None:
    drawn = edited(
        references("document", rate=100.0),
        node("cache", "cache-1", keys=10, ttl_s=0.0, cores=100),
        link("web-1", "cache-1"),
    )
    run = Run(drawn).to(60.0)
    assert run.node("cache-1")["misses"] < 40
    assert run.node("data-1")["served"] == 21 * run.node("cache-1")["misses"]
    assert run.node("cache-1")["values"] == 10


def test_writes_do_not_follow_the_page_recipe() -> None:
    drawn = edited(
        references("document"), SetNode(node="users-1", parameters={"write_share": 100.0})
    )
    run = Run(drawn).to(20.0)
    assert run.node("data-1")["served"] == run.read().completed


def test_a_page_fails_with_any_of_its_calls() -> None:
    drawn = references("key_value", 20.0, rate=100.0)
    run = Run(drawn).to(5.0).crash("data-1")
    run.on(5.0)
    assert run.read().completed < 500 < run.read().failed
    run.heal("data-1").on(5.0)
    assert run.watch(5.0).failed == 0


def test_late_answers_of_one_read_of_a_page_do_not_count_for_the_next() -> None:
    """Late answers of one round trip are not taken for those of the next."""
    names = ("store-1", "store-2", "store-3")
    quick: dict[str, Value] = {"cores": 500, "read_ms": 10.0, "read_copies": 1}
    drawn = drawing(
        users(50.0, write_share=10.0, patience_s=60.0),
        web("web-1", cores=100, service_ms=0.0, page="entity_and_references"),
        *(node("store", one, "wide_column", **quick) for one in names),
        link("users-1", "web-1", 0.0),
        *(link("web-1", one, 0.0) for one in names),
        link("store-1", "store-2", 0.0),
        link("store-2", "store-3", 0.0),
    )
    run = Run(drawn).to(60.0)
    reads = run.read().latencies.sum() * 0.9
    mean = run.summary()["latency_ms"]["mean"]
    assert mean == pytest.approx(0.9 * 21 * 10.0 / 3.0, rel=0.05)
    assert sum(run.node(one)["served"] for one in names) > 3 * 21 * 0.95 * reads
