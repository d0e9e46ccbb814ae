"""The JSON Schemas: they take every document and action there is, and are no stricter than the
loader.
"""

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from app.actions import action_from
from app.kinds import KINDS
from app.scenarios import library
from app.scenarios.document import (
    DocumentError,
    Scenario,
    parse_json,
    scenario_from_json,
    scenario_to_json,
)
from app.scenarios.json_schema import action_schema, document_schema
from app.schema import LINK_PARAMETERS
from app.texts.languages import Language
from app.topology.edits.apply import EditError, apply
from tests.support.generated.drawings import scenarios

LANGUAGES: tuple[Language, ...] = ("en", "ko")
LIBRARY = sorted(Path(library.__file__).with_name("library").glob("*.json"))
MUSEUM = sorted((Path(__file__).parents[1] / "links" / "museum").glob("*.json"))


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(document_schema() if name == "document" else action_schema())


def complaints(name: str, value: object) -> list[str]:
    return [f"{e.json_path}: {e.message[:200]}" for e in validator(name).iter_errors(value)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_are_schemas_of_the_draft_they_name(language: Language) -> None:
    for schema in (document_schema(language), action_schema(language)):
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_every_scenario_of_the_library_is_valid(path: Path) -> None:
    as_written = json.loads(path.read_text(encoding="utf-8"))
    assert complaints("document", as_written) == []
    assert complaints("document", scenario_to_json(library.load(path.stem))) == []


@pytest.mark.parametrize("path", MUSEUM, ids=lambda path: path.stem)
def test_every_document_that_a_link_ever_stood_for_is_valid(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))["document"]
    assert complaints("document", document) == []
    assert complaints("document", scenario_to_json(scenario_from_json(document))) == []


@given(scenarios())
def test_a_written_document_is_valid(scenario: Scenario) -> None:
    written = scenario_to_json(scenario)
    assert complaints("document", written) == []
    for entry in json.loads(json.dumps(written["journal"])):
        assert complaints("action", entry["action"]) == []


def test_every_parameter_is_described_with_its_range_choices_and_unit() -> None:
    definitions = document_schema()["$defs"]
    checked = 0
    for owner, parameters in (
        *((kind.name.title().replace("_", ""), kind.parameters) for kind in KINDS),
        ("Link", LINK_PARAMETERS),
    ):
        properties = definitions[f"{owner}Parameters"]["properties"]
        assert list(properties) == [one.name for one in parameters]
        for one in parameters:
            found = properties[one.name]
            assert found["default"] == one.default
            assert one.label.say("en") in found["description"]
            if one.choices:
                assert found["enum"] == [choice.name for choice in one.choices]
            elif not one.columns:
                assert (found["minimum"], found["maximum"]) == (one.low, one.high)
                assert one.unit.symbol.say("en") in found["description"]
            checked += 1
    assert checked > 50


def test_the_words_are_in_the_language_that_is_asked_for() -> None:
    english, korean = (document_schema(one)["$defs"]["ClientParameters"] for one in LANGUAGES)
    assert english["properties"].keys() == korean["properties"].keys()
    assert english["properties"]["users"] != korean["properties"]["users"]


FIRST: dict[str, Any] = scenario_to_json(library.load("final-design"))
REFUSED: list[tuple[tuple[str | int, ...], object]] = [
    (("format",), "other"),
    (("version",), 99),
    (("name",), "n" * 101),
    (("name",), 7),
    (("seed",), -1),
    (("load",), "1"),
    (("load",), True),
    (("surprise",), 1),
    (("nodes",), {}),
    (("nodes", 0, "id"), "A"),
    (("nodes", 0, "kind"), "mainframe"),
    (("nodes", 0, "preset"), "mainframe"),
    (("nodes", 0, "x"), 1e9),
    (("nodes", 0, "parameters"), {"q": 1}),
    (("nodes", 0, "parameters"), {"users": -1}),
    (("nodes", 0, "parameters"), {"users": 1.5}),
    (("nodes", 0, "parameters"), {"users": None}),
    (("nodes", 0, "parameters"), {"arrivals": "never"}),
    (("nodes", 0, "groups"), {"planet": "earth"}),
    (("nodes", 0, "groups"), {"virtual_ip": "a"}),
    (("links", 0, "parameters"), {"latency_ms": -1}),
    (("journal",), [{"at_s": -1, "action": {"type": "set_load", "factor": 1}}]),
    (("journal",), [{"at_s": 1, "action": {"type": "pause"}}]),
    (("journal",), [{"at_s": 1, "action": {"type": "add_node", "kind": "cache"}}]),
    (("journal",), [{"at_s": 1, "action": {"type": "crash", "node": "web-1", "for_s": 0}}]),
    (("peerings",), [["a"]]),
]


