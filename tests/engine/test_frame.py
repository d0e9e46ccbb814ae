"""Frames and summaries: what they say is what happened, in the units they promise."""

from __future__ import annotations

import json

import pytest

from app.engine.frame import frame
from app.topology.edits import RemoveLink, RemoveNode, SetNode
from app.topology.model import Topology
from tests.drawings import (
    balanced,
    drawing,
    edited,
    final_design,
    link,
    mmc,
    node,
    replica,
    replicated,
    users,
    web,
)
from tests.engine.runs import Run

STATES = {"idle", "healthy", "busy", "saturated", "down", "recovering"}


def test_a_frame_has_every_node_and_link_in_plain_json() -> None:
    window = Run(final_design()).to(5.0).watch(1.0)
    again = json.loads(json.dumps(window.frame))
    assert again == window.frame
    assert [one["id"] for one in again["n"]] == [one.id for one in final_design().nodes]
    assert {one[0] for one in again["e"]} == {one.id for one in final_design().links}
    assert again["w"] == 1.0
    for one in again["n"]:
        assert one["state"] in STATES
        assert one.keys() == again["n"][0].keys()


def test_rates_are_those_of_the_window() -> None:
    run = Run(final_design(600.0)).to(5.0)
    window = run.watch(10.0)
    totals = window.frame["m"]
    assert totals["offered_rps"] == pytest.approx(window.offered / 10, abs=1e-3)
    assert totals["completed_rps"] == pytest.approx(600, rel=0.05)
    assert window.node("users-1")["rps"] == pytest.approx(600, rel=0.05)
    assert window.node("lb-1")["rps"] == pytest.approx(600, rel=0.05)
    for server in ("web-1", "web-2"):
        shown = window.node(server)
        assert shown["rps"] == pytest.approx(300, rel=0.05)
        assert shown["rps"] == pytest.approx(shown["reads"] + shown["writes"], abs=0.002)
        assert window.link_rps(f"lb-1_{server}") == pytest.approx(300, rel=0.05)
        assert shown["util"] == pytest.approx(300 * 0.008 / 8, rel=0.1)
    primary, follower = window.node("db-1"), window.node("db-2")
    assert (primary["reads"], primary["writes"]) == (0.0, pytest.approx(60, rel=0.1))
    assert (follower["reads"], follower["writes"]) == (pytest.approx(270, rel=0.1), 0.0)


def test_totals_are_those_of_the_run() -> None:
    run = Run(final_design(600.0)).to(5.0).crash("db-1")
    window = run.watch(4.0)
    reading, totals = run.read(), window.frame["m"]
    assert totals["offered"] == reading.offered == window.before.offered + window.offered
    assert totals["offered"] == totals["completed"] + totals["failed"] + totals["in_flight"]
    assert totals["failures"] == reading.failures_by_outcome()
    assert sum(totals["failures"].values()) == totals["failed"] > 0
    assert totals["acknowledged"] == run.summary()["ledger"]["acknowledged"] > 0


def test_percentiles_need_enough_requests() -> None:
    run = Run(mmc(0.5)).to(10.0)
    few, many = run.watch(0.1).frame["m"], run.watch(100.0).frame["m"]
    assert few["offered_rps"] > 0
    assert few["p50"] is few["p95"] is few["p99"] is None
    assert 40 < many["p50"] < many["p95"] < many["p99"]
    assert many["p50"] == pytest.approx(40 + 13.9, rel=0.05)  # links, and the median of 20 ms
    assert many["p99"] == pytest.approx(40 + 92.1, rel=0.1)


@pytest.mark.parametrize(
    ("seconds", "known"),
    [(0.3, []), (1.5, ["p50"]), (6.0, ["p50", "p95"]), (30.0, ["p50", "p95", "p99"])],
)
def test_a_median_needs_fewer_than_a_tail(seconds: float, known: list[str]) -> None:
    """At 10 a second: ten requests, twenty, a hundred."""
    totals = Run(mmc(0.1)).to(10.0).watch(seconds).frame["m"]
    assert [name for name in ("p50", "p95", "p99") if totals[name] is not None] == known


