"""Slow start of new and returning servers; sticky sessions of users."""

import pytest

from app.schema import Value
from app.topology.edits.apply import AddLink, RemoveLink, RemoveNode, SetNode
from app.topology.model import Topology
from tests.support.drawings import balanced, edited, node
from tests.support.runs import SECOND, Run
from tests.support.statistics.samples import SIGMAS

BY_SHARE = ("round_robin", "weighted", "random", "source_hash", "consistent_hash")
BY_LOAD = ("least_connections", "two_choices")
QUICK: dict[str, Value] = {"check_interval_s": 0.1, "check_fall": 1, "check_rise": 1}


def many_users(rate: float, servers: int, **balancer: Value) -> Topology:
    """So many users that each of them hardly counts."""
    drawn = balanced(rate, servers, **{**QUICK, **balancer})
    crowd: dict[str, Value] = {"users": 100_000, "requests_per_user": rate / 100_000}
    return edited(drawn, SetNode(node="users-1", parameters=crowd))


def returned(algorithm: str, slow_start_s: float) -> Run:
    """A run in which ``web-1`` of three servers has just been taken back."""
    run = Run(many_users(600.0, 3, algorithm=algorithm, slow_start_s=slow_start_s)).to(1.0)
    run.crash("web-1").on(5.0).heal("web-1")
    while not run.incidents("marked_up"):
        run.on(0.001)
    return run


def share_of(run: Run, seconds: float, name: str = "web-1") -> float:
    window = run.watch(seconds)
    return float(window.node(name)["rps"]) * seconds / max(window.offered, 1)


@pytest.mark.parametrize("algorithm", [*BY_SHARE, *BY_LOAD])
def test_without_slow_start_a_returning_server_gets_its_full_share_at_once(algorithm: str) -> None:
    share = share_of(returned(algorithm, 0.0), 5.0)
    assert share == pytest.approx(1 / 3, abs=SIGMAS * (2 / 9 / 3000) ** 0.5)


@pytest.mark.parametrize("algorithm", BY_SHARE)
def test_the_weight_of_a_server_grows_linearly_during_its_slow_start(algorithm: str) -> None:
    """At the age a of a slow start T, the server has the weight a/T against two full ones: its
    share is (a/T) / (2 + a/T), and a third from T on.
    """
    run = returned(algorithm, 40.0)
    for begins in range(0, 40, 8):
        middle = (begins + 4.0) / 40.0
        expected = middle / (2.0 + middle)
        sigma = (expected * (1 - expected) / (600 * 8)) ** 0.5
        assert share_of(run, 8.0) == pytest.approx(expected, abs=SIGMAS * sigma + 0.002)
    assert share_of(run, 8.0) == pytest.approx(1 / 3, abs=0.03)


@pytest.mark.parametrize("algorithm", BY_LOAD)
def test_slow_start_bounds_the_traffic_of_a_returning_server_under_least_connections(
    algorithm: str,
) -> None:
    """Whoever has just come back has no connections, and would get everything."""
    run = returned(algorithm, 40.0)
    first, then = share_of(run, 10.0), share_of(run.on(10.0), 10.0)
    assert first < 0.1
    assert first < then < 0.3
    assert share_of(run.on(10.0), 10.0) == pytest.approx(1 / 3, abs=0.03)


def test_a_server_added_during_a_run_starts_slowly_and_those_drawn_at_first_do_not() -> None:
    run = Run(many_users(600.0, 2, slow_start_s=100.0))
    assert share_of(run, 5.0) == pytest.approx(1 / 2, abs=0.01)
    run.edit(node("web_server", "web-3"), AddLink(source="lb-1", target="web-3"))
    assert share_of(run, 10.0, "web-3") == pytest.approx(0.05 / 2.05, abs=0.01)


