"""Expectations of a document: kept, shared, edited, undone, and refused with their place."""

from typing import Any

import jsonschema
import pytest

from app.scenarios import share
from app.scenarios.document import DocumentError, scenario_from_json, scenario_to_json
from app.scenarios.json_schema import document_schema
from app.topology.edits.apply import EditError, SetExpectations, apply

DOCUMENT: dict[str, Any] = {
    "format": "loadground",
    "version": 1,
    "name": "With expectations",
    "targets": ["p99 < 300 ms in every 10 s", "cost <= 1,500 USD"],
    "expect": ["recovered within 15 s after crash db-1", "p99(웹 사용자) < 1 s"],
    "nodes": [{"id": "users-1", "kind": "client", "name": "웹 사용자"}],
    "links": [],
}


def test_a_document_keeps_what_is_expected_of_it() -> None:
    written = scenario_to_json(scenario_from_json(DOCUMENT))
    assert written["targets"] == DOCUMENT["targets"]
    assert written["expect"] == DOCUMENT["expect"]
    again = share.decode(share.encode(scenario_from_json(DOCUMENT)))
    assert scenario_to_json(again) == written


def test_a_document_without_expectations_is_written_as_ever() -> None:
    bare = {key: value for key, value in DOCUMENT.items() if key not in ("targets", "expect")}
    assert not {"targets", "expect"} & set(scenario_to_json(scenario_from_json(bare)))


@pytest.mark.parametrize(
    ("of", "rows", "field", "said"),
    [
        ("expect", ["lost writes = 0", "p99 < 300"], "expect[1]", "Column 10: The unit is missing"),
        ("targets", ["nonsense"], "targets[0]", "Column 9"),
        ("expect", ["x" * 201], "expect[0]", "200"),
        ("expect", ["lost writes = 0"] * 51, "expect", "50"),
        ("expect", [3], "expect[0]", "Use text."),
    ],
)
def test_a_bad_row_is_refused_with_its_place(
    of: str, rows: list[Any], field: str, said: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        scenario_from_json({**DOCUMENT, of: rows})
    assert caught.value.field == field
    assert said in caught.value.text.en


def test_the_schema_knows_expectations() -> None:
    schema = document_schema()
    jsonschema.validate(DOCUMENT, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**DOCUMENT, "expect": [1]}, schema)
    for example in schema["properties"]["expect"]["items"]["examples"]:
        scenario_from_json({**DOCUMENT, "expect": [example]})


def test_setting_expectations_is_an_edit_with_an_inverse() -> None:
    before = scenario_from_json(DOCUMENT).topology
    edit = SetExpectations(of="targets", rows=("errors<1%",))
    after, resolved, inverse = apply(before, edit)
    assert after.rows["targets"] == ("errors < 1 %",)
    assert resolved == SetExpectations(of="targets", rows=("errors < 1 %",))
    again = apply(after, inverse)[0]
    assert (again.rows, again.nodes) == (before.rows, before.nodes)
    emptied, _, _ = apply(after, SetExpectations(of="targets", rows=()))
    assert dict(emptied.rows) == {"expect": before.rows["expect"]}
    with pytest.raises(EditError) as caught:
        apply(before, SetExpectations(of="expect", rows=("lost writes = 0", "p99 < 3")))
    assert caught.value.field == "rows[1]"
