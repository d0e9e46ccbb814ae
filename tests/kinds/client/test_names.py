"""Name lookups: DNS caches that hide a dead name server, and addresses that can be reached."""

import pytest

from app.schema import Value
from app.topology.edits.apply import Edit, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import SIGMAS, seeds

CACHES = 500


def named(rate: float, ttl_s: float, **client: Value) -> Topology:
    """Users who need a name server before they reach a web server that is fast enough."""
    return drawing(
        users(rate, **{"dns_caches": CACHES, **client}),
        node("dns", "dns-1", ttl_s=ttl_s),
        web(cores=64),
        link("users-1", "dns-1"),
        link("users-1", "web-1"),
    )


def test_cached_answers_expire_linearly_within_the_ttl_after_the_name_server_died() -> None:
    """Their answers are of any age up to the TTL, so at `t` a share of `t / TTL` is gone. At one
    request per cache and second, 10 of 11 caches hold an answer to begin with.
    """
    ttl_s, runs = 10, 6
    fine = [0.0] * ttl_s
    for seed in seeds(runs):
        # Caches that were filled together have lost all memory of it after 500 s.
        run = Run(named(CACHES, ttl_s), seed).to(500.0)
        assert run.read().failed == 0
        run.crash("dns-1").on(0.05)
        for second in range(ttl_s):
            window = run.watch(1.0)
            assert window.failures.keys() == {"lookup_failed"}
            fine[second] += window.completed / window.offered / runs
        window = run.on(0.1).watch(5.0)
        assert window.completed == 0
        assert window.failed == pytest.approx(window.offered, abs=50)
        window = run.heal("dns-1").on(0.1).watch(5.0)
        assert window.failed == 0
    for second, share in enumerate(fine):
        theory = 10 / 11 * (1 - (second + 0.5) / ttl_s)
        chance = (theory * (1 - theory) / CACHES / runs) ** 0.5
        assert share == pytest.approx(theory, abs=SIGMAS * chance + 0.005)


def test_lookups_succeed_from_caches_until_the_first_answer_expires() -> None:
    """500 caches that were all filled within the first seconds all run dry within those seconds."""
    run = Run(named(5 * CACHES, ttl_s=60.0)).to(20.0)
    run.crash("dns-1")
    assert run.watch(40.0).failed == 0
    run.on(5.0)
    window = run.watch(5.0)
    assert window.completed == 0
    assert window.failures.keys() == {"lookup_failed"}


def test_a_ttl_longer_than_the_outage_of_the_name_server_hides_it() -> None:
    run = Run(named(5 * CACHES, ttl_s=3600.0)).to(20.0)
    window = run.crash("dns-1").watch(100.0)
    assert window.failed == 0
    assert window.node("users-1")["hit"] == 1.0
    # Caches that are new have no answers.
    run.edit(SetNode(node="users-1", parameters={"dns_caches": CACHES + 1}))
    assert run.on(0.1).watch(5.0).completed == 0


def test_with_ttl_zero_every_request_asks_the_name_server() -> None:
    run = Run(named(100.0, ttl_s=0.0)).to(20.0)
    assert run.watch(10.0).node("users-1")["hit"] == 0.0
    run.crash("dns-1").on(0.1)
    window = run.watch(5.0)
    assert (window.completed, set(window.failures)) == (0, {"lookup_failed"})


def test_the_dns_hit_share_follows_the_formula_for_a_poisson_stream() -> None:
    """One request fills a cache for a TTL, in which it gets rate x TTL more: 1 - 1 / (1 + that)."""
    for rate, ttl_s in ((CACHES * 1.0, 4.0), (CACHES * 0.1, 10.0)):
        run = Run(named(rate, ttl_s)).to(100.0)
        hit = run.watch(2000.0 * CACHES / rate / 10).node("users-1")["hit"]
        expected = rate / CACHES * ttl_s
        assert hit == pytest.approx(1 - 1 / (1 + expected), abs=0.01)


def test_with_one_of_two_name_servers_down_half_of_the_lookups_fail() -> None:
    """Clients take turns; they do not learn which name server is dead."""
    drawn = drawing(
        users(400.0),
        node("dns", "dns-1", ttl_s=0.0),
        node("dns", "dns-2", ttl_s=0.0),
        web(cores=64),
        *(link("users-1", target) for target in ("dns-1", "dns-2", "web-1")),
    )
    window = Run(drawn).to(5.0).crash("dns-2").on(1.0).watch(20.0)
    assert window.failed / window.offered == pytest.approx(0.5, abs=0.01)


def test_the_name_server_gives_out_dead_addresses_too() -> None:
    """It checks nobody: half of the users stay on the dead address, whatever the TTL."""
    drawn = drawing(
        users(400.0),
        node("dns", "dns-1", ttl_s=5.0),
        *(web(name, cores=64) for name in ("web-1", "web-2")),
        *(link("users-1", target) for target in ("dns-1", "web-1", "web-2")),
    )
    run = Run(drawn).to(20.0).crash("web-2").on(1.0)
    for _ in range(4):
        window = run.watch(10.0)
        assert window.failures.keys() == {"refused"}
        assert window.failed / window.offered == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("with_dns", [False, True])
def test_users_reach_public_addresses_only_and_an_edit_can_make_one(with_dns: bool) -> None:
    extra: list[Edit] = [node("dns", "dns-1"), link("users-1", "dns-1")] if with_dns else []
    run = Run(drawing(users(200.0), web(exposure="private"), *extra, link("users-1", "web-1"))).to(
        5.0
    )
    assert run.read().completed == 0
    assert run.read().failures_by_outcome() == {"unreachable": run.read().failed}
    assert run.read().failed == pytest.approx(1000, rel=0.15)
    assert run.node("web-1")["served"] == 0
    run.edit(SetNode(node="web-1", parameters={"exposure": "public"}))
    window = run.on(0.1).watch(5.0)
    assert window.failed == 0
    assert window.completed == pytest.approx(1000, rel=0.15)
    run.edit(SetNode(node="web-1", parameters={"exposure": "private"}))
    window = run.on(0.5).watch(5.0)
    assert (window.completed, set(window.failures)) == (0, {"unreachable"})


def test_private_servers_behind_a_public_balancer_are_reached() -> None:
    run = Run(
        drawing(
            users(200.0),
            node("load_balancer", "lb-1"),
            node("web_server", "web-1"),
            link("users-1", "lb-1"),
            link("lb-1", "web-1"),
        )
    ).to(5.0)
    assert run.read().failed == 0
    run.edit(SetNode(node="lb-1", parameters={"exposure": "private"}))
    window = run.on(0.5).watch(5.0)
    assert (window.completed, set(window.failures)) == (0, {"unreachable"})
