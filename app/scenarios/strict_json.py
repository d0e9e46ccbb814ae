"""JSON from strangers: only what every JSON reader agrees on, and never too much of it."""

from __future__ import annotations

import json
import math
from typing import NoReturn

from app.scenarios.errors import DocumentError
from app.scenarios.limits import (
    DEPTH_MAX,
    DOCUMENT_BYTES_MAX,
    DOCUMENT_VALUES_MAX,
    KEYS_MAX,
)
from app.texts.text import Text, plural

_DIGITS_MAX = 400
_DIGITS_FINITE = 300
"""Fewer digits are always a number that a float can hold."""


def parse_json(source: str | bytes, values_max: int = DOCUMENT_VALUES_MAX) -> object:
    """The value that JSON text stands for.

    Raises DocumentError for text that is not JSON, not UTF-8 or over the limits of size, depth and
    number of values, and for what readers disagree on: NaN and infinities, repeated keys, half
    characters. What is over a limit costs little to refuse.
    """
    if len(source) > DOCUMENT_BYTES_MAX:
        raise _wrong(
            Text(
                "The document is larger than {kibibytes} KiB.",
                kibibytes=DOCUMENT_BYTES_MAX // 1024,
            )
        )
    if _separators(source) > values_max:
        raise _wrong(Text("The document has too many values."))
    try:
        text = source if isinstance(source, str) else source.decode("utf-8-sig")
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        _check_depth(value)
        # A lone surrogate passes the parser and would break whoever writes the text later.
        text.encode()
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise _wrong(Text("The document is not valid UTF-8 text.")) from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise _wrong(
            Text(
                "This is not JSON (line {line}, column {column}).",
                line=error.lineno,
                column=error.colno,
            )
        ) from None
    return value


def _separators(source: str | bytes) -> int:
    """Bound the number of values from above, without parsing: each but the first follows one."""
    if isinstance(source, str):
        return sum(map(source.count, ",[{"))
    return sum(map(source.count, (b",", b"[", b"{")))


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(pairs) > KEYS_MAX:
        raise _wrong(Text("An object has too many keys."))
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _wrong(Text("An object has the same key twice."))
    return found


def _no_constant(name: str) -> NoReturn:
    raise _wrong(Text("{name} is not a number in JSON.", name=name))


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _wrong(Text("A number is too large."))
    return number


def _whole(digits: str) -> int:
    # Python refuses to read thousands of digits with an error of its own, and slowly.
    if len(digits) < _DIGITS_FINITE:
        return int(digits)
    if len(digits) > _DIGITS_MAX or not math.isfinite(float(digits)):
        raise _wrong(Text("A number is too large."))
    return int(digits)


def _check_depth(value: object) -> None:
    containers = [value] if isinstance(value, dict | list) else []
    for _ in range(DEPTH_MAX):
        containers = [
            child
            for parent in containers
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
    if containers:
        raise _too_deep()


def _too_deep() -> DocumentError:
    return _wrong(
        plural(
            "The document nests deeper than {count} level.",
            "The document nests deeper than {count} levels.",
            count=DEPTH_MAX,
        )
    )


def _wrong(text: Text) -> DocumentError:
    return DocumentError("", text)