def test_a_node_s_percentile_is_of_its_own_work() -> None:
    window = Run(mmc(0.5)).to(10.0).watch(200.0)
    assert window.node("web-1")["p95"] == pytest.approx(59.9, rel=0.1)
    assert window.node("users-1")["p95"] is None


@pytest.mark.parametrize(
    ("rho", "state"), [(0.3, "healthy"), (0.8, "busy"), (0.96, "saturated"), (2.0, "saturated")]
)
def test_a_station_s_state_is_how_busy_it_is(rho: float, state: str) -> None:
    assert Run(mmc(rho, 8)).to(30.0).watch(30.0).node("web-1")["state"] == state


def test_a_long_queue_is_saturated_however_little_was_done_in_the_window() -> None:
    run = Run(mmc(3.0, service_ms=1000.0)).to(30.0)
    assert run.watch(1e-6).node("web-1")["state"] == "saturated"


def test_who_is_down_says_since_when() -> None:
    run = Run(balanced(100.0)).to(3.5).crash("web-1")
    shown = run.watch(1.0).node("web-1")
    assert (shown["state"], shown["since"], shown["util"]) == ("down", 3.5, 0.0)
    run.heal("web-1")
    assert run.watch(1.0).node("web-1")["since"] is None


def test_databases_show_role_and_lag() -> None:
    run = Run(replicated(200.0, [replica("db-2", apply_ms=50.0)], write_share=50.0)).to(5.0)
    window = run.watch(1.0)
    primary, follower = window.node("db-1"), window.node("db-2")
    assert (primary["role"], primary["lag"]) == ("primary", None)
    assert follower["role"] == "replica"
    assert follower["lag"] == pytest.approx(6 * 0.8, rel=0.2)  # 20 of 100 writes a second applied
    assert follower["lag"] == pytest.approx(run.node("db-2")["lag_s"], abs=0.001)
    assert window.node("web-1")["role"] is None
    run.on(15.0)
    assert run.watch(1.0).node("db-2")["state"] == "recovering"


def test_clients_show_how_much_their_caches_help() -> None:
    cached = drawing(
        users(1000.0, dns_caches=1),
        node("dns", "dns-1", ttl_s=1.0),
        web(cores=16),
        link("users-1", "dns-1"),
        link("users-1", "web-1"),
    )
    window = Run(cached).to(5.0).watch(10.0)
    assert window.node("users-1")["hit"] == pytest.approx(0.96, abs=0.02)
    assert Run(mmc(0.5)).to(1.0).watch(5.0).node("users-1")["hit"] is None


def test_a_window_may_begin_before_a_node_or_a_link_did() -> None:
    run = Run(balanced(400.0)).to(3.0)
    before = run.read()
    run.edit(node("web_server", "web-3"), link("lb-1", "web-3"), RemoveNode(node="web-1"))
    run.on(2.0)
    run.edit(users(50.0, "users-2"), link("users-2", "lb-1"), RemoveLink(link="lb-1_web-2"))
    run.on(2.0)
    shown = frame(before, run.read())
    assert [one["id"] for one in shown["n"]] == ["users-1", "lb-1", "web-2", "web-3", "users-2"]
    rates = {name: rate for name, rate, _ in shown["e"]}
    assert rates["lb-1_web-3"] == pytest.approx((2 * 200 + 2 * 450) / 4, rel=0.1)
    assert rates["users-2_lb-1"] == pytest.approx(50 / 2, rel=0.2)
    assert all(rate >= 0.0 for rate in rates.values())


def test_a_window_without_length_has_no_rates() -> None:
    reading = Run(final_design()).to(2.0).read()
    shown = frame(reading, reading)
    assert shown["w"] == 0.0
    assert {one["rps"] for one in shown["n"]} == {0.0}
    assert shown["m"]["offered_rps"] == 0.0


