"""The library's drawings: their content, their load and their layout."""

import pytest

from app.scenarios import library
from app.scenarios.document import Scenario
from app.texts.languages import LANGUAGES
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.reachability import is_public
from app.topology.servers.machines import machines
from app.topology.validation.validation import problems

NAMES = library.drawings()
CARD = (160, 112)
CONTENT = {
    "single-server": ["client", "dns", "web_server", "database", "cache"],
    "split-database": ["client", "dns", "web_server", "database"],
    "load-balanced": ["client", "dns", "load_balancer", *["web_server"] * 2, "database"],
    "replicated": ["client", "dns", "load_balancer", *["web_server"] * 2, *["database"] * 2],
    "final-design": [
        *["client"] * 2,
        "dns",
        "load_balancer",
        *["web_server"] * 2,
        *["database"] * 3,
    ],
    "reference-r1": ["client", "load_balancer", *["web_server"] * 4, *["database"] * 3],
}
MEASURED = "reference-r1"
"""Made for comparing engines, hence fuller than a drawing to start from."""
BOX = "single-server"
"""Everything on it shares three cores; see `test_scaling_experiments`."""


def offered_per_s(topology: Topology) -> float:
    return sum(
        float(node.parameters["users"]) * float(node.parameters["requests_per_user"])
        for node in topology.of_kind("client")
    )


def test_the_drawings_of_the_library_grow_step_by_step() -> None:
    assert tuple(CONTENT) == NAMES
    # The first one's parts share a machine, so that its box counts once.
    sizes = [len(machines(library.load(name).topology)) for name in NAMES]
    assert sizes == sorted(sizes)


def test_loading_an_unknown_name_from_the_library_is_an_error() -> None:
    for ask in (library.load, library.title, library.about):
        with pytest.raises(KeyError):
            ask("../document")


@pytest.mark.parametrize("name", library.names())
def test_every_drawing_of_the_library_has_a_title_and_one_sentence(name: str) -> None:
    title, about = library.title(name), library.about(name)
    assert title.en == library.load(name).name
    for language in LANGUAGES:
        assert title.say(language)
        assert about.say(language).endswith(".")
    assert title.say("ko") != title.en
    assert about.say("ko") != about.en


@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_of_the_library_has_the_nodes_and_links_of_its_name(name: str) -> None:
    topology = library.load(name).topology
    assert [node.kind for node in topology.nodes] == CONTENT[name]
    assert not problems(topology)
    databases = topology.of_kind("database")
    roles = [node.parameters["role"] for node in databases]
    assert roles == [*["primary"][: len(roles)], *["replica"] * (len(roles) - 1)]
    behind_balancer = bool(topology.of_kind("load_balancer"))
    entry = topology.of_kind("load_balancer") or topology.of_kind("web_server")
    expected = {(c.id, d.id) for c in topology.of_kind("client") for d in topology.of_kind("dns")}
    expected |= {(c.id, e.id) for c in topology.of_kind("client") for e in entry}
    expected |= {(b.id, w.id) for b in entry if behind_balancer for w in webs(topology)}
    data = [*databases, *topology.of_kind("cache")]
    expected |= {(w.id, d.id) for w in webs(topology) for d in data}
    expected |= {(databases[0].id, replica.id) for replica in databases[1:]}
    assert {(link.source, link.target) for link in topology.links} == expected
    assert all(is_public(web) is not behind_balancer for web in webs(topology))


def webs(topology: Topology) -> tuple[Node, ...]:
    return topology.of_kind("web_server")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in (MEASURED, BOX)])
def test_web_servers_of_every_drawing_of_the_library_are_about_half_busy_in_theory(
    name: str,
) -> None:
    topology = library.load(name).topology
    share = offered_per_s(topology) / len(webs(topology))
    for web in webs(topology):
        work_s = float(web.parameters["service_ms"]) / 1000
        assert 0.5 <= share * work_s / float(web.parameters["cores"]) <= 0.6


def test_the_final_design_is_overloaded_without_one_web_server() -> None:
    # Otherwise breaking one would teach nothing.
    topology = library.load("final-design").topology
    web = webs(topology)[0]
    capacity = float(web.parameters["cores"]) / float(web.parameters["service_ms"]) * 1000
    assert offered_per_s(topology) > 1.05 * capacity


@pytest.mark.parametrize("name", library.names())
def test_every_drawing_of_the_library_reads_from_left_to_right_without_overlaps(name: str) -> None:
    topology = library.load(name).topology
    for place, node in enumerate(topology.nodes):
        for other in topology.nodes[place + 1 :]:
            apart = (abs(node.x - other.x) >= CARD[0], abs(node.y - other.y) >= CARD[1])
            assert any(apart), f"{node.id} covers {other.id}"
    for link in topology.links:
        source, target = topology.node(link.source), topology.node(link.target)
        if source.kind == target.kind:
            in_ring = source.parameters.get("replication") == "ring"  # the last one sends back up
            assert in_ring or source.y < target.y, "replicas stand below their primary"
        else:
            assert source.x + CARD[0] < target.x


def test_scenarios_of_the_library_are_read_from_disk_once() -> None:
    first: Scenario = library.load("replicated")
    assert library.load("replicated") is first
