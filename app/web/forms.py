"""Forms: from a kind's parameters to fields, and from what was typed to an edit.

No kind has a form of its own; everything here is derived from what the kind says about itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from app.schema import LINK_PARAMETERS, Language, Parameter, ParameterError, Text, Value, plain
from app.topology.edits import Batch, Edit, RenameNode, SetLink, SetNode
from app.topology.model import NAME_LENGTH_MAX, Link, Node

NAME = "name"
NAME_LABEL = Text("Name", "이름")
NAME_LENGTH = Text(
    f"Use 1 to {NAME_LENGTH_MAX} characters.", f"1자에서 {NAME_LENGTH_MAX}자까지 입력하세요."
)
LINK_GROUP = "link"


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One of the values of a choice."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of the inspector's form; every text is "" where there is nothing to say.

    `kind` is number, choice, text, lines of text, or table for rows of comma-separated numbers;
    `names` are texts to offer.
    """

    name: str
    label: str
    help: str
    unit: str
    kind: str
    value: str
    low: str
    high: str
    step: str
    range: str
    choices: list[ChoiceView]
    error: str
    names: list[str] = dataclass_field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that belong together; the heading is the text ``group.<name>``."""

    name: str
    fields: list[FieldView]


def node_form(
    node: Node,
    language: Language,
    typed: Mapping[str, str],
    errors: Mapping[str, Text],
    inherited: Mapping[str, Value] | None = None,
) -> tuple[FieldView, list[FieldGroup]]:
    """The field of a node's name, and its parameters by group in the order of the kind; what is
    `inherited` from its machine is not asked for here.
    """
    values = {**node.parameters, **(inherited or {})}
    name = text_field(NAME, NAME_LABEL, None, node.name, language, typed, errors)
    groups: dict[str, list[FieldView]] = {}
    for parameter in node.spec.parameters:
        if not node.spec.in_use(parameter, values) or parameter.name in (inherited or {}):
            continue
        if parameter.placed and parameter.placed not in node.groups:
            continue
        value = node.parameters[parameter.name]
        view = _field(parameter, value, language, typed, errors)
        groups.setdefault(parameter.group, []).append(view)
    found = [FieldGroup(group, fields) for group, fields in groups.items()]
    return name, found


def link_form(
    link: Link, language: Language, typed: Mapping[str, str], errors: Mapping[str, Text]
) -> list[FieldGroup]:
    """A link's parameters, in one group."""
    fields = [
        _field(parameter, link.parameters[parameter.name], language, typed, errors)
        for parameter in LINK_PARAMETERS
    ]
    return [FieldGroup(LINK_GROUP, fields)]


def node_edits(node: Node, typed: Mapping[str, str]) -> tuple[list[Edit], dict[str, Text]]:
    """The edits of its name and parameters that a node's form asks for, and what is wrong."""
    changed, errors = _changed(node.spec.parameters, node.parameters, typed)
    edits: list[Edit] = []
    if NAME in typed:
        name = " ".join(typed[NAME].split())
        if not 1 <= len(name) <= NAME_LENGTH_MAX:
            errors[NAME] = NAME_LENGTH
        elif name != node.name:
            edits.append(RenameNode(node=node.id, name=name))
    if changed:
        edits.append(SetNode(node=node.id, parameters=changed))
    return edits, errors


def link_edit(link: Link, typed: Mapping[str, str]) -> tuple[Edit | None, dict[str, Text]]:
    """The edit that a link's form asks for (None: nothing changed), or every field's error."""
    changed, errors = _changed(LINK_PARAMETERS, link.parameters, typed)
    if errors or not changed:
        return None, errors
    return SetLink(link=link.id, parameters=changed), {}


def as_one(edits: list[Edit]) -> Edit | None:
    """One edit for several, so that one undo takes them back; None for none."""
    if not edits:
        return None
    return edits[0] if len(edits) == 1 else Batch(edits=tuple(edits))


def _changed(
    parameters: tuple[Parameter, ...], now: Mapping[str, Value], typed: Mapping[str, str]
) -> tuple[dict[str, Value], dict[str, Text]]:
    """The values that differ from what is set `now`, and what is wrong with the others."""
    changed: dict[str, Value] = {}
    errors: dict[str, Text] = {}
    for parameter in parameters:
        if parameter.name not in typed:
            continue
        try:
            value = parameter.parse(typed[parameter.name])
        except ParameterError as error:
            errors[parameter.name] = error.text
            continue
        if value != now[parameter.name]:
            changed[parameter.name] = value
    return changed, errors


def text_field(
    name: str,
    label: Text,
    help_text: Text | None,
    value: str,
    language: Language,
    typed: Mapping[str, str],
    errors: Mapping[str, Text],
) -> FieldView:
    """A field for free text: what was typed, else `value`."""
    return FieldView(
        name=name,
        label=label.say(language),
        help=help_text.say(language) if help_text else "",
        unit="",
        kind="text",
        value=typed.get(name, value),
        low="",
        high="",
        step="",
        range="",
        choices=[],
        error=errors[name].say(language) if name in errors else "",
    )


def _field(
    parameter: Parameter,
    value: Value,
    language: Language,
    typed: Mapping[str, str],
    errors: Mapping[str, Text],
) -> FieldView:
    shown = typed.get(parameter.name, _plain(value))
    error = errors.get(parameter.name)
    kind = "choice" if parameter.choices else "table" if parameter.columns else "number"
    bounded = kind == "number" and math.isfinite(parameter.high)
    low, high = plain(parameter.low), plain(parameter.high) if bounded else ""
    return FieldView(
        name=parameter.name,
        label=parameter.label.say(language),
        help=parameter.help.say(language),
        unit=parameter.unit.show(language),
        kind=kind,
        value=shown,
        low=_plain(parameter.low) if kind == "number" else "",
        high=_plain(parameter.high) if bounded else "",
        step=_plain(parameter.step) if kind == "number" else "",
        range=Text(f"{low} to {high}", f"{low}에서 {high}").say(language) if bounded else "",
        choices=[
            ChoiceView(choice.name, choice.label.say(language), choice.name == shown)
            for choice in parameter.choices
        ],
        error=error.say(language) if error else "",
    )


def _plain(value: Value) -> str:
    """A value as people type it: no thousands separators, no needless digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.10g}"
    return str(int(value))
