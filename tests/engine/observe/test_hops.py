"""Sampled hops: whole journeys of a few requests, with their true times."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

from app.engine.engine import Hop
from app.topology.edits.apply import RemoveLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import balanced, drawing, final_design, link, mmc, node, users, web
from tests.support.runs import SECOND, Run

JOURNEYS = {
    False: ({"users-1_dns-1"}, {"users-1_lb-1"}, {"lb-1_web-1", "lb-1_web-2"},
            {f"web-{one}_db-{other}" for one in (1, 2) for other in (2, 3)}),
    True: ({"users-1_dns-1"}, {"users-1_lb-1"}, {"lb-1_web-1", "lb-1_web-2"},
           {"web-1_db-1", "web-2_db-1"}),
}  # fmt: skip
"""Links that a read and a write take, in order; an answer that is cached saves the first."""


def journeys(run: Run) -> dict[int, list[Hop]]:
    """Hops by request, in order."""
    found: dict[int, list[Hop]] = defaultdict(list)
    for hop in run.engine.hops():
        found[hop.request].append(hop)
    return found


def watched(topology: Topology, every: int = 1) -> Run:
    run = Run(topology)
    run.engine.sample_hops(every)
    return run


def test_no_request_is_traced_unless_asked_for() -> None:
    assert Run(final_design()).to(5.0).engine.hops() == []


def test_a_traced_request_crosses_links_in_order_each_in_its_latency() -> None:
    run = watched(final_design(100.0)).to(5.0)
    topology, seen = run.engine.topology, journeys(run)
    assert len(seen) > 300
    for hops in seen.values():
        steps = JOURNEYS[hops[0].writes]
        first = 0 if hops[0].link == "users-1_dns-1" else 1
        for hop, links in zip(hops, steps[first:], strict=False):
            assert hop.ok
            assert hop.link in links
            assert hop.node == topology.link(hop.link).target
            latency_ns = topology.link(hop.link).latency_ms * 1e6
            assert hop.ends_ns - hop.begins_ns == round(latency_ns)
        for before, after in pairwise(hops):
            assert after.begins_ns >= before.ends_ns
            assert after.writes == before.writes
    assert {hop.writes for hops in seen.values() for hop in hops} == {True, False}
    assert any(hops[0].link == "users-1_dns-1" for hops in seen.values())


@pytest.mark.parametrize("failing", ["web-1", "lb-1", "dns-1"])
def test_a_failed_request_is_traced_as_a_hop_without_a_target(failing: str) -> None:
    run = watched(final_design(200.0)).to(2.0)
    run.engine.hops()
    run.crash(failing).on(1.0)
    seen = journeys(run).values()
    since = [
        hops for hops in seen if hops[0].link[:5] == "users" and hops[0].begins_ns > 2 * SECOND
    ]
    failures = [hop for hops in since for hop in hops if not hop.ok]
    assert failures
    for hop in failures:
        assert (hop.link, hop.node) == ("", failing)
        assert hop.begins_ns == hop.ends_ns


def test_the_trace_of_a_failed_request_ends_where_it_failed() -> None:
    run = watched(balanced(200.0)).to(2.0).crash("web-1").on(1.0)
    for hops in journeys(run).values():
        assert all(hop.ok for hop in hops[:-1])


def test_the_only_link_of_a_user_is_traced_as_a_hop() -> None:
    """Where the engine needs no event for it."""
    run = watched(mmc(0.5)).to(2.0)
    for hops in journeys(run).values():
        (hop,) = hops
        assert (hop.link, hop.node) == ("users-1_web-1", "web-1")
        assert hop.ends_ns - hop.begins_ns == 20_000_000


def test_one_request_in_n_is_traced_evenly_over_the_servers() -> None:
    run = watched(balanced(800.0), every=40).to(40.0)
    seen = journeys(run)
    assert len(seen) == pytest.approx(800 * 40 / 40, rel=0.1)
    ways = [hops[-1].link for hops in seen.values()]
    assert ways.count("lb-1_web-1") == pytest.approx(len(ways) / 2, rel=0.1)


def test_hops_are_reported_once_and_the_newest_are_kept() -> None:
    run = watched(mmc(0.5, service_ms=0.1)).to(5.0)
    first = run.engine.hops()
    assert 0 < len(first) < 5000 * 5
    assert first[-1].begins_ns > 4.9 * SECOND
    assert run.engine.hops() == []
    run.to(5.1)
    second = run.engine.hops()
    assert second
    assert second[0].request > first[-1].request


def test_a_hop_over_a_removed_link_can_still_be_read() -> None:
    run = watched(balanced(200.0)).to(1.0)
    run.edit(RemoveLink(link="lb-1_web-1"), SetNode(node="web-2", parameters={"cores": 1}))
    links = {hop.link for hops in journeys(run).values() for hop in hops}
    assert "lb-1_web-1" in links


def test_the_share_of_traced_requests_can_be_lowered_during_a_run() -> None:
    run = watched(drawing(users(1000.0), web(), node("dns", "dns-1"), link("users-1", "web-1")))
    run.to(1.0)
    everything = len(run.engine.hops())
    run.engine.sample_hops(50)
    run.to(2.0)
    assert 0 < len(run.engine.hops()) < everything / 10
