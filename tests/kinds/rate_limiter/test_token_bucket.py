"""The token bucket: its closed form, runs against it, and what people change or break meanwhile."""

from __future__ import annotations

import random

import pytest

from app.actions import CutLink, Heal, Silence
from app.kinds.rate_limiter.theory import passage
from app.schema import Value
from app.theory.analysis import analyse
from app.topology.edits.apply import RemoveLink, RemoveNode, SetNode
from app.topology.model import Topology
from app.topology.validation.validation import problems
from tests.support.drawings import drawing, edited, link, node, users, web
from tests.support.runs import Run
from tests.support.statistics.sampling import Effort, runs

QUEUE: dict[str, Value] = {"when_empty": "queue", "queue_limit": 1000, "wait_max_s": 0.0}


def limited(rate: float, /, patience_s: Value = 60.0, **limiter: Value) -> Topology:
    """Users on a limiter before a server that answers at once."""
    return drawing(
        users(rate, patience_s=patience_s),
        node("rate_limiter", "limiter-1", "", **limiter),
        web(service_ms=0.0, cores=8),
        link("users-1", "limiter-1", 0.0),
        link("limiter-1", "web-1", 0.0),
    )


def balanced(rate: float, /, balancer: dict[str, Value], **limiter: Value) -> Topology:
    """A limiter between a balancer and one of its two servers."""
    return drawing(
        users(rate),
        node("load_balancer", "lb-1", "", **balancer),
        node("rate_limiter", "limiter-1", "", **limiter),
        *(web(name, cores=8) for name in ("web-1", "web-2")),
        link("users-1", "lb-1"),
        link("lb-1", "limiter-1"),
        link("limiter-1", "web-1"),
        link("lb-1", "web-2"),
    )


def simulated(load: float, at_once: float, bound: float) -> tuple[float, float, float]:
    """The same bucket in ten lines: share that passes, mean wait in token times, share waiting."""
    chance, now, full_at, waits = random.Random(1), 0.0, 0.0, []
    count = 200_000
    for _ in range(count):
        now += chance.expovariate(load)
        missing = max(full_at - now, 0.0)
        if missing <= bound:
            waits.append(max(missing - at_once, 0.0))
            full_at = max(full_at, now) + 1.0
    mean = sum(waits) / len(waits)
    return len(waits) / count, mean, sum(wait > 0.0 for wait in waits) / len(waits)


@pytest.mark.parametrize(
    ("load", "at_once", "bound"),
    [
        (0.8, 2.0, 2.0),
        (0.9, 0.0, 3.7),
        (0.95, 9.0, 40.0),
        (1.0, 1.0, 20.5),
        (1.4, 2.0, 4.3),
        (30.0, 0.0, 0.5),
        (30.0, 0.0, 0.0),
    ],
)
def test_the_closed_form_is_what_a_simple_simulation_gives(
    load: float, at_once: float, bound: float
) -> None:
    for found, seen in zip(
        passage(load, at_once, bound), simulated(load, at_once, bound), strict=True
    ):
        assert found == pytest.approx(seen, rel=0.03, abs=0.003)


def test_the_closed_form_holds_at_its_ends() -> None:
    """No room is M/D/1/1; much room below capacity M/D/1, whose mean wait is load / (2 - 2 load);
    far above it the bucket is empty and the queue full.
    """
    assert passage(0.8, 0.0, 0.0) == pytest.approx((1 / 1.8, 0.0, 0.0))
    assert passage(0.8, 0.0, 1e6) == pytest.approx((1.0, 2.0, 0.8))
    assert passage(0.9, 0.0, 1e6)[1] == pytest.approx(4.5)
    share, wait, waits = passage(5.0, 3.0, 1003.0)
    assert (share, waits) == pytest.approx((0.2, 1.0))
    assert wait == pytest.approx(1000.0 - 0.2, rel=1e-3)
    below, at, above = (passage(1.0 + off, 5.0, 5000.0)[1] for off in (-2e-6, 0.0, 2e-6))
    assert below < at < above
    assert at == pytest.approx(below, rel=0.01)


