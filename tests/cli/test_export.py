"""`export`: a scenario's drawing on standard output, for other programs."""

import json
from xml.etree import ElementTree

import pytest

from app.scenarios import library
from tests.support.programs.process import loadground


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_is_printed_without_a_browser(theme: str) -> None:
    done = loadground("export", "zone-loss", "--theme", theme, "--lang", "ko")
    root = ElementTree.fromstring(done.out)
    said = {one.text for one in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {node.name for node in library.load("zone-loss").topology.nodes} <= said
    assert "주 서버" in said


def test_mermaid_and_json_are_printed() -> None:
    assert loadground("export", "replicated", "--format", "mermaid").out.startswith(
        "flowchart LR\n"
    )
    document = json.loads(loadground("export", "replicated", "--format", "json").out)
    assert document["name"] == "Read replica"
    assert len(document["nodes"]) == 7


def test_an_unknown_scenario_is_refused_in_one_line() -> None:
    done = loadground("export", "no-such-thing")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
