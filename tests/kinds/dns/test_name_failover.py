"""DNS failover (B20): the record changes after failed checks, and users follow within the TTL."""

import math
from collections import Counter
from collections.abc import Mapping

import pytest

from app.schema import Value
from app.theory.analysis import analyse
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, users, web
from tests.support.runs import Run, Window
from tests.support.statistics.samples import SIGMAS, must_average, must_be_uniform, seeds

CACHES = 500


def sites(
    rate: float, server: dict[str, Value] | None = None, count: int = 2, /, **client: Value
) -> Topology:
    """Users of a name with several addresses, each of them a server that is fast enough."""
    names = [f"web-{number}" for number in range(1, count + 1)]
    return drawing(
        users(rate, **{"dns_caches": CACHES, **client}),
        node("dns", "dns-1", **(server or {})),
        *(web(name, cores=64, service_ms=0.1) for name in names),
        *(link("users-1", target) for target in ("dns-1", *names)),
    )


def checked(interval_s: float, **server: Value) -> dict[str, Value]:
    """A name server that takes an address out of its answers after one failed check."""
    once: dict[str, Value] = {"check_interval_s": interval_s, "check_fall": 1, "check_rise": 1}
    return {"health_checks": "on", **once, **server}


def noticed(run: Run, code: str = "marked_down", step_s: float = 0.1) -> float:
    """Run on until the name server has changed its mind about an address; when that was."""
    while not (told := run.incidents(code)):
        run.on(step_s)
    return told[0].at_ns / 1e9


def dead(window: Window) -> float:
    """The share of requests that went to a dead address."""
    assert window.failures.keys() <= {"refused"}
    return window.failed / window.offered


def shares(window: Window, count: int = 2) -> list[float]:
    """The share of requests that each address got."""
    rates = [window.link_rps(f"users-1_web-{number}") for number in range(1, count + 1)]
    return [rate / sum(rates) for rate in rates]


@pytest.mark.parametrize("ttl_s", [30, 300, 3600])
def test_the_share_of_users_on_the_dead_address_falls_linearly_within_the_ttl(ttl_s: int) -> None:
    """Answers are of any age up to the TTL, so `t` after the record changed 1 - t / TTL of those
    who had the dead address have it still: after one minute of 300 s, 80 %. At 5 requests per
    cache and TTL, 5 of 6 caches hold an answer to begin with.
    """
    runs, places, width = 6, (0.1, 0.3, 0.6, 0.9), 0.1
    failed: Counter[float] = Counter()
    offered: Counter[float] = Counter()
    drawn = sites(5.0 * CACHES / ttl_s, checked(ttl_s / 50, ttl_s=ttl_s))
    for seed in seeds(runs):
        # Caches that were filled together have lost all memory of it after 40 times the TTL.
        run = Run(drawn, seed).to(40.0 * ttl_s)
        assert run.read().failed == 0
        at_s = noticed(run.crash("web-1"))
        for place in places:
            window = run.to(at_s + (place - width / 2) * ttl_s).watch(width * ttl_s)
            failed[place] += window.failed
            offered[place] += window.offered
        assert dead(run.to(at_s + ttl_s + 1.0).watch(ttl_s / 10)) == 0.0
    for place in places:
        theory = 5 / 6 * (1 - place) / 2
        variance = theory * (1 - theory) * (1 / offered[place] + 1 / (CACHES * runs))
        assert failed[place] / offered[place] == pytest.approx(
            theory, abs=SIGMAS * math.sqrt(variance)
        )


def test_a_shared_resolver_moves_all_of_its_users_at_once() -> None:
    """At any moment all are on one address; the last switch comes within a TTL of the change."""
    ttl_s, runs = 20.0, 120
    waits: list[float] = []
    for seed in seeds(runs):
        server = checked(1.0, ttl_s=ttl_s, answer_order="fixed")
        run = Run(sites(50.0, server, resolver="shared"), seed).to(100.0 + 0.731 * seed)
        assert shares(run.watch(0.5)) == [1.0, 0.0]
        at_s = noticed(run.crash("web-1"))
        while (there := shares(run.watch(0.5))[0]) == 1.0:
            pass
        assert shares(run.watch(5.0)) == [0.0, 1.0]
        switched_s = run.now_s - 5.5 + 0.5 * there
        waits.append(min(max((switched_s - at_s) / ttl_s, 0.0), 1.0))
    must_be_uniform(waits)


@pytest.mark.parametrize(
    ("ttl_s", "client"),
    [
        (2.0, {"ttl_min_s": 10.0}),
        (100.0, {"ttl_max_s": 5.0}),
        (8.0, {"ttl_min_s": 2.0, "ttl_max_s": 20.0}),
        (1.0, {"ttl_ignored_percent": 40.0, "ttl_ignored_s": 30.0}),
        (0.0, {"ttl_min_s": 4.0, "resolver": "shared"}),
    ],
)
def test_the_dns_hit_share_equals_that_of_theory_whatever_bounds_the_resolver_sets(
    ttl_s: float, client: Mapping[str, Value]
) -> None:
    """One request fills a cache, which then has answers for all until it forgets: 1 - 1 / (1 + n)
    of them. Theory says how many lookups that makes, bounds and stubborn caches included.
    """
    drawn = sites(CACHES * 1.0, {"ttl_s": ttl_s}, **client)
    hit = Run(drawn).to(400.0).watch(600.0).node("users-1")["hit"]
    theory = analyse(drawn).clients[0]
    assert 1.0 - hit == pytest.approx(theory.lookup_share, rel=0.03)


