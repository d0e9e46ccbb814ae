"""Prose of the source: docstrings and comments that stand for a thing begin with that thing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source_rules import Breach, Rule, check, lines, source, tree

ELSEWHERE = {
    *("what", "whatever", "whether", "how", "who", "whoever", "whom", "whose", "which", "where"),
    *("wherever", "when", "why", "if", "that", "this", "these", "those", "here", "there"),
    *("it", "its", "they", "them", "their", "he", "his", "she", "her", "we", "our", "us", "you"),
    *("your", "i"),
}

COMMENT = re.compile(r"(?:/\*\*?|\{#-?|<!--|\A//)\s*(?:\*\s)?\s*([A-Za-z]+)")


def begins_elsewhere(said: str) -> str:
    """First word of a text if it is a question's, a condition's or a pronoun, else nothing."""
    word = re.split(r"[^A-Za-z]", said.strip(), maxsplit=1)[0]
    return word if word.lower() in ELSEWHERE else ""


def indirect_docstring(path: Path) -> Iterator[Breach]:
    """A docstring begins with its thing: a verb or a noun, no question, condition or pronoun.

    The same goes for the string beneath a constant or a field.
    """
    for node in ast.walk(tree(path)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(said))):
                if word := begins_elsewhere(said):
                    yield node.lineno, f"begins with {word!r}"


def indirect_first_line(path: Path) -> Iterator[Breach]:
    """The first line of a test file names its subject; a question or a clause does not."""
    if word := begins_elsewhere(ast.get_docstring(tree(path)) or ""):
        yield 1, f"begins with {word!r}"


def indirect_comment(path: Path) -> Iterator[Breach]:
    """A comment above a thing of a script, style or template begins with that thing.

    Such are `/** ... */`, `/* ... */`, `{# ... #}`, `<!-- ... -->`, and a script's first line.
    """
    text = path.read_text()
    for found in COMMENT.finditer(text):
        if word := begins_elsewhere(found[1]):
            yield text.count("\n", 0, found.start()) + 1, f"begins with {word!r}"


def subjectless_script_test(path: Path) -> Iterator[Breach]:
    """The name of a script's test says what is tested: it has a subject and a verb."""
    for number, line in lines(path):
        if found := re.match(r"test\(\"(.+?)\",", line):
            if word := begins_elsewhere(found[1]):
                yield number, f"begins with {word!r}"
            elif len(found[1].split()) < 4:
                yield number, f"{found[1]!r} does not say what is tested"


APP = source("app", suffixes={".py"})
PAGES = source("static", "templates", "app", suffixes={".js", ".css", ".html"})
SCRIPT_TESTS = source("tests/js", suffixes={".mjs"})
TESTS = [path for path in source("tests", suffixes={".py"}) if path.name.startswith("test_")]


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        (indirect_docstring, APP),
        (indirect_first_line, TESTS),
        (indirect_comment, PAGES),
        (subjectless_script_test, SCRIPT_TESTS),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_the_source_keeps_each_rule_of_prose(rule: Rule, files: list[Path]) -> None:
    check(rule, files)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (indirect_docstring, 'def f():\n    """What a row says."""\n'),
        (indirect_docstring, 'class A:\n    """A."""\n    b: int\n    """Its number."""\n'),
        (indirect_first_line, '"""What a row says."""\n'),
        (indirect_comment, "/** Whether a node is up. */\nfunction isUp() {}\n"),
        (indirect_comment, "/**\n * How many nodes are up.\n */\nfunction up() {}\n"),
        (indirect_comment, "// What the page shows.\n"),
        (indirect_comment, "{#- Why requests failed. -#}\n"),
        (indirect_comment, "<p></p><!-- It is empty. -->\n"),
        (subjectless_script_test, 'test("it never runs back", () => {\n'),
        (subjectless_script_test, 'test("the space bar", () => {\n'),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_each_rule_of_prose_finds_its_breach(rule: Rule, text: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(text)
    assert list(rule(path))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (indirect_docstring, 'def f():\n    """Rows, and what each says."""\n    g("How?")\n'),
        (indirect_first_line, '"""Rows of the timeline, and what each says."""\n'),
        (indirect_comment, "/** Nodes that are up. */\nx(); // it is up\n// What is left\n"),
        (indirect_comment, "{# Failures. #}\n"),
        (subjectless_script_test, 'test("the clock never runs back", () => {\n'),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_no_rule_of_prose_objects_to_good_text(rule: Rule, text: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(text)
    assert not list(rule(path))
