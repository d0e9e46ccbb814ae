"""Cases of the kinds on the serving path."""

from __future__ import annotations

from collections.abc import Mapping

from app.schema import Value
from app.topology.edits.apply import RemoveNode, SetGroups, SetLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, two_sites, users, web
from tests.support.parameter_cases.shape import BUSY, Case, all_kinds, impatient, station


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


def thirds() -> Topology:
    """Every kind at work, with a third server, which is slow."""
    more = node("web_server", "web-3", cores=8, service_ms=300.0)
    return edited(all_kinds(), more, link("lb-1", "web-3"), link("web-3", "db-2"))


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
SERVING: dict[tuple[str, str], Case] = {
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
    ("load_balancer", "retry_writes"): Case("lb-1", "off", {"retries": 1, "retry_on": "all"}),
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
    ("load_balancer", "passive_counts"): Case("lb-1", "within", {**PASSIVE, "passive_failures": 3}),
    ("load_balancer", "passive_window_s"): Case("lb-1", 0.05, {**PASSIVE, "passive_failures": 20}),
    ("load_balancer", "passive_ejection_s"): Case("lb-1", 2.0, PASSIVE),
    ("load_balancer", "passive_ejection_max_s"): Case("lb-1", 1.0, PASSIVE),
    ("load_balancer", "passive_share_max"): Case("lb-1", 100.0, {**PASSIVE, "passive_failures": 1}),
    ("load_balancer", "slow_start_s"): Case("lb-1", 5.0),
    ("load_balancer", "panic_percent"): Case("lb-1", 60.0),
    ("load_balancer", "drain_s"): Case("lb-1", 3.0, {}, thirds, later=(RemoveNode(node="web-3"),)),
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
}
