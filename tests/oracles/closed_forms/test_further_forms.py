"""Closed forms beyond M/M/c and M/G/1, as theory claims them for a drawing, against runs of it."""

from __future__ import annotations

import pytest

from app.schema import Value
from app.theory.analysis import analyse
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, web
from tests.support.statistics.intervals import Estimate
from tests.support.statistics.sampling import EVERYBODY, Effort, efforts, one_station, people, runs


@efforts
def test_constant_work_on_several_cores_agrees_with_m_d_c(effort: Effort) -> None:
    topology = one_station(0.9 * 4, 4, distribution="constant")
    said = analyse(topology).nodes[0].waiting
    assert said
    assert (said.model, said.quality) == ("M/D/4", "exact")
    seen = runs(topology, 5.0, 60.0, effort)
    off = 0.03 * effort.precision
    seen.of(lambda run: run.at("web-1").wait_ms).must_be("M/D/4, Wq", said.wait_ms, off)
    seen.of(lambda run: run.latency_ms).must_be("M/D/4, T", said.time_ms, off)


@pytest.mark.parametrize("distribution", ["lognormal", "hyperexponential", "constant"])
@efforts
def test_loss_without_a_queue_does_not_depend_on_how_work_varies(
    distribution: str, effort: Effort
) -> None:
    topology = one_station(3.0, 3, queue_limit=0, distribution=distribution, scv=4.0)
    said = analyse(topology).nodes[0].waiting
    assert said
    assert (said.model, said.quality) == ("M/G/3/3", "exact")
    seen = runs(topology, 2.0, 20.0, effort)
    off = 0.02 * effort.precision
    seen.of(lambda run: run.at("web-1").loss).must_be("M/G/3/3, loss", said.refused, off)


def page(trips: int, **store: Value) -> Topology:
    """A server that takes no time over a document store that a page asks so many times in a row."""
    return drawing(
        people(1000.0 * 0.72 / trips),
        web(service_ms=0.0, cores=64, page="entity_and_references", references=trips - 1),
        node(
            "store",
            "store-1",
            "document",
            read_ms=1.0,
            cores=1,
            queue_limit=EVERYBODY,
            **store,
        ),
        link("users-1", "web-1", 0.0),
        link("web-1", "store-1", 0.1),
    )


@pytest.mark.parametrize("sharing", [False, True])
@efforts
def test_several_round_trips_to_one_store_keep_the_product_form(
    sharing: bool, effort: Effort
) -> None:
    """Three of them at 72 %: 10.71 ms, and 0.6 ms on the way."""
    shared = {"discipline": "processor_sharing", "distribution": "constant"} if sharing else {}
    topology = page(3, **shared)
    (client,) = analyse(topology).clients
    assert client.quality == "exact"
    expected = 3.0 / 0.28 + 0.6
    assert client.latency_ms == pytest.approx(expected)
    seen = runs(topology, 5.0, 150.0, effort)
    off = 0.02 * effort.precision
    seen.of(lambda run: run.latency_ms).must_be("3 round trips, T", expected, off)


@efforts
def test_shards_are_as_busy_as_their_keys_make_them(effort: Effort) -> None:
    names = [f"store-{number}" for number in range(4)]
    topology = drawing(
        people(1000.0),
        web(service_ms=0.0, cores=64),
        *(node("store", name, keys=200, read_ms=1.5, queue_limit=EVERYBODY) for name in names),
        link("users-1", "web-1", 0.0),
        *(link("web-1", name, 0.0) for name in names),
    )
    theory = analyse(topology)
    seen, off = runs(topology, 5.0, 60.0, effort), 0.03 * effort.precision
    for one in theory.nodes[1:]:
        assert one.waiting
        assert (one.traffic, one.waiting.quality) == ("exact", "exact")
        used = [run.at(one.node).used for run in seen.windows]
        times = [run.at(one.node).time_ms for run in seen.windows]
        Estimate.of(used).must_be(f"{one.node}, used", one.utilisation, off)
        Estimate.of(times).must_be(f"{one.node}, T", one.waiting.time_ms, off)
    (client,) = theory.clients
    assert client.latency_ms is not None
    seen.of(lambda run: run.latency_ms).must_be("four shards, T", client.latency_ms, off)


@pytest.mark.parametrize(
    ("algorithm", "servers", "cores", "model"),
    [
        ("two_choices", 10, 1, "SQ(2)"),
        ("two_choices", 10, 4, "SQ(2)"),
        ("two_choices", 2, 1, "JSQ"),
        ("least_connections", 10, 1, "JSQ"),
        ("least_connections", 3, 4, "JSQ"),
    ],
)
def test_balancers_that_look_at_the_load_are_nearly_known(
    algorithm: str, servers: int, cores: int, model: str
) -> None:
    """Within a fifth of the time there, where a random choice would be off by a factor of up to 5;
    and low, as the statement says.
    """
    names = [f"web-{number}" for number in range(servers)]
    topology = drawing(
        people(900.0 * servers * cores),
        node("load_balancer", "lb-1", forward_ms=0.0, algorithm=algorithm),
        *(
            node("web_server", name, service_ms=1.0, cores=cores, queue_limit=EVERYBODY)
            for name in names
        ),
        link("users-1", "lb-1", 0.0),
        *(link("lb-1", name, 0.0) for name in names),
    )
    said = analyse(topology).nodes[1]
    assert said.waiting
    assert (said.waiting.model, said.waiting.quality) == (model, "approximation")
    assert said.traffic == "exact", "they are alike, so each gets the same"
    seen = runs(topology, 5.0, 20.0, Effort(1.0, 1.0)).of(lambda run: run.latency_ms)
    assert seen.mean * 0.8 <= said.waiting.time_ms <= seen.mean + seen.half
