"""Theory of stores: who gets how much, and where no closed form holds any more."""

import pytest

from app.schema import Value
from app.topology.analysis import analyse
from app.topology.model import Topology
from app.topology.rings import rings
from tests.drawings import drawing, link, node, users, web
from tests.engine.runs import Run


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


def test_a_ring_is_what_is_linked() -> None:
    assert [len(ring) for ring in rings(over("wide_column", 4, linked=True))] == [4]
    assert [len(ring) for ring in rings(over("wide_column", 3))] == [1, 1, 1]
    assert not list(rings(over("document", 3)))


def test_one_key_value_node_is_a_queue_like_any_other() -> None:
    drawn = over("key_value", 1)
    theory = analyse(drawn)
    (store,) = (one for one in theory.nodes if one.node == "store-1")
    assert store.waiting is not None
    assert store.waiting.model == "M/M/4"
    assert theory.clients[0].quality == "exact"


@pytest.mark.parametrize(
    ("drawn", "rps", "said"),
    [
        (over("key_value", 4), 25.0, "popular keys"),
        (over("wide_column", 4, linked=True), 75.0, "copy of its key"),
        (over("document", 1, page="entity_and_references", references=3), 400.0, "one page"),
    ],
)
def test_what_spoils_a_closed_form_is_said(drawn: Topology, rps: float, said: str) -> None:
    """In a ring of four, three have a copy; three references are four round trips."""
    (store,) = (one for one in analyse(drawn).nodes if one.node == "store-1")
    assert store.arrivals_rps == pytest.approx(rps)
    assert "No closed form holds here" in store.statement.en
    assert said in store.statement.en
    stores = [f"store-{number}" for number in range(1, len(drawn.of_kind("store")) + 1)]
    window = Run(drawn).to(5.0).watch(40.0)
    measured = sum(window.node(name)["rps"] for name in stores) / len(stores)
    assert measured == pytest.approx(rps, rel=0.06)


def test_a_ring_has_no_mean_and_says_so() -> None:
    (client,) = analyse(over("wide_column", 3, linked=True)).clients
    assert client.latency_ms is None
    assert "No mean can be given" in client.statement.en
