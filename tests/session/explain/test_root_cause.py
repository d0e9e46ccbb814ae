"""The chain of causes of a failed request: outcome, belief, and the fault or limit behind it."""

from collections.abc import Callable

import pytest

from app.actions import AnyFault, Crash, CutLink, Silence, Slow
from app.engine.engine import Stop
from app.engine.observe.traces import Trace, Tracer
from app.kernel.state.codes.requests import OUTCOMES
from app.schema import Value
from app.session.entry import carry_out
from app.session.explain.root_cause import OUTCOME_TEXTS, Cause, StateHistory
from app.session.situation import Situation
from app.topology.edits.apply import SetGroups, SetNode
from app.topology.model import Topology
from tests.support.drawings import (
    balanced,
    drawing,
    edited,
    final_design,
    link,
    mmc,
    node,
    users,
    web,
)
from tests.support.runs import SECOND, Run


def failed_after(drawn: Topology, *faults: AnyFault, seconds: float = 10.0) -> list[list[Cause]]:
    """Chains of the requests that fail in the `seconds` after faults at second 2."""
    run = Run(drawn)
    run.engine.sample_hops(1)
    situation = Situation(drawn)
    state_history, tracer = StateHistory(situation), Tracer(1000)

    def on(until_s: float) -> None:
        while run.engine.advance(round(until_s * SECOND), 500) is not Stop.REACHED:
            tracer.follow(run.engine.hops(answers=True))
        tracer.follow(run.engine.hops(answers=True))
        state_history.on_incidents(run.engine.incidents())

    on(2.0)
    for fault in faults:
        change = carry_out(situation, fault)
        situation = change.after
        run.engine.fault(fault)
        state_history.set_situation(run.engine.now_ns, situation)
    on(2.0 + seconds)
    traces: list[Trace] = [one for one in tracer.pick(2000) if one.failed]
    assert traces
    return [state_history.causes(one) for one in traces if one.end.ends_ns > 2 * SECOND]


def kinds(chain: list[Cause]) -> list[tuple[str, str, str]]:
    return [(cause.kind, cause.code, cause.node) for cause in chain]


def test_every_outcome_has_words() -> None:
    assert OUTCOME_TEXTS.keys() == set(OUTCOMES)


def test_a_refusal_names_the_belief_and_the_crash() -> None:
    chains = failed_after(balanced(200.0), Crash(node="web-1"), seconds=3.0)
    chain = chains[-1]
    assert kinds(chain) == [
        ("outcome", "refused", "web-1"),
        ("belief", "up", "web-1"),
        ("fault", "crash", "web-1"),
    ]
    assert [cause.since_ns for cause in chain[1:]] == [0, 2 * SECOND]
    assert chain[1].text.en == "lb-1 believed web-1 up since 0.000 s"
    assert chain[2].text.say("ko") == "web-1: 2.000초부터 중단"


def test_a_refusal_without_usable_servers_names_each_belief_with_its_time() -> None:
    chains = failed_after(balanced(200.0), Crash(node="web-1"), Crash(node="web-2"), seconds=12.0)
    chain = chains[-1]
    assert kinds(chain) == [
        ("outcome", "no_server", "lb-1"),
        ("belief", "down", "web-1"),
        ("belief", "down", "web-2"),
        ("fault", "crash", "web-1"),
        ("fault", "crash", "web-2"),
    ]
    assert all(6 * SECOND < int(cause.since_ns or 0) < 9 * SECOND for cause in chain[1:3])


@pytest.mark.parametrize(
    ("fault", "code", "place"),
    [
        (Silence(node="web-1"), "silence", "web-1"),
        (CutLink(link="lb-1_web-1", direction="forth"), "cut_link", "lb-1_web-1"),
        (Slow(node="web-1", factor=500.0), "slow", "web-1"),
    ],
)
def test_a_timeout_names_the_silent_node_or_cut_link(
    fault: AnyFault, code: str, place: str
) -> None:
    drawn = balanced(100.0, 2, check_interval_s=300.0)
    drawn = edited(drawn, SetNode(node="users-1", parameters={"patience_s": 1.0}))
    chain = failed_after(drawn, fault, seconds=4.0)[-1]
    assert kinds(chain)[0][:2] == ("outcome", "timed_out")
    assert ("fault", code, place) in kinds(chain)


LIMITS: list[tuple[Callable[[], Topology], tuple[str, str, str], tuple[str, str, str]]] = [
    (
        lambda: mmc(3.0, queue_limit=5),
        ("outcome", "queue_full", "web-1"),
        ("limit", "queue_limit", "web-1"),
    ),
    (
        lambda: one(workers=1, service_ms=50.0),
        ("outcome", "at_capacity", "web-1"),
        ("limit", "workers", "web-1"),
    ),
    (
        lambda: one(wait_limit_s=0.02, service_ms=50.0, cores=1),
        ("outcome", "queue_timeout", "web-1"),
        ("limit", "wait_limit_s", "web-1"),
    ),
    (
        lambda: balanced(400.0, 1, response_timeout_s=0.01),
        ("outcome", "gateway_timeout", "web-1"),
        ("limit", "response_timeout_s", "lb-1"),
    ),
    (
        lambda: balanced(400.0, 1, max_connections=1, queue_timeout_s=0.05),
        ("outcome", "queue_timeout", "lb-1"),
        ("limit", "queue_timeout_s", "lb-1"),
    ),
]


def one(**server: Value) -> Topology:
    return drawing(users(100.0), web("web-1", **server), link("users-1", "web-1"))


@pytest.mark.parametrize(("drawn", "outcome", "limit"), LIMITS)
def test_a_failure_without_a_fault_names_the_limit(
    drawn: Callable[[], Topology], outcome: tuple[str, str, str], limit: tuple[str, str, str]
) -> None:
    chain = kinds(failed_after(drawn(), seconds=5.0)[-1])
    assert chain[0] == outcome
    assert chain[-1] == limit


def test_every_failure_of_a_broken_system_has_a_cause() -> None:
    """Half a minute of a whole system that loses its balancer's servers and its primary."""
    chains = failed_after(
        final_design(300.0), Crash(node="web-1"), Crash(node="db-1"), seconds=12.0
    )
    assert len(chains) > 100
    for chain in chains:
        assert chain[0].kind == "outcome"
        assert chain[-1].kind in ("fault", "limit"), kinds(chain)


def test_a_failed_name_lookup_names_the_dead_name_server() -> None:
    drawn = drawing(
        users(100.0, dns_caches=1000),
        node("dns", "dns-1"),
        web(),
        link("users-1", "dns-1"),
        link("users-1", "web-1"),
    )
    chain = failed_after(drawn, Crash(node="dns-1"), seconds=1.0)[-1]
    assert kinds(chain) == [("outcome", "lookup_failed", "dns-1"), ("fault", "crash", "dns-1")]


def test_an_unreachable_target_is_named_with_the_reason() -> None:
    far = SetGroups(node="web-2", groups={"network": "far"})
    chain = failed_after(edited(balanced(200.0), far), seconds=1.0)[-1]
    assert kinds(chain) == [
        ("outcome", "unreachable", "lb-1"),
        ("limit", "other_network", "web-2"),
    ]
    assert chain[0].text.en == "it could not reach web-2"
    assert (
        "lb-1 cannot reach web-2: its address is private to the network “far”" in chain[1].text.en
    )
    private = drawing(users(50.0), web(exposure="private"), link("users-1", "web-1"))
    chain = failed_after(private, seconds=1.0)[-1]
    assert kinds(chain)[1:] == [("limit", "private_address", "web-1")]