@pytest.mark.parametrize(
    "limiter",
    [
        {"burst": 1},
        {"burst": 5},
        {"burst": 1, **QUEUE},
        {"burst": 2, **QUEUE, "queue_limit": 4},
        {"burst": 1, **QUEUE, "wait_max_s": 0.037},
    ],
    ids=str,
)
@pytest.mark.parametrize("rate", [90.0, 130.0])
def test_share_and_wait_are_those_of_theory(rate: float, limiter: dict[str, Value]) -> None:
    if rate > 100.0 and limiter.get("queue_limit") == 1000:
        pytest.skip("a queue that long takes longer to fill than this runs")
    drawn = limited(rate, **limiter)
    (found,) = [one for one in analyse(drawn).nodes if one.node == "limiter-1"]
    assert found.waiting is not None
    assert found.waiting.quality == found.traffic == "exact"
    seen = runs(drawn, 10.0, 60.0, Effort(1.0, 1.0, runs=12))
    loss = seen.of(lambda run: run.at("limiter-1").loss)
    wait_ms = seen.of(lambda run: run.at("limiter-1").time_ms)
    assert abs(found.waiting.refused - loss.mean) <= loss.half + 1e-9
    assert abs(found.waiting.time_ms - wait_ms.mean) <= wait_ms.half + 1e-9


def test_a_burst_passes_at_once_and_the_rest_by_the_rate() -> None:
    """After a quiet time 20 pass at once, then one each 100 ms, and no more in the long run."""
    run = Run(limited(1000.0, rate=10.0, burst=20)).to(1.0)
    assert run.read().completed == 20 + 9
    window = run.to(5.0).watch(10.0)
    assert window.completed == 100
    assert window.failures.keys() == {"rate_limited"}
    assert window.node("limiter-1")["util"] == pytest.approx(1.0, abs=0.001)
    assert window.node("limiter-1")["data"]["limited"] == pytest.approx(990.0, rel=0.05)
    assert [one.code for one in run.incidents("limiting")] == ["limiting"]


def test_requests_that_wait_go_on_in_order_and_never_wait_too_long() -> None:
    run = Run(limited(200.0, rate=100.0, burst=1, **{**QUEUE, "wait_max_s": 0.25})).to(20.0)
    waited = run.node("limiter-1")
    assert waited["latency_ms_p99"] < 260.0
    assert 235.0 < waited["latency_ms"] < 250.0
    assert run.summary()["failures"].keys() == {"rate_limited"}
    assert run.watch(10.0).completed == 1000


def test_another_rate_keeps_the_tokens_and_lets_the_next_go_by_the_new_one() -> None:
    """An empty bucket at 1/s, made 100/s, lets 100 of those who wait go in the next second."""
    run = Run(limited(200.0, rate=1.0, burst=1, **QUEUE)).to(3.0)
    run.edit(SetNode(node="limiter-1", parameters={"rate": 100.0}))
    before = run.read().completed
    assert before == 3
    assert run.to(4.0).read().completed == pytest.approx(before + 100, abs=1)
    run.edit(SetNode(node="limiter-1", parameters={"rate": 0.5}))
    before = run.read().completed
    assert run.to(8.0).read().completed - before in (2, 3)


def test_a_larger_bucket_fills_up_and_a_smaller_one_keeps_what_fits() -> None:
    run = Run(limited(0.001, rate=1.0, burst=50)).to(10.0)
    run.edit(SetNode(node="limiter-1", parameters={"burst": 5}))
    run.edit(SetNode(node="limiter-1", parameters={"burst": 50}))
    row = run.engine.world["nodes"][run.engine.numbering.nodes["limiter-1"]]
    assert (int(row["full_at"]) - run.engine.now_ns) / 1e9 == pytest.approx(45.0)


def test_an_edit_that_changes_nothing_leaves_the_run_as_it_is() -> None:
    run, other = (Run(limited(150.0, rate=100.0, **QUEUE)).to(3.0) for _ in range(2))
    back = run.edit(SetNode(node="limiter-1", parameters={"rate": 5.0}))
    run.edit(*back)
    other.edit(SetNode(node="limiter-1", parameters={"rate": 100.0}))
    assert run.to(3.0).read().completed == other.to(3.0).read().completed
    ends = [int(one.engine.world["nodes"]["full_at"].max()) for one in (run, other)]
    assert ends[0] == pytest.approx(ends[1], abs=10)