def test_links_count_what_failed_beyond_them() -> None:
    run = Run(balanced(200.0)).to(3.0).crash("web-1")
    window = run.watch(0.5)
    rates = {name: (rate, failed) for name, rate, failed in window.frame["e"]}
    assert rates["lb-1_web-1"][1] == pytest.approx(window.failures["refused"] / 0.5, abs=0.01)
    assert rates["lb-1_web-2"][1] == 0.0
    assert rates["users-1_lb-1"][1] == 0.0


@pytest.mark.parametrize("discipline", ["fifo", "processor_sharing"])
def test_work_counts_as_it_is_done(discipline: str) -> None:
    """Ten seconds of work that came after one second; a crash ends it after seven."""
    run = Run(
        drawing(
            node("client", "users-1", arrivals="recorded", trace="1,0,10000"),
            web(discipline=discipline, cores=2),
            link("users-1", "web-1", 0.0),
        )
    )
    used = [run.to(at_s).node("web-1")["utilisation"] * 2 * at_s for at_s in (0.5, 3.0, 8.0)]
    assert used == pytest.approx([0.0, 2.0, 7.0])
    assert run.watch(0.5).node("web-1")["util"] == 0.25 * 2
    run.crash("web-1").to(20.0)
    assert run.node("web-1")["utilisation"] * 2 * 20.0 == pytest.approx(7.5)


def test_queue_shown_is_the_queue_now() -> None:
    """100 come a second, 10 go; one is being served."""
    run = Run(mmc(10.0, service_ms=100.0)).to(10.0)
    shown = run.watch(1.0).node("web-1")
    assert shown["queue"] == run.read().in_flight - 1 == pytest.approx(990, rel=0.1)


def test_a_summary_is_of_the_whole_run() -> None:
    said = Run(final_design(600.0)).to(20.0).summary()
    assert json.loads(json.dumps(said)) == said
    assert said["sim_seconds"] == 20.0
    assert said["nodes"].keys() == {one.id for one in final_design().nodes}
    server = said["nodes"]["web-1"]
    assert server["utilisation"] == pytest.approx(0.3, rel=0.1)
    assert server["served"] == pytest.approx(6000, rel=0.1)
    assert server["latency_ms_p50"] < server["latency_ms_p95"] < server["latency_ms_p99"]
    assert said["nodes"]["users-1"]["offered"] == said["requests"]["offered"]
    assert said["nodes"]["db-1"]["role"] == "primary"
    assert said["nodes"]["db-2"]["lag_s"] < 0.1


@pytest.mark.parametrize("topology", [Topology(), drawing(users(5.0)), drawing(web())])
def test_a_drawing_where_nothing_happens_has_figures_all_the_same(topology: Topology) -> None:
    run = Run(topology)
    before = run.read()
    json.dumps([run.summary(), frame(before, run.read())])
    run.to(3.0)
    said = run.summary()
    json.dumps([said, frame(before, run.read())])
    assert said["requests"]["completed"] == 0
    assert said["latency_ms"] == {"mean": None, "p50": None, "p95": None, "p99": None}


def test_balancer_books_balance() -> None:
    """Every request that a balancer took up went out on a link, or failed for want of a server."""
    for forward_ms in (0.0, 1.0):
        run = Run(
            edited(balanced(500.0, 3), SetNode(node="lb-1", parameters={"forward_ms": forward_ms}))
        )
        for second, server in enumerate(("web-1", "web-2", "web-3"), start=1):
            run.to(10.0 * second).crash(server)
        run.to(60.0).heal("web-2").to(80.0)
        reading = run.read()
        sent = dict(zip(reading.link_ids, reading.sent.tolist(), strict=True))
        taken = run.node("lb-1")["served"]
        refused = run.read().failures_by_outcome()["no_server"]
        assert refused > 100
        assert sum(sent[f"lb-1_web-{number}"] for number in (1, 2, 3)) == taken - refused
        assert sent["lb-1_web-1"] < sent["lb-1_web-3"] < sent["lb-1_web-2"]
