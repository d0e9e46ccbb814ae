"""Findings of drawings: each type where it belongs and not elsewhere, and its fix ends it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions import AnyFault, Heal
from app.findings.finding import Finding, FindingType, Severity, finding_to_json
from app.findings.findings import findings
from app.findings.present import CachedAddress, Measured, NodeNow, Present, drawn
from app.scenarios import library
from app.scenarios.document import Scenario, scenario_to_json
from app.schema import Value
from app.texts.languages import LANGUAGES
from app.theory.analysis import analyse
from app.topology.edits.apply import AddLink, AddNode, Edit, RemoveLink, SetGroups, SetNode, apply
from app.topology.model import Topology
from tests.support.drawings import (
    drawing,
    edited,
    final_design,
    link,
    mmc,
    node,
    replica,
    users,
    web,
)
from tests.support.generated.drawings import topologies


def document(topology: Topology) -> str:
    return json.dumps(scenario_to_json(Scenario("x", topology)))


def of_type(present: Present, type: FindingType) -> list[Finding]:
    return [one for one in findings(present) if one.type is type]


def only(present: Present, type: FindingType) -> Finding:
    (found,) = of_type(present, type)
    return found


def measured(topology: Topology, load: float = 1.0, /, **nodes: dict[str, Any]) -> Present:
    """A present in which every node is up and idle, but for what is said of some, by id with _."""
    plain = {"state": "healthy", "util": 0.1, "queue": 0, "rps": 10.0, "role": None}
    now = {
        one.id: NodeNow(**{**plain, **nodes.get(one.id.replace("-", "_"), {})})
        for one in topology.nodes
    }
    faults = frozenset(name for name, one in now.items() if not one.up)
    return Present(topology, analyse(topology, load), faults, {}, Measured(now))


DOWN: dict[str, Any] = {"state": "down", "util": 0.0, "rps": 0.0}


def two_servers(rate: float = 300.0, /, **server: Value) -> Topology:
    """Users on a balancer before two servers, of which both ask a primary and a replica."""
    return drawing(
        users(rate),
        node("load_balancer", "lb-1"),
        node("web_server", "web-1", "", **server),
        node("web_server", "web-2", "", **server),
        node("database", "db-1", ""),
        replica("db-2"),
        link("users-1", "lb-1"),
        *(link("lb-1", name) for name in ("web-1", "web-2")),
        *(link(name, to) for name in ("web-1", "web-2") for to in ("db-1", "db-2")),
        link("db-1", "db-2"),
    )


def without(topology: Topology, *links: str) -> Topology:
    return edited(topology, *(RemoveLink(link=one) for one in links))


def no_data() -> Present:
    return drawn(without(two_servers(), "web-2_db-1", "web-2_db-2"))


def no_cache() -> Present:
    cached = edited(two_servers(), node("cache", "cache-1"), link("web-1", "cache-1"))
    return drawn(cached)


def data_down() -> Present:
    return measured(without(two_servers(), "web-2_db-2"), db_1=DOWN)


def no_primary() -> Present:
    return drawn(without(two_servers(), "web-2_db-2"))


def no_server() -> Present:
    return drawn(without(two_servers(), "lb-1_web-1", "lb-1_web-2"))


def unlinked() -> Present:
    return drawn(edited(two_servers(), node("load_balancer", "lb-2")))


def bottleneck() -> Present:
    return drawn(mmc(0.95, 2))


def full_machine() -> Present:
    topology = drawing(
        users(75.0, write_share=0.0),
        web(service_ms=10.0, cores=2),
        node("database", "db-1", "", read_ms=15.0, cores=2),
        link("users-1", "web-1"),
        link("web-1", "db-1"),
        *(SetGroups(node=one, groups={"machine": "box"}) for one in ("web-1", "db-1")),
    )
    return drawn(topology)


def too_few_replicas() -> Present:
    waits: dict[str, Value] = {"commit": "sync_flush", "sync_replicas": 2}
    return drawn(edited(two_servers(), SetNode(node="db-1", parameters=waits)))


def too_many_connections() -> Present:
    limit = SetNode(node="db-1", parameters={"max_connections": 100})
    return drawn(edited(two_servers(pool_size=80), limit))


def single_balancer() -> Present:
    return drawn(two_servers())


def broken_twin() -> Present:
    return measured(two_servers(), db_1=DOWN, db_2={"role": "primary"})


CASES: dict[str, tuple[Callable[[], Present], FindingType, Severity, tuple[str, ...]]] = {
    "no data": (no_data, FindingType.NO_DATA, Severity.LIMITS, ("web-2",)),
    "no cache": (no_cache, FindingType.NO_CACHE, Severity.RISK, ("web-2",)),
    "data down": (data_down, FindingType.DATA_DOWN, Severity.HURTS, ("web-2",)),
    "no primary": (no_primary, FindingType.NO_PRIMARY, Severity.RISK, ("web-2", "db-2")),
    "no server": (no_server, FindingType.UNLINKED, Severity.HURTS, ("lb-1",)),
    "unlinked": (unlinked, FindingType.UNLINKED, Severity.NOTE, ("lb-2",)),
    "bottleneck": (bottleneck, FindingType.BOTTLENECK, Severity.LIMITS, ("web-1",)),
    "machine": (full_machine, FindingType.FULL_MACHINE, Severity.LIMITS, ("db-1", "web-1")),
    "replicas": (
        too_few_replicas,
        FindingType.TOO_FEW_REPLICAS,
        Severity.HURTS,
        ("db-1",),
    ),
    "pools": (
        too_many_connections,
        FindingType.TOO_MANY_CONNECTIONS,
        Severity.LIMITS,
        ("db-1", "web-1", "web-2"),
    ),
    "single point": (single_balancer, FindingType.SINGLE_POINT, Severity.RISK, ("lb-1",)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_finding_is_there_and_its_fix_ends_it_and_undo_gives_the_same_document(
    name: str,
) -> None:
    make, type, severity, nodes = CASES[name]
    present = make()
    found = next(one for one in of_type(present, type) if one.nodes == nodes)
    assert found.severity is severity
    assert found.fix is not None
    action = found.fix.action
    assert not isinstance(action, AnyFault)
    after, _, inverse = apply(present.topology, action)
    later = present.measured and Measured(
        {**{one.id: NodeNow("healthy", 0.1, 0, 10.0, None) for one in after.nodes}}
        | dict(present.measured.nodes)
    )
    then = Present(after, analyse(after), present.faults, {}, later)
    assert found.key not in {one.key for one in findings(then)}
    back, _, _ = apply(after, inverse)
    assert document(back) == document(present.topology)


def test_a_sound_drawing_has_no_finding_but_for_the_next_limits() -> None:
    topology = edited(
        two_servers(),
        AddNode(kind="load_balancer", id="lb-2"),
        *(AddLink(source="lb-2", target=one) for one in ("web-1", "web-2")),
        AddLink(source="users-1", target="lb-2"),
    )
    assert {one.type for one in findings(drawn(topology))} == {
        FindingType.NEXT_LIMIT,
        FindingType.CUT,
    }


def test_a_broken_twin_is_healed_and_not_doubled() -> None:
    found = of_type(broken_twin(), FindingType.SINGLE_POINT)
    database = next(one for one in found if one.nodes == ("db-2",))
    assert database.fix is not None
    assert database.fix.action == Heal(node="db-1")


def test_a_replica_takes_the_place_of_a_dead_primary_in_what_is_said() -> None:
    present = measured(
        without(two_servers(), "web-2_db-2"),
        db_1=DOWN | {"role": "replica"},
        db_2={"role": "primary"},
    )
    assert only(present, FindingType.NO_PRIMARY).severity is Severity.HURTS


def test_next_limits_and_the_cut_are_those_of_the_laws() -> None:
    """Two servers with 4 cores and 8 ms do 1,000 a second; the primary's writes come after."""
    present = drawn(two_servers(300.0))
    following = only(present, FindingType.NEXT_LIMIT)
    assert "1,000 req/s" in following.text.en
    cut = only(present, FindingType.CUT)
    assert cut.nodes == ("web-1", "web-2")
    assert "1,000 req/s" in cut.text.en


