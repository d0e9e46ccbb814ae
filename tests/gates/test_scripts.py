"""Every script of the page parses, wherever no Node is there to say so."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from tests.support.source_rules import ROOT

PARSER = Parser(Language(tree_sitter_javascript.language()))
SCRIPTS = [*(ROOT / "static/js").rglob("*.js"), *(ROOT / "tests/js").rglob("*.js")]


def breaks(source: bytes) -> list[str]:
    """Each place where a script stops being JavaScript, and each name that it declares twice."""
    found = []
    for node in below(PARSER.parse(source).root_node):
        line = f"line {node.start_point.row + 1}"
        if node.is_error or node.is_missing:
            found.append(f"{line}: {'missing ' + node.type if node.is_missing else 'error'}")
        for name, count in Counter(declared(node)).items():
            if count > 1:
                found.append(f"{line}: {name} is declared {count} times")
    return found


def below(node: Node) -> Iterator[Node]:
    yield node
    if not node.is_error:
        for child in node.children:
            yield from below(child)


def declared(block: Node) -> Iterator[str]:
    """The names that stand once in a block: constants, variables, classes, what is imported, and
    parameters of the function whose body it is.
    """
    if block.type not in ("program", "statement_block"):
        return
    if block.parent and (given := block.parent.child_by_field_name("parameters")):
        yield from names(given)
    for child in block.named_children:
        statement = child
        if child.type == "export_statement":
            statement = child.child_by_field_name("declaration") or child
        if statement.type == "lexical_declaration":
            for one in statement.named_children:
                if one.type == "variable_declarator":
                    yield from names(one.child_by_field_name("name"))
        elif statement.type == "class_declaration":
            yield from names(statement.child_by_field_name("name"))
        elif statement.type == "import_statement":
            yield from (name for one in below(statement) for name in imported(one))


def names(pattern: Node | None) -> Iterator[str]:
    """The names that a pattern binds; what they are given if missing binds nothing."""
    if pattern is None:
        return
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield (pattern.text or b"").decode()
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from names(pattern.child_by_field_name("left"))
    elif pattern.type == "pair_pattern":
        yield from names(pattern.child_by_field_name("value"))
    else:
        for child in pattern.named_children:
            yield from names(child)


def imported(node: Node) -> Iterator[str]:
    if node.type == "import_specifier":
        yield from names(node.child_by_field_name("alias") or node.child_by_field_name("name"))
    elif node.type in ("namespace_import", "import_clause"):
        for child in node.named_children:
            if child.type == "identifier":
                yield from names(child)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_script_parses(path: Path) -> None:
    assert breaks(path.read_bytes()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (b"export const a = (b) => b?.c ?? `${b}`;\n", []),
        (b"const a = 1;\nfunction b( { return a; }\n", ["line 2: error"]),
        (b"const a = [1, 2;\n", ["line 1: missing ]"]),
        (b"if (a) {\n  b();\n", ["line 2: missing }"]),
        (b"const a = 1;\nfunction b() { const a = 2; }\n", []),
        (b"const { a, b: c } = d;\nlet [e, c = a] = f;\n", ["line 1: c is declared 2 times"]),
        (b"const f = (a) => { const a = 1; };\n", ["line 1: a is declared 2 times"]),
        (b"import { a as b } from 'c';\nexport const b = 1;\n", ["line 1: b is declared 2 times"]),
        (
            b"a;\nfunction f() {\n  const b = 1;\n  const b = 2;\n}\n",
            [
                "line 2: b is declared 2 times",
            ],
        ),
    ],
)
def test_a_break_is_found_where_it_is(source: bytes, found: list[str]) -> None:
    assert breaks(source) == found
