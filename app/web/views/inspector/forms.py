"""Forms: from a kind's parameters to fields, and from what was typed to an edit.

No kind has a form of its own; everything here is derived from what the kind says about itself.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

from app.kinds.machine_sizes import BY_NAME as SIZES
from app.schema import LINK_PARAMETERS, Need, Parameter, ParameterError, Value
from app.texts.languages import Language
from app.texts.numbers import number
from app.texts.text import Text, plural
from app.topology.edits.apply import Batch, Edit, RenameNode, SetLink, SetNode
from app.topology.model import NAME_LENGTH_MAX
from app.topology.names import is_clean
from app.topology.nodes import Link, Node

NAME = "name"
SIZE = "size"
SLIDER_STEPS = 20
"""A slider has at least so many places."""
NAME_LABEL = Text("Name")
NAME_LENGTH = plural(
    "Use 1 to {count} character.", "Use 1 to {count} characters.", count=NAME_LENGTH_MAX
)
NAME_CHARACTERS = Text(
    "Leave out control characters and characters that change the direction of text."
)
LINK_GROUP = "link"
OWN_SIZE = Text("Own", context="size")


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One of the values of a choice; a size of a machine has a short name and a price a month."""

    value: str
    label: str
    selected: bool
    short: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of the inspector's form; every text is "" where there is nothing to say.

    `kind` is number, choice, sizes, text, lines of text, or table for rows of comma-separated
    numbers; `names` are texts to offer, `picks` those to pick with what each is called. `slide` is
    the lowest and highest place of a slider beside the number, None without one. `hint` is what an
    empty field shows.
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
    picks: list[tuple[str, str]] = dataclass_field(default_factory=list)
    slide: tuple[str, str] | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that belong together; the heading is the text ``group.<name>``."""

    name: str
    fields: list[FieldView]


@dataclass(frozen=True, slots=True)
class NodeForm:
    """The fields of a node: its name, those asked first by their names, and the rest by group."""

    name: FieldView
    first: dict[str, FieldView]
    groups: list[FieldGroup]


def node_form(
    node: Node,
    language: Language,
    typed: Mapping[str, str],
    errors: Mapping[str, Text],
    inherited: Mapping[str, Value],
    needs: Collection[Need],
) -> NodeForm:
    """The form of a node's name and parameters, in the order of the kind. What is `inherited` from
    its machine is not asked for here, nor what has no use for want of something in the drawing.
    """
    values = {**node.parameters, **inherited}
    name = text_field(NAME, NAME_LABEL, None, node.name, language, typed, errors)
    first: dict[str, FieldView] = {}
    groups: dict[str, list[FieldView]] = {}
    for parameter in node.spec.parameters:
        if not node.spec.in_use(parameter, values) or parameter.name in inherited:
            continue
        if parameter.placed and parameter.placed not in node.groups:
            continue
        if node.spec.need_of(parameter) not in needs:
            continue
        value = node.parameters[parameter.name]
        view = parameter_field(parameter, value, language, typed, errors)
        if parameter.name in node.spec.first:
            first[parameter.name] = _with_slider(view, parameter, value)
        else:
            groups.setdefault(parameter.group, []).append(view)
    rest = [FieldGroup(group, fields) for group, fields in groups.items()]
    return NodeForm(name, first, rest)


def link_form(
    link: Link, language: Language, typed: Mapping[str, str], errors: Mapping[str, Text]
) -> list[FieldGroup]:
    """A link's parameters, in one group."""
    fields = [
        parameter_field(parameter, link.parameters[parameter.name], language, typed, errors)
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
        elif not is_clean(name):
            errors[NAME] = NAME_CHARACTERS
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


def parameter_field(
    parameter: Parameter,
    value: Value,
    language: Language,
    typed: Mapping[str, str],
    errors: Mapping[str, Text],
) -> FieldView:
    """A parameter's field: what was typed, else `value`, with its bounds."""
    shown = typed.get(parameter.name, _plain(value))
    error = errors.get(parameter.name)
    kind = "choice" if parameter.choices else "table" if parameter.columns else "number"
    sizes = parameter.name == SIZE and kind == "choice"
    bounded = kind == "number" and math.isfinite(parameter.high)
    limits = Text("{low} to {high}", low=parameter.low, high=parameter.high)
    if not bounded:
        limits = Text("from {low} on", low=parameter.low)
    return FieldView(
        name=parameter.name,
        label=parameter.label.say(language),
        help=parameter.help.say(language),
        unit=parameter.unit.text(value).say(language),
        kind="sizes" if sizes else kind,
        value=shown,
        low=_plain(parameter.low) if kind == "number" else "",
        high=_plain(parameter.high) if bounded else "",
        step=_plain(parameter.step) if kind == "number" else "",
        range=limits.say(language) if kind == "number" else "",
        choices=[
            ChoiceView(
                choice.name,
                choice.label.say(language),
                choice.name == shown,
                *(_short_and_price(choice.name, language) if sizes else ()),
            )
            for choice in parameter.choices
        ],
        error=error.say(language) if error else "",
    )


def _short_and_price(size: str, language: Language) -> tuple[str, str]:
    """Return the name of a size on a button, and its price a month."""
    known = SIZES.get(size)
    if known is None:
        return OWN_SIZE.say(language), ""
    return known.label, f"${number(round(known.usd), language)}"


def _with_slider(view: FieldView, parameter: Parameter, value: Value) -> FieldView:
    """The field of a number with a slider from its least to a round number well above both the
    default and the present value.
    """
    if view.kind != "number" or isinstance(value, str) or isinstance(parameter.default, str):
        return view
    span = SLIDER_STEPS * parameter.step
    wanted = max(4 * parameter.default, 1.25 * value, parameter.low + span)
    high = min(parameter.high, _round_above(wanted))
    return replace(view, slide=(_plain(parameter.low), _plain(high)))


def _round_above(value: float) -> float:
    """Return the first of 1, 2, 5, 10, 20, 50 and so on that is not below a positive number."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))


def _plain(value: Value) -> str:
    """A value as people type it: no thousands separators, no needless digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.10g}"
    return str(int(value))
