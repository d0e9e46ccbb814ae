"""The documents name files and folders that exist, and link to pages that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = re.compile(r"`((?:app|static|templates|tests|docs)/[\w./-]+)`")
LINKED = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_named_in_documents_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [name for name in NAMED.findall(text) if not (ROOT / name).exists()]
    missing += [link for link in LINKED.findall(text) if not (document.parent / link).exists()]
    assert not missing


def test_the_search_finds_names_and_links() -> None:
    text = "`app/kinds/cache/spec.py`, `tests/gates/`, [map](docs/map.md), [x](https://example.org)"
    assert NAMED.findall(text) == ["app/kinds/cache/spec.py", "tests/gates/"]
    assert LINKED.findall(text) == ["docs/map.md"]
