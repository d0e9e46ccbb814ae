"""Theory of what is up: what is down gets nothing, and the others get what it would have."""

import pytest

from app.actions import AnyFault, Crash, CutLink, Slow
from app.schema import Value
from app.session.analysis.present_outage import present_outage
from app.session.playback.frames import broken, measured
from app.session.situation import Situation, with_fault
from app.theory.analysis import Theory, analyse
from app.topology.edits.apply import SetGroups, SetNode
from app.topology.model import Topology
from app.topology.servers.outages import Outage
from tests.support.drawings import (
    balanced,
    drawing,
    edited,
    final_design,
    link,
    mmc,
    node,
    replica,
    replicated,
    two_sites,
    users,
    web,
)
from tests.support.runs import Run


def rates(theory: Theory) -> dict[str, float]:
    return {one.node: one.arrivals_rps for one in theory.nodes}


def compared(drawn: Topology, *faults: AnyFault, warm_s: float = 60.0) -> Theory:
    """The theory of what is up, with rates that a run after the faults has as well."""
    run, situation = Run(drawn).to(1.0), Situation(drawn)
    for fault in faults:
        run.fault(fault)
        situation, _ = with_fault(situation, fault)
    run.to(warm_s)
    window = run.watch(60.0)
    reading = run.read()
    parts = measured(reading, reading)
    outage = present_outage(drawn, situation.unhealed(broken(parts)), parts)
    assert outage
    theory = analyse(drawn, outage=outage)
    for one in theory.nodes:
        seen = window.node(one.node)["rps"]
        assert seen == pytest.approx(one.arrivals_rps, rel=0.05, abs=1.0), one.node
    return theory


def test_a_balancer_deals_to_the_servers_that_are_left() -> None:
    theory = compared(balanced(300.0, 3, forward_ms=0.0), Crash(node="web-2"))
    assert rates(theory) == pytest.approx({"lb-1": 300, "web-1": 150, "web-2": 0, "web-3": 150})
    assert "Everybody has noticed what is down" in theory.assumptions[0].en


def test_a_cut_link_leads_nowhere() -> None:
    theory = compared(balanced(300.0, 3, forward_ms=0.0), CutLink(link="lb-1_web-1"))
    assert rates(theory)["web-1"] == 0.0


def test_users_lose_what_they_send_to_an_address_that_is_down() -> None:
    """Half of it, unless the name servers check."""
    theory = compared(two_sites(), Crash(node="web-1"))
    assert theory.clients[0].unreachable_rps == pytest.approx(150.0)
    checks: dict[str, Value] = {"health_checks": "on", "check_interval_s": 5.0}
    checked = edited(two_sites(), SetNode(node="dns-1", parameters=checks))
    theory = compared(checked, Crash(node="web-1"))
    assert theory.clients[0].unreachable_rps == 0.0
    assert rates(theory)["web-2"] == pytest.approx(300.0)


def test_a_replica_takes_over_from_a_primary_that_is_down() -> None:
    drawn = replicated(100.0, (replica("db-2"), replica("db-3")), write_share=20.0)
    theory = compared(drawn, Crash(node="db-1"))
    assert rates(theory)["db-1"] == 0.0
    assert rates(theory)["db-2"] + rates(theory)["db-3"] == pytest.approx(100.0)
    by_people = SetNode(node="db-2", parameters={"automatic": "off"})
    alone = edited(replicated(100.0, (replica("db-2"),), write_share=20.0), by_people)
    theory = compared(alone, Crash(node="db-1"))
    assert rates(theory)["db-2"] == pytest.approx(80.0)


def test_a_slow_server_s_work_takes_longer() -> None:
    theory = compared(mmc(0.2), Slow(node="web-1", factor=3.0))
    assert theory.nodes[0].utilisation == pytest.approx(0.6)
    assert theory.nodes[0].waiting is not None
    assert theory.nodes[0].waiting.time_ms == pytest.approx(30.0 / 0.4)


def test_some_servers_of_a_node_may_be_down() -> None:
    drawn = edited(
        balanced(300.0, 1, forward_ms=0.0), SetNode(node="web-1", parameters={"instances": 3})
    )
    outage = present_outage(drawn, [Crash(node="web-1", servers=2)], {})
    assert outage == Outage(frozenset({"web-1", "web-1~2"}))
    assert rates(analyse(drawn, outage=outage)) == pytest.approx(
        {"lb-1": 300, "web-1": 0, "web-1~2": 0, "web-1~3": 300}
    )


def test_the_other_balancer_holds_the_virtual_ip() -> None:
    drawn = drawing(
        users(100.0),
        node("load_balancer", "lb-1"),
        node("load_balancer", "lb-2"),
        web("web-1"),
        link("users-1", "lb-1"),
        *(link(name, "web-1") for name in ("lb-1", "lb-2")),
    )
    for name in ("lb-1", "lb-2"):
        drawn = edited(drawn, SetGroups(node=name, groups={"virtual_ip": "front"}))
    holder = "lb-1" if rates(analyse(drawn))["lb-1"] > 0 else "lb-2"
    other = {"lb-1": "lb-2", "lb-2": "lb-1"}[holder]
    theory = compared(drawn, Crash(node=holder))
    assert rates(theory) == pytest.approx({holder: 0, other: 100, "web-1": 100})


def test_primaries_are_those_that_the_run_has() -> None:
    """After a failover the old primary comes back as a replica."""
    drawn = final_design(200.0)
    run = Run(drawn).to(1.0).crash("db-1")
    run.to(30.0).heal("db-1").to(90.0)
    reading = run.read()
    parts = measured(reading, reading)
    outage = present_outage(drawn, [], parts)
    (leader,) = outage.leading
    assert leader in ("db-2", "db-3")
    theory = analyse(drawn, outage=outage)
    window = run.watch(60.0)
    for name in ("db-1", "db-2", "db-3"):
        assert window.node(name)["rps"] == pytest.approx(rates(theory)[name], rel=0.06)
