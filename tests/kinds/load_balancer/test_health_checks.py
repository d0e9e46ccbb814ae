"""Health checks of a balancer: the only way it notices that a server died or came back."""

import random

import pytest

from app.topology.edits.apply import AddLink, RemoveNode, SetLink, SetNode
from tests.support.drawings import balanced, drawing, edited, link, node, users
from tests.support.runs import SECOND, Run
from tests.support.statistics.samples import must_be_uniform, seeds

LINK_S = 0.00025
ALGORITHMS = ("round_robin", "random", "least_connections", "two_choices")


def noticed_after(run: Run, code: str, since_s: float) -> float:
    """Seconds until the balancer wrote its one incident of this sort."""
    (one,) = [one for one in run.incidents(code) if one.at_ns > since_s * SECOND]
    assert (one.node, one.other) == ("lb-1", "web-1")
    return one.at_ns / SECOND - since_s


def test_a_dead_server_is_hit_until_enough_checks_have_failed() -> None:
    """Probes keep their own rhythm, so the delay is uniform between two and three intervals; the
    last answer needs the way back. Meanwhile the dead server gets its turn: half of the requests.
    """
    drawn = balanced(400.0, check_interval_s=2.0, check_fall=3)
    places, refused, sent = [], 0, 0.0
    for seed in seeds(200):
        run = Run(drawn, seed).to(1.0).crash("web-1")
        window = run.watch(6.0 + LINK_S)
        delay_s = noticed_after(run, "marked_down", 1.0)
        assert 4.0 < delay_s <= 6.0 + LINK_S
        places.append((delay_s - LINK_S) / 2.0 - 2.0)
        assert window.failures.keys() <= {"refused", "lost_in_crash"}
        refused += window.failures["refused"]
        sent += 400.0 * delay_s
        assert run.watch(0.5).failed == 0
    must_be_uniform(places)
    assert refused / sent == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("interval_s", "fall", "rise", "latency_s"),
    [(1.0, 1, 1, 0.1), (0.5, 5, 3, 0.0), (2.0, 3, 2, LINK_S)],
)
def test_the_delay_of_noticing_a_death_or_return_is_uniform_over_one_interval(
    interval_s: float, fall: int, rise: int, latency_s: float
) -> None:
    chance = random.Random(5)
    checks = {"check_interval_s": interval_s, "check_fall": fall, "check_rise": rise}
    run = Run(
        drawing(
            users(1.0),
            node("load_balancer", "lb-1", **checks),
            node("web_server", "web-1"),
            link("users-1", "lb-1"),
            link("lb-1", "web-1", latency_s * 1000),
        )
    )
    falls: list[float] = []
    rises: list[float] = []
    for _ in range(200):
        for code, needed, places in (("marked_down", fall, falls), ("marked_up", rise, rises)):
            run.on(chance.uniform(1.0, 1.0 + interval_s))
            since_s = run.now_s
            run.crash("web-1") if code == "marked_down" else run.heal("web-1")
            run.on(needed * interval_s + latency_s)
            place = (noticed_after(run, code, since_s) - latency_s) / interval_s - (needed - 1)
            assert -1e-6 <= place <= 1.0 + 1e-6
            places.append(place)
    must_be_uniform(falls)
    must_be_uniform(rises)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_healed_server_waits_for_its_checks_and_then_has_its_full_share(algorithm: str) -> None:
    run = Run(balanced(400.0, algorithm=algorithm, check_interval_s=1.0, check_rise=4))
    run.to(5.0).crash("web-1").on(5.0).heal("web-1")
    assert run.watch(3.0).node("web-1")["rps"] == 0.0
    run.on(1.0 + LINK_S)
    noticed_after(run, "marked_up", 10.0)
    window = run.watch(50.0)
    assert window.failed == 0
    # Of 20,000 requests drawn at random, half plus or minus four sigmas.
    assert window.node("web-1")["rps"] * 50 == pytest.approx(window.offered / 2, abs=300)


def test_a_success_between_failed_checks_keeps_a_server_in() -> None:
    """A server that is gone for two checks and back for one is never taken out."""
    run = Run(balanced(100.0, check_interval_s=1.0, check_fall=3)).to(5.0)
    for _ in range(20):
        run.crash("web-1").on(1.9).heal("web-1").on(1.2)
    assert run.incidents("marked_down") == []
    assert run.watch(1.0).node("web-1")["rps"] == pytest.approx(50, rel=0.3)


