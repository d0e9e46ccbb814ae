"""JSON from strangers: only what every JSON reader agrees on, and never too much of it."""

from __future__ import annotations

import json
import math
from typing import NoReturn

from app.scenarios.errors import DocumentError
from app.scenarios.limits import DEPTH_MAX, DOCUMENT_BYTES_MAX
from app.schema import Text

_DIGITS_MAX = 400


def parse_json(source: str | bytes) -> object:
    """The value that JSON text stands for.

    Raises DocumentError for text that is not JSON, not UTF-8 or over the size limit, and for what
    readers disagree on: NaN and infinities, repeated keys, half characters, deep nesting.
    """
    if len(source) > DOCUMENT_BYTES_MAX:
        raise _wrong(
            f"The document is larger than {DOCUMENT_BYTES_MAX // 1024} KiB.",
            f"문서가 {DOCUMENT_BYTES_MAX // 1024} KiB보다 큽니다.",
        )
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
        raise _wrong(
            "The document is not valid UTF-8 text.", "문서가 올바른 UTF-8 텍스트가 아닙니다."
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise _wrong(
            f"This is not JSON (line {error.lineno}, column {error.colno}).",
            f"JSON이 아닙니다 ({error.lineno}행 {error.colno}열).",
        ) from None
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _wrong("An object has the same key twice.", "한 객체 안에 같은 키가 두 번 있습니다.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _wrong(f"{name} is not a number in JSON.", f"JSON에서 {name}은(는) 숫자가 아닙니다.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _wrong("A number is too large.", "너무 큰 숫자가 있습니다.")
    return number


def _whole(digits: str) -> int:
    # Python refuses to read thousands of digits with an error of its own, and slowly.
    if len(digits) > _DIGITS_MAX or not math.isfinite(float(digits)):
        raise _wrong("A number is too large.", "너무 큰 숫자가 있습니다.")
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
        f"The document nests deeper than {DEPTH_MAX} levels.",
        f"문서가 {DEPTH_MAX}단계보다 깊게 중첩되어 있습니다.",
    )


def _wrong(en: str, ko: str) -> DocumentError:
    return DocumentError("", Text(en, ko))
