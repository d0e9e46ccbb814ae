"""Every parameter changes a run: from the start, and when it is set while the run goes on.

A parameter that no case names fails here, so a dial that does nothing cannot be added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from app.actions import CutLink, Silence
from app.kinds import KINDS
from app.schema import LINK_PARAMETERS, Kind, Parameter, Value
from app.topology.edits import Edit, SetGroups, SetLink, SetNode
from app.topology.model import Topology
from tests.drawings import drawing, edited, final_design, link, node, two_sites, users, web
from tests.engine.runs import Run

EDIT_S = 3.0


def all_kinds() -> Topology:
    """Every kind at work, in the way that it is meant to be."""
    return final_design(300.0)


def impatient() -> Topology:
    """Every kind at work, on the edge, for users who soon hang up, and whose balancer says so."""
    return edited(
        final_design(400.0),
        SetNode(node="users-1", parameters={"patience_s": 0.06}),
        SetNode(node="lb-1", parameters={"cancels": "on"}),
        SetNode(node="web-1", parameters={"cores": 1, "service_ms": 4.0, "cancels": "on"}),
        SetNode(node="web-2", parameters={"cores": 1, "service_ms": 5.0, "cancels": "on"}),
        SetNode(node="db-2", parameters={"cores": 1, "read_ms": 6.0}),
    )


def private_server() -> Topology:
    """A server that its users cannot reach."""
    return drawing(users(300.0), web(exposure="private"), link("users-1", "web-1"))


def weighing() -> Topology:
    """Every kind at work, behind a balancer that goes by weight."""
    return edited(all_kinds(), SetNode(node="lb-1", parameters={"algorithm": "weighted"}))


def unequal() -> Topology:
    """Every kind at work, with servers of different weights."""
    return edited(all_kinds(), SetNode(node="web-2", parameters={"weight": 300}))


def employees() -> Topology:
    """Users inside a private network, and a server outside."""
    inside = SetGroups(node="users-1", groups={"network": "office"})
    return edited(drawing(users(300.0), web(), link("users-1", "web-1")), inside)


def inside_balancer() -> Topology:
    """Users and a balancer in a private network, and a public server elsewhere."""
    return edited(
        drawing(
            users(300.0),
            node("load_balancer", "lb-1", exposure="private"),
            web(),
            link("users-1", "lb-1"),
            link("lb-1", "web-1"),
        ),
        *(SetGroups(node=name, groups={"network": "office"}) for name in ("users-1", "lb-1")),
    )


def balancer_pair() -> Topology:
    """Two balancers with one address, the first of them the master."""
    second = edited(
        all_kinds(),
        node("load_balancer", "lb-2"),
        *(link(source, target) for source, target in (("users-1", "lb-2"), ("lb-2", "web-1"))),
        SetNode(node="lb-1", parameters={"vrrp_priority": 150}),
    )
    both = {"virtual_ip": "front"}
    return edited(second, *(SetGroups(node=name, groups=both) for name in ("lb-1", "lb-2")))


def far() -> Topology:
    """Every kind at work, and answers to health checks that take long."""
    ways = ("lb-1_web-2", "web-2_db-2")
    return edited(
        all_kinds(), *(SetLink(link=way, parameters={"latency_ms": 300.0}) for way in ways)
    )


@dataclass(frozen=True)
class Case:
    """A value of a parameter, and where it matters: which node, among what other settings."""

    node: str
    value: Value
    among: Mapping[str, Value] = field(default_factory=dict)
    drawn: Callable[[], Topology] = all_kinds
    resized: str = ""  # a node that gets more cores later


TABLE = "0,100\n10,400\n20,0\n25,200"
TRACE = "\n".join(f"{0.05 * n:.12g},{n % 3 // 2},4,2" for n in range(600))
CLOSED: Mapping[str, Value] = {"arrivals": "closed", "think_s": 4.0}
STUBBORN: Mapping[str, Value] = {"ttl_ignored_percent": 50.0, "ttl_ignored_s": 4.0}
SOON: Mapping[str, Value] = {"check_interval_s": 1.0, "check_fall": 1, "check_rise": 1}
CHECKED: Mapping[str, Value] = {"health_checks": "on", **SOON}
RAMP: Mapping[str, Value] = {
    "shape": "ramp",
    "shape_start_s": 5.0,
    "shape_length_s": 8.0,
    "shape_factor": 2.0,
}
PASSIVE: Mapping[str, Value] = {"passive": "on"}
BUSY: Mapping[str, Mapping[str, Value]] = {
    "dns": {"ttl_s": 0.0, "lookup_ms": 2.0, "cores": 1},
    "load_balancer": {"forward_ms": 2.0, "cores": 1},
    "web_server": {"service_ms": 15.0, "cores": 4},
    "database": {"read_ms": 4.0, "cores": 1},
}
"""Stations that are busy enough to make requests wait, where nothing else may be the reason."""

BROKEN = {"dns": "dns-1", "load_balancer": "lb-1", "web_server": "web-1", "database": "db-3"}
"""Nodes that crash and come back."""

NODES = {"dns": "dns-1", "load_balancer": "lb-1", "web_server": "web-2", "database": "db-2"}


def station(kind: str) -> dict[tuple[str, str], Case]:
    """What all kinds that work on requests have in common."""
    busy, node = BUSY[kind], NODES[kind]
    return {
        (kind, "cores"): Case(node, 3, busy),
        (kind, "queue_limit"): Case(node, 1, busy),
        (kind, "distribution"): Case(node, "constant", busy),
        (kind, "scv"): Case(node, 9.0, {**busy, "distribution": "hyperexponential"}),
        (kind, "discipline"): Case(node, "processor_sharing", busy),
        (kind, "boot_s"): Case(BROKEN[kind], 1.5),
        (kind, "resize_restarts"): Case(node, "restart", busy, resized=node),
    }


CASES: dict[tuple[str, str], Case] = {
    ("client", "users"): Case("users-1", 500),
    ("client", "requests_per_user"): Case("users-1", 0.5),
    ("client", "arrivals"): Case("users-1", "closed", {"rates": TABLE, "trace": TRACE}),
    ("client", "think_s"): Case("users-1", 2.0, CLOSED),
    ("client", "shape"): Case("users-1", "constant", RAMP),
    ("client", "shape_factor"): Case("users-1", 0.5, RAMP),
    ("client", "shape_start_s"): Case("users-1", 7.0, RAMP),
    ("client", "shape_length_s"): Case("users-1", 12.0, RAMP),
    ("client", "rates"): Case("users-1", TABLE, {"arrivals": "table"}),
    ("client", "trace"): Case("users-1", TRACE, {"arrivals": "recorded"}),
    ("client", "write_share"): Case("users-1", 30.0),
    ("client", "patience_s"): Case("users-1", 0.06),
    ("client", "nat"): Case("users-1", "yes", {}, employees),
    ("client", "retry"): Case("users-1", "at_once"),
    ("client", "retries"): Case("users-1", 1, {"retry": "at_once"}),
    ("client", "backoff_ms"): Case("users-1", 700.0, {"retry": "exponential"}),
    ("client", "backoff_max_s"): Case("users-1", 0.1, {"retry": "exponential"}),
    ("client", "retry_budget"): Case("users-1", 1.0, {"retry": "at_once"}),
    ("client", "dns_caches"): Case("users-1", 50),
    ("client", "resolver"): Case("users-1", "shared", {}, two_sites),
    ("client", "ttl_min_s"): Case("users-1", 5.0, {}, two_sites),
    ("client", "ttl_max_s"): Case("users-1", 1.0, {}, two_sites),
    ("client", "ttl_ignored_percent"): Case("users-1", 50.0, {}, two_sites),
    ("client", "subrequests"): Case("users-1", 2),
    ("client", "try_next_address"): Case("users-1", "on", {}, two_sites),
    ("client", "connection_reuse_percent"): Case("users-1", 50.0),
    ("client", "tls"): Case("users-1", "off", {"connection_reuse_percent": 50.0}),
    ("client", "connect_timeout_s"): Case("users-1", 0.03, {"connection_reuse_percent": 50.0}),
    ("client", "ttl_ignored_s"): Case("users-1", 9.0, STUBBORN, two_sites),
    ("dns", "ttl_s"): Case("dns-1", 2.0),
    ("dns", "lookup_ms"): Case("dns-1", 2.0),
    **station("dns"),
    ("dns", "answer_order"): Case("dns-1", "fixed", {}, two_sites),
    ("dns", "health_checks"): Case("dns-1", "on", SOON, two_sites),
    ("dns", "check_interval_s"): Case("dns-1", 0.5, CHECKED, two_sites),
    ("dns", "check_fall"): Case("dns-1", 3, CHECKED, two_sites),
    ("dns", "check_timeout_s"): Case("dns-1", 0.03, CHECKED, two_sites),
    ("dns", "check_fast_interval_s"): Case("dns-1", 0.2, {**CHECKED, "check_fall": 4}, two_sites),
    ("dns", "check_rise"): Case("dns-1", 4, CHECKED, two_sites),
    ("load_balancer", "exposure"): Case("lb-1", "private"),
    ("load_balancer", "nat"): Case("lb-1", "yes", {}, inside_balancer),
    ("load_balancer", "vrrp_priority"): Case("lb-2", 200, {}, balancer_pair),
    ("load_balancer", "advert_interval_s"): Case("lb-2", 2.0, {}, balancer_pair),
    ("load_balancer", "algorithm"): Case("lb-1", "random", {}, unequal),
    ("load_balancer", "forward_ms"): Case("lb-1", 1.0),
    **station("load_balancer"),
    ("load_balancer", "retries"): Case("lb-1", 2),
    ("load_balancer", "retry_on"): Case("lb-1", "all", {"retries": 1}),
    ("load_balancer", "redispatch"): Case("lb-1", "other", {"retries": 2}),
    ("load_balancer", "retry_wait_s"): Case("lb-1", 0.2, {"retries": 2}),
    ("load_balancer", "connect_timeout_s"): Case("lb-1", 0.5),
    ("load_balancer", "response_timeout_s"): Case("lb-1", 0.03),
    ("load_balancer", "max_connections"): Case("lb-1", 2),
    ("load_balancer", "queue_max"): Case("lb-1", 2, {"max_connections": 2}),
    ("load_balancer", "queue_timeout_s"): Case("lb-1", 0.01, {"max_connections": 2}),
    ("load_balancer", "cancels"): Case("lb-1", "on", {"cancels": "off"}, impatient),
    ("load_balancer", "check_interval_s"): Case("lb-1", 1.0),
    ("load_balancer", "check_fall"): Case("lb-1", 2),
    ("load_balancer", "check_rise"): Case("lb-1", 3),
    ("load_balancer", "check_timeout_s"): Case("lb-1", 0.5, {}, far),
    ("load_balancer", "check_fast_interval_s"): Case("lb-1", 0.3),
    ("load_balancer", "check_type"): Case("lb-1", "deep", {"check_interval_s": 0.5}),
    ("load_balancer", "passive"): Case("lb-1", "on"),
    ("load_balancer", "passive_failures"): Case("lb-1", 50, PASSIVE),
    ("load_balancer", "passive_window_s"): Case("lb-1", 0.05, {**PASSIVE, "passive_failures": 20}),
    ("load_balancer", "passive_ejection_s"): Case("lb-1", 2.0, PASSIVE),
    ("load_balancer", "passive_ejection_max_s"): Case("lb-1", 1.0, PASSIVE),
    ("load_balancer", "passive_share_max"): Case("lb-1", 100.0, {**PASSIVE, "passive_failures": 1}),
    ("load_balancer", "slow_start_s"): Case("lb-1", 5.0),
    ("load_balancer", "panic_percent"): Case("lb-1", 60.0),
    ("load_balancer", "sticky"): Case("lb-1", "cookie"),
    ("web_server", "exposure"): Case("web-1", "public", {}, private_server),
    ("web_server", "service_ms"): Case("web-2", 9.0),
    ("web_server", "read_replies"): Case("web-2", 1),
    ("web_server", "weight"): Case("web-2", 300, {}, weighing),
    **station("web_server"),
    ("web_server", "workers"): Case("web-2", 2),
    ("web_server", "data_timeout_s"): Case("web-2", 0.01),
    ("web_server", "breaker_failures"): Case("web-2", 1),
    ("web_server", "breaker_open_s"): Case("web-2", 0.5, {"breaker_failures": 1}),
    ("web_server", "wait_limit_s"): Case("web-2", 0.01, BUSY["web_server"]),
    ("web_server", "drop_expired"): Case("web-2", "dropped", {"cancels": "off"}, impatient),
    ("web_server", "cancels"): Case("web-2", "on", {"cancels": "off"}, impatient),
    ("web_server", "check_interval_s"): Case("web-2", 0.5),
    ("web_server", "check_fall"): Case("web-2", 3),
    ("web_server", "check_rise"): Case("web-2", 2),
    ("web_server", "check_timeout_s"): Case("web-2", 0.5, {}, far),
    ("web_server", "check_fast_interval_s"): Case("web-2", 0.2),
    ("database", "role"): Case("db-1", "replica"),
    ("database", "read_ms"): Case("db-2", 4.0),
    ("database", "write_ms"): Case("db-1", 6.0),
    **station("database"),
    ("database", "wait_limit_s"): Case("db-2", 0.01, BUSY["database"]),
    ("database", "drop_expired"): Case("db-2", "dropped", BUSY["database"], impatient),
    ("database", "cancels"): Case("db-2", "on", {}, impatient),
    ("database", "apply_ms"): Case("db-2", 2.0),
    ("database", "max_lag_s"): Case("db-2", 1.0, {"apply_ms": 100.0}),
    ("database", "heartbeat_s"): Case("db-2", 0.5),
    ("database", "heartbeat_misses"): Case("db-2", 1),
    ("database", "promotion_s"): Case("db-2", 1.0),
}

LINKS = ("users-1_dns-1", "users-1_lb-1", "lb-1_web-2", "web-2_db-2", "db-1_db-2")
LINK_VALUES: dict[str, Value] = {"latency_ms": 7.0}

PARAMETERS = [(kind, parameter) for kind in KINDS for parameter in kind.parameters]


def label(value: object) -> str:
    return str(getattr(value, "name", value))


def troubles(run: Run, edits: tuple[Edit, ...] = (), resized: str = "") -> Run:
    """Half a minute in which everything breaks and comes back that the drawing has, and `resized`
    gets another core.
    """
    script: list[tuple[float, Callable[[], object]]] = [(EDIT_S, lambda: run.edit(*edits))]
    if resized:
        more = SetNode(node=resized, parameters={"cores": 5})
        script.append((10.0, lambda: run.edit(more)))
    for name, crash_s, heal_s in (
        ("web-1", 4.0, 12.0),
        ("db-3", 5.0, 9.0),
        ("dns-1", 6.0, 8.0),
        ("db-1", 17.0, 24.0),
        ("lb-1", 26.0, 26.3),
    ):
        if run.engine.topology.has_node(name):
            script.append((crash_s, lambda name=name: run.crash(name)))  # type: ignore[misc]
            script.append((heal_s, lambda name=name: run.heal(name)))  # type: ignore[misc]
    if run.engine.topology.has_node("web-2"):
        script.append((13.0, lambda: run.fault(Silence(node="web-2", for_s=7.0))))
    if run.engine.topology.link_between("lb-1", "web-2"):
        cut = CutLink(link="lb-1_web-2", direction="forth", for_s=2.0)
        script.append((21.0, lambda: run.engine.fault(cut)))
    for at_s, act in sorted(script, key=lambda one: one[0]):
        run.to(at_s)
        act()
    return run.to(30.0)


def seen(run: Run) -> tuple[dict[str, Any], list[Any]]:
    """What a person could see of a run: every figure of its summary, and every incident."""
    figures = run.summary()
    del figures["fingerprint"]
    return figures, run.incidents()


def drawn(case: Case) -> Topology:
    """A case's drawing, without its value."""
    return edited(case.drawn(), SetNode(node=case.node, parameters=dict(case.among)))