def test_a_server_that_is_back_before_it_was_noticed_serves_at_once() -> None:
    run = Run(balanced(400.0, check_interval_s=2.0, check_fall=3))
    run.to(5.0).crash("web-1").on(3.9).heal("web-1")
    window = run.watch(10.0)
    assert window.failed == 0
    assert window.node("web-1")["rps"] == pytest.approx(200, rel=0.1)
    assert run.incidents() == []


def test_one_of_two_at_60_percent_dies_and_the_other_cannot_carry_120() -> None:
    """Redundancy without headroom is an outage: the survivor's queue fills and then sheds."""
    run = Run(edited(balanced(600.0), *(_constant(name) for name in ("web-1", "web-2"))))
    assert run.to(20.0).node("web-2")["utilisation"] == pytest.approx(0.6, abs=0.02)
    run.crash("web-1").on(6.1)
    window = run.on(10.0).watch(20.0)
    survivor = window.node("web-2")
    assert survivor["util"] >= 0.999
    assert survivor["rps"] == pytest.approx(500, rel=0.01)
    assert window.failures.keys() == {"queue_full"}
    assert window.failed / window.offered == pytest.approx(1 / 6, abs=0.02)


def _constant(name: str) -> SetNode:
    return SetNode(node=name, parameters={"distribution": "constant"})


def test_with_all_servers_dead_the_balancer_itself_refuses() -> None:
    run = Run(balanced(400.0, check_interval_s=1.0)).to(2.0)
    run.crash("web-1").crash("web-2").on(3.1)
    window = run.watch(5.0)
    assert window.failures == {"no_server": window.offered}
    assert window.node("lb-1")["fail"] == pytest.approx(400, rel=0.1)


def test_a_dead_balancer_fails_all_requests_and_works_at_once_after_its_heal() -> None:
    run = Run(balanced(400.0)).to(5.0)
    assert run.read().failed == 0
    run.crash("lb-1")
    window = run.watch(5.0)
    assert window.completed == 0
    assert window.failed == pytest.approx(2000, rel=0.1)
    assert window.failures.keys() <= {"refused", "lost_in_crash"}
    assert window.failures.get("lost_in_crash", 0) < 20
    run.heal("lb-1").on(0.02)  # what is on its way to it now arrives, what was before did not
    window = run.watch(5.0)
    assert window.failed == 0
    assert window.completed == pytest.approx(2000, rel=0.1)
    assert run.incidents() == []


def test_a_dead_balancer_learns_nothing_about_its_servers() -> None:
    """Its servers die and come back while it is down: it never learns of it."""
    run = Run(balanced(100.0, check_interval_s=0.5, check_fall=1)).to(5.0)
    run.crash("lb-1").crash("web-1").on(5.0).heal("web-1").heal("lb-1").on(5.0)
    assert run.incidents() == []


def test_a_restarted_balancer_counts_failed_checks_from_zero() -> None:
    """Two checks had failed; after the restart it takes three again, not one."""
    for seed in seeds(10):
        run = Run(balanced(100.0, check_interval_s=1.0, check_fall=3), seed).to(5.0)
        run.crash("web-1").on(2.01).crash("lb-1").heal("lb-1").on(3.1)
        assert noticed_after(run, "marked_down", 5.0) > 2.01 + 2.0 - LINK_S


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_server_added_during_a_run_takes_traffic_at_once(algorithm: str) -> None:
    run = Run(balanced(600.0, algorithm=algorithm)).to(5.0)
    run.edit(node("web_server", "web-3"), AddLink(source="lb-1", target="web-3"))
    assert run.watch(0.2).node("web-3")["rps"] > 0.0
    run.on(1.0)
    window = run.watch(40.0)
    assert window.failed == 0
    for name in ("web-1", "web-2", "web-3"):
        assert window.node(name)["rps"] * 40 == pytest.approx(window.offered / 3, abs=300)


def test_a_removed_server_fails_only_the_requests_it_held() -> None:
    lost = 0
    drawn = balanced(900.0, 3)
    drawn = edited(
        drawn, *(SetLink(link=one.id, parameters={"latency_ms": 0.0}) for one in drawn.links)
    )
    for seed in seeds(20):
        run = Run(drawn, seed).to(5.0)
        before, held = run.read(), _held(run, "web-3")
        run.edit(RemoveNode(node="web-3"))
        assert run.read().failed - before.failed == held
        window = run.watch(5.0)
        assert window.failed == 0
        assert window.node("web-1")["rps"] == pytest.approx(450, rel=0.1)
        lost += held
    assert lost > 0


def _held(run: Run, name: str) -> int:
    row = run.engine.world["nodes"][run.engine.numbering.nodes[name]]
    return int(row["busy"]) + int(row["queue_length"])
