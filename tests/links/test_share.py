"""Share codes: what went in comes back; anything else is refused at once and in words."""

import base64
import json
import random
import re
import tracemalloc
import zlib
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.actions import Heal
from app.scenarios import library, share
from app.scenarios.document import Scenario, TimedAction, scenario_from_json, scenario_to_json
from app.scenarios.errors import ShareError
from app.scenarios.limits import LINK_LENGTH_MAX
from tests.support.generated.drawings import scenarios
from tests.support.machine.call_counts import calls_of

CODE = share.encode(library.load("final-design"))
STEPS_MAX = 5_000
"""Calls to refuse a code that is no document: no step for each of its million characters."""


def pack(content: bytes) -> str:
    packer = zlib.compressobj(level=9, wbits=-15)
    packed = packer.compress(content) + packer.flush()
    return "z1." + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def unpack(code: str) -> bytes:
    payload = code.removeprefix("z1.")
    return zlib.decompress(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), wbits=-15)


def refusal(code: str) -> ShareError:
    with pytest.raises(ShareError) as caught:
        share.decode(code)
    assert caught.value.text.say("ko") != caught.value.text.en
    return caught.value


@given(scenarios())
def test_a_share_code_gives_back_the_same_scenario(scenario: Scenario) -> None:
    code = share.encode(scenario)
    assert set(code) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert scenario_to_json(share.decode(code)) == scenario_to_json(scenario)


@pytest.mark.parametrize("name", library.names())
def test_the_link_of_a_usual_drawing_is_short(name: str) -> None:
    code = share.encode(library.load(name))
    assert len(code) < (600 if name in library.drawings() else 1200)
    assert scenario_to_json(share.decode(code)) == scenario_to_json(library.load(name))


def test_the_largest_drawing_fits_into_a_share_link() -> None:
    scatter = random.Random(1)
    nodes = [
        {
            "id": f"{prefix}-{number}",
            "kind": kind,
            "name": f"{kind} number {number}",
            "x": scatter.uniform(-5000, 5000),
            "y": scatter.uniform(-5000, 5000),
            "parameters": {"cores": scatter.randint(1, 64)},
        }
        for number in range(100)
        for prefix, kind in (("web", "web_server"), ("db", "database"))
    ]
    pairs = scatter.sample([(f"web-{a}", f"db-{b}") for a in range(100) for b in range(100)], 500)
    links = [
        {
            "id": f"link-{number}",
            "source": source,
            "target": target,
            "parameters": {"latency_ms": round(scatter.uniform(0, 100), 2)},
        }
        for number, (source, target) in enumerate(pairs)
    ]
    document = {"format": "loadground", "version": 1, "name": "Big", "nodes": nodes, "links": links}
    scenario = scenario_from_json(document)
    code = share.encode(scenario)
    assert len(code) <= LINK_LENGTH_MAX
    assert scenario_to_json(share.decode(code)) == scenario_to_json(scenario)


def test_a_drawing_too_large_for_a_link_is_refused_when_sharing() -> None:
    noise = random.Random(1)
    journal = [
        {
            "at_s": step,
            "action": {
                "type": "rename_node",
                "node": "web-1",
                "name": "".join(chr(noise.randint(0x4E00, 0x9FFF)) for _ in range(60)),
            },
        }
        for step in range(400)
    ]
    document = {**scenario_to_json(library.load("single-server")), "journal": journal}
    with pytest.raises(ShareError, match="longer than"):
        share.encode(scenario_from_json(document))


def test_a_link_that_could_not_be_opened_is_refused_when_sharing() -> None:
    heal = TimedAction(0, Heal(node="web-1"))
    too_much = replace(library.load("single-server"), journal=(heal,) * 1001)
    too_late = replace(library.load("single-server"), journal=(TimedAction(1 << 60, heal.action),))
    for scenario, field in ((too_much, "journal"), (too_late, "journal[0].at_s")):
        with pytest.raises(ShareError, match=re.escape(f"document. {field}: ")):
            share.encode(scenario)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "not a link of this Loadground"),
        ("z1", "not a link of this Loadground"),
        ("z2." + CODE[3:], "not a link of this Loadground"),
        ("Z1." + CODE[3:], "not a link of this Loadground"),
        (CODE[3:], "not a link of this Loadground"),
        ("z1.", "damaged"),
        (CODE[:-1], "damaged"),
        (CODE[: len(CODE) // 2], "damaged"),
        (CODE + "A", "damaged"),
        (CODE + "AAAA", "damaged"),
        (CODE + "=", "damaged"),
        (CODE + "\n", "damaged"),
        (CODE.replace("_", "/").replace("-", "+") + "/", "damaged"),
        (CODE[:40] + "가" + CODE[41:], "damaged"),
        ("z1." + CODE[3:][::-1], "damaged"),
        (pack(b""), "damaged"),
        (pack(b"not json"), "damaged"),
        (pack(b'{"version":1,"version":1}'), "damaged"),
        (pack(b"\xff\xfe"), "damaged"),
        (pack(b"[]"), "not an object"),
        (pack(b"{}"), "version: Use a whole number"),
        (pack(b'{"version":2}'), "version: It was made by a newer Loadground"),
        (pack(b'{"version":1,"format":"other"}'), "format: This is not a Loadground document"),
        (
            pack(unpack(CODE).replace(b'"cores":8', b'"cores":0', 1)),
            "nodes[4].parameters.cores: Use 1 to 1,024",
        ),
        (
            pack(unpack(CODE).replace(b'"kind":"dns"', b'"kind":"dog"', 1)),
            "nodes[2].kind: There is no such kind",
        ),
        ("z1." + "A" * LINK_LENGTH_MAX, "longer than 32,768 characters"),
    ],
)
def test_a_malformed_share_code_is_refused_in_words(code: str, says: str) -> None:
    assert says in refusal(code).text.en


def test_a_share_code_may_spell_out_what_is_usually_left_out() -> None:
    full = json.dumps(scenario_to_json(library.load("final-design"))).encode()
    assert scenario_to_json(share.decode(pack(full))) == json.loads(full)


@pytest.mark.parametrize("filler", [b"\0", b" ", b"[", b'{"a":', b"9"])
def test_a_decompression_bomb_is_refused_before_it_unfolds(filler: bytes) -> None:
    bomb = pack(filler * (15_000_000 // len(filler)))
    assert len(bomb) <= LINK_LENGTH_MAX, "or it would be refused for its length"
    refusal("z1." + "A" * LINK_LENGTH_MAX)  # loads the marks of numbers in texts
    tracemalloc.start()
    error = refusal(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "unpacks to more than 1,024 KiB" in error.text.en
    assert peak < 4 << 20


@pytest.mark.parametrize("content", [b"[" * 1_000_000, b'{"a":' * 200_000, b"9" * 1_000_000])
def test_a_decompression_bomb_under_the_limit_is_refused_in_few_steps(content: bytes) -> None:
    code, said = pack(content), []
    calls = calls_of(lambda: said.append(refusal(code).text.en))
    assert "damaged" in said[0]
    assert calls.total() < STEPS_MAX


@given(st.text())
@example("z1.\0")
@example("z1.\ud800")
def test_any_text_as_a_share_code_is_at_worst_refused(text: str) -> None:
    for code in (text, "z1." + text):
        try:
            share.decode(code)
        except ShareError:
            continue
        pytest.fail(f"{code!r} was read as a scenario")


@given(st.binary())
def test_any_packed_bytes_as_a_share_code_are_at_worst_refused(content: bytes) -> None:
    refusal(pack(content))
