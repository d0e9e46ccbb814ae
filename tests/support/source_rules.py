"""Rules about the source: functions from a file to its breaches, all listed when one is red."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# (line, what is wrong with it)
Breach = tuple[int, str]
Rule = Callable[[Path], Iterator[Breach]]


def source(*folders: str, suffixes: set[str]) -> list[Path]:
    """Our own files: not vendored ones, and not what tools leave behind."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and path.suffix in suffixes
        and not {"vendor", "__pycache__"} & set(path.relative_to(ROOT).parts)
    )


def check(rule: Rule, files: list[Path]) -> None:
    assert files, "a rule that looks at nothing passes for nothing"
    breaches = [
        f"{path.relative_to(ROOT)}:{line}: {complaint}"
        for path in files
        for line, complaint in rule(path)
    ]
    if breaches:
        pytest.fail("\n".join([(rule.__doc__ or rule.__name__), *breaches]), pytrace=False)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def lines(path: Path) -> Iterator[tuple[int, str]]:
    return enumerate(path.read_text().splitlines(), start=1)


def code_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not wholly a comment: a comment may name what the code must not do."""
    comment = ("#", "//", "/*", "*", "{#", "<!--")
    return ((number, line) for number, line in lines(path) if not line.strip().startswith(comment))
