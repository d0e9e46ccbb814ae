"""Outlier detection: failing servers are ejected; panic and fail-open when too few are left."""

import pytest

from app.schema import Value
from app.topology.edits.apply import SetLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import balanced, drawing, edited, link, node, replica, users
from tests.support.runs import SECOND, Run
from tests.support.statistics.samples import SIGMAS, seeds

UNCHECKED: dict[str, Value] = {"check_interval_s": 300.0, "check_fall": 100}
"""So seldom that nothing is noticed but by requests."""


def watched(servers: int = 4, rate: float = 400.0, **balancer: Value) -> Topology:
    """Servers that only passive checks look after; everything else as Envoy has it."""
    return balanced(rate, servers, **{**UNCHECKED, "passive": "on", **balancer})


def ejections(run: Run, name: str = "web-1") -> list[tuple[float, float]]:
    """When a server was ejected, and for how long."""
    found = [one for one in run.incidents("ejected") if one.other == name]
    return [(one.at_ns / SECOND, one.value) for one in found]


@pytest.mark.parametrize("failures", [1, 5, 20])
def test_a_dead_server_is_ejected_after_the_configured_failures(failures: int) -> None:
    """No time has to pass but that of its turns: 100 requests a second come to each of four."""
    for seed in seeds(10):
        run = Run(watched(passive_failures=failures), seed).to(5.0)
        sent = run.crash("web-1").on(5.0).read().failed
        assert len(ejections(run)) == 1
        # What was on its way when the last one failed, over a link of a quarter millisecond.
        assert failures <= sent <= failures + 8
        assert ejections(run)[0][0] == pytest.approx(5.0 + failures / 100, abs=0.3)


def test_a_success_between_failures_prevents_an_ejection() -> None:
    """One request in three writes, and writes fail here: never twenty of them in a row."""
    run = Run(_half_failing(20)).to(60.0)
    assert run.read().failed > 1000
    assert ejections(run) == []
    run = Run(_half_failing(2)).to(60.0)
    assert ejections(run) != []


def _half_failing(failures: int) -> Topology:
    """A server that finds a replica for its reads and no primary for its writes."""
    return drawing(
        users(200.0, write_share=33.0),
        node("load_balancer", "lb-1", "", **UNCHECKED, passive="on", passive_failures=failures),
        node("web_server", "web-1"),
        node("database", "db-1"),
        replica("db-2"),
        link("users-1", "lb-1"),
        link("lb-1", "web-1"),
        link("web-1", "db-2"),
        link("db-1", "db-2"),
    )


def test_each_further_ejection_is_longer_up_to_a_limit() -> None:
    """Base time times ejections: 2, 4, 6, then never more than 7; it stays dead all the while."""
    run = Run(watched(passive_ejection_s=2.0, passive_ejection_max_s=7.0)).to(5.0)
    run.crash("web-1").on(60.0)
    lengths = [length for _, length in ejections(run)]
    assert lengths[:6] == [2.0, 4.0, 6.0, 7.0, 7.0, 7.0]
    begins = [at for at, _ in ejections(run)]
    for begin, length, after in zip(begins, lengths, begins[1:], strict=False):
        assert after - begin - length == pytest.approx(0.05, abs=0.05)
    over = [one.at_ns / SECOND for one in run.incidents("ejection_over") if one.other == "web-1"]
    assert over[:3] == pytest.approx([at + length for at, length in ejections(run)][:3])


def test_time_in_service_reduces_the_count_of_ejections() -> None:
    """After 25 s in service, two of the three ejections are forgotten."""
    run = Run(watched(passive_ejection_s=1.0)).to(1.0).crash("web-1").on(4.0).heal("web-1")
    assert [length for _, length in ejections(run)] == [1.0, 2.0, 3.0]
    run.on(3.0)
    back_s = run.incidents("ejection_over")[-1].at_ns / SECOND
    run.to(back_s + 25.0).crash("web-1").on(1.0)
    assert ejections(run)[-1][1] == 2.0


def test_failures_farther_apart_than_the_window_do_not_add_up() -> None:
    """One request in ten seconds each: five of them take 40 s."""
    slow = {"rate": 0.2, "servers": 2, "passive_ejection_s": 3600.0}
    for window_s, found in ((0.0, 1), (3600.0, 1), (5.0, 0)):
        run = Run(watched(**slow, passive_window_s=window_s)).to(1.0)  # type: ignore[arg-type]
        assert len(ejections(run.crash("web-1").on(300.0))) == found


@pytest.mark.parametrize(("share", "out"), [(0.0, 1), (10.0, 1), (50.0, 2), (75.0, 3), (100.0, 4)])
def test_at_most_the_configured_share_of_servers_is_ejected_and_at_least_one(
    share: float, out: int
) -> None:
    """All four have crashed; the others go on failing."""
    run = Run(watched(passive_share_max=share)).to(5.0)
    for number in range(1, 5):
        run.crash(f"web-{number}")
    run.on(10.0)
    assert len(run.incidents("ejected")) == out
    window = run.watch(5.0)
    assert window.failures.keys() == {"no_server" if out == 4 else "refused"}


def test_an_ejected_server_gets_no_requests_and_its_full_share_afterwards() -> None:
    run = Run(watched(passive_ejection_s=10.0)).to(5.0).crash("web-1").on(1.0).heal("web-1")
    assert run.watch(8.0).node("web-1")["rps"] == 0.0
    run.on(1.5)
    assert run.watch(20.0).node("web-1")["rps"] == pytest.approx(100, rel=0.1)


