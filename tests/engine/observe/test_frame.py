"""Frames and summaries: their figures equal what happened, in the units they promise."""

from __future__ import annotations

import json

import pytest

from app.engine.observe.frames.frame import frame
from app.engine.observe.frames.users import addresses_by_client
from app.topology.edits.apply import RemoveLink, RemoveNode, SetNode
from app.topology.model import Topology
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
    users,
    web,
)
from tests.support.runs import Run

STATES = {"idle", "healthy", "busy", "saturated", "down", "recovering", "failing", "delayed"}


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


def test_rates_of_a_frame_are_those_of_its_window() -> None:
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


def test_totals_of_a_frame_are_those_of_the_whole_run() -> None:
    run = Run(final_design(600.0)).to(5.0).crash("db-1")
    window = run.watch(4.0)
    reading, totals = run.read(), window.frame["m"]
    assert totals["offered"] == reading.offered == window.before.offered + window.offered
    assert totals["offered"] == totals["completed"] + totals["failed"] + totals["in_flight"]
    assert totals["failures"] == reading.failures_by_outcome()
    assert sum(totals["failures"].values()) == totals["failed"] > 0
    assert totals["acknowledged"] == run.summary()["ledger"]["acknowledged"] > 0


def test_percentiles_are_absent_with_too_few_requests() -> None:
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
def test_a_median_needs_fewer_requests_than_a_tail_percentile(
    seconds: float, known: list[str]
) -> None:
    """At 10 a second: ten requests, twenty, a hundred."""
    totals = Run(mmc(0.1)).to(10.0).watch(seconds).frame["m"]
    assert [name for name in ("p50", "p95", "p99") if totals[name] is not None] == known


def test_the_percentile_of_a_node_measures_its_own_work_only() -> None:
    window = Run(mmc(0.5)).to(10.0).watch(200.0)
    assert window.node("web-1")["p95"] == pytest.approx(59.9, rel=0.1)
    assert window.node("users-1")["p95"] is None


@pytest.mark.parametrize(
    ("rho", "state"), [(0.3, "healthy"), (0.8, "busy"), (0.96, "saturated"), (2.0, "saturated")]
)
def test_the_state_of_a_station_follows_its_utilisation(rho: float, state: str) -> None:
    assert Run(mmc(rho, 8)).to(30.0).watch(30.0).node("web-1")["state"] == state


def test_a_station_with_a_long_queue_is_saturated_even_if_it_did_little_in_the_window() -> None:
    run = Run(mmc(3.0, service_ms=1000.0)).to(30.0)
    assert run.watch(1e-6).node("web-1")["state"] == "saturated"


def test_a_node_that_is_down_shows_since_when() -> None:
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


def test_clients_show_the_hit_share_of_their_dns_caches() -> None:
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


def test_a_window_that_began_before_a_node_or_link_existed_is_measured() -> None:
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


def test_a_window_of_zero_length_has_zero_rates() -> None:
    reading = Run(final_design()).to(2.0).read()
    shown = frame(reading, reading)
    assert shown["w"] == 0.0
    assert {one["rps"] for one in shown["n"]} == {0.0}
    assert shown["m"]["offered_rps"] == 0.0


def test_links_count_requests_that_failed_behind_them() -> None:
    run = Run(balanced(200.0)).to(3.0).crash("web-1")
    window = run.watch(0.5)
    rates = {name: (rate, failed) for name, rate, failed in window.frame["e"]}
    assert rates["lb-1_web-1"][1] == pytest.approx(window.failures["refused"] / 0.5, abs=0.01)
    assert rates["lb-1_web-2"][1] == 0.0
    assert rates["users-1_lb-1"][1] == 0.0


@pytest.mark.parametrize("discipline", ["fifo", "processor_sharing"])
def test_utilisation_counts_work_while_it_is_done_and_not_at_its_end(discipline: str) -> None:
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


def test_the_queue_of_a_frame_is_the_present_one() -> None:
    """100 come a second, 10 go; one is being served."""
    run = Run(mmc(10.0, service_ms=100.0)).to(10.0)
    shown = run.watch(1.0).node("web-1")
    assert shown["queue"] == run.read().in_flight - 1 == pytest.approx(990, rel=0.1)


def test_a_summary_covers_the_whole_run() -> None:
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
def test_a_run_without_requests_has_a_complete_frame_and_summary(topology: Topology) -> None:
    run = Run(topology)
    before = run.read()
    json.dumps([run.summary(), frame(before, run.read())])
    run.to(3.0)
    said = run.summary()
    json.dumps([said, frame(before, run.read())])
    assert said["requests"]["completed"] == 0
    assert said["latency_ms"] == {"mean": None, "p50": None, "p95": None, "p99": None}


def test_requests_a_balancer_took_equal_those_it_sent_on_plus_those_it_failed() -> None:
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


def test_users_whose_requests_fail_are_failing_and_slow_ones_delayed() -> None:
    run = Run(mmc(0.5)).to(10.0)
    users = run.watch(5.0).node("users-1")
    assert (users["state"], users["fail"], users["failing"]) == ("healthy", 0.0, None)
    assert users["wait"] == pytest.approx(59.9 + 40.0, rel=0.3)
    crashed = run.crash("web-1").watch(5.0)
    assert crashed.node("users-1")["state"] == "failing"
    assert crashed.node("users-1")["fail"] == pytest.approx(50.0, rel=0.3)
    outcome, rate = crashed.node("web-1")["failing"]
    assert outcome == "refused"
    assert rate == pytest.approx(50.0, rel=0.3)
    slow = Run(mmc(1.5)).to(60.0).watch(10.0).node("users-1")
    assert slow["state"] == "delayed"
    assert slow["wait"] > 1000.0


def test_addresses_in_caches_are_told_with_share_and_time() -> None:
    run = Run(final_design()).to(20.0)
    held = addresses_by_client(run.read())
    assert set(held) == {one.id for one in final_design().nodes if one.kind == "client"}
    for answers in held.values():
        assert sum(share for share, _ in answers.values()) == pytest.approx(1.0)
        assert all(0.0 < for_s <= 60.0 for _, for_s in answers.values())


def test_attempts_count_every_try_and_failures_are_told_by_outcome() -> None:
    run = Run(balanced(200.0)).to(3.0)
    assert run.watch(1.0).frame["m"]["attempts_rps"] == pytest.approx(200, rel=0.15)
    window = run.crash("web-1").watch(0.5)
    totals = window.frame["m"]
    failures = {name: count / 0.5 for name, count in window.failures.items()}
    assert totals["failing"] == pytest.approx(failures, abs=0.01)
    assert sum(totals["failing"].values()) == pytest.approx(totals["failed_rps"], abs=0.01)


def test_attempts_of_clients_that_try_again_are_more_than_their_requests() -> None:
    drawn = drawing(
        users(100.0, retry="fixed", retries=2, backoff_ms=10.0),
        web(cores=8),
        link("users-1", "web-1"),
    )
    run = Run(drawn).to(2.0).crash("web-1")
    totals = run.on(2.0).watch(2.0).frame["m"]
    assert totals["attempts_rps"] == pytest.approx(3 * totals["offered_rps"], rel=0.1)


def test_connections_are_shown_of_nodes_that_count_them() -> None:
    run = Run(edited(balanced(200.0), SetNode(node="web-1", parameters={"pool_size": 7}))).to(3.0)
    window = run.watch(1.0)
    assert isinstance(window.node("lb-1")["conn"], int)
    assert window.node("web-1")["conn"] == 0
    assert window.node("web-2")["conn"] is None
    assert window.node("users-1")["conn"] is None
