"""House rules that no linter knows, checked on the source as text and as syntax trees.

Each rule is a function from a file to its breaches, so a failure lists every `path:line` at once.
The rules are here and not in a document because a rule nobody checks is a rule nobody keeps.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source_rules import ROOT, Breach, Rule, check, code_lines, lines, source, tree

CODE_SUFFIXES = {".py", ".js", ".mjs", ".css", ".html", ""}
FILE_LINES = 400
FUNCTION_LINES = 70
COLUMNS = 100


# Size


def long_file(path: Path) -> Iterator[Breach]:
    """A file is read in one sitting; split it where its subject changes."""
    count = len(path.read_text().splitlines())
    if count >= FILE_LINES:
        yield count, f"{count} lines; fewer than {FILE_LINES} are allowed"


def long_python_function(path: Path) -> Iterator[Breach]:
    """A function fits on one screen."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines; {FUNCTION_LINES} are allowed"


def long_js_function(path: Path) -> Iterator[Breach]:
    """A function fits on one screen.

    Without a JavaScript parser a function is what opens with a brace at some indent and lasts
    until the next closing brace at that indent, which holds for formatted code.
    """
    opening = re.compile(
        r"^(\s*)(?:.*\bfunction\b.*|.*=>\s*"
        r"|(?!if|for|while|switch|catch)(?:\w+ )*#?\w+\(.*\)\s*)\{$"
    )
    numbered = list(lines(path))
    for start, line in numbered:
        if found := opening.match(line):
            closing = f"{found[1]}}}"
            end = next((n for n, text in numbered[start:] if text.startswith(closing)), start)
            if end - start + 1 > FUNCTION_LINES:
                yield start, f"function of {end - start + 1} lines; {FUNCTION_LINES} are allowed"


def long_line(path: Path) -> Iterator[Breach]:
    """Two files fit side by side."""
    for number, line in lines(path):
        if len(line) > COLUMNS:
            yield number, f"{len(line)} columns; {COLUMNS} are allowed"


# Words


def missing_docstring(path: Path) -> Iterator[Breach]:
    """What others may call says what it is for."""
    module = tree(path)
    if module.body and not ast.get_docstring(module):
        yield 1, "module without a docstring"
    outer: list[ast.Module | ast.ClassDef] = [module]
    while outer:
        for node in outer.pop().body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                yield node.lineno, f"{node.name} without a docstring"
            if isinstance(node, ast.ClassDef):
                outer.append(node)


def empty_name(path: Path) -> Iterator[Breach]:
    """A Manager, Helper or Utils could hold anything, so it soon does; name the job instead."""
    empty = {"manager", "managers", "helper", "helpers", "util", "utils"}

    def words(name: str) -> set[str]:
        return set(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().split("_"))

    if empty & words(path.stem):
        yield 1, f"module named {path.stem}"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and empty & words(node.name):
            yield node.lineno, f"class named {node.name}"


def unfinished(path: Path) -> Iterator[Breach]:
    """What is left to do is an issue that somebody can find, or it is done now."""
    # Spelled in halves, because this file is read too.
    marks = re.compile(
        r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b"
    )
    for number, line in lines(path):
        if found := marks.search(line):
            yield number, f"left a {found[0]}"


def place_of_one_machine(path: Path) -> Iterator[Breach]:
    """Nothing here depends on where one person works or downloads from."""
    # In halves again. A path after a letter or a variable is somebody's sub-folder, not a root.
    homes = re.compile(
        r"(?<![\w.$}>-])/(?:" + "|".join(["ro" + "ot", "ho" + "me", "wo" + "rk"]) + r")/\w"
    )
    hosts = re.compile(
        "|".join(["py" + r"pi\.org", "python" + r"hosted\.", "npm" + r"js\.", r"deb\." + "debian"])
    )
    for number, line in lines(path):
        if homes.search(line):
            yield number, "names a path of one machine"
        if hosts.search(line):
            yield number, "names a package registry's host"