@cache
def seen_without(case_key: tuple[str, str]) -> tuple[dict[str, Any], list[Any]]:
    """What is seen when a case's value is not set."""
    return seen(troubles(Run(drawn(CASES[case_key])), resized=CASES[case_key].resized))


def test_every_parameter_has_a_case() -> None:
    assert CASES.keys() == {(kind.name, parameter.name) for kind, parameter in PARAMETERS}
    assert LINK_VALUES.keys() == {parameter.name for parameter in LINK_PARAMETERS}


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_a_case_is_one(kind: Kind, parameter: Parameter) -> None:
    """The value is another one that the parameter takes, and matters where it is set."""
    case = CASES[kind.name, parameter.name]
    node = drawn(case).node(case.node)
    assert node.kind == kind.name
    assert parameter.parse(case.value) == case.value != node.parameters[parameter.name]
    assert kind.in_use(parameter, node.parameters)


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_a_parameter_changes_a_run(kind: Kind, parameter: Parameter) -> None:
    key = kind.name, parameter.name
    case = CASES[key]
    edit = SetNode(node=case.node, parameters={parameter.name: case.value})
    assert seen(troubles(Run(edited(drawn(case), edit)), (), case.resized)) != seen_without(key)


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_a_parameter_that_is_set_in_a_run_changes_it(kind: Kind, parameter: Parameter) -> None:
    key = kind.name, parameter.name
    case = CASES[key]
    edit = SetNode(node=case.node, parameters={parameter.name: case.value})
    run = troubles(Run(drawn(case)), (edit,), case.resized)
    assert seen(run) != seen_without(key)


