"""Types of health checks: what each asks for, and how soon a balancer notices which fault."""

from collections.abc import Callable
from typing import Literal

import pytest

from app.actions import CutLink, Silence, Slow
from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, users
from tests.support.runs import SECOND, Run
from tests.support.statistics.samples import must_be_uniform, seeds

HANG = Silence(node="web-1")


def checked(latency_ms: float = 0.0, rate: float = 50.0, **balancer: Value) -> Topology:
    """Two servers behind a balancer that checks them every second, three to fall, two to rise."""
    checks: dict[str, Value] = {"check_interval_s": 1.0, "check_fall": 3, "check_rise": 2}
    return drawing(
        users(rate),
        node("load_balancer", "lb-1", "", **{**checks, **balancer}),
        *(node("web_server", name) for name in ("web-1", "web-2")),
        link("users-1", "lb-1"),
        *(link("lb-1", name, latency_ms) for name in ("web-1", "web-2")),
    )


def noticed_after(run: Run, since_s: float, code: str = "marked_down") -> float:
    """Seconds until the balancer wrote its first such incident since then."""
    ats = [one.at_ns / SECOND for one in run.incidents(code) if one.other == "web-1"]
    return next(at for at in ats if at > since_s) - since_s


def places(
    topology: Topology, breaks: Callable[[Run], object], needed_s: float, spread_s: float
) -> list[float]:
    """Where in its spread each of many runs noticed, once the time that is always needed is off."""
    found = []
    for seed in seeds(120):
        run = Run(topology, seed).to(5.0 + 0.37 * (seed % 7))
        since_s = run.now_s
        breaks(run)
        run.on(needed_s + spread_s + 0.1)
        place = (noticed_after(run, since_s) - needed_s) / spread_s
        assert -1e-6 <= place <= 1.0 + 1e-6
        found.append(place)
    return found


@pytest.mark.parametrize(
    ("timeout_s", "waits_s"), [(0.0, 1.0), (0.5, 0.5), (2.5, 2.5)], ids=["interval", "half", "long"]
)
def test_noticing_a_silent_server_takes_a_timeout_more_per_check(
    timeout_s: float, waits_s: float
) -> None:
    """(fall - 1) x interval + U(0, interval) + fall x timeout; no timeout set is the interval."""
    drawn = checked(check_timeout_s=timeout_s)
    must_be_uniform(places(drawn, lambda run: run.fault(HANG), 2 * 1.0 + 3 * waits_s, 1.0))


@pytest.mark.parametrize("direction", ["forth", "back", "both"])
def test_a_cut_link_is_noticed_as_late_as_a_silent_server(
    direction: Literal["forth", "back", "both"],
) -> None:
    drawn = checked(check_timeout_s=0.5)
    cut = CutLink(link="lb-1_web-1", direction=direction)
    must_be_uniform(places(drawn, lambda run: run.fault(cut), 2 * 1.0 + 3 * 0.5, 1.0))


def test_a_balancer_checks_faster_after_a_first_failure() -> None:
    """HAProxy's fastinter: only the first failure has to wait for its turn."""
    drawn = checked(check_fast_interval_s=0.1)
    must_be_uniform(places(drawn, lambda run: run.crash("web-1"), 2 * 0.1, 1.0))


def test_a_balancer_checks_faster_after_a_first_success() -> None:
    run = Run(checked(check_fast_interval_s=0.1, check_rise=5)).to(5.0).crash("web-1").on(5.0)
    since_s = run.now_s
    run.heal("web-1").on(2.0)
    assert 0.4 <= noticed_after(run, since_s, "marked_up") <= 1.4


def test_a_check_answered_after_its_timeout_has_failed() -> None:
    """300 ms there and 300 ms back are more than half a second, and less than a whole one."""
    assert Run(checked(300.0, check_timeout_s=1.0)).to(20.0).incidents() == []
    run = Run(checked(300.0, check_timeout_s=0.5)).to(20.0)
    assert {one.other for one in run.incidents("marked_down")} == {"web-1", "web-2"}


