"""Vendored code: byte for byte as published, with its licence."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "static/vendor", ROOT / "tests/browser/vendor"]
# What may be shipped beside MIT code; a copyleft library would be a decision, not an update.
LICENCES = {"static": {"0BSD", "MIT"}, "tests": {"0BSD", "MIT", "MPL-2.0"}}

each_folder = pytest.mark.parametrize(
    "folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT))
)


def vendored(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"SHA256SUMS", "LICENSES"}


def sums(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def declared_licences(folder: Path) -> dict[str, tuple[str, str]]:
    """File name -> (package and version, licence), from the table that opens the licence page."""
    rows = [
        line.split(" | ")
        for line in (folder / "LICENSES").read_text().splitlines()
        if line.count(" | ") == 2
    ]
    return {name: (package, licence) for name, package, licence in rows}


@each_folder
def test_files_are_byte_for_byte_what_was_reviewed(folder: Path) -> None:
    on_disk = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in vendored(folder) | {"LICENSES"}
    }
    assert on_disk == sums(folder)


@each_folder
def test_every_file_has_an_acceptable_licence(folder: Path) -> None:
    declared = declared_licences(folder)
    assert declared.keys() == vendored(folder)
    acceptable = LICENCES[folder.relative_to(ROOT).parts[0]]
    assert {licence for _, licence in declared.values()} <= acceptable


@each_folder
def test_the_licence_text_of_every_package_is_there(folder: Path) -> None:
    headings = set((folder / "LICENSES").read_text().splitlines())
    packages = {package.split()[0] for package, _ in declared_licences(folder).values()}
    assert packages <= headings


@each_folder
def test_the_version_of_a_vendored_file_is_in_its_name(folder: Path) -> None:
    # The name is the cache key in people's browsers: a new version must be a new address.
    for name, (package, _) in declared_licences(folder).items():
        assert f"-{package.split()[1]}." in name
