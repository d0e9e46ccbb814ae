"""Scenario documents: read back as written; whatever is wrong is named by its path."""

import copy
import json
import math
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.actions import SetLoad
from app.scenarios import library
from app.scenarios.document import (
    DocumentError,
    Scenario,
    TimedAction,
    parse_json,
    scenario_from_json,
    scenario_to_json,
)
from app.topology.model import LINKS_MAX, NODES_MAX, Topology
from tests.support.generated.drawings import scenarios
from tests.support.machine.call_counts import calls_of

Path = tuple[str | int, ...]
GONE: Any = object()


def document(**changes: object) -> dict[str, Any]:
    """The final design as a document with every field in it, and some of them changed."""
    return {**copy.deepcopy(scenario_to_json(library.load("final-design"))), **changes}


def altered(path: Path, value: object) -> dict[str, Any]:
    changed = document()
    place: Any = changed
    for part in path[:-1]:
        place = place[part]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


def refusal(data: object) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        scenario_from_json(data)
    return caught.value


@given(scenarios())
def test_a_document_read_back_gives_the_same_scenario(scenario: Scenario) -> None:
    written = json.dumps(scenario_to_json(scenario), ensure_ascii=False)
    read = scenario_from_json(parse_json(written.encode()))
    assert json.dumps(scenario_to_json(read), ensure_ascii=False) == written
    assert read.topology.nodes == scenario.topology.nodes
    assert read.topology.links == scenario.topology.links
    assert (read.name, read.seed, read.load) == (scenario.name, scenario.seed, scenario.load)
    assert read.until_s == scenario.until_s
    assert read.journal == scenario.journal


def test_keys_of_a_document_are_in_a_fixed_order() -> None:
    data = document()
    top = ["format", "version", "name", "seed", "load", "until_s", "expect"]
    assert list(data) == [*top, "nodes", "links", "journal"]
    assert list(data["nodes"][0]) == ["id", "kind", "preset", "name", "x", "y", "parameters"]
    assert list(data["links"][0]) == ["id", "source", "target", "parameters"]


def test_fields_left_out_of_a_document_have_their_defaults() -> None:
    scenario = scenario_from_json(
        {
            "format": "loadground",
            "version": 1,
            "name": "Small",
            "nodes": [
                {"id": "users-1", "kind": "client", "preset": "mobile_users"},
                {"id": "web-1", "kind": "web_server", "parameters": {"cores": 16}},
            ],
            "links": [{"id": "link-1", "source": "users-1", "target": "web-1"}],
        }
    )
    users, web = scenario.topology.nodes
    assert (scenario.seed, scenario.load, scenario.until_s) == (1, 1.0, 60.0)
    assert scenario.journal == ()
    assert users.parameters["users"] == 4000, "from the preset"
    assert users.parameters["patience_s"] == 30.0, "from the kind"
    assert (users.name, users.x, users.y) == ("users-1", 0.0, 0.0)
    assert (web.preset, web.parameters["cores"]) == ("web_server", 16)
    assert scenario.topology.links[0].latency_ms == 20.0