def test_users_whose_resolver_ignores_the_ttl_stay_on_the_dead_address_longer() -> None:
    """1 % of the internet ignores the TTL: they are there still when everybody else has left."""
    share, runs = 20.0, 10
    counts: list[float] = []
    for seed in seeds(runs):
        run = Run(
            sites(
                4.0 * CACHES,
                checked(1.0, ttl_s=5.0),
                ttl_ignored_percent=share,
                ttl_ignored_s=300.0,
            ),
            seed,
        ).to(20.0)
        noticed(run.crash("web-1"))
        run.on(6.0)
        counts.append(dead(run.watch(2.0)))
        assert dead(run.to(210.0).watch(1.0)) == pytest.approx(counts[-1], abs=0.02)
        assert dead(run.to(330.0).watch(1.0)) == 0.0
    half = share / 100 / 2  # the others of them have the address that lives
    must_average(counts, half, math.sqrt(half / 2 / CACHES) + 0.002)


def test_dns_failover_takes_the_failed_checks_plus_the_remaining_ttl() -> None:
    """Route 53: every 30 s and 3 in a row, so 60 to 90 s, evenly spread; then up to a TTL."""
    runs, ttl_s = 120, 60.0
    detected: list[float] = []
    for seed in seeds(runs):
        drawn = sites(2.0 * CACHES / ttl_s, {"health_checks": "on", "ttl_s": ttl_s})
        run = Run(drawn, seed).to(50.0 + seed * 0.917).crash("web-1")
        crash_s = run.now_s
        at_s = noticed(run, step_s=1.0)
        assert 60.0 <= at_s - crash_s <= 90.1
        detected.append((at_s - crash_s - 0.02 - 60.0) / 30.0)
        run.to(at_s + ttl_s + 0.1)
        assert dead(run.watch(10.0)) == 0.0
    must_be_uniform([min(max(place, 0.0), 1.0) for place in detected])


def test_a_name_server_answers_with_all_addresses_when_it_believes_none_to_be_up() -> None:
    run = Run(sites(200.0, checked(1.0, ttl_s=0.0))).to(5.0)
    run.crash("web-1").crash("web-2").on(3.0)
    window = run.watch(10.0)
    assert window.failures == {"refused": window.failed}
    assert window.failed == pytest.approx(window.offered, abs=20)
    assert shares(window) == pytest.approx([0.5, 0.5], abs=0.01)
    run.heal("web-2").on(2.0)
    assert shares(run.watch(5.0)) == [0.0, 1.0]


def test_a_name_server_that_was_down_begins_without_beliefs() -> None:
    """Marks were in its memory: it answers with every address until its checks know better."""
    run = Run(sites(200.0, checked(2.0, ttl_s=0.0))).to(5.0).crash("web-1")
    noticed(run)
    run.crash("dns-1").on(1.0).heal("web-1").on(10.0)
    assert not run.incidents("marked_up")
    run.heal("dns-1").on(0.1)
    assert shares(run.watch(5.0)) == pytest.approx([0.5, 0.5], abs=0.02)
    assert not run.incidents("marked_up")


def test_a_name_server_that_was_down_marks_a_dead_address_again() -> None:
    run = Run(sites(200.0, checked(2.0, ttl_s=0.0))).to(5.0).crash("web-1")
    noticed(run)
    run.crash("dns-1").on(1.0).heal("dns-1").on(3.0)
    assert len(run.incidents("marked_down")) == 2
    assert shares(run.on(0.1).watch(5.0)) == [0.0, 1.0]


@pytest.mark.parametrize(
    ("order", "before", "after"),
    [
        ("fixed", [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]),
        ("round_robin", [0.25] * 4, [0.0, 1 / 3, 1 / 3, 1 / 3]),
        ("shuffle", [0.25] * 4, [0.0, 1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_the_order_of_addresses_in_answers_is_the_configured_one(
    order: str, before: list[float], after: list[float]
) -> None:
    server = checked(1.0, ttl_s=0.0, answer_order=order)
    run = Run(sites(400.0, server, 4)).to(5.0)
    sent, even = 400 * 50, order == "round_robin"
    allowed = 0.001 if order != "shuffle" else SIGMAS * math.sqrt(0.25 * 0.75 / sent)
    assert shares(run.watch(50.0), 4) == pytest.approx(before, abs=allowed)
    noticed(run.crash("web-1"))
    allowed = 0.001 if even or order == "fixed" else SIGMAS * math.sqrt(2 / 9 / sent)
    assert shares(run.on(0.1).watch(50.0), 4) == pytest.approx(after, abs=allowed)


def test_addresses_in_turn_are_given_evenly_and_shuffled_ones_binomially() -> None:
    """Of k answers, turns give either address half, give or take one; shuffles binomially many."""
    for order, low, high in (("round_robin", 0.0, 0.02), ("shuffle", 0.65, 1.35)):
        run = Run(sites(1000.0, {"ttl_s": 0.0, "answer_order": order})).to(1.0)
        squares: list[float] = []
        for _ in range(300):
            window = run.watch(0.5)
            rates = [window.link_rps(f"users-1_web-{number}") for number in (1, 2)]
            squares.append((rates[0] - rates[1]) ** 2 / sum(rates) * 0.5)
        assert low <= math.fsum(squares) / len(squares) <= high


def test_theory_names_the_reason_for_no_closed_form_with_dns_failover() -> None:
    said = {}
    for resolver in ("own", "shared"):
        theory = analyse(sites(100.0, resolver=resolver))
        (said[resolver],) = (one.statement.en for one in theory.nodes if one.node == "web-1")
    assert "Each name cache sends all its requests to one address" in said["own"]
    assert "The shared resolver deals requests out" in said["shared"]
