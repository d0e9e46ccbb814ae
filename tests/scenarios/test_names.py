"""Names in documents: whatever characters a link brings, it opens, and the names are clean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scenarios import library
from app.scenarios.document import DocumentError, scenario_from_json, scenario_to_json
from app.topology.names import cleaned, is_clean

NODE = {"id": "web-1", "kind": "web_server", "parameters": {}}


def document(**changes: object) -> dict[str, object]:
    return {**scenario_to_json(library.load("single-server")), **changes}


def test_names_are_cleaned_in_every_place() -> None:
    evil = "a\u202eb\nc"
    rename = {"type": "rename_node", "node": "web-9", "name": evil}
    add = {"type": "add_node", "kind": "web_server", "id": "web-9", "name": evil}
    before = document()
    nodes = before["nodes"]
    assert isinstance(nodes, list)
    nodes[0]["name"] = evil
    before["name"] = evil
    before["journal"] = [
        {"at_s": 1, "action": add},
        {"at_s": 2, "action": {"type": "batch", "edits": [rename]}},
    ]
    after = scenario_to_json(scenario_from_json(before))
    assert evil not in str(after)
    assert str(after).count("'ab c'") == 4


def test_a_node_whose_name_is_nothing_else_is_called_by_its_id() -> None:
    found = scenario_from_json(document(nodes=[{**NODE, "name": "\u202e"}], links=[], journal=[]))
    assert found.topology.node("web-1").name == "web-1"


@pytest.mark.parametrize("name", ["", " ", "\u202e", 7, None])
def test_a_document_without_a_name_is_refused(name: object) -> None:
    with pytest.raises(DocumentError) as refused:
        scenario_from_json(document(name=name))
    assert refused.value.field == "name"


@given(st.text(max_size=20))
def test_a_cleaned_name_is_clean_and_a_clean_one_stays(name: str) -> None:
    assert is_clean(cleaned(name))
    assert not is_clean(name) or cleaned(name) == name
