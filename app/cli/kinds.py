"""Every kind of node with every parameter, as the registry describes them."""

from __future__ import annotations

import math
from typing import Any

from app.cli.table import table
from app.kinds import KINDS
from app.schema import LINK_PARAMETERS, Kind, Language, Parameter, Text, plain


def kinds_to_json() -> dict[str, Any]:
    """The registry as JSON values, in both languages; limits that do not exist are null."""
    return {
        "kinds": [_kind(kind) for kind in KINDS],
        "link": {"parameters": [_parameter(parameter) for parameter in LINK_PARAMETERS]},
    }


def kinds_table(language: Language) -> str:
    """The registry for reading: one block per kind, one line per parameter."""
    blocks = [
        f"{kind.name}: {kind.label.say(language)}. {kind.help.say(language)}\n"
        + _rows(kind.parameters, language)
        for kind in KINDS
    ]
    link = Text("A connection between two nodes.", "두 노드 사이의 연결입니다.").say(language)
    return "\n\n".join([*blocks, f"link: {link}\n{_rows(LINK_PARAMETERS, language)}"])


def _rows(parameters: tuple[Parameter, ...], language: Language) -> str:
    return table(
        [
            (
                "",
                parameter.name,
                parameter.show(parameter.default, language),
                _range(parameter),
                parameter.help.say(language),
            )
            for parameter in parameters
        ]
    )


def _range(parameter: Parameter) -> str:
    if parameter.choices:
        return " | ".join(choice.name for choice in parameter.choices)
    return f"{plain(parameter.low)} .. {plain(parameter.high)}"


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "label": _both(kind.label),
        "help": _both(kind.help),
        "category": kind.category,
        "links_to": list(kind.port.targets),
        "faults": list(kind.faults),
        "presets": [
            {
                "name": preset.name,
                "label": _both(preset.label),
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
        "label": _both(parameter.label),
        "unit": _both(parameter.unit.symbol),
        "low": parameter.low if numeric else None,
        "high": parameter.high if numeric and math.isfinite(parameter.high) else None,
        "step": parameter.step if numeric else None,
        "whole": parameter.whole,
        "default": parameter.default,
        "choices": [
            {"name": choice.name, "label": _both(choice.label)} for choice in parameter.choices
        ],
        "group": parameter.group,
        "help": _both(parameter.help),
    }


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "ko": text.ko}
