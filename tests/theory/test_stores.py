"""Theory of stores: the share of load of each, and where no closed form holds."""

import numpy as np
import pytest

from app.kernel.random_draws import U, mixed
from app.kinds.web_server.behaviour.cache_and_store_calls import _SHARD_SALT
from app.schema import Value
from app.theory.analysis import analyse
from app.theory.traffic.shards import shard_shares
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from app.topology.replication.store_rings import rings
from tests.support.drawings import drawing, edited, link, node, users, web
from tests.support.runs import Run


def over(family: str, count: int, linked: bool = False, **server: Value) -> Topology:
    """A web server over so many nodes of a family, linked to each other or not."""
    names = [f"store-{number}" for number in range(1, count + 1)]
    return drawing(
        users(100.0, write_share=0.0),
        web("web-1", cores=64, service_ms=1.0, **server),
        *(node("store", name, family, cores=4, read_ms=2.0) for name in names),
        link("users-1", "web-1"),
        *(link("web-1", name) for name in names),
        *(link(names[0], name) for name in names[1:] if linked),
    )


def test_linked_wide_column_stores_form_a_ring() -> None:
    assert [len(ring) for ring in rings(over("wide_column", 4, linked=True))] == [4]
    assert [len(ring) for ring in rings(over("wide_column", 3))] == [1, 1, 1]
    assert not list(rings(over("document", 3)))


def test_a_single_key_value_store_has_a_closed_form() -> None:
    drawn = over("key_value", 1)
    theory = analyse(drawn)
    (store,) = (one for one in theory.nodes if one.node == "store-1")
    assert store.waiting is not None
    assert store.waiting.model == "M/M/4"
    assert theory.clients[0].quality == "exact"


@pytest.mark.parametrize(
    ("drawn", "rps", "said"),
    [
        (over("wide_column", 4, linked=True), 75.0, "copy of its key"),
        (over("document", 2, page="entity_and_references", references=3), 200.0, "one page"),
    ],
)
def test_stores_without_a_closed_form_name_the_reason(
    drawn: Topology, rps: float, said: str
) -> None:
    """In a ring of four, three have a copy; three references are four round trips."""
    (store,) = (one for one in analyse(drawn).nodes if one.node == "store-1")
    assert store.arrivals_rps == pytest.approx(rps)
    assert "No closed form holds here" in store.statement.en
    assert said in store.statement.en
    stores = [f"store-{number}" for number in range(1, len(drawn.of_kind("store")) + 1)]
    window = Run(drawn).to(5.0).watch(40.0)
    measured = sum(window.node(name)["rps"] for name in stores) / len(stores)
    assert measured == pytest.approx(rps, rel=0.06)


def test_shards_get_what_the_keys_of_their_hash_are_worth() -> None:
    """The hottest of ten gets 21.0 % of the requests instead of 10 %, by the hash of the servers,
    and since each request has a key of its own, what comes to each is Poisson.
    """
    shares = shard_shares(10_000, 1.0, 10)
    assert sum(shares) == pytest.approx(1.0)
    assert max(shares) == pytest.approx(0.20977, abs=5e-6)
    drawn = drawing(
        users(1000.0, write_share=10.0),
        web("web-1", cores=64, service_ms=1.0),
        *(node("store", f"store-{n}", keys=10_000, read_ms=2.0, write_ms=2.0) for n in range(10)),
        link("users-1", "web-1"),
        *(link("web-1", f"store-{n}") for n in range(10)),
    )
    theory = analyse(drawn)
    stores = [one for one in theory.nodes if one.node.startswith("store")]
    assert [one.arrivals_rps for one in stores] == pytest.approx([1000 * one for one in shares])
    assert {(one.traffic, one.waiting.quality) for one in stores if one.waiting} == {
        ("exact", "exact")
    }
    assert theory.clients[0].quality == "exact"
    assert theory.bottleneck
    assert theory.bottleneck.node == "store-9"


def test_shares_of_shards_are_those_of_the_servers_hash() -> None:
    for shards in (2, 7, 10):
        with np.errstate(over="ignore"):
            places = [int(mixed(U(key) ^ _SHARD_SALT) % U(shards)) for key in range(500)]
        counts = [places.count(place) / 500 for place in range(shards)]
        assert shard_shares(500, 0.0, shards) == pytest.approx(counts)


def test_round_trips_of_a_page_keep_the_product_form() -> None:
    """Three at 240 a second to one core of 1 ms: each takes 1 / (1 - 0.72) ms, as if Poisson."""
    drawn = drawing(
        users(240.0, write_share=0.0),
        web("web-1", cores=64, service_ms=1.0, page="entity_and_references", references=2),
        node("store", "store-1", "document", read_ms=1.0, cores=1),
        link("users-1", "web-1", 0.0),
        link("web-1", "store-1", 0.0),
    )
    theory = analyse(drawn)
    store = theory.nodes[-1]
    assert store.utilisation == pytest.approx(0.72)
    assert store.waiting
    assert (store.waiting.model, store.waiting.quality) == ("M/M/1", "exact")
    assert store.waiting.time_ms == pytest.approx(1.0 / 0.28)
    (client,) = theory.clients
    assert client.quality == "exact"
    assert client.latency_ms == pytest.approx(1.0 + 3.0 / 0.28)
    constant = edited(drawn, SetNode(node="store-1", parameters={"distribution": "constant"}))
    assert analyse(constant).clients[0].quality == "approximation"
    assert "round trips" in analyse(constant).nodes[-1].statement.en


def test_a_ring_has_no_mean_latency_in_theory() -> None:
    (client,) = analyse(over("wide_column", 3, linked=True)).clients
    assert client.latency_ms is None
    assert "No mean can be given" in client.statement.en
