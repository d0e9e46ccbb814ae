"""A further language is one file: the commands, the page and its scripts have it at once."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from babel.messages.pofile import read_po

from app.texts.extraction import extracted
from app.texts.languages import catalogue_file, languages_in
from app.texts.upkeep import faults_of_all, update_all, written
from tests.support.programs.process import ROOT, serving
from tests.web.conftest import OPENS


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with a Polish catalogue in which every message stands in «quotes»."""
    folder = tmp_path_factory.mktemp("home")
    for part in ("app", "templates", "static"):
        shutil.copytree(
            ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "pl")
        )
    messages, locale = extracted(ROOT / "app"), folder / "app" / "locale"
    update_all(messages, locale, also=("pl",))
    file = catalogue_file("pl", locale)
    with file.open("rb") as text:
        catalog = read_po(text, locale="pl")
    for message in catalog:
        if isinstance(message.id, tuple):
            one, many = message.id
            message.string = (f"«{one}»", f"«2 {many}»", f"«5 {many}»")
        elif message.id:
            message.string = f"«{message.id}»"
    file.write_text(written(catalog, "pl"), "utf-8")
    assert faults_of_all(messages, locale) == []
    assert languages_in(locale) == ("en", "ko", "pl")
    return folder


def test_commands_speak_it(home: Path) -> None:
    kinds = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "app", "kinds", "--lang", "pl"],
        cwd=home,
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert "«Load balancer»" in kinds
    assert "2\N{NO-BREAK SPACE}«2 cores»" in kinds


def test_the_page_and_its_scripts_speak_it(home: Path, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "sessions.db", home) as (_, address),
        httpx.Client(base_url=address, timeout=60, follow_redirects=True) as client,
    ):
        english = client.get("/", headers=OPENS).text
        assert 'data-set-language="pl" aria-label="PL (polski)"' in english
        assert 'data-set-language="ko"' in english
        polish = client.get("/", params={"lang": "pl"}, headers=OPENS).text
        assert '<html lang="pl"' in polish
        assert "«Components»" in polish
        boot = re.search(r'id="boot">(.*?)</script>', polish, re.DOTALL)
        assert boot
        strings = json.loads(boot[1])["strings"]
        assert strings["js.paused"] == "«Paused»"
        assert strings["js.toast.deleted_many"] == {
            "one": "«{count} item deleted»",
            "few": "«2 {count} items deleted»",
            "many": "«5 {count} items deleted»",
            "other": "«5 {count} items deleted»",
        }
        assert "«There is nothing at this address.»" in client.get("/x", params={"lang": "pl"}).text
