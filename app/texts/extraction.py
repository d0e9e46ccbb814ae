"""Messages found in the sources: the literals in calls of Text and plural."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

Found = tuple[int, str, str | tuple[str, ...], list[str]]
"""A message as Babel takes it: line, keyword, strings, comments."""

_LITERALS: Final = {"Text": 1, "plural": 2}
_KEYWORDS: Final = {
    "Text": (1,),
    "Text in context": ((1, "c"), 2),
    "plural": (1, 2),
    "plural in context": ((1, "c"), 2, 3),
}


class NotLiteral(ValueError):
    """A message that is put together while running, so that nobody can translate it."""


def extracted(folder: Path) -> Catalog:
    """Every message in the Python files under `folder`, as an empty catalogue.

    Raises NotLiteral for one that is not a literal.
    """
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(
        folder,
        method_map=[("**.py", f"{__name__}:{messages_of.__name__}")],
        keywords=_KEYWORDS,
        directory_filter=lambda name: Path(name) != folder / "texts",
    )
    for _, _, message, _, context in found:
        catalog.add(message, context=context)
    return catalog


def messages_of(
    file: IO[bytes],
    _keywords: Collection[str],
    _comment_tags: Collection[str],
    **_options: object,
) -> Iterator[Found]:
    """The messages of one source file: an extraction method of Babel's."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            wanted = _LITERALS.get(node.func.id)
            found = _found(node, node.func.id, wanted) if wanted else None
            if found and any(found[2]):
                yield found


def _found(call: ast.Call, name: str, wanted: int) -> Found:
    strings = [_literal(one) for one in call.args]
    if len(strings) != wanted:
        raise NotLiteral(f"line {call.lineno}: {name} takes {wanted} messages, not {len(strings)}")
    for keyword in call.keywords:
        if keyword.arg == "context":
            name, strings = f"{name} in context", [_literal(keyword.value), *strings]
    return call.lineno, name, tuple(strings), []


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotLiteral(f"line {node.lineno}: write the message as a literal: {ast.unparse(node)}")