def test_a_crash_loses_who_waits_and_cuts_who_has_passed() -> None:
    slow = SetNode(node="web-1", parameters={"service_ms": 500.0, "distribution": "constant"})
    run = Run(edited(limited(100.0, rate=20.0, burst=1, **QUEUE), slow)).to(2.0)
    waiting = run.watch(0.0).node("limiter-1")["queue"]
    beyond = run.read().in_flight - waiting
    assert waiting > 50
    assert beyond >= 8
    run.crash("limiter-1")
    assert run.node("limiter-1")["failed"] == waiting
    reading = run.to(3.5).heal("limiter-1").read()
    assert reading.failures_by_outcome()["lost_in_crash"] == waiting + beyond
    assert reading.failures_by_outcome().keys() == {"lost_in_crash", "refused"}


def test_a_limiter_that_crashed_comes_back_with_a_full_bucket() -> None:
    run = Run(limited(1000.0, rate=1.0, burst=30)).to(5.0)
    before = run.read().completed
    run.crash("limiter-1").heal("limiter-1").on(0.5)
    assert run.read().completed == before + 30


@pytest.mark.parametrize("when_empty", ["reject", "queue"])
def test_one_that_hung_lets_go_of_what_came_by_its_tokens(when_empty: str) -> None:
    queue = {**QUEUE, "when_empty": when_empty}
    run = Run(limited(100.0, rate=200.0, burst=10, **queue)).to(2.0)
    run.fault(Silence(node="limiter-1")).on(1.0)
    held = run.watch(0.0).node("limiter-1")["queue"]
    assert held == pytest.approx(100, abs=30)
    before = run.read()
    run.heal("limiter-1")
    after = run.read()
    if when_empty == "reject":
        assert after.failures_by_outcome() == {"rate_limited": held - 10}
        assert run.watch(0.0).node("limiter-1")["queue"] == 0
    else:
        assert after.failed == before.failed
        assert run.watch(0.0).node("limiter-1")["queue"] == held - 10
    assert run.on(2.0).watch(5.0).failed == 0


def test_answers_wait_in_one_that_hangs_and_are_lost_where_a_link_back_is_cut() -> None:
    slow = SetNode(node="web-1", parameters={"service_ms": 300.0, "distribution": "constant"})
    drawn = edited(limited(20.0, rate=1000.0, burst=100, patience_s=5.0), slow)
    run = Run(drawn).to(2.0).fault(Silence(node="limiter-1", for_s=1.0))
    assert run.watch(0.9).completed == 0
    assert run.watch(2.0).failed == 0
    for name in ("users-1_limiter-1", "limiter-1_web-1"):
        run = Run(drawn).to(2.0).fault(CutLink(link=name, direction="back"))
        window = run.watch(4.0)
        assert (window.completed, window.failed) == (0, 0), name
        assert run.watch(3.0).failures.keys() == {"timed_out"}, name


def test_a_user_that_hangs_up_while_waiting_takes_no_token() -> None:
    """Patience of 0.2 s, a token a second: only who has just come still waits for it."""
    run = Run(limited(100.0, patience_s=0.2, rate=1.0, burst=1, **QUEUE)).to(20.0)
    window = run.watch(10.0)
    assert window.completed == pytest.approx(10, abs=1)
    assert window.failures.keys() == {"timed_out"}
    assert window.node("limiter-1")["rps"] == pytest.approx(1.0, abs=0.1)


def test_removed_with_requests_waiting_it_loses_them_and_is_forgotten() -> None:
    run = Run(limited(100.0, rate=10.0, burst=1, **QUEUE)).to(3.0)
    back = run.edit(RemoveNode(node="limiter-1"))
    assert run.read().in_flight == 0
    run.to(5.0).edit(*back)
    assert run.on(0.5).watch(5.0).completed == 50


def test_alone_it_has_nobody_to_pass_requests_to() -> None:
    run = Run(edited(limited(10.0), RemoveLink(link="limiter-1_web-1"))).to(2.0)
    assert run.read().failures_by_outcome().keys() == {"no_server"}
    assert any(one.code == "no_server" for one in problems(run.engine.topology))