def test_a_server_that_the_balancer_leaves_out_is_starved() -> None:
    present = measured(two_servers(), web_2={"rps": 0.0, "util": 0.0})
    assert only(present, FindingType.STARVED).nodes == ("web-2",)


def test_old_addresses_are_told_with_their_time() -> None:
    names = edited(
        two_servers(),
        node("dns", "dns-1"),
        node("load_balancer", "lb-2"),
        link("users-1", "dns-1"),
        link("users-1", "lb-2"),
        link("lb-2", "web-1"),
    )
    now = measured(names, lb_1=DOWN)
    assert now.measured is not None
    held = {"users-1": {"lb-1": CachedAddress(1.0, 48.0)}}
    present = Present(names, now.theory, now.faults, {}, Measured(now.measured.nodes, {}, held))
    dead, new = sorted(of_type(present, FindingType.OLD_ADDRESS), key=lambda one: one.severity)
    assert dead.nodes == ("users-1", "lb-1")
    assert "48 s" in dead.text.en
    assert new.nodes == ("users-1", "lb-2")


def test_writes_out_of_reach_are_told_with_what_would_bring_them_back() -> None:
    now = measured(two_servers(), db_1=DOWN, db_2=DOWN)
    assert now.measured is not None
    present = Present(
        now.topology, now.theory, now.faults, {}, Measured(now.measured.nodes, out_of_reach=226)
    )
    found = only(present, FindingType.OUT_OF_REACH)
    assert "226" in found.title.en
    assert found.fix is not None
    assert found.fix.action == Heal(node="db-1")


