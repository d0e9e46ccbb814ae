"""Reading what is refused costs little: nothing is parsed that is too wide, deep or long.

Counted in calls of Python functions, which do not depend on the machine and its load.
"""

import base64
import cProfile
import json
import pstats
import zlib
from collections.abc import Callable

import pytest

from app.scenarios.document import parse_json, scenario_from_json, scenario_to_json
from app.scenarios.errors import DocumentError, ShareError
from app.scenarios.limits import ACTION_VALUES_MAX, LINK_VALUES_MAX
from app.scenarios.share import PREFIX, decode, encode
from app.topology.model import LINKS_MAX, NODES_MAX

CALLS_MAX = 100_000
"""Calls, nearly all of built-in functions, that take about 5 ms; half a million values took
millions of them."""

HEAD = '{"version":1,"name":"x"'


def code(text: str) -> str:
    packer = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    packed = packer.compress(text.encode()) + packer.flush()
    return PREFIX + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def strangers(count: int) -> str:
    return "{" + ",".join(f'"k{number}":0' for number in range(count)) + "}"


WIDE = LINK_VALUES_MAX - 100
HOSTILE = {
    "a million numbers": "[" + "0," * 500_000 + "0]",
    "lists in lists": "[" + "[[]]," * 170_000 + "0]",
    "deep lists": "[" * 100_000,
    "deep objects": '{"a":' * 900 + "1" + "}" * 900,
    "numbers for nodes": f'{HEAD},"links":[],"nodes":[{"0," * WIDE}0]}}',
    "empty nodes": f'{HEAD},"links":[],"nodes":[{"{}," * (WIDE // 2)}0]}}',
    "unknown fields": f'{HEAD},"links":[],"nodes":[{",".join([strangers(290)] * 30)}]}}',
    "a wide object": f'{HEAD},"links":[],"nodes":[{strangers(3_000)}]}}',
    "many entries": f'{HEAD},"links":[],"nodes":[],"journal":[{"0," * WIDE}0]}}',
    "many edits": f'{HEAD},"links":[],"nodes":[],"journal":[{{"at_s":0,"action":'
    f'{{"type":"batch","edits":[{"{}," * (WIDE // 2)}0]}}}}]}}',
    "batches in batches": f'{HEAD},"links":[],"nodes":[],"journal":[{{"at_s":0,"action":'
    + '{"type":"batch","edits":[' * 40
    + "]}" * 40
    + "}]}",
    "long numbers": "[" + ("9" * 390 + ",") * 2_400 + "0]",
}


def calls(function: Callable[[], object]) -> int:
    """The number of calls that `function` makes."""
    profile = cProfile.Profile()
    profile.runcall(function)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_link_is_refused_before_it_costs_much(text: str) -> None:
    link = code(text)
    assert len(link) < 32_000

    def refused() -> None:
        with pytest.raises(ShareError):
            decode(link)

    assert calls(refused) < CALLS_MAX


def test_a_wide_body_is_refused_before_it_is_parsed() -> None:
    def refused() -> None:
        with pytest.raises(DocumentError, match="too many values"):
            parse_json(b"[" + b"0," * 100_000 + b"0]", ACTION_VALUES_MAX)

    assert calls(refused) < 1_000


def test_the_largest_drawing_fits_a_link() -> None:
    nodes = [{"id": f"web-{n}", "kind": "web_server"} for n in range(NODES_MAX - 1)]
    nodes.append({"id": "db", "kind": "database"})
    links = [
        {"id": f"link-{n}", "source": f"web-{n % (NODES_MAX - 1)}", "target": "db"}
        for n in range(min(LINKS_MAX, NODES_MAX - 1))
    ]
    journal = [
        {"at_s": n, "action": {"type": "crash", "node": f"web-{n % 100}", "for_s": 5}}
        for n in range(1_000)
    ]
    scenario = scenario_from_json(
        {
            "format": "loadground",
            "version": 1,
            "name": "Largest",
            "nodes": nodes,
            "links": links,
            "journal": journal,
        }
    )
    assert scenario_to_json(decode(encode(scenario))) == scenario_to_json(scenario)
    assert json.dumps(scenario_to_json(scenario)).count(",") < 100_000
