"""Virtual IP of two balancers (VRRP): which one answers, and gaps when neither does."""

import math

import pytest

from app.actions import Silence
from app.schema import Value
from app.topology.edits.apply import RemoveLink, SetGroups, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, users
from tests.support.runs import Run
from tests.support.statistics.samples import must_be_uniform, seeds

RATE = 200.0
SEEDS = 120


def pair(**both: Value) -> Topology:
    """Users on two balancers with one address, each before both servers; lb-1 is the master."""
    balancers, servers = ("lb-1", "lb-2"), ("web-1", "web-2")
    topology = drawing(
        users(RATE, patience_s=1.0),
        node("load_balancer", "lb-1", vrrp_priority=200, **both),
        node("load_balancer", "lb-2", vrrp_priority=128, **both),
        *(node("web_server", name) for name in servers),
        *(link("users-1", name) for name in balancers),
        *(link(balancer, server) for balancer in balancers for server in servers),
    )
    return edited(
        topology, *(SetGroups(node=name, groups={"virtual_ip": "front"}) for name in balancers)
    )


def served(run: Run) -> tuple[int, int]:
    """Requests that each balancer has forwarded so far."""
    return run.node("lb-1")["served"], run.node("lb-2")["served"]


def takeovers(run: Run) -> list[tuple[str, float]]:
    return [(one.node, one.at_ns / 1e9) for one in run.incidents("took_address")]


def test_the_master_answers_all_requests_whichever_balancer_links_lead_to() -> None:
    run = Run(pair()).to(20.0)
    assert run.read().failed == 0
    first, second = served(run)
    assert (first > 3000, second) == (True, 0)
    assert takeovers(run) == []
    window = run.watch(5.0)
    assert (window.node("lb-1")["role"], window.node("lb-2")["role"]) == ("active", "standby")
    # Nothing sets out to the other one, nor to one that has the address no longer.
    assert window.link_rps("users-1_lb-1") == pytest.approx(RATE, rel=0.15)
    assert window.link_rps("users-1_lb-2") == 0.0
    window = run.crash("lb-1").on(5.0).watch(5.0)
    assert window.link_rps("users-1_lb-2") == pytest.approx(RATE, rel=0.15)
    assert window.link_rps("users-1_lb-1") == 0.0


def test_users_need_a_link_to_only_one_balancer_of_a_virtual_ip() -> None:
    run = Run(edited(pair(), RemoveLink(link="users-1_lb-1"))).to(20.0)
    assert run.read().failed == 0
    assert served(run)[0] > 3000
    run.crash("lb-1").on(5.0)
    assert run.watch(5.0).failed == 0


def test_the_address_is_dead_until_the_backup_has_missed_three_adverts_and_a_skew() -> None:
    """Priority 128 waits 3.5 s from the last advert, which is U(0, 1) s old when the master dies
    at a moment of no meaning: U(2.5, 3.5) without anybody.
    """
    places = []
    for seed in seeds(SEEDS):
        crash_s = 5.0 + 5.0 * math.modf(seed * 0.6180339887)[0]
        run = Run(pair(), seed, load=0.02).to(crash_s).crash("lb-1").on(5.0)
        ((name, at_s),) = takeovers(run)
        assert name == "lb-2"
        places.append(at_s - crash_s - 2.5)
    must_be_uniform(places)


def test_requests_sent_while_no_balancer_holds_the_virtual_ip_time_out() -> None:
    """Nobody answers for the address, so nobody refuses either: users wait until they give up."""
    run = Run(pair()).to(5.0)
    before = run.read()
    run.crash("lb-1").on(6.0)
    after = run.read()
    ((_, at_s),) = takeovers(run)
    failures = after.failures_by_outcome()
    # What the master was working on is lost with it.
    assert failures.keys() <= {"timed_out", "lost_in_crash"}
    assert failures.get("lost_in_crash", 0) < 0.1 * RATE
    lost = RATE * (at_s - 5.0)
    assert failures["timed_out"] == pytest.approx(lost, abs=4 * math.sqrt(lost))
    assert before.failed == 0
    assert run.watch(5.0).failed == 0
    assert run.watch(1.0).node("lb-2")["role"] == "active"


def test_a_balancer_of_higher_priority_takes_the_address_back_without_a_gap() -> None:
    """A backup of priority 200 heeds no advert of 128: 3 intervals and 56/256 after its return."""
    run = Run(pair()).to(5.0).crash("lb-1").to(15.0).heal("lb-1").to(18.2)
    assert [name for name, _ in takeovers(run)] == ["lb-2"]
    failed = run.read().failed
    before = served(run)
    run.to(25.0)
    assert takeovers(run)[1][0] == "lb-1"
    assert takeovers(run)[1][1] == pytest.approx(15.0 + 3.0 + 56 / 256, abs=1e-6)
    assert run.read().failed == failed
    first, second = served(run)
    assert first - before[0] > 1000
    assert second - before[1] < 30