@pytest.mark.parametrize(
    ("path", "value", "field", "says"),
    [
        (("format",), "drawing", "format", "not a Loadground document"),
        (("format",), GONE, "format", "not a Loadground document"),
        (("version",), 2, "version", "made by a newer Loadground"),
        (("version",), GONE, "version", "whole number"),
        (("version",), 0, "version", "whole number"),
        (("version",), True, "version", "whole number"),
        (("version",), "1", "version", "whole number"),
        (("colour",), "red", "colour", "no such field"),
        (("name",), GONE, "name", "missing"),
        (("name",), "  ", "name", "at least 1"),
        (("name",), "n" * 101, "name", "at most 100"),
        (("name",), 7, "name", "Use text"),
        (("seed",), -1, "seed", "0 or more"),
        (("seed",), 2**53, "seed", "or less"),
        (("seed",), 10**400, "seed", "or less"),
        (("seed",), 1.5, "seed", "whole number"),
        (("seed",), True, "seed", "whole number"),
        (("load",), math.nan, "load", "finite"),
        (("load",), math.inf, "load", "finite"),
        (("load",), -0.1, "load", "0 or more"),
        (("load",), 1000.1, "load", "1,000 or less"),
        (("load",), "1", "load", "Use a number"),
        (("until_s",), 0, "until_s", "more than 0"),
        (("until_s",), 2_000_001, "until_s", "or less"),
        (("nodes",), GONE, "nodes", "missing"),
        (("nodes",), {}, "nodes", "Use a list"),
        (("nodes", 3), "web", "nodes[3]", "Use an object"),
        (("nodes", 3, "kind"), "toaster", "nodes[3].kind", "no such kind"),
        (("nodes", 3, "kind"), GONE, "nodes[3].kind", "missing"),
        (("nodes", 3, "preset"), "toast", "nodes[3].preset", "no such preset"),
        (("nodes", 3, "id"), "Web 1", "nodes[3].id", "a to z"),
        (("nodes", 3, "id"), "web-1\n", "nodes[3].id", "a to z"),
        (("nodes", 3, "id"), "users-1", "nodes[3].id", "taken"),
        (("nodes", 3, "name"), "n" * 61, "nodes[3].name", "at most 60"),
        (("nodes", 3, "name"), "\ud800", "nodes[3].name", "Unicode"),
        (("nodes", 3, "type"), "add_node", "nodes[3].type", "no such field"),
        (("nodes", 3, "x"), math.inf, "nodes[3].x", "number"),
        (("nodes", 3, "x"), 100_001, "nodes[3].x", "100,000 or less"),
        (("nodes", 3, "y"), "left", "nodes[3].y", "Use a number"),
        (("nodes", 3, "parameters"), [], "nodes[3].parameters", "Use an object"),
        (("nodes", 3, "parameters", "cores"), 0, "nodes[3].parameters.cores", "1 to 1,024"),
        (("nodes", 3, "parameters", "cores"), 1.5, "nodes[3].parameters.cores", "whole number"),
        (("nodes", 3, "parameters", "cores"), True, "nodes[3].parameters.cores", "Use a number"),
        (("nodes", 3, "parameters", "cores"), None, "nodes[3].parameters.cores", "Use a number"),
        (("nodes", 3, "parameters", "cores"), [4], "nodes[3].parameters.cores", "Use a number"),
        (("nodes", 3, "parameters", "cores"), "NaN", "nodes[3].parameters.cores", "number"),
        (("nodes", 3, "parameters", "cores"), 10**400, "nodes[3].parameters.cores", "number"),
        (("nodes", 3, "parameters", "wheels"), 4, "nodes[3].parameters.wheels", "no such param"),
        (("nodes", 3, "parameters", "exposure"), "odd", "nodes[3].parameters.exposure", "Choose"),
        (("nodes", 6, "parameters", "role"), 1, "nodes[6].parameters.role", "Choose"),
        (("links", 0, "source"), "nobody", "links[0].source", "no node “nobody”"),
        (("links", 0, "target"), "nobody", "links[0].target", "no node “nobody”"),
        (("links", 0, "target"), "db-1", "links[0].target", "links to: DNS"),
        (("links", 1, "target"), "dns-1", "links[1].target", "linked already"),
        (("links", 1, "id"), "link-1", "links[1].id", "taken"),
        (("links", 1, "id"), GONE, "links[1].id", "missing"),
        (("links", 1, "parameters", "latency_ms"), -1, "links[1].parameters.latency_ms", "0 to"),
        (("links", 1, "parameters", "loss"), 1, "links[1].parameters.loss", "no such param"),
        (("journal",), None, "journal", "Use a list"),
    ],
)
def test_a_bad_field_is_refused_by_its_path(
    path: Path, value: object, field: str, says: str
) -> None:
    error = refusal(altered(path, value))
    assert error.field == field
    assert says in error.text.en
    assert error.text.say("ko")
    assert error.text.say("ko") != error.text.en
    assert "{" not in error.text.en + error.text.say("ko")


CRASH = {"type": "crash", "node": "web-1"}
REMOVE = {"type": "remove_node", "node": "web-1"}
ADD = {"type": "add_node", "id": "web-9", "kind": "web_server"}


def entry(action: object, at_s: float = 1.0) -> dict[str, object]:
    return {"at_s": at_s, "action": action}


@pytest.mark.parametrize(
    ("journal", "field", "says"),
    [
        ([5], "journal[0]", "Use an object"),
        ([entry(CRASH, -1)], "journal[0].at_s", "0 or more"),
        ([entry(CRASH, math.nan)], "journal[0].at_s", "number"),
        ([entry(CRASH, 3_000_000)], "journal[0].at_s", "or less"),
        ([entry(CRASH, 2), entry(CRASH, 1)], "journal[1].at_s", "before the entry above"),
        ([{"at_s": 1}], "journal[0].action", "missing"),
        ([entry("crash")], "journal[0].action", "Use an object"),
        ([entry({})], "journal[0].action", "has no type"),
        ([entry({"type": "explode"})], "journal[0].action", "no such type"),
        ([entry({"type": "pause"})], "journal[0].action", "no such type"),
        ([entry({"type": "crash"})], "journal[0].action.node", "missing"),
        ([entry({**CRASH, "how": 1})], "journal[0].action.how", "no such field"),
        ([entry({"type": "crash", "node": "web-7"})], "journal[0].action.node", "at that time"),
        ([entry(REMOVE), entry(CRASH)], "journal[1].action.node", "at that time"),
        ([entry(CRASH), entry(REMOVE), entry(REMOVE)], "journal[2].action.node", "no node"),
        ([entry(ADD), entry(ADD)], "journal[1].action.id", "taken"),
        ([entry({**ADD, "id": None})], "journal[0].action.id", "missing"),
        ([entry({**ADD, "preset": "toast"})], "journal[0].action.preset", "no such preset"),
        ([entry({"type": "set_load", "factor": 1001})], "journal[0].action.factor", "or less"),
        ([entry({"type": "set_load", "factor": True})], "journal[0].action.factor", "a number"),
        (
            [entry({"type": "set_node", "node": "web-1", "parameters": {"cores": 0}})],
            "journal[0].action.parameters.cores",
            "1 to 1,024",
        ),
        (
            [entry({"type": "set_node", "node": "web-1", "parameters": {"cores": True}})],
            "journal[0].action.parameters.cores",
            "number",
        ),
        (
            [entry({"type": "batch", "edits": [ADD, {**REMOVE, "node": "web-8"}]})],
            "journal[0].action.edits[1].node",
            "no node “web-8”",
        ),
        (
            [entry({"type": "batch", "edits": [ADD, {**ADD, "id": None}]})],
            "journal[0].action.edits[1].id",
            "missing",
        ),
        ([entry({"type": "batch", "edits": []})], "journal[0].action.edits", "at least 1"),
        ([entry(CRASH)] * 1001, "journal", "at most 1,000"),
    ],
)
def test_a_journal_that_could_not_have_happened_is_refused(
    journal: list[object], field: str, says: str
) -> None:
    error = refusal(document(journal=journal))
    assert error.field == field
    assert says in error.text.en