@pytest.mark.parametrize(("place", "value"), REFUSED, ids=str)
def test_schema_and_loader_refuse(place: tuple[str | int, ...], value: object) -> None:
    changed = copy.deepcopy(FIRST)
    put(changed, place, value)
    assert complaints("document", changed)
    with pytest.raises(DocumentError):
        scenario_from_json(changed)


def put(document: Any, place: tuple[str | int, ...], value: object) -> None:
    for part in place[:-1]:
        document = document[part]
    document[place[-1]] = value


def places(value: object, so_far: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a JSON value but the value itself."""
    items: Any = value.items() if isinstance(value, dict) else ()
    for key, child in enumerate(value) if isinstance(value, list) else items:
        yield (*so_far, key)
        yield from places(child, (*so_far, key))


GONE = object()
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=70)
    | st.sampled_from(["", "web-1", "cache", "1,000", "1e3", " 7 ", "\u202e", "both"])
)
VALUES = (
    st.just(GONE)
    | SCALARS
    | st.lists(SCALARS, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "type", "users", "zone", "q"]), SCALARS, max_size=2)
)


def mutated(data: st.DataObject, value: Any) -> Any:
    """A copy in which one to three places hold something else, nothing, or something more."""
    changed = copy.deepcopy(value)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from([*places(changed), ("surprise",)]))
        new = data.draw(VALUES)
        if new is not GONE:
            put(changed, place, new)
        elif place != ("surprise",):
            holder = changed
            for part in place[:-1]:
                holder = holder[part]
            del holder[place[-1]]
    return changed


@given(scenarios(), st.data())
def test_a_document_that_the_schema_refuses_is_refused_by_the_loader(
    scenario: Scenario, data: st.DataObject
) -> None:
    changed = mutated(data, json.loads(json.dumps(scenario_to_json(scenario))))
    found = complaints("document", changed)
    if found:
        with pytest.raises(DocumentError):
            scenario_from_json(parse_json(json.dumps(changed).encode()))


ACTIONS: list[dict[str, Any]] = [
    {"type": "add_node", "kind": "cache", "id": "cache-9", "parameters": {}, "groups": None},
    {"type": "set_node", "node": "web-1", "parameters": {"cores": 2}},
    {"type": "rename_node", "node": "web-1", "name": "a"},
    {"type": "batch", "edits": [{"type": "set_link", "link": "l-1", "parameters": {}}]},
    {"type": "add_peering", "networks": ["a", "b"]},
    {"type": "faults", "faults": [{"type": "slow", "node": "web-1", "factor": 2}]},
    {"type": "degrade", "group": {"sort": "zone", "name": "a"}, "loss_percent": 1.5},
    {"type": "recover", "node": "db-1", "how": "stop"},
    {"type": "set_speed", "speed": None},
    {"type": "seek", "at_s": 1.5},
    {"type": "step", "events": 3},
]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one["type"])
def test_an_action_is_valid(action: dict[str, Any]) -> None:
    assert complaints("action", action) == []
    action_from(action)


def done(action: object) -> None:
    """Carry an action out: the parameters that a kind takes are looked at only then."""
    found: Any = action_from(action)
    apply(library.load("final-design").topology, found)


@given(st.sampled_from(ACTIONS), st.data())
def test_an_action_that_the_schema_refuses_is_refused(
    action: dict[str, Any], data: st.DataObject
) -> None:
    changed = mutated(data, action)
    if not complaints("action", changed):
        return
    with pytest.raises((ValidationError, EditError)):
        done(changed)