def test_connect_checks_of_a_hanging_server_succeed_while_its_backlog_lasts() -> None:
    """A hanging server's kernel still accepts connections, as long as its backlog of 500 lasts: 20
    seconds at 25 a second. Its health page does not come at all.
    """
    run = Run(checked(check_type="connect")).to(5.0).fault(HANG)
    assert run.on(15.0).incidents("marked_down") == []
    assert len(run.on(20.0).incidents("marked_down")) == 1
    assert 20.0 < noticed_after(run, 5.0) < 32.0
    run = Run(checked(check_type="connect")).to(5.0).fault(HANG).on(10.0)
    run.edit(SetNode(node="lb-1", parameters={"check_type": "request"}))
    assert len(run.on(8.0).incidents("marked_down")) == 1
    run.heal("web-1")
    assert len(run.on(4.0).incidents("marked_up")) == 1
    run.edit(SetNode(node="lb-1", parameters={"check_type": "connect"}))
    run.crash("web-1").on(4.0)
    assert len(run.incidents("marked_down")) == 2


def test_without_checks_a_dead_server_is_not_noticed_and_earlier_results_are_dropped() -> None:
    run = Run(checked()).to(5.0).crash("web-1").on(5.0)
    assert run.watch(5.0).failed == 0
    run.edit(SetNode(node="lb-1", parameters={"check_type": "none"}))
    window = run.watch(20.0)
    assert window.failed == pytest.approx(window.offered / 2, abs=20)
    run.edit(SetNode(node="lb-1", parameters={"check_type": "request"}))
    assert len(run.on(4.0).incidents("marked_down")) == 2
    assert run.watch(5.0).failed == 0


def overloaded(check_type: str) -> Topology:
    """Servers that are asked for 1.3 times what they can do; their queues hold five seconds."""
    slow: dict[str, Value] = {"service_ms": 10.0, "cores": 1, "queue_limit": 500}
    return edited(
        checked(rate=260.0, check_type=check_type, check_timeout_s=1.0),
        *(SetNode(node=name, parameters=slow) for name in ("web-1", "web-2")),
    )


@pytest.mark.parametrize("check_type", ["connect", "request"])
def test_an_overloaded_server_passes_shallow_checks(check_type: str) -> None:
    """Saying that one is there needs no worker."""
    run = Run(overloaded(check_type)).to(60.0)
    assert run.incidents("marked_down") == []
    assert run.node("web-1")["utilisation"] > 0.97


def test_an_overloaded_server_flaps_with_deep_checks() -> None:
    """The check waits behind everybody else and times out; the server, now left alone, works its
    queue off, passes, and is overloaded again. What one lacks, the other gets too.
    """
    run = Run(overloaded("deep")).to(120.0)
    downs = [one for one in run.incidents("marked_down") if one.other == "web-1"]
    ups = [one for one in run.incidents("marked_up") if one.other == "web-1"]
    assert len(downs) >= 3
    assert len(ups) >= 3
    assert "no_server" in run.read().failures_by_outcome()


def test_a_slow_server_fails_deep_checks_only() -> None:
    """Gray failure: 8 ms of work take 8 s, and the health page is as quick as ever."""
    for check_type, found in (("request", 0), ("deep", 1)):
        run = Run(checked(rate=2.0, check_type=check_type, check_timeout_s=0.5)).to(5.0)
        run.fault(Slow(node="web-1", factor=1000.0))
        assert len(run.on(20.0).incidents("marked_down")) == found


def test_deep_checks_are_work_and_not_counted_as_requests() -> None:
    """Ten a second for each of two servers, of 8 ms each, and not one request."""
    run = Run(checked(rate=0.0, check_type="deep", check_interval_s=0.1)).to(100.0)
    assert run.node("web-1")["utilisation"] * 4 == pytest.approx(10 * 0.008, rel=0.15)
    assert run.node("web-1")["served"] == run.read().offered == 0
    assert run.incidents() == []


def test_a_server_with_a_full_queue_refuses_deep_checks() -> None:
    run = Run(
        edited(
            checked(rate=200.0, check_type="deep", check_timeout_s=60.0),
            *(
                SetNode(node=name, parameters={"service_ms": 1000.0, "cores": 1, "queue_limit": 2})
                for name in ("web-1", "web-2")
            ),
        )
    ).to(10.0)
    assert len(run.incidents("marked_down")) >= 2


@pytest.mark.parametrize("crash_s", [5.0, 5.3, 5.77])
def test_deep_checks_go_on_after_crashes_and_edits(crash_s: float) -> None:
    run = Run(overloaded("deep")).to(crash_s)
    for name in ("web-1", "lb-1"):
        run.crash(name).on(0.5)
        run.heal(name).on(3.0)
    for check_type, fast_s in (("request", 0.2), ("deep", 0.2), ("connect", 0.0), ("deep", 0.0)):
        values: dict[str, Value] = {"check_type": check_type, "check_fast_interval_s": fast_s}
        run.edit(SetNode(node="lb-1", parameters=values))
        for _ in range(40):
            run.on(0.11)