def test_a_hanging_master_is_replaced_and_reclaims_the_address_at_once_when_it_goes_on() -> None:
    """It takes connections and answers none until the other has taken over; when it goes on, its
    next advert overrules the weaker one.
    """
    for seed in seeds(10):
        run = Run(pair(), seed).to(5.0).fault(Silence(node="lb-1")).to(9.0)
        ((name, at_s),) = takeovers(run)
        assert name == "lb-2"
        assert 7.5 <= at_s <= 8.5
        assert run.on(1.0).watch(5.0).failed == 0
        run.heal("lb-1").on(1.1)
        assert len(takeovers(run)) == 1
        window = run.watch(5.0)
        assert (window.node("lb-1")["role"], window.node("lb-2")["role"]) == ("active", "standby")
        assert window.failed == 0


def test_a_backup_that_hangs_does_not_wake_up_as_a_master() -> None:
    run = Run(pair()).to(5.0).fault(Silence(node="lb-2")).on(20.0).heal("lb-2").on(20.0)
    assert takeovers(run) == []
    assert run.watch(1.0).node("lb-1")["role"] == "active"
    assert run.read().failed == 0


def test_with_equal_priorities_the_present_master_keeps_the_address() -> None:
    """The higher address leads at first; who has taken over keeps the address."""
    topology = edited(pair(), SetNode(node="lb-1", parameters={"vrrp_priority": 128}))
    run = Run(topology).to(5.0)
    assert run.watch(1.0).node("lb-2")["role"] == "active"
    run.crash("lb-2").on(10.0).heal("lb-2").on(20.0)
    assert [name for name, _ in takeovers(run)] == ["lb-1"]


def test_failover_of_a_virtual_ip_scales_with_the_advert_interval() -> None:
    run = Run(pair(advert_interval_s=0.1)).to(5.0).crash("lb-1").on(5.0)
    ((_, at_s),) = takeovers(run)
    assert 0.25 <= at_s - 5.0 <= 0.35


def test_balancers_with_different_advert_intervals_are_both_masters() -> None:
    """Adverts with another interval than one's own are dropped, so each thinks it is alone."""
    topology = edited(pair(), SetNode(node="lb-2", parameters={"advert_interval_s": 2.0}))
    run = Run(topology).to(30.0)
    assert [name for name, _ in takeovers(run)] == ["lb-2"]
    assert run.watch(1.0).node("lb-2")["role"] == "active"


def test_a_virtual_ip_of_one_balancer_fails_with_it() -> None:
    alone = edited(pair(), SetGroups(node="lb-2", groups={"virtual_ip": ""}))
    run = Run(alone).to(5.0)
    assert all(count > 300 for count in served(run))
    window = run.crash("lb-1").watch(20.0)
    assert window.failures.keys() <= {"timed_out", "lost_in_crash"}
    window = run.heal("lb-1").on(3.2).watch(0.8)
    assert window.completed > 0.2 * RATE
    assert run.on(0.5).watch(5.0).failed == 0


def test_each_balancer_of_a_virtual_ip_has_its_own_health_checks() -> None:
    run = Run(pair()).to(5.0).crash("web-1").on(10.0)
    found = {one.node: one.at_ns for one in run.incidents("marked_down")}
    assert found.keys() == {"lb-1", "lb-2"}
    assert found["lb-1"] != found["lb-2"]


def test_a_balancer_can_join_and_leave_a_virtual_ip_during_a_run() -> None:
    apart = edited(
        pair(), *(SetGroups(node=name, groups={"virtual_ip": ""}) for name in ("lb-1", "lb-2"))
    )
    run = Run(apart).to(5.0)
    assert all(count > 300 for count in served(run))
    run.edit(SetGroups(node="lb-1", groups={"virtual_ip": "front"}))
    run.on(1.0).edit(SetGroups(node="lb-2", groups={"virtual_ip": "front"}))
    before = served(run)
    run.on(5.0)
    assert served(run)[1] == before[1]
    run.edit(SetGroups(node="lb-1", groups={"virtual_ip": ""}))
    run.on(3.6)
    assert [name for name, _ in takeovers(run)] == ["lb-2"]
    before = served(run)
    assert run.read().failures_by_outcome().keys() <= {"timed_out"}
    run.on(5.0)
    assert all(now > then + 300 for now, then in zip(served(run), before, strict=True))
