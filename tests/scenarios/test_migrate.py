"""Migration of old documents, one version at a time; newer ones are refused."""

import pytest

from app.scenarios.errors import DocumentError
from app.scenarios.migrate import STEPS, VERSION, Document, to_current


def second(document: Document) -> Document:
    return {**document, "second": "seen"}


def third(document: Document) -> Document:
    return {**document, "third": f"after {document['second']}"}


@pytest.mark.parametrize(
    "document",
    [{"version": 1}, {"version": 2, "second": "seen"}],
)
def test_every_migration_from_the_version_on_is_applied_in_order(document: Document) -> None:
    expected = {"version": 3, "second": "seen", "third": "after seen"}
    assert to_current(document, (second, third)) == expected


def test_a_migration_leaves_the_given_document_unchanged() -> None:
    document: Document = {"version": 1}
    to_current(document, (second, third))
    assert document == {"version": 1}


def test_a_document_of_the_present_version_needs_no_migration() -> None:
    assert to_current({"version": VERSION, "name": "x"}) == {"version": VERSION, "name": "x"}
    assert len(STEPS) + 1 == VERSION


@pytest.mark.parametrize("version", [VERSION + 1, 10**30])
def test_a_document_of_a_newer_version_is_refused_as_newer(version: int) -> None:
    with pytest.raises(DocumentError, match="newer Loadground"):
        to_current({"version": version})
