"""Thousands of damaged share links: each is refused in words or opens whole, quickly."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.scenarios import share
from app.scenarios.errors import ShareError
from tests.links.test_share import pack, unpack

Damage = Callable[[random.Random, int], Iterator[str]]

EXHIBIT = Path(__file__).with_name("museum") / "v1-journal.json"
CODE: str = json.loads(EXHIBIT.read_text(encoding="utf-8"))["code"]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
PIECES = (
    *(b"null", b"true", b"-1", b"0", b"1e308", b"1e999", b"NaN", b"9" * 30, b'""', b"[]", b"{}"),
    *(b'"\\ud800"', b'"__proto__"', b",", b":", b'"', b"}", b"]", b"[[[[", b"\xff", b"\0"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 0.5, 1, 3, 1e308, -1e308, 10**30, 2**63, "", "web-1", "db-1"),
    *("nobody", "\0", "\u202e", "x" * 300, "__proto__", [], {}, [[]], {"type": "batch"}),
)


def damaged_codes(chance: random.Random, count: int) -> Iterator[str]:
    """Characters of the code are changed, lost, doubled or moved."""
    for _ in range(count):
        code = CODE
        for _ in range(chance.randint(1, 4)):
            at, other = sorted((chance.randrange(len(code)), chance.randrange(len(code))))
            letter = chance.choice(ALPHABET)
            code = chance.choice(
                (
                    code[:at] + letter + code[at + 1 :],
                    code[:at] + code[at + 1 :],
                    code[:at] + letter + code[at:],
                    code[: other + 1],
                    code[:at] + code[other:],
                    code[: other + 1] + code[at:],
                )
            )
        yield code


def damaged_texts(chance: random.Random, count: int) -> Iterator[str]:
    """The code is well packed, but the JSON in it is not quite right."""
    intact = unpack(CODE)
    seams = [at for at, byte in enumerate(intact) if byte in b'":,[]{}']
    for _ in range(count):
        begins, ends = sorted(chance.sample(seams, 2))
        ends = min(ends, begins + chance.randint(1, 12))
        yield pack(intact[:begins] + chance.choice(PIECES) + intact[ends:])


def damaged_documents(chance: random.Random, count: int) -> Iterator[str]:
    """The JSON is right, but somewhere in it a value, a field or an entry is not."""
    for _ in range(count):
        document = json.loads(unpack(CODE))
        for _ in range(chance.randint(1, 3)):
            place, part = chance.choice(list(_places(document)))
            match chance.randint(0, 3):
                case 0:
                    place[part] = chance.choice(VALUES)
                case 1:
                    del place[part]
                case 2 if isinstance(place, list):
                    place.insert(chance.randint(0, len(place)), place[part])
                case 2:
                    place[chance.choice(("type", "id", "extra", "parameters"))] = place[part]
                case _:
                    source, key = chance.choice(list(_places(document)))
                    # By way of text, so that nothing comes to lie inside itself.
                    place[part] = json.loads(json.dumps(source[key]))
        yield pack(json.dumps(document, separators=(",", ":")).encode())


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for part in value if isinstance(value, dict) else range(len(value)):
            yield value, part
            yield from _places(value[part])


def said_about(code: str) -> str:
    """The refusal of a code, or "opened"."""
    try:
        scenario = share.decode(code)
    except ShareError as error:
        return error.text.en
    # Some damage leaves a document that is right: then it must also work as one.
    assert share.decode(share.encode(scenario)).topology.nodes == scenario.topology.nodes
    return "opened"


@pytest.mark.parametrize(
    ("damage", "count", "answers"),
    [
        (damaged_codes, 4_000, 5),
        (damaged_texts, 2_000, 40),
        (damaged_documents, 3_000, 400),
        pytest.param(damaged_codes, 200_000, 5, marks=pytest.mark.long),
        pytest.param(damaged_texts, 100_000, 40, marks=pytest.mark.long),
        pytest.param(damaged_documents, 100_000, 400, marks=pytest.mark.long),
    ],
)
def test_a_damaged_share_link_is_refused_or_opens_whole(
    damage: Damage, count: int, answers: int
) -> None:
    said: Counter[str] = Counter()
    for code in damage(random.Random(7), count):
        said[said_about(code)] += 1
    assert said["opened"] < 0.2 * count
    assert len(said) >= answers, "the damage no longer reaches the deeper checks"
