"""Several balancers with addresses of their own, all given out by a name server."""

import pytest

from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, users
from tests.support.runs import Run
from tests.support.statistics.samples import must_be_uniform, seeds

RATE = 300.0
INTERVAL_S = 2.0


def named_pair() -> Topology:
    balancers, servers = ("lb-1", "lb-2"), ("web-1", "web-2")
    return drawing(
        users(RATE, dns_caches=2000),
        node("dns", "dns-1", ttl_s=5.0),
        *(node("load_balancer", name) for name in balancers),
        *(node("web_server", name) for name in servers),
        *(link("users-1", name) for name in ("dns-1", *balancers)),
        *(link(balancer, server) for balancer in balancers for server in servers),
    )


def test_users_spread_over_all_balancers_and_requests_over_all_servers() -> None:
    run = Run(named_pair()).to(30.0)
    window = run.watch(60.0)
    assert window.failed == 0
    for name in ("lb-1", "lb-2"):
        assert window.node(name)["rps"] == pytest.approx(RATE / 2, rel=0.1)
        for server in ("web-1", "web-2"):
            assert window.link_rps(f"{name}_{server}") == pytest.approx(RATE / 4, rel=0.1)


def test_each_of_several_balancers_believes_only_its_own_checks() -> None:
    """Their checks run at phases of their own: what one knows, the other finds out later."""
    apart = []
    for seed in seeds(120):
        run = Run(named_pair(), seed, load=0.02).to(10.0).crash("web-1").on(7.0)
        found = {one.node: one.at_ns / 1e9 for one in run.incidents("marked_down")}
        assert found.keys() == {"lb-1", "lb-2"}
        for at_s in found.values():
            assert 14.0 <= at_s <= 16.01, "the third failed check, 2 s apart, after a random phase"
        apart.append((found["lb-1"] - found["lb-2"]) % INTERVAL_S / INTERVAL_S)
    must_be_uniform(apart)


def test_the_death_of_one_of_two_balancers_fails_half_of_the_users() -> None:
    run = Run(named_pair()).to(30.0).crash("lb-1").on(0.5)
    window = run.watch(20.0)
    assert window.failures.keys() == {"refused"}
    assert window.failed / window.offered == pytest.approx(0.5, abs=0.06)
    assert window.node("lb-2")["rps"] == pytest.approx(RATE / 2, rel=0.1)