# Determinism


def unrepeatable(path: Path) -> Iterator[Breach]:
    """A run follows from the drawing, the seed and the journal, and from nothing else."""
    modules = {"random", "secrets", "uuid"}
    calls = {
        *("time.time", "time.time_ns", "np.random", "numpy.random", "os.urandom"),
        *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    }
    for node in ast.walk(tree(path)):
        match node:
            case ast.Import(names=names):
                used = {name.name for name in names} & (modules | calls)
            case ast.ImportFrom(module=module, names=names):
                used = {module or ""} & (modules | calls)
                used |= {f"{module}.{name.name}" for name in names} & calls
            case ast.Attribute():
                used = {".".join(ast.unparse(node).split(".")[-2:])} & calls
            case _:
                continue
        for name in sorted(used):
            yield node.lineno, f"uses {name}"


# The page


MARKUP_SINKS = {
    r"\b(inner|outer)HTML\b": "sets markup from a string; use textContent or a template",
    r"\binsertAdjacentHTML\b": "sets markup from a string; use textContent or a template",
    r"\bdocument\.write\b": "sets markup from a string; use textContent or a template",
    r"\|\s*safe\b": "switches escaping off",
    r"\bautoescape\s+false\b": "switches escaping off",
    r"\beval\(|\bnew Function\b": "runs a string as code",
    r"\bstyle=[\"'{]": "inline style, which the security policy blocks",
    r"setAttribute\(\s*[\"']style": "inline style, which the security policy blocks",
    r"<style\b": "inline style, which the security policy blocks",
    r"<script\b(?![^>]*\b(src=|type=\"application/json\"))": "inline script; use a module",
    r"(?:^|\s)on[a-z]+=[\"']": "inline handler, which the security policy blocks",
    r"\bhx-on\b": "inline handler, which the security policy blocks",
    r"[\"'](js|javascript):": "runs an attribute as code",
}


def markup_sink(path: Path) -> Iterator[Breach]:
    """Names that people type never become markup, and the strict security policy stays strict."""
    for number, line in code_lines(path):
        for pattern, complaint in MARKUP_SINKS.items():
            if re.search(pattern, line):
                yield number, complaint


# Tests


def unexplained_skip(path: Path) -> Iterator[Breach]:
    """A test that does not run says why."""
    marks = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail)")
    module = tree(path)
    if not marks.search(path.read_text()):
        return
    explained = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            # The first words of skip() are its reason; those of skipif() are its condition.
            reasons = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
            if not ast.unparse(node.func).endswith(("skipif", "mark.xfail")):
                reasons += node.args[:1]
            if any(not isinstance(reason, ast.Constant) or reason.value for reason in reasons):
                explained.add(node.func)
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Attribute)
            and marks.fullmatch(ast.unparse(node))
            and node not in explained
        ):
            yield node.lineno, f"{ast.unparse(node)} without a reason"