@pytest.mark.parametrize(
    ("kind", "parameter"), [one for one in PARAMETERS if one[1].choices], ids=label
)
def test_every_choice_is_another_run(kind: Kind, parameter: Parameter) -> None:
    case = CASES[kind.name, parameter.name]
    found: list[Any] = []
    for choice in parameter.choices:
        edit = SetNode(node=case.node, parameters={parameter.name: choice.name})
        run = troubles(Run(edited(drawn(case), edit)), (), case.resized)
        assert seen(run) not in found, choice.name
        found.append(seen(run))


@pytest.mark.parametrize(
    ("kind", "parameter"), [one for one in PARAMETERS if one[1].when], ids=label
)
def test_a_parameter_changes_nothing_where_it_does_not_matter(
    kind: Kind, parameter: Parameter
) -> None:
    """Each choice that the form hides it for."""
    case = CASES[kind.name, parameter.name]
    for name, wanted in parameter.when:
        for choice in kind.parameter(name).choices:
            if choice.name in wanted:
                continue
            hidden = edited(drawn(case), SetNode(node=case.node, parameters={name: choice.name}))
            assert not kind.in_use(parameter, hidden.node(case.node).parameters)
            edit = SetNode(node=case.node, parameters={parameter.name: case.value})
            assert seen(troubles(Run(edited(hidden, edit)))) == seen(troubles(Run(hidden)))


@pytest.mark.parametrize("link_id", LINKS)
@pytest.mark.parametrize("parameter", LINK_PARAMETERS, ids=label)
def test_a_parameter_of_every_sort_of_link_changes_a_run(
    link_id: str, parameter: Parameter
) -> None:
    before = seen(troubles(Run(all_kinds())))
    edit = SetLink(link=link_id, parameters={parameter.name: LINK_VALUES[parameter.name]})
    assert seen(troubles(Run(edited(all_kinds(), edit)))) != before
    assert seen(troubles(Run(all_kinds()), (edit,))) != before


def test_there_is_a_link_of_every_sort() -> None:
    topology = all_kinds()
    sorts = {
        (topology.node(one.source).kind, topology.node(one.target).kind)
        for one in map(topology.link, LINKS)
    }
    ports = {(kind.name, target) for kind in KINDS for target in kind.port.targets}
    assert ports - sorts == {("client", "web_server")}