def test_a_balancer_neither_retries_a_refusal_nor_ejects_the_limiter_for_it() -> None:
    wary: dict[str, Value] = {
        "retries": 3,
        "retry_on": "all",
        "redispatch": "other",
        "retry_wait_s": 0.0,
        "passive": "on",
        "passive_failures": 1,
    }
    run = Run(balanced(200.0, wary, rate=10.0, burst=1)).to(10.0)
    assert run.incidents("ejected") == []
    limiter = run.node("limiter-1")
    assert limiter["retried"] == 0
    assert limiter["limited"] + limiter["served"] == pytest.approx(1000, rel=0.1)


def test_a_server_behind_it_that_refuses_is_retried_elsewhere_if_all_failures_are() -> None:
    """The balancer's own connection, to the limiter, was taken: that is no failed connection."""
    for retried, fails in (("connection", True), ("all", False)):
        settings: dict[str, Value] = {"retries": 1, "retry_on": retried, "redispatch": "other"}
        run = Run(balanced(100.0, settings, rate=1000.0)).to(2.0).crash("web-1")
        failures = run.on(0.1).watch(5.0).failures
        assert (failures.get("refused", 0) > 100) is fails, retried


def test_a_crash_cuts_only_who_has_passed_the_limiter() -> None:
    """Half of the requests under way go by the other server."""
    drawn = edited(
        balanced(100.0, {}, rate=1000.0),
        *(
            SetNode(node=name, parameters={"service_ms": 200.0, "distribution": "constant"})
            for name in ("web-1", "web-2")
        ),
    )
    run = Run(edited(drawn, SetNode(node="web-1", parameters={"cores": 64}))).to(3.0)
    under_way = run.read().in_flight
    run.crash("limiter-1").heal("limiter-1").on(0.3)
    lost = run.read().failures_by_outcome()["lost_in_crash"]
    assert 5 <= lost <= under_way - 5


def test_a_second_balancer_behind_a_limiter_is_not_reached_and_the_drawing_says_so() -> None:
    drawn = edited(
        balanced(50.0, {}, rate=1000.0),
        node("load_balancer", "lb-2"),
        link("limiter-1", "lb-2"),
        link("lb-2", "web-2"),
    )
    found = {one.code: one for one in problems(drawn)}
    assert found["second_balancer"].link == "limiter-1_lb-2"
    assert "behind a load balancer" in found["second_balancer"].text.en
    run = Run(drawn).to(5.0)
    assert run.read().failures_by_outcome().keys() == {"unreachable"}
    circle = edited(balanced(50.0, {}, rate=1000.0), link("limiter-1", "lb-1"))
    assert Run(circle).to(2.0).read().failures_by_outcome().keys() == {"unreachable"}
    assert analyse(circle).nodes


def test_limiters_on_both_sides_of_a_balancer_are_both_passed() -> None:
    drawn = drawing(
        users(100.0),
        node("rate_limiter", "limiter-1", rate=80.0, burst=1),
        node("load_balancer", "lb-1"),
        node("rate_limiter", "limiter-2", rate=60.0, burst=1),
        web(cores=8, service_ms=100.0, distribution="constant"),
        link("users-1", "limiter-1", 10.0),
        link("limiter-1", "lb-1", 5.0),
        link("lb-1", "limiter-2", 2.0),
        link("limiter-2", "web-1", 1.0),
    )
    run = Run(drawn).to(10.0)
    assert run.summary()["latency_ms"]["p50"] == pytest.approx(136.0, abs=3.0)
    for name in ("limiter-1", "limiter-2"):
        at = run.read().failures_by_outcome().get("lost_in_crash", 0)
        run.crash(name).heal(name).on(0.15)
        assert run.read().failures_by_outcome()["lost_in_crash"] > at, name


def test_the_largest_and_smallest_settings_run() -> None:
    for settings in (
        {"rate": 1_000_000.0, "burst": 100_000},
        {"rate": 0.1, "burst": 1},
        {"rate": 0.1, "burst": 1, "when_empty": "queue", "queue_limit": 0},
        {"rate": 0.1, "burst": 1, "when_empty": "queue", "queue_limit": 1_000_000},
    ):
        run = Run(limited(500.0, patience_s=1.0, **settings)).to(5.0)
        reading = run.read()
        assert reading.offered == reading.completed + reading.failed + reading.in_flight
        assert reading.breaches == ()
        assert analyse(run.engine.topology).nodes
        run.fault(Heal(node="limiter-1"))
