"""A share code gives back what went in; anything else is refused, at once and in words."""

import base64
import json
import random
import re
import time
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
from tests.scenarios.drawings import scenarios

CODE = share.encode(library.load("final-design"))
SLOWEST_S = 0.5


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
    assert caught.value.text.ko != caught.value.text.en
    return caught.value


@given(scenarios())
def test_a_code_gives_back_the_same_scenario(scenario: Scenario) -> None:
    code = share.encode(scenario)
    assert set(code) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert scenario_to_json(share.decode(code)) == scenario_to_json(scenario)


@pytest.mark.parametrize("name", library.names())
def test_a_usual_drawing_is_a_short_link(name: str) -> None:
    code = share.encode(library.load(name))
    assert len(code) < (600 if name in library.drawings() else 1200)
    assert scenario_to_json(share.decode(code)) == scenario_to_json(library.load(name))


def test_the_largest_drawing_fits_into_a_link() -> None:
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


def test_what_does_not_fit_is_not_given_out() -> None:
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


def test_a_link_that_nobody_could_open_is_not_given_out() -> None:
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
def test_a_bad_code_is_refused_in_words(code: str, says: str) -> None:
    assert says in refusal(code).text.en


def test_what_is_left_out_of_a_code_may_also_be_said() -> None:
    full = json.dumps(scenario_to_json(library.load("final-design"))).encode()
    assert scenario_to_json(share.decode(pack(full))) == json.loads(full)


@pytest.mark.parametrize("filler", [b"\0", b" ", b"[", b'{"a":', b"9"])
def test_a_bomb_is_refused_before_it_unfolds(filler: bytes) -> None:
    bomb = pack(filler * (15_000_000 // len(filler)))
    assert len(bomb) <= LINK_LENGTH_MAX, "or it would be refused for its length"
    tracemalloc.start()
    began = time.process_time()
    error = refusal(bomb)
    took_s = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "unpacks to more than 1024 KiB" in error.text.en
    assert took_s < 0.1
    assert peak < 4 << 20


@pytest.mark.parametrize("content", [b"[" * 1_000_000, b'{"a":' * 200_000, b"9" * 1_000_000])
def test_a_bomb_under_the_limit_is_refused_quickly_too(content: bytes) -> None:
    began = time.process_time()
    assert "damaged" in refusal(pack(content)).text.en
    assert time.process_time() - began < SLOWEST_S


@given(st.text())
@example("z1.\0")
@example("z1.\ud800")
def test_no_text_is_more_than_refused(text: str) -> None:
    for code in (text, "z1." + text):
        try:
            share.decode(code)
        except ShareError:
            continue
        pytest.fail(f"{code!r} was read as a scenario")


@given(st.binary())
def test_no_packed_bytes_are_more_than_refused(content: bytes) -> None:
    refusal(pack(content))
