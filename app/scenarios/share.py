"""A whole scenario as one word for a link: ``z1.`` + base64url(deflate(compact JSON)).

The prefix names the codec, so that a later one can stand beside it; the JSON inside carries the
document's own version. What has its default is left out. Codes are checked as strictly as files.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

from app.scenarios.document import FORMAT, UNTIL_S, Scenario, scenario_from_json, scenario_to_json
from app.scenarios.errors import DocumentError, ShareError
from app.scenarios.limits import DOCUMENT_BYTES_MAX, LINK_LENGTH_MAX, LINK_VALUES_MAX
from app.scenarios.strict_json import parse_json
from app.schema import Kind
from app.texts.text import Text, plural

PREFIX = "z1."

_RAW_DEFLATE = -zlib.MAX_WBITS
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")

_BROKEN = Text("This link is damaged: part of it is missing or changed. Copy all of it again.")
_UNKNOWN = Text("This is not a link of this Loadground; a newer one may have made it.")
_TOO_LONG = plural(
    "This link is longer than {count} character; use a file instead.",
    "This link is longer than {count} characters; use a file instead.",
    count=LINK_LENGTH_MAX,
)
_TOO_LARGE = Text(
    "This link unpacks to more than {kibibytes} KiB.", kibibytes=DOCUMENT_BYTES_MAX // 1024
)


def encode(scenario: Scenario) -> str:
    """The code of `scenario`; `decode` gives the same scenario back.

    Raises ShareError for what no reader would take back: too long a link, or over the limits of a
    document.
    """
    try:
        scenario_from_json(scenario_to_json(scenario))
    except DocumentError as error:
        raise ShareError(_refused(error)) from None
    text = json.dumps(_compact(scenario), ensure_ascii=False, separators=(",", ":"))
    packer = zlib.compressobj(level=9, wbits=_RAW_DEFLATE)
    packed = packer.compress(text.encode()) + packer.flush()
    code = PREFIX + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
    if len(code) > LINK_LENGTH_MAX:
        raise ShareError(_TOO_LONG)
    return code


def decode(code: str) -> Scenario:
    """The scenario in a code. Raises ShareError, whatever the code is made of."""
    if len(code) > LINK_LENGTH_MAX:
        raise ShareError(_TOO_LONG)
    if not code.startswith(PREFIX):
        raise ShareError(_UNKNOWN)
    payload = code.removeprefix(PREFIX)
    if not _BASE64URL.fullmatch(payload) or len(payload) % 4 == 1:
        raise ShareError(_BROKEN)
    packed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    try:
        data = parse_json(_inflate(packed), LINK_VALUES_MAX)
    except DocumentError:
        # No document of ours fails here, so it is the link that changed on its way.
        raise ShareError(_BROKEN) from None
    try:
        return scenario_from_json({"format": FORMAT, **data} if isinstance(data, dict) else data)
    except DocumentError as error:
        raise ShareError(_refused(error)) from None


def _refused(error: DocumentError) -> Text:
    where = f"{error.field}: " if error.field else ""
    return Text("A link cannot hold this document. {where}{why}", where=where, why=error.text)


def _inflate(packed: bytes) -> bytes:
    """Unpacked bytes, never more than the limit: deflate can grow a thousandfold."""
    unpacker = zlib.decompressobj(wbits=_RAW_DEFLATE)
    try:
        unpacked = unpacker.decompress(packed, DOCUMENT_BYTES_MAX + 1)
    except zlib.error:
        raise ShareError(_BROKEN) from None
    if len(unpacked) > DOCUMENT_BYTES_MAX:
        raise ShareError(_TOO_LARGE)
    if not unpacker.eof or unpacker.unused_data:
        raise ShareError(_BROKEN)
    return unpacked


def _compact(scenario: Scenario) -> dict[str, Any]:
    """The document without what a reader fills in by itself."""
    document: dict[str, Any] = dict(scenario_to_json(scenario))
    kinds = {node.id: node.spec for node in scenario.topology.nodes}
    document["nodes"] = [_compact_node(node, kinds[node["id"]]) for node in document["nodes"]]
    document["links"] = [
        _without(link, {"parameters": {"latency_ms": kinds[link["source"]].port.latency_ms}})
        for link in document["links"]
    ]
    implied = {"format": FORMAT, "seed": 1, "load": 1.0, "until_s": UNTIL_S, "journal": []}
    return _without(document, implied)


def _compact_node(node: dict[str, Any], kind: Kind) -> dict[str, Any]:
    preset = kind.preset(node["preset"])
    implied = {
        "preset": kind.presets[0].name,
        "name": node["id"],
        "parameters": {**kind.defaults(), **preset.parameters},
    }
    return _without(node, implied)


def _without(data: dict[str, Any], implied: dict[str, Any]) -> dict[str, Any]:
    """`data` without the entries, at any depth, that equal the `implied` ones."""
    kept: dict[str, Any] = {}
    for key, value in data.items():
        if key in implied and value == implied[key]:
            continue
        inner = implied.get(key)
        kept[key] = _without(value, inner) if isinstance(inner, dict) else value
    return kept