def test_a_journal_may_name_a_node_that_it_added_before() -> None:
    crash = {"type": "crash", "node": "web-9"}
    scenario = scenario_from_json(document(journal=[entry(ADD), entry(crash, 1.000000001)]))
    assert [timed.at_ns for timed in scenario.journal] == [1_000_000_000, 1_000_000_001]


def test_the_edits_of_a_journal_are_counted_inside_batches() -> None:
    move = {"type": "move_node", "node": "web-1", "x": 1, "y": 1}
    batches = [entry({"type": "batch", "edits": [move] * 500})] * 2
    assert len(scenario_from_json(document(journal=batches)).journal) == 2
    assert refusal(document(journal=[*batches, entry(move)])).field == "journal"


def test_a_drawing_may_be_as_large_as_the_limits_and_no_larger() -> None:
    largest = big_document()
    assert len(scenario_from_json(largest).topology.links) == LINKS_MAX
    node = {**largest["nodes"][0], "id": "one-more"}
    assert refusal({**largest, "nodes": [*largest["nodes"], node]}).field == "nodes"
    link = {"id": "one-more", "source": "web-0", "target": "db-99"}
    assert refusal({**largest, "links": [*largest["links"], link]}).field == "links"


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ({**ADD, "id": "one-more"}, "at most 200 nodes"),
        (
            {"type": "add_link", "id": "one-more", "source": "web-0", "target": "db-50"},
            "at most 500 links",
        ),
    ],
)
def test_a_journal_does_not_pass_the_limits_of_a_drawing_either(
    action: dict[str, Any], says: str
) -> None:
    assert says in refusal({**big_document(), "journal": [entry(action)]}).text.en


@given(st.integers(0, 2_000_000 * 10**9))
@example(1_001_000_001)
@example(2_000_000 * 10**9 - 1)
def test_times_of_a_journal_survive_to_the_nanosecond(at_ns: int) -> None:
    timed = TimedAction(at_ns, SetLoad(factor=2))
    written = scenario_to_json(Scenario("Times", Topology(), journal=(timed,)))
    assert scenario_from_json(parse_json(json.dumps(written))).journal == (timed,)


def test_the_largest_document_is_read_in_steps_that_grow_with_its_size() -> None:
    largest = big_document()
    half = {**largest, "links": largest["links"][: LINKS_MAX // 2]}
    some, all_of_it = (calls_of(partial(scenario_from_json, one)) for one in (half, largest))
    # Copying the drawing for each of its links would be ten times the time.
    assert some["Draft.topology"] == all_of_it["Draft.topology"] == 1
    assert all_of_it["Draft._links_of"] == 2 * LINKS_MAX
    assert all_of_it.total() < 1.6 * some.total()


@pytest.mark.parametrize("data", [None, [], "loadground", 1, True])
def test_a_document_that_is_no_object_is_refused(data: object) -> None:
    assert refusal(data).field == ""


def test_the_path_in_a_refusal_is_one_short_line_for_any_keys() -> None:
    parameters = {"\x1b[2J\n" + "k" * 500: 1}
    field = refusal(altered(("nodes", 0, "parameters"), parameters)).field
    assert field.startswith("nodes[0].parameters.")
    assert field.isprintable()
    assert len(field) <= 160


def big_document() -> dict[str, Any]:
    half = NODES_MAX // 2
    nodes = [
        {"id": f"{prefix}-{number}", "kind": kind}
        for prefix, kind in (("web", "web_server"), ("db", "database"))
        for number in range(half)
    ]
    links = [
        {"id": f"link-{n}", "source": f"web-{n % half}", "target": f"db-{(n + n // half) % half}"}
        for n in range(LINKS_MAX)
    ]
    return {"format": "loadground", "version": 1, "name": "Big", "nodes": nodes, "links": links}
