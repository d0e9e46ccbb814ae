"""JSON Schema (draft 2020-12) of documents and actions, from the models and the kinds' specs.

The schemas are no stricter than the loader: what they refuse, it refuses too. It refuses more, such
as a link to a node that is not on the drawing.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from functools import cache
from typing import Any

from app.actions import action_json_schema
from app.kinds import KINDS
from app.scenarios.document import document_json_schema
from app.scenarios.migrate import VERSION
from app.schema import LINK_PARAMETERS, TABLE_LENGTH_MAX, Kind, Parameter, plain
from app.texts.languages import Language
from app.texts.text import Text
from app.topology.groups import GROUP_LABELS, sorts_for
from app.topology.names import REFUSED

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ROWS = {
    "targets": Text("What must hold of any run, a row each."),
    "expect": Text("What must hold of the run that the journal makes, a row each."),
}
_EXAMPLES = (
    "availability >= 99.9 %",
    "p99(web users) < 300 ms from 60 s",
    "errors < 1 % within 10 s after crash db-1",
    "recovered after crash db-1 within 15 s",
    "goodput > 95 % of offered between 30 s and 60 s",
    "lost writes = 0",
    "cost < 1,500 USD",
)

RECORDED_ONLY = frozenset({"SetSeed", "Reset", "Pause", "Resume", "Step", "SetSpeed", "Seek"})
"""Definitions of actions that turn the clock, and are in no document."""


@cache
def action_schema(language: Language = "en") -> Schema:
    """The schema of one action: an edit, a fault or a control."""
    schema = with_parameters(action_json_schema(), language)
    return {
        "$schema": DRAFT,
        "$id": "urn:loadground:action",
        "title": "Loadground action",
        "description": "What people do to a drawing or a run.",
        **schema,
    }


@cache
def document_schema(language: Language = "en") -> Schema:
    """The schema of a document of the present version."""
    schema = document_json_schema()
    definitions = schema.pop("$defs")
    actions = with_parameters(action_json_schema(), language)
    recorded = _recorded(actions)
    node, entry = definitions["_NodeShape"], definitions["_EntryShape"]
    node["properties"]["groups"] = {"type": "object"}
    node.update(title="Node", oneOf=[_of_kind(kind, True) for kind in KINDS])
    link = definitions["_LinkShape"]
    link["title"] = "Link"
    link["properties"]["parameters"] = {"$ref": "#/$defs/LinkParameters"}
    entry["title"] = "Entry"
    entry["properties"]["action"] = recorded
    schema["properties"]["version"] = {"const": VERSION}
    schema["properties"]["peerings"]["items"] = {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 2,
        "maxItems": 2,
    }
    for name, about in _ROWS.items():
        schema["properties"][name]["description"] = about.say(language)
        schema["properties"][name]["items"] |= {"examples": list(_EXAMPLES)}
    frame = {**definitions["FrameShape"], "title": "Frame"}
    for name, shape in (
        ("frames", "Frame"),
        ("nodes", "Node"),
        ("links", "Link"),
        ("journal", "Entry"),
    ):
        schema["properties"][name]["items"] = {"$ref": f"#/$defs/{shape}"}
    whole = {
        "$schema": DRAFT,
        "$id": f"urn:loadground:document:{VERSION}",
        **schema,
        "title": "Loadground document",
        "description": "A drawing as it is at second 0, and what is done to it when.",
        "$defs": {**actions["$defs"], "Frame": frame, "Node": node, "Link": link, "Entry": entry},
    }
    _loosen_names(whole)
    return whole


SCHEMAS: dict[str, Callable[[Language], Schema]] = {
    "document": document_schema,
    "action": action_schema,
}
"""The schemas by the name that the command line and the web give them."""


def with_parameters(schema: Schema, language: Language) -> Schema:
    """A schema with definitions of actions, completed by the parameters of each kind."""
    found = copy.deepcopy(schema)
    definitions: dict[str, Schema] = found["$defs"]
    for definition in definitions.values():
        if "type" in definition.get("properties", {}):
            required = definition.get("required", [])
            definition["required"] = ["type", *(one for one in required if one != "type")]
    for kind in KINDS:
        definitions[_name(kind)] = _parameters(kind.parameters, language)
    definitions["LinkParameters"] = _parameters(LINK_PARAMETERS, language)
    definitions["AnyParameters"] = _any_parameters()
    definitions["AddNode"]["properties"]["groups"] = {"type": ["object", "null"]}
    definitions["AddLinked"]["properties"]["groups"] = {"type": ["object", "null"]}
    definitions["AddNode"]["properties"]["parameters"] = {"type": "object"}
    definitions["AddNode"]["oneOf"] = [_of_kind(kind, False) for kind in KINDS]
    definitions["SetNode"]["properties"]["parameters"] = {"$ref": "#/$defs/AnyParameters"}
    definitions["SetGroups"]["properties"]["groups"] = _groups(tuple(GROUP_LABELS))
    for name in ("AddLink", "SetLink"):
        definitions[name]["properties"]["parameters"] = {"$ref": "#/$defs/LinkParameters"}
    return found


def _recorded(actions: Schema) -> Schema:
    """The actions that a journal may have; there, an edit that adds something names its id."""
    for name in RECORDED_ONLY:
        del actions["$defs"][name]
    for name in ("AddNode", "AddLink"):
        definition = actions["$defs"][name]
        definition["required"] = [*definition["required"], "id"]
    actions["$defs"]["AddNode"]["oneOf"] = [_of_kind(kind, True) for kind in KINDS]
    kept = [one for one in actions["oneOf"] if one["$ref"].rpartition("/")[2] in actions["$defs"]]
    return {"oneOf": kept}


def _of_kind(kind: Kind, presets: bool) -> Schema:
    """The rules of a node of one kind; with `presets` only its own."""
    known: Schema = {"enum": ["", *(preset.name for preset in kind.presets)]}
    return {
        "properties": {
            "kind": {"const": kind.name},
            "parameters": {"$ref": f"#/$defs/{_name(kind)}"},
            "groups": {"anyOf": [_groups(sorts_for(kind.name)), {"type": "null"}]},
            **({"preset": known} if presets else {}),
        }
    }


def _name(kind: Kind) -> str:
    return "".join(word.capitalize() for word in kind.name.split("_")) + "Parameters"


def _groups(sorts: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {sort: {"type": "string"} for sort in sorts},
        "additionalProperties": False,
    }


def _parameters(parameters: tuple[Parameter, ...], language: Language) -> Schema:
    return {
        "type": "object",
        "properties": {one.name: _parameter(one, language) for one in parameters},
        "additionalProperties": False,
    }


def _any_parameters() -> Schema:
    """Parameters of a node whose kind only the drawing knows: those of all kinds by name."""
    found: dict[str, list[Schema]] = {}
    for kind in KINDS:
        for parameter in kind.parameters:
            place = f"#/$defs/{_name(kind)}/properties/{parameter.name}"
            found.setdefault(parameter.name, []).append({"$ref": place})
    return {
        "type": "object",
        "properties": {
            name: places[0] if len(places) == 1 else {"anyOf": places}
            for name, places in found.items()
        },
        "additionalProperties": False,
    }


def _parameter(parameter: Parameter, language: Language) -> Schema:
    """A value of a parameter. A number may also come as text, which is not looked into here."""
    words = f"{parameter.label.say(language)}. {parameter.help.say(language)}"
    schema: Schema = {"description": words, "default": parameter.default}
    if parameter.choices:
        labels = (f"{one.name}: {one.label.say(language)}" for one in parameter.choices)
        schema["enum"] = [choice.name for choice in parameter.choices]
        schema["description"] = f"{words} ({'; '.join(labels)})"
    elif parameter.columns:
        schema |= {"type": "string", "maxLength": TABLE_LENGTH_MAX}
        schema["description"] = f"{words} (CSV: {', '.join(parameter.columns)})"
    else:
        schema["type"] = ["integer" if parameter.whole else "number", "string"]
        schema["minimum"] = parameter.low
        if math.isfinite(parameter.high):
            schema["maximum"] = parameter.high
        schema["description"] = f"{words} ({_range(parameter, language)})"
    return schema


def _range(parameter: Parameter, language: Language) -> str:
    unit = parameter.unit.symbol.say(language)
    shown = f"{plain(parameter.low)} - {plain(parameter.high)}"
    return f"{shown} {unit}" if unit else shown


def _loosen_names(value: object) -> None:
    """Let names have characters that a document is opened without, at any place.

    A schema cannot say that they are left out before the length is looked at; so they do not count.
    """
    if isinstance(value, list):
        for one in value:
            _loosen_names(one)
    elif isinstance(value, dict):
        if REFUSED in str(value.get("pattern", "")) and "maxLength" in value:
            length, ends = value.pop("maxLength"), rf"[\s{REFUSED}]*"
            value["pattern"] = rf"^{ends}(?:[^{REFUSED}][{REFUSED}]*){{0,{length}}}{ends}$"
        for one in value.values():
            _loosen_names(one)