def test_a_server_starts_slowly_after_its_ejection() -> None:
    run = Run(watched(passive_ejection_s=5.0, slow_start_s=40.0)).to(5.0)
    run.crash("web-1").on(1.0).heal("web-1").on(4.2)
    share = run.watch(10.0).node("web-1")["rps"] / 400.0
    assert share == pytest.approx(0.125 / 3.125, abs=0.01)


def test_an_ejected_server_with_failed_checks_returns_when_both_are_over() -> None:
    """An ejected server that its checks find dead too comes back only when both are over."""
    quick: dict[str, Value] = {"check_interval_s": 0.5, "check_rise": 1, "passive_ejection_s": 3.0}
    drawn = watched(**quick, check_fall=1)  # type: ignore[arg-type]
    run = Run(drawn).to(5.0).crash("web-1").on(10.0)
    assert len(ejections(run)) == 1
    assert run.watch(5.0).node("web-1")["rps"] == 0.0
    run.heal("web-1").on(1.0)
    assert run.watch(10.0).node("web-1")["rps"] == pytest.approx(100, rel=0.1)


@pytest.mark.parametrize("algorithm", ["round_robin", "least_connections", "consistent_hash"])
def test_ejections_survive_edits(algorithm: str) -> None:
    run = Run(watched(algorithm=algorithm, passive_ejection_s=20.0)).to(5.0).crash("web-1").on(2.0)
    run.edit(SetNode(node="web-2", parameters={"service_ms": 9.0}))
    assert run.watch(5.0).failed == 0
    run.heal("web-1").on(14.0)
    assert run.watch(10.0).node("web-1")["rps"] > 60


def panicking(percent: float, servers: int = 4) -> Run:
    """A balancer that notices within a second, and what it does when servers die."""
    quick: dict[str, Value] = {"check_interval_s": 0.2, "check_fall": 2, "check_rise": 1}
    return Run(balanced(400.0, servers, **quick, panic_percent=percent)).to(2.0)


@pytest.mark.parametrize(("percent", "dead"), [(50.0, 3), (1.0, 4), (60.0, 2), (100.0, 1)])
def test_below_the_panic_threshold_all_servers_get_requests(percent: float, dead: int) -> None:
    """With less than the threshold usable, all get requests: the dead ones fail theirs, the live
    ones do not get more than they can bear.
    """
    run = panicking(percent)
    for number in range(1, dead):
        run.crash(f"web-{number}")
    run.on(1.0)
    assert run.incidents("panic") == []
    assert run.watch(5.0).failed == 0
    (last,) = run.crash(f"web-{dead}").on(1.0).incidents("panic")
    assert last.node == "lb-1"
    assert last.value == pytest.approx(100.0 * (4 - dead) / 4)
    window = run.watch(20.0)
    assert window.failures.keys() == {"refused"}
    share = dead / 4
    sigma = (share * (1 - share) * window.offered) ** 0.5
    assert window.failed == pytest.approx(share * window.offered, abs=SIGMAS * sigma + 2)
    run.heal(f"web-{dead}").on(1.0)
    assert len(run.incidents("panic_over")) == 1
    assert run.watch(5.0).failed == 0


def test_without_a_panic_threshold_requests_fail_when_no_server_is_usable() -> None:
    run = panicking(0.0)
    for number in range(1, 5):
        run.crash(f"web-{number}")
    run.on(1.0)
    window = run.watch(5.0)
    assert run.incidents("panic") == []
    assert window.failures.keys() == {"no_server"}
    assert window.completed == 0


def test_a_panic_threshold_raised_during_a_run_takes_effect_at_once() -> None:
    run = panicking(0.0)
    for number in range(1, 4):
        run.crash(f"web-{number}")
    run.on(1.0)
    assert run.watch(2.0).failed == 0
    run.edit(SetNode(node="lb-1", parameters={"panic_percent": 50.0}))
    assert len(run.incidents("panic")) == 1
    assert run.watch(2.0).failed > 0
    run.edit(SetNode(node="lb-1", parameters={"panic_percent": 0.0}))
    assert len(run.incidents("panic_over")) == 1
    assert run.on(0.01).watch(2.0).failed == 0


def test_with_only_the_health_page_broken_the_fail_open_policy_decides() -> None:
    """B9: every server works and every check fails. HAProxy has an outage; an ALB fails open, and
    nobody notices; Envoy panics below half, and nobody notices either.
    """
    deaf: dict[str, Value] = {"check_timeout_s": 0.1, "check_interval_s": 0.2, "check_fall": 2}
    for percent, works in ((0.0, False), (1.0, True), (50.0, True)):
        run = Run(_far_away(balanced(400.0, 4, **deaf, panic_percent=percent))).to(5.0)
        assert len(run.incidents("marked_down")) == 4
        window = run.watch(10.0)
        assert (window.completed > 3500, window.failed > 3500) == (works, not works)


def _far_away(topology: Topology) -> Topology:
    """All checks come back too late, and all requests in time."""
    ways = [one.id for one in topology.links_from("lb-1")]
    return edited(topology, *(SetLink(link=way, parameters={"latency_ms": 80.0}) for way in ways))
