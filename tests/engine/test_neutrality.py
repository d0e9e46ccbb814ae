"""Independence of a run from bystanders, names, positions on the drawing and table sizes."""

from typing import Any

import pytest

from app.topology.edits.apply import Edit, MoveNode, RenameNode, SetNode
from app.topology.model import Topology
from tests.support.drawings import balanced, edited, final_design, link, node, replica
from tests.support.runs import Run

BYSTANDERS: dict[str, list[Edit]] = {
    "client_without_links": [node("client", "users-9", users=0)],
    "idle_client": [node("client", "users-9", users=0), link("users-9", "lb-1")],
    "dns": [node("dns", "dns-9")],
    "balancer": [node("load_balancer", "lb-9"), link("lb-9", "web-1", 0.25)],
    "server": [node("web_server", "web-9")],
    "server_with_checks": [node("web_server", "web-9"), link("web-9", "db-1", 0.25)],
    "database": [node("database", "db-9")],
    "group": [node("database", "db-8"), replica("db-9"), link("db-8", "db-9", 3.0)],
}


def run(topology: Topology) -> Run:
    """A run with a failover in it."""
    return Run(topology, seed=11).to(2.0).crash("db-1").to(8.0).crash("web-1").to(14.0)


def said(run: Run) -> dict[str, Any]:
    """Everything a summary says that is not about memory."""
    found = run.summary()
    del found["fingerprint"]
    return found


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    return said(run(final_design()))


@pytest.mark.parametrize("bystander", BYSTANDERS.values(), ids=BYSTANDERS)
def test_a_node_that_is_never_used_changes_no_figure_of_the_others(
    known: dict[str, Any], bystander: list[Edit]
) -> None:
    found = said(run(edited(final_design(), *bystander)))
    there = found["nodes"].keys() - known["nodes"].keys()
    assert there == {edit.id for edit in bystander if edit.type == "add_node"}
    for name in there:
        assert found["nodes"].pop(name)["served"] == 0
    assert found == known


@pytest.mark.parametrize("bystander", BYSTANDERS.values(), ids=BYSTANDERS)
def test_a_node_added_during_a_run_and_never_used_changes_no_figure_of_the_others(
    known: dict[str, Any], bystander: list[Edit]
) -> None:
    story = Run(final_design(), seed=11).to(2.0).crash("db-1").to(5.0)
    story.edit(*bystander)
    found = said(story.to(8.0).crash("web-1").to(14.0))
    for name in found["nodes"].keys() - known["nodes"].keys():
        del found["nodes"][name]
    assert found == known


def test_names_and_positions_of_nodes_do_not_change_the_fingerprint() -> None:
    plain = final_design()
    labels: list[Edit] = [RenameNode(node=one.id, name=f"<{one.id}>") for one in plain.nodes]
    places: list[Edit] = [MoveNode(node=one.id, x=7.0, y=-3.5) for one in plain.nodes]
    fingerprint = run(plain).engine.fingerprint()
    assert run(edited(plain, *labels, *places)).engine.fingerprint() == fingerprint
    live = Run(plain, seed=11).to(2.0).crash("db-1")
    for edit in (*labels, *places):
        live.on(0.17).edit(edit)
    live.to(8.0).crash("web-1").to(14.0)
    assert live.engine.fingerprint() == fingerprint


def test_an_edit_that_sets_present_values_does_not_change_the_fingerprint() -> None:
    plain = final_design()
    live = Run(plain, seed=11).to(2.0).crash("db-1")
    for one in plain.nodes:
        live.on(0.1).edit(SetNode(node=one.id, parameters=dict(one.parameters)))
        live.engine.set_load(1.0)
    live.to(8.0).crash("web-1").to(14.0)
    assert live.engine.fingerprint() == run(plain).engine.fingerprint()


def test_repeating_a_present_fault_does_not_change_the_fingerprint() -> None:
    story = Run(final_design(), seed=11).to(2.0).crash("db-1").crash("db-1")
    story.on(0.5).crash("db-1").heal("web-1").heal("dns-1")
    story.to(8.0).crash("web-1").to(14.0)
    assert story.engine.fingerprint() == run(final_design()).engine.fingerprint()


@pytest.mark.parametrize("doublings", [1, 6])
def test_the_number_of_slots_does_not_change_a_run(known: dict[str, Any], doublings: int) -> None:
    """Requests get other slots, and nothing else changes."""
    roomy = Run(final_design(), seed=11)
    for _ in range(doublings):
        roomy.engine.world.grow_slots()
    assert said(roomy.to(2.0).crash("db-1").to(8.0).crash("web-1").to(14.0)) == known


def test_growing_the_slots_during_an_overload_does_not_change_a_run() -> None:
    """The slots double seven times during an overload; or not once."""
    overload = edited(
        final_design(9000.0), SetNode(node="lb-1", parameters={"queue_limit": 1_000_000}),
        *(SetNode(node=one, parameters={"queue_limit": 100_000}) for one in ("web-1", "web-2")),
    )  # fmt: skip
    tight, roomy = Run(overload), Run(overload)
    for _ in range(8):
        roomy.engine.world.grow_slots()
    before = len(tight.engine.world["slots"])
    assert said(tight.to(15.0)) == said(roomy.to(15.0))
    assert len(tight.engine.world["slots"]) >= 64 * before
    assert tight.read().in_flight > 50_000


def test_a_fault_of_one_server_leaves_the_random_draws_of_others_unchanged() -> None:
    """Breaking or slowing one server leaves arrivals, writes and everybody's work as they were:
    comparisons share their randomness.
    """
    calm, rough = Run(final_design(), seed=3), Run(final_design(), seed=3)
    rough.edit(SetNode(node="web-2", parameters={"service_ms": 12.0}))
    calm.to(10.0)
    rough.to(4.0).crash("db-2").to(10.0)
    assert calm.read().offered == rough.read().offered
    first, second = calm.node("web-1"), rough.node("web-1")
    assert first["served"] == pytest.approx(second["served"], rel=0.02)
    busy = [one["utilisation"] / one["served"] for one in (first, second)]
    assert busy[0] == pytest.approx(busy[1], rel=0.002)


TRACE = "\n".join(f"{0.01 * number},{number % 2},1,{number % 9},5" for number in range(400))


@pytest.mark.parametrize(
    "client",
    [{"arrivals": "open"}, {"arrivals": "recorded", "trace": TRACE}],
    ids=["open", "recorded"],
)
def test_the_balancing_algorithm_does_not_change_the_work_a_request_brings(
    client: dict[str, str],
) -> None:
    """The same requests bring the same work, whichever server they land on."""
    busy_ms = []
    for algorithm in ("round_robin", "random", "least_connections", "two_choices"):
        topology = edited(
            balanced(300.0, 3, algorithm=algorithm),
            SetNode(node="users-1", parameters=dict(client)),
            *(SetNode(node=f"web-{number}", parameters={"cores": 64}) for number in (1, 2, 3)),
        )
        run = Run(topology, seed=11).to(5.0)
        run.engine.set_load(0.0)
        reading = run.to(10.0).read()
        assert reading.in_flight == 0
        assert reading.failed == 0
        busy_ms.append(sum(reading.busy_ns.tolist()) / 1e6)
    assert busy_ms == [busy_ms[0]] * 4
