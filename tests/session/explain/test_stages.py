"""Stages of one request: what the engine did, without gaps, waiting told apart from work."""

import pytest

from app.actions import AnyFault, Crash
from app.engine.engine import Stop
from app.engine.observe.traces import Trace, Tracer
from app.session.entry import carry_out
from app.session.explain.root_cause import StateHistory
from app.session.explain.stages import Stage, client_of, stages
from app.session.situation import Situation
from app.topology.model import Topology
from tests.support.drawings import (
    balanced,
    drawing,
    final_design,
    link,
    mmc,
    replicated,
    users,
    web,
)
from tests.support.runs import SECOND, Run


def told(
    drawn: Topology, seconds: float, *faults: AnyFault, every: int = 1
) -> tuple[Run, list[tuple[Trace, list[Stage]]], StateHistory]:
    """Every traced request that ended within `seconds`, with its stages; faults are at second 1."""
    run = Run(drawn)
    run.engine.sample_hops(every)
    situation = Situation(drawn)
    state_history, tracer = StateHistory(situation), Tracer(100_000)

    def on(until_s: float) -> None:
        while run.engine.advance(round(until_s * SECOND), 500) is not Stop.REACHED:
            tracer.follow(run.engine.hops(answers=True))
        tracer.follow(run.engine.hops(answers=True))
        state_history.on_incidents(run.engine.incidents())

    if faults:
        on(1.0)
    for fault in faults:
        situation = carry_out(situation, fault).after
        run.engine.fault(fault)
        state_history.set_situation(run.engine.now_ns, situation)
    on(seconds)
    return run, [(one, stages(one, state_history)) for one in tracer.pick(100_000)], state_history


def test_an_answered_request_is_told_from_its_start_to_its_end_without_gaps() -> None:
    _, found, _ = told(final_design(), 3.0, every=5)
    assert len(found) > 100
    for trace, told_stages in found:
        at_ns = trace.began_ns
        for stage in told_stages:
            assert stage.begins_ns == at_ns
            at_ns = stage.ends_ns
        assert at_ns == trace.end.ends_ns
        assert client_of(trace, final_design()).startswith("users")
        assert [stage.sort for stage in told_stages][-1] == "network"


def test_a_name_is_asked_answered_with_an_address_and_only_then_used() -> None:
    _, found, _ = told(final_design(), 1.0)
    asked = next(one for _, one in found if one[0].title.en == "Name asked")
    titles = [stage.title.en for stage in asked[:4]]
    assert titles == ["Name asked", "Look-up", "Address answered", "On the way"]
    assert "203.0.113." in asked[2].text.en
    assert asked[2].back
    assert asked[0].link == asked[2].link


def test_waiting_and_work_add_up_to_what_the_station_counted() -> None:
    run, found, _ = told(mmc(0.8, service_ms=10.0), 60.0)
    by_sort = {
        sort: sum(
            stage.ends_ns - stage.begins_ns
            for _, one in found
            for stage in one
            if stage.sort == sort and stage.node == "web-1"
        )
        for sort in ("waiting", "work")
    }
    row = run.engine.world["nodes"][run.engine.numbering.nodes["web-1"]]
    # A request or two are still under way, and are no finished traces.
    assert by_sort["waiting"] == pytest.approx(int(row["wait_ns"]), rel=0.02)
    assert by_sort["work"] == pytest.approx(int(row["busy_ns"]), rel=0.02)
    assert by_sort["waiting"] > 0


def test_a_refusal_ends_where_it_was_refused() -> None:
    _, found, _ = told(balanced(200.0), 3.0, Crash(node="web-1"))
    failed = [one for trace, one in found if trace.failed]
    assert failed
    for one in failed:
        assert one[-1].sort == "failed"
        assert one[-1].node == "web-1"
        assert one[-1].title.en == "Request fails"


def test_a_connection_is_told_with_its_round_trips() -> None:
    drawn = drawing(
        users(20.0, connection_reuse_percent=0.0, tls="on"),
        web("web-1"),
        link("users-1", "web-1", 10.0),
    )
    _, found, _ = told(drawn, 1.0)
    opening = [one[0] for _, one in found]
    assert {stage.title.en for stage in opening} == {"Connection"}
    for stage in opening:
        assert stage.ends_ns - stage.begins_ns == pytest.approx(2 * 20e6)


def test_roles_are_those_of_the_moment_and_the_chain_says_until_when() -> None:
    drawn = replicated(100.0, write_share=100.0)
    _, found, state_history = told(drawn, 30.0, Crash(node="db-1"))
    writes = [stage for _, one in found for stage in one if stage.title.en == "Write"]
    assert {stage.text.en for stage in writes} == {
        "db-1, the primary, writes",
        "db-2, the primary, writes",
    }
    chains = [
        state_history.causes(trace) for trace, _ in found if trace.end.outcome == "no_database"
    ]
    said = [cause for cause in chains[0] if cause.kind == "role"]
    (replica,) = (cause for cause in said if cause.node == "db-2")
    assert replica.since_ns is not None
    assert replica.text.en == f"db-2 was a replica until {replica.since_ns / 1e9:.1f} s"
    assert min(stage.begins_ns for stage in writes if stage.node == "db-2") > replica.since_ns
