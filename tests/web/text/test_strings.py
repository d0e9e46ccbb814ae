"""Every text that a template or a script asks for exists, and no text is left over."""

import re
from pathlib import Path

import pytest

from app.kinds import KINDS
from app.schema import Kind
from app.texts.languages import Language
from app.web.text.strings import STRINGS

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))

# Keys put together while running: everything that begins so counts as used.
MADE_UP = (
    "group.",
    "help.",
    "key.",
    "tabs.",
    "gallery.about.",
    "journey.",
    "ledger.",
    "requests.",
    "gallery.chapter.",
    "js.state.",
    "js.role.",
    "js.link.",
    "js.problem.",
    "js.failure.",
    "js.cut.",
    "js.toast.fault.",
    "js.ledger.",
    "js.replication.",
    "js.breach.",
    "js.command.",
    "js.engine_failed.",
    "recover.",
    "chart.",
    "js.series.",
    "targets.",
    "js.targets.",
    "api.in.",
)


def asked_by_templates() -> set[str]:
    pattern = re.compile(r"""\bt\((["'])([A-Za-z0-9_.]+)\1\s*[,)]""")
    return {found[2] for path in TEMPLATES for found in pattern.finditer(path.read_text())}


def asked_by_scripts() -> set[str]:
    """Texts that scripts name: every literal that is a known key, and the argument of every t()."""
    called = re.compile(r"""\bt\((?:[^()"'`]*\? )?["']([A-Za-z0-9_.]+)["']""")
    literal = re.compile(r"""["']([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)["']""")
    keys = set()
    for path in SCRIPTS:
        text = path.read_text()
        keys |= {f"js.{found[1]}" for found in called.finditer(text)}
        keys |= {f"js.{found[1]}" for found in literal.finditer(text)} & STRINGS.keys()
    return keys


def test_the_search_for_text_keys_finds_many() -> None:
    assert len(asked_by_templates()) > 80
    assert len(asked_by_scripts()) > 50


def test_every_text_that_is_asked_for_exists() -> None:
    asked = {key for key in asked_by_templates() | asked_by_scripts() if not key.endswith(".")}
    assert asked - STRINGS.keys() == set()


def test_no_text_is_left_over() -> None:
    used = asked_by_templates() | asked_by_scripts()
    unused = {key for key in STRINGS if key not in used and not key.startswith(MADE_UP)}
    assert unused == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_group_of_parameters_has_a_heading(kind: Kind) -> None:
    groups = {parameter.group for parameter in kind.parameters}
    assert {f"group.{group}" for group in groups} - STRINGS.keys() == set()


@pytest.mark.parametrize("key", sorted(STRINGS))
def test_both_languages_fill_in_the_same_values(key: str) -> None:
    def values(language: Language) -> set[str]:
        forms = STRINGS[key].forms(language)
        every = [forms] if isinstance(forms, str) else list(forms.values())
        assert all(every), key
        return {name for form in every for name in re.findall(r"\{(\w+)\}", form)}

    assert values("en") == values("ko")


def test_scripts_give_a_count_to_every_counted_text() -> None:
    call = re.compile(r"""\bt\("([a-z0-9_.]+)"(?:,\s*(\{[^}]*\}))?""")
    for path in SCRIPTS:
        for key, values in call.findall(path.read_text()):
            text = STRINGS.get(f"js.{key}")
            if text and text.other:
                assert re.search(r"\bcount\b", values), f"{path.name}: {key}"


def test_templates_print_nothing_unescaped_and_carry_no_code_or_style() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        assert not re.search(r"\|\s*safe\b", text), path
        assert not re.search(r"\sstyle\s*=", text), path
        assert not re.search(r"\son[a-z]+\s*=", text), path
        scripts = re.findall(r"<script\b[^>]*>", text)
        assert all("src=" in tag or "application/json" in tag for tag in scripts), path


def test_scripts_never_make_html_from_text() -> None:
    for path in SCRIPTS:
        text = path.read_text()
        sinks = ("innerHTML =", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
        for sink in sinks:
            assert sink not in text, f"{path.name}: {sink}"