def subjectless_test(path: Path) -> Iterator[Breach]:
    """A report shows a test's name without its neighbours, so the name says what is tested."""
    leaning = {
        *("it", "its", "they", "this", "that", "these", "those", "so", "nor", "neither", "and"),
        *("but", "or", "otherwise", "then", "also", "who", "whoever", "whom", "what", "whatever"),
        *("which", "whether", "why", "nothing", "everything", "everybody", "nobody", "somebody"),
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            mark, *words = node.name.split("_")
            if mark == "test" and (len(words) < 3 or words[0] in leaning):
                yield node.lineno, f"{node.name} does not say what is tested"


APP = source("app", suffixes={".py"})
PYTHON = source("app", "tests", suffixes={".py"})
TESTS = [path for path in PYTHON if path.name.startswith("test_")]
SCRIPTS = source("static", suffixes={".js"})
PAGES = source("static", "templates", "app", suffixes={".js", ".html", ".svg"})
CODE = source("app", "static", "templates", "tests", ".ci", suffixes=CODE_SUFFIXES)
PROSE = source("app", "tests", suffixes={".md", ".json", ".svg"}) + sorted(
    ROOT / name for name in ("Makefile", "README.md", "pyproject.toml") if (ROOT / name).exists()
)
COMPILED = [path for path in APP if path.relative_to(ROOT).parts[1] in {"engine", "kinds"}]


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        (long_file, CODE),
        (long_python_function, PYTHON),
        (long_js_function, SCRIPTS),
        (long_line, PYTHON),
        (missing_docstring, APP),
        (empty_name, APP),
        (unfinished, CODE + PROSE),
        (place_of_one_machine, CODE + PROSE),
        (unrepeatable, COMPILED),
        (markup_sink, PAGES),
        (unexplained_skip, PYTHON),
        (subjectless_test, TESTS),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_the_source_keeps_each_house_rule(rule: Rule, files: list[Path]) -> None:
    check(rule, files)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (long_file, "x = 1\n" * FILE_LINES),
        (long_python_function, "def f():\n" + "    x = 1\n" * FUNCTION_LINES),
        (long_js_function, "export function f() {\n" + "  x();\n" * FUNCTION_LINES + "}\n"),
        (long_js_function, "  #draw(now) {\n" + "    x();\n" * FUNCTION_LINES + "  }\n"),
        (long_line, "x" * (COLUMNS + 1)),
        (missing_docstring, "x = 1\n"),
        (missing_docstring, '"""Module."""\nclass A:\n    """A."""\n    def f(self): ...\n'),
        (empty_name, "class NodeManager: ...\n"),
        (unfinished, "# TO" + "DO: later\n"),
        (place_of_one_machine, 'open("/ho' + 'me/me/file")\n'),
        (unrepeatable, "import random\n"),
        (unrepeatable, "from time import time\n"),
        (unrepeatable, "x = np.random.default_rng()\n"),
        (unrepeatable, "x = datetime.datetime.now()\n"),
        (markup_sink, "  element.innerHTML = name;\n"),
        (markup_sink, "{{ node.name | safe }}\n"),
        (markup_sink, '<p style="color: red">\n'),
        (markup_sink, "<script>run()</script>\n"),
        (markup_sink, '<b onclick="run()">\n'),
        (unexplained_skip, "@pytest.mark.skip\ndef test_x(): ...\n"),
        (unexplained_skip, "@pytest.mark.xfail(strict=True)\ndef test_x(): ...\n"),
        (subjectless_test, "def test_so_is_a_link_s(): ...\n"),
        (subjectless_test, "async def test_speeds(): ...\n"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_each_house_rule_finds_its_breach(rule: Rule, text: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(text)
    assert list(rule(path))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (long_js_function, "if (x) {\n" + "  x();\n" * FUNCTION_LINES + "}\n"),
        (missing_docstring, '"""Module."""\ndef _inner(): ...\n'),
        (empty_name, "class Utilisation: ...\n"),
        (unrepeatable, "x = draw.random(seed)\ny = time.monotonic()\n"),
        (markup_sink, "// never innerHTML: names are typed by people\n"),
        (markup_sink, '<script type="application/json" id="boot">{{ boot | tojson }}</script>\n'),
        (markup_sink, '<script type="module" src="{{ asset }}"></script>\n'),
        (markup_sink, "const style = getComputedStyle(node);\n"),
        (unexplained_skip, '@pytest.mark.skip(reason="no IPv6 here")\ndef test_x(): ...\n'),
        (unexplained_skip, 'pytest.skip("no IPv6 here")\n'),
        (subjectless_test, "def test_a_full_queue_refuses(): ...\ndef testing(): ...\n"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_no_house_rule_objects_to_good_code(rule: Rule, text: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(text)
    assert not list(rule(path))