def test_servers_in_slow_start_get_all_requests_when_there_are_no_others() -> None:
    """A share is a share of something: with nobody warm there is nobody to take the rest."""
    run = Run(many_users(100.0, 1, slow_start_s=100.0)).to(2.0)
    run.crash("web-1").on(1.0).heal("web-1").on(1.0)
    window = run.watch(5.0)
    assert window.failed == 0
    assert window.completed > 400


def sticky(users: int = 400, servers: int = 4, **balancer: Value) -> Run:
    """Users who have all been here before, at servers that are picked at random."""
    drawn = balanced(
        1200.0, servers, **{**QUICK, "algorithm": "random", "sticky": "cookie", **balancer}
    )
    crowd: dict[str, Value] = {"users": users, "requests_per_user": 1200.0 / users}
    return Run(edited(drawn, SetNode(node="users-1", parameters=crowd))).to(8.0)


def cookies(run: Run) -> list[int]:
    """The server that each user's cookie names (its number in the run, plus one)."""
    world, numbering = run.engine.world, run.engine.numbering
    pair = int(world["nodes"][numbering.nodes["lb-1"]]["cookies"])
    first, count = world["cookies"][pair : pair + 2].tolist()
    found: list[int] = world["cookies"][first : first + count].tolist()
    return found


def lost(run: Run) -> int:
    found: int = run.node("lb-1")["sessions_lost"]
    return found


def test_with_sticky_sessions_a_user_stays_at_one_server() -> None:
    run = sticky()
    before = cookies(run)
    assert 0 not in before
    assert run.on(5.0).read().failed == 0
    assert cookies(run) == before
    assert lost(run) == 0


def test_users_of_a_dead_server_lose_their_sessions_and_stay_at_the_new_one() -> None:
    """A quarter of the sessions; nobody comes back, so the others go on with more users."""
    run = sticky()
    before = cookies(run)
    dead = run.engine.numbering.nodes["web-1"] + 1
    theirs = before.count(dead)
    run.crash("web-1").on(3.0)
    after = cookies(run)
    assert lost(run) == theirs == pytest.approx(100, abs=SIGMAS * (400 * 3 / 16) ** 0.5)
    assert dead not in after
    assert all(now == was for now, was in zip(after, before, strict=True) if was != dead)
    run.heal("web-1").on(3.0)
    assert cookies(run) == after
    assert run.watch(2.0).node("web-1")["rps"] == 0.0


def test_without_sticky_sessions_no_session_is_lost() -> None:
    run = sticky(sticky="off").crash("web-1").on(3.0).heal("web-1").on(1.0)
    assert run.watch(5.0).node("web-1")["rps"] == pytest.approx(300, rel=0.1)
    assert "sessions_lost" not in run.node("lb-1")


def test_removing_a_server_ends_its_sessions() -> None:
    run = sticky()
    theirs = cookies(run).count(run.engine.numbering.nodes["web-2"] + 1)
    run.edit(RemoveLink(link="lb-1_web-2"))
    run.on(3.0)
    assert lost(run) == theirs
    gone = cookies(run).count(run.engine.numbering.nodes["web-3"] + 1)
    run.edit(RemoveNode(node="web-3"))
    assert lost(run.on(3.0)) == theirs + gone


def test_raising_the_number_of_users_keeps_existing_sessions() -> None:
    run = sticky(users=300)
    before = cookies(run)
    run.edit(SetNode(node="users-1", parameters={"users": 900, "requests_per_user": 1.5}))
    run.on(1.0)
    assert cookies(run)[:300] == before
    assert lost(run) == 0
    run.on(15.0)
    assert 0 not in cookies(run)


def test_a_run_with_sticky_sessions_is_the_same_in_any_steps() -> None:
    one, many = sticky(), sticky()
    one.on(2.0)
    while many.now_s < one.now_s:
        many.engine.advance(min(many.engine.now_ns + SECOND // 7, one.engine.now_ns))
    assert one.engine.fingerprint() == many.engine.fingerprint()
