"""Every kind of node with every parameter, as the registry describes them."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from app.cli.table import table
from app.kinds import KINDS, targets_of
from app.kinds.guides import guide
from app.schema import LINK_PARAMETERS, Kind, Parameter
from app.texts.languages import LANGUAGES, Language
from app.texts.numbers import number
from app.texts.text import Text


def kinds_to_json() -> dict[str, Any]:
    """The registry as JSON values, in every language; limits that do not exist are null."""
    return {
        "kinds": [_kind(kind) for kind in KINDS],
        "link": {"parameters": [_parameter(parameter) for parameter in LINK_PARAMETERS]},
    }


def kinds_table(language: Language) -> str:
    """The registry for reading: one block per kind, one line per parameter."""
    blocks = [
        f"{kind.name}: {kind.label.say(language)}. {kind.help.say(language)}\n\n"
        + "\n\n".join(textwrap.fill(part, 100) for part in guide(kind.name, language))
        + "\n\n"
        + _rows(kind.parameters, language)
        for kind in KINDS
    ]
    link = Text("A connection between two nodes.").say(language)
    return "\n\n".join([*blocks, f"link: {link}\n{_rows(LINK_PARAMETERS, language)}"])


def _rows(parameters: tuple[Parameter, ...], language: Language) -> str:
    return table(
        [
            (
                "",
                parameter.name,
                parameter.show(parameter.default, language),
                _range(parameter, language),
                parameter.help.say(language),
            )
            for parameter in parameters
        ]
    )


def _range(parameter: Parameter, language: Language) -> str:
    if parameter.choices:
        return " | ".join(choice.name for choice in parameter.choices)
    return f"{number(parameter.low, language)} .. {number(parameter.high, language)}"


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "label": kind.label.in_every_language(),
        "help": kind.help.in_every_language(),
        "guide": {one: list(guide(kind.name, one)) for one in LANGUAGES},
        "category": kind.category,
        "links_to": [target.name for target in targets_of(kind)],
        "faults": list(kind.faults),
        "presets": [
            {
                "name": preset.name,
                "label": preset.label.in_every_language(),
                "parameters": dict(preset.parameters),
            }
            for preset in kind.presets
        ],
        "parameters": [_parameter(parameter) for parameter in kind.parameters],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    numeric = not parameter.choices
    return {
        "name": parameter.name,
        "label": parameter.label.in_every_language(),
        "unit": parameter.unit.symbol.in_every_language(),
        "low": parameter.low if numeric else None,
        "high": parameter.high if numeric and math.isfinite(parameter.high) else None,
        "step": parameter.step if numeric else None,
        "whole": parameter.whole,
        "default": parameter.default,
        "choices": [
            {"name": choice.name, "label": choice.label.in_every_language()}
            for choice in parameter.choices
        ],
        "group": parameter.group,
        "help": parameter.help.in_every_language(),
    }
