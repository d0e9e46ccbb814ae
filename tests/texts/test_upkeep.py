"""Catalogues follow the sources, and whatever is wrong with one is found."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from app.texts.extraction import NotLiteral, extracted
from app.texts.languages import catalogue_file, languages_in
from app.texts.upkeep import faults, update_all, updated

SOURCE = """
from app.texts.text import Text, plural

NAME = Text("Name")
TIMED = Text("Name", context="of a run")
HERE = Text("There is no node “{node}”.", node="x")
ROWS = plural("{count} row", "{count} rows", count=2)
PIECES = Text(
    "This is a sentence that is too long for one line of a source file and so it is written in "
    "two pieces."
)
NOTHING = Text("")
"""
LONG = (
    "This is a sentence that is too long for one line of a source file and so it is written in "
    "two pieces."
)
HEADER = """# Korean. How to write it: docs/adding-a-language.md
msgid ""
msgstr ""
"Language: ko\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
WHOLE = f"""{HEADER}
msgid "Name"
msgstr "이름"

msgctxt "of a run"
msgid "Name"
msgstr "제목"

#, python-brace-format
msgid "There is no node “{{node}}”."
msgstr "“{{node}}” 노드가 없습니다."

msgid "{LONG}"
msgstr "두 조각으로 쓴 문장입니다."

#, python-brace-format
msgid "{{count}} row"
msgid_plural "{{count}} rows"
msgstr[0] "{{count}}행"
"""


@pytest.fixture
def messages(tmp_path: Path) -> Catalog:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "names.py").write_text(SOURCE, "utf-8")
    return extracted(tmp_path / "app")


def found(text: str, messages: Catalog) -> list[str]:
    return list(faults(text, "ko", messages))


def test_messages_are_the_literals_of_texts(messages: Catalog) -> None:
    ids = {(message.id, message.context) for message in messages if message.id}
    assert ids == {
        ("Name", None),
        ("Name", "of a run"),
        ("There is no node “{node}”.", None),
        (("{count} row", "{count} rows"), None),
        (LONG, None),
    }


@pytest.mark.parametrize(
    "source",
    [
        'Text(f"{name} is down")',
        'Text("a" + name)',
        'Text("a", "나")',
        "plural(one, many)",
        "Text()",
    ],
)
def test_a_message_that_nobody_could_translate_is_refused(tmp_path: Path, source: str) -> None:
    (tmp_path / "bad.py").write_text(f"x = {source}\n")
    with pytest.raises(NotLiteral, match="line 1: "):
        extracted(tmp_path)


def test_a_whole_catalogue_has_no_faults(messages: Catalog) -> None:
    assert found(WHOLE, messages) == []
    assert updated(WHOLE, "ko", messages) == WHOLE


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('msgstr "이름"', 'msgstr ""', "missing: 'Name'"),
        ('msgid "Name"\nmsgstr "이름"\n\n', "", "missing: 'Name'"),
        ('msgstr[0] "{count}행"', 'msgstr[0] ""', "missing: '{count} row'"),
        ('msgid "Name"\nmsgstr "이', '#, fuzzy\nmsgid "Name"\nmsgstr "이', "fuzzy: 'Name'"),
        (
            'msgid "Name"\nmsgstr "이',
            'msgid "Nome"\nmsgstr "이',
            "no longer in the sources: 'Nome'",
        ),
        ("“{node}” 노드", "“{name}” 노드", "other placeholders: 'There is no node"),
        ("“{node}” 노드", "노드", "other placeholders: 'There is no node"),
        ('"제목"', '"제목 "', "other spaces at its ends: 'Name' (context 'of a run')"),
        (
            'msgstr "이름"',
            'msgstr "이름"\n\nmsgid "Name"\nmsgstr "명칭"',
            "is not in its normal form",
        ),
        ('msgstr "이름"', '<<<<<<< HEAD\nmsgstr "이름"', "cannot be read"),
        ("<<<", "<<<", ""),
    ],
)
def test_every_fault_is_found(messages: Catalog, before: str, after: str, fault: str) -> None:
    said = found(WHOLE.replace(before, after), messages)
    assert any(one.startswith(fault) for one in said) or not fault, said
    assert bool(said) == bool(fault)


def test_two_branches_that_add_at_one_place_are_put_in_order(messages: Catalog) -> None:
    name = 'msgid "Name"\nmsgstr "이름"\n\n'
    merged = WHOLE.replace(name, "") + "\n" + name.strip() + "\n"
    assert found(merged, messages) == [
        "is not in its normal form (twice the same, unsorted, wrapped): run `make texts`"
    ]
    assert updated(merged, "ko", messages) == WHOLE


def test_a_changed_message_keeps_its_translation_as_a_proposal(messages: Catalog) -> None:
    text = updated(WHOLE.replace("one line of a source file", "one line"), "ko", messages)
    assert "fuzzy: 'This is a sentence" in "\n".join(found(text, messages))
    assert "두 조각으로 쓴 문장입니다." in text


def test_a_language_starts_with_every_message(tmp_path: Path, messages: Catalog) -> None:
    update_all(messages, tmp_path, also=("pl",))
    assert languages_in(tmp_path) == ("en", "pl")
    text = catalogue_file("pl", tmp_path).read_text("utf-8")
    assert "nplurals=3" in text
    assert text.count("msgid ") == 1 + sum(bool(message.id) for message in messages)