@pytest.mark.parametrize("name", library.names())
def test_every_fix_in_the_library_ends_its_finding(name: str) -> None:
    scenario = library.load(name)
    for found in findings(drawn(scenario.topology, scenario.load)):
        if found.fix is None or isinstance(found.fix.action, AnyFault):
            continue
        edit: Edit = found.fix.action
        after, _, inverse = apply(scenario.topology, edit)
        assert found.key not in {one.key for one in findings(drawn(after, scenario.load))}
        back, _, _ = apply(after, inverse)
        assert document(back) == document(scenario.topology)


@settings(max_examples=80, deadline=None)
@given(topology=topologies(), data=st.data())
def test_findings_never_raise_and_every_fix_fits(topology: Topology, data: st.DataObject) -> None:
    names = [one.id for one in topology.nodes]
    down = data.draw(st.sets(st.sampled_from(names))) if names else set()
    nodes = {
        name: NodeNow(
            "down" if name in down else data.draw(st.sampled_from(["healthy", "saturated"])),
            data.draw(st.none() | st.floats(0.0, 1.0)),
            data.draw(st.integers(0, 100)),
            data.draw(st.floats(0.0, 1e6)),
            data.draw(st.sampled_from([None, "primary", "replica"])),
            data.draw(st.none() | st.tuples(st.sampled_from(["queue_full"]), st.floats(0, 9))),
        )
        for name in names
    }
    run = Measured(nodes, {}, {}, data.draw(st.integers(0, 9)))
    present = Present(topology, analyse(topology), frozenset(down), {}, run)
    for which in (present, drawn(topology)):
        for found in findings(which):
            for language in LANGUAGES:
                assert finding_to_json(found, language)["title"]
            assert all(topology.has_node(one) for one in found.nodes)
            assert all(topology.has_link(one) for one in found.links)
            if found.fix and not isinstance(found.fix.action, AnyFault):
                apply(topology, found.fix.action)


def test_the_final_design_has_one_balancer_to_double() -> None:
    found = of_type(drawn(final_design()), FindingType.SINGLE_POINT)
    assert ("lb-1",) in [one.nodes for one in found]
