"""Strict JSON: what readers disagree about, or what only costs memory, is not read."""

import pytest

from app.scenarios.document import DocumentError, parse_json


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('{"a": [1, 2.5, "가", null, true]}', {"a": [1, 2.5, "가", None, True]}),
        ("가".encode().join([b'"', b'"']), "가"),
        (
            b'\xef\xbb\xbf{"from": "an editor that marks UTF-8"}',
            {"from": "an editor that marks UTF-8"},
        ),
        (r'"\ud83d\ude00"', "😀"),
        ("[" * 32 + "]" * 32, None),
        ("[" * 32 + "0" + "]" * 32, None),
    ],
)
def test_plain_json_is_read(source: str | bytes, value: object) -> None:
    read = parse_json(source)
    assert value is None or read == value


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "not JSON"),
        ("{", "line 1, column 2"),
        ("[1,]", "not JSON"),
        ("[1] 2", "not JSON"),
        ("[NaN]", "NaN is not a number"),
        ("[Infinity]", "Infinity is not a number"),
        ("[-Infinity]", "-Infinity is not a number"),
        ("[1e999]", "too large"),
        ("[-1e999]", "too large"),
        ("9" * 100_000, "too large"),
        ("9" * 350, "too large"),
        ('{"a": 1, "a": 1}', "same key twice"),
        ('[{"b": {"a": 1, "a": 2}}]', "same key twice"),
        (b"\xff\xfe[\x00]\x00", "not valid UTF-8"),
        (b'"\xed\xa0\x80"', "not valid UTF-8"),
        ('"\ud800"', "not valid UTF-8"),
        (r'"\ud800"', "not valid UTF-8"),
        (r'{"\udfff": 1}', "not valid UTF-8"),
        ("[" * 33 + "]" * 33, "deeper than 32"),
        ('{"a":' * 33 + "0" + "}" * 33, "deeper than 32"),
        ("[" * 90_000, "deeper than 32"),
        ("[" * 500_000, "too many values"),
        (" " * (1 << 20) + "1", "larger than 1,024 KiB"),
    ],
)
def test_ambiguous_or_excessive_json_is_refused(source: str | bytes, says: str) -> None:
    with pytest.raises(DocumentError, match=says) as caught:
        parse_json(source)
    assert caught.value.field == ""
    assert caught.value.text.say("ko") != caught.value.text.en


def test_a_key_called_proto_is_an_ordinary_key() -> None:
    assert parse_json('{"__proto__": {"x": 1}}') == {"__proto__": {"x": 1}}
