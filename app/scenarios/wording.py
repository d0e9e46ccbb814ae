"""What pydantic found wrong, in the words of this product and with the path of the field."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.scenarios.errors import DocumentError
from app.schema import Text, plain

_TEXTS: dict[str, Text] = {
    "missing": Text("This is missing.", "빠져 있습니다."),
    "extra_forbidden": Text("There is no such field.", "그런 항목은 없습니다."),
    "string_type": Text("Use text.", "문자열을 입력하세요."),
    "string_unicode": Text("Use valid Unicode text.", "올바른 유니코드 문자열을 입력하세요."),
    "string_too_long": Text(
        "Use at most {max_length} characters.", "{max_length}자 이하로 입력하세요."
    ),
    "string_too_short": Text(
        "Use at least {min_length} character.", "{min_length}자 이상 입력하세요."
    ),
    "string_pattern_mismatch": Text(
        "Use a to z, 0 to 9, - and _, a letter first, at most 40 characters.",
        "영문 소문자로 시작해 영문 소문자, 숫자, -, _만 40자 이하로 쓰세요.",
    ),
    "float_type": Text("Use a number.", "숫자를 입력하세요."),
    "int_type": Text("Use a whole number.", "정수를 입력하세요."),
    "int_from_float": Text("Use a whole number.", "정수를 입력하세요."),
    "finite_number": Text("Use a finite number.", "유한한 숫자를 입력하세요."),
    "greater_than": Text("Use more than {gt}.", "{gt}보다 큰 값을 입력하세요."),
    "greater_than_equal": Text("Use {ge} or more.", "{ge} 이상의 값을 입력하세요."),
    "less_than_equal": Text("Use {le} or less.", "{le} 이하의 값을 입력하세요."),
    "list_type": Text("Use a list.", "목록이어야 합니다."),
    "tuple_type": Text("Use a list.", "목록이어야 합니다."),
    "dict_type": Text("Use an object.", "객체여야 합니다."),
    "model_type": Text("Use an object.", "객체여야 합니다."),
    "model_attributes_type": Text("Use an object.", "객체여야 합니다."),
    "too_long": Text("Use at most {max_length} entries.", "최대 {max_length}개까지 됩니다."),
    "too_short": Text("Use at least {min_length} entry.", "{min_length}개 이상 있어야 합니다."),
    "literal_error": Text("Use {expected}.", "{expected}이어야 합니다."),
    "union_tag_not_found": Text("This has no type.", "유형이 없습니다."),
    "union_tag_invalid": Text("There is no such type of action.", "그런 유형의 동작은 없습니다."),
}
_OTHER = Text("This value is not valid.", "올바른 값이 아닙니다.")


def first_error(error: ValidationError, data: object) -> DocumentError:
    """The first thing that is wrong with `data`, which pydantic refused with `error`."""
    detail = error.errors(include_url=False, include_input=False)[0]
    return DocumentError(_path(detail, data), _text(detail))


def _path(detail: ErrorDetails, data: object) -> str:
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
    return path.removeprefix(".")


def _text(detail: ErrorDetails) -> Text:
    text = _TEXTS.get(detail["type"], _OTHER)
    given = detail.get("ctx", {})
    values = {k: plain(v) if isinstance(v, int | float) else v for k, v in given.items()}
    return Text(text.say("en", **values), text.say("ko", **values))
