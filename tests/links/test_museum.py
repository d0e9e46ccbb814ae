"""The museum of share links: every link ever released opens for ever as it was made.

An exhibit is a code as people have it in their mails, and the document it stood for when it was
made. Add one for every new version, kind and parameter; never make a code again, since the point is
that somebody has the old one. A parameter that came later is at its default in an old link. A
changed default or a renamed parameter without a migration fails here.
"""

import base64
import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.kinds import BY_NAME, KINDS
from app.scenarios import share
from app.scenarios.document import scenario_from_json, scenario_to_json
from app.scenarios.migrate import VERSION
from app.topology.groups import GROUP_LABELS

EXHIBITS = sorted(Path(__file__).with_name("museum").glob("*.json"))


@cache
def exhibit(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def unpacked(code: str) -> dict[str, Any]:
    """What a `z1.` code holds, read here without any of the product's own code."""
    payload = code.removeprefix("z1.")
    packed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    found: dict[str, Any] = json.loads(zlib.decompress(packed, wbits=-15))
    return found


def as_then(now: Any, then: Any) -> Any:
    """`now` without the parameters that did not exist `then`, where they have their defaults."""
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        return [as_then(*pair) for pair in zip(now, then, strict=True)]
    if not isinstance(now, dict) or not isinstance(then, dict):
        return now
    defaults: dict[str, Any] = {}
    if "kind" in now and "parameters" in now:
        kind = BY_NAME[now["kind"]]
        defaults = {**kind.defaults(), **kind.preset(now.get("preset", "")).parameters}
    found = {name: as_then(value, then.get(name)) for name, value in now.items()}
    if defaults:
        old = then.get("parameters", {})
        found["parameters"] = {
            name: value
            for name, value in found["parameters"].items()
            if name in old or value != defaults[name]
        }
    return found


def with_names_of_today(document: dict[str, Any]) -> dict[str, Any]:
    """A document of then, without a tab and a character that turns the text around."""
    names = {"tab\there": "tab here", "\u202eright to left": "right to left"}
    nodes = [{**one, "name": names.get(one["name"], one["name"])} for one in document["nodes"]]
    return {**document, "nodes": nodes}


@pytest.mark.parametrize("path", EXHIBITS, ids=lambda path: path.stem)
def test_a_released_link_opens_as_it_was_made(path: Path) -> None:
    scenario = share.decode(exhibit(path)["code"])
    document = with_names_of_today(exhibit(path)["document"])
    assert as_then(scenario_to_json(scenario), document) == document


@pytest.mark.parametrize("path", EXHIBITS, ids=lambda path: path.stem)
def test_the_drawing_of_a_released_link_can_be_shared_again(path: Path) -> None:
    # Not literally the same code: another build of zlib may pack the same bytes differently.
    document = with_names_of_today(exhibit(path)["document"])
    again = share.decode(share.encode(scenario_from_json(exhibit(path)["document"])))
    assert as_then(scenario_to_json(again), document) == document


def test_the_museum_has_a_link_of_every_version_and_kind() -> None:
    holds = [unpacked(exhibit(path)["code"]) for path in EXHIBITS]
    assert {one["version"] for one in holds} == set(range(1, VERSION + 1))
    silent = [node for one in holds for node in one["nodes"] if "parameters" not in node]
    presets = {(node["kind"], node.get("preset", "")) for node in silent}
    for kind in KINDS:
        for preset in kind.presets:
            written = "" if preset is kind.presets[0] else preset.name
            assert (kind.name, written) in presets, "no exhibit relies on this preset's defaults"
        spoken = {
            name
            for one in holds
            for node in one["nodes"]
            if node["kind"] == kind.name
            for name in node.get("parameters", {})
        }
        assert spoken >= {parameter.name for parameter in kind.parameters}, kind.name


def test_the_museum_has_every_sort_of_group() -> None:
    nodes = [node for path in EXHIBITS for node in exhibit(path)["document"]["nodes"]]
    assert {sort for node in nodes for sort in node.get("groups", {})} == set(GROUP_LABELS)


def test_the_museum_has_every_action_of_a_journal() -> None:
    actions = {
        entry["action"]["type"]
        for path in EXHIBITS
        for entry in exhibit(path)["document"]["journal"]
    }
    assert actions == {
        *("add_node", "remove_node", "move_node", "rename_node", "set_node", "set_groups"),
        *("add_link", "remove_link", "set_link", "add_peering", "remove_peering"),
        *("batch", "crash", "heal", "set_load", "set_expectations"),
        *("silence", "slow", "cut_link", "degrade", "heal_link", "faults"),
    } - {"add_node", "add_link"}, "adding stands in the batch"
