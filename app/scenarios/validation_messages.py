"""Pydantic's errors in the words of this product and with the path of the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from app.scenarios.errors import DocumentError
from app.texts.text import Text, plural
from app.topology import names

_TEXTS: dict[str, Text] = {
    "missing": Text("This is missing."),
    "extra_forbidden": Text("There is no such field."),
    "string_type": Text("Use text."),
    "string_unicode": Text("Use valid Unicode text."),
    "string_too_long": plural("Use at most {count} character.", "Use at most {count} characters."),
    "string_too_short": plural(
        "Use at least {count} character.", "Use at least {count} characters."
    ),
    "string_pattern_mismatch": Text(
        "Use a to z, 0 to 9, - and _, a letter first, at most 40 characters."
    ),
    names.ERROR: Text(
        "Leave out control characters and characters that change the direction of text."
    ),
    "float_type": Text("Use a number."),
    "int_type": Text("Use a whole number."),
    "int_from_float": Text("Use a whole number."),
    "float_parsing": Text("Use a number."),
    "int_parsing": Text("Use a whole number."),
    "int_parsing_size": Text("Use a whole number."),
    "finite_number": Text("Use a finite number."),
    "greater_than": Text("Use more than {gt}."),
    "greater_than_equal": Text("Use {ge} or more."),
    "less_than_equal": Text("Use {le} or less."),
    "list_type": Text("Use a list."),
    "tuple_type": Text("Use a list."),
    "dict_type": Text("Use an object."),
    "model_type": Text("Use an object."),
    "model_attributes_type": Text("Use an object."),
    "too_long": plural("Use at most {count} entry.", "Use at most {count} entries."),
    "too_short": plural("Use at least {count} entry.", "Use at least {count} entries."),
    "literal_error": Text("Use {expected}."),
    "union_tag_not_found": Text("This has no type."),
    "union_tag_invalid": Text("There is no such type of action."),
}
_TAGS = {"union_tag_not_found", "union_tag_invalid"}
_NO_TAG = Text("Use {expected_tags}.")
_OTHER = Text("This value is not valid.")


def first_error(error: ValidationError, data: object) -> DocumentError:
    """The first thing that is wrong with `data`, which pydantic refused with `error`."""
    return field_error(error.errors(include_url=False, include_input=False)[0], data)


def field_error(detail: Mapping[str, Any], data: object) -> DocumentError:
    """One thing that is wrong with `data`, as pydantic describes it."""
    return DocumentError(_path(detail, data), _text(detail))


def _path(detail: Mapping[str, Any], data: object) -> str:
    """The field as people write it: ``nodes[3].parameters.cores``.

    Pydantic's own path also names the member of each union, which is nowhere in `data`.
    """
    path = ""
    place = data
    for part in detail["loc"]:
        if isinstance(part, int):
            if isinstance(place, list) and part < len(place):
                place = place[part]
                path += f"[{part}]"
        elif isinstance(place, dict) and part in place:
            place = place[part]
            path += f".{part}"
        elif detail["type"] == "missing" and part == detail["loc"][-1]:
            path += f".{part}"
    if detail["type"] in _TAGS and (tag := _tag(detail)) != "type":
        path += f".{tag}"
    return path.removeprefix(".")


def _tag(detail: Mapping[str, Any]) -> str:
    """The field that tells the members of a union apart; that of an action is its type."""
    return str(detail.get("ctx", {}).get("discriminator", "type")).strip("'")


def _text(detail: Mapping[str, Any]) -> Text:
    text = _TEXTS.get(detail["type"], _OTHER)
    if detail["type"] in _TAGS and _tag(detail) != "type":
        text = _NO_TAG if detail["type"] == "union_tag_invalid" else _TEXTS["missing"]
    given = detail.get("ctx", {})
    values = {k: v for k, v in given.items() if isinstance(v, int | float | str)}
    lengths = [values[name] for name in ("min_length", "max_length") if name in values]
    return text.given(**values, count=lengths[0]) if lengths else text.given(**values)
