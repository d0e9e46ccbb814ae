"""The table of the model's scope: complete, and shown on the page and in the terminal."""

import json

import pytest

from app.cli import main
from app.kinds import KINDS
from app.kinds.guides import guide
from app.kinds.model import model_scope
from app.schema import LINK_PARAMETERS, Kind
from app.texts.languages import LANGUAGES


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_parameter_of_a_kind_is_in_exactly_one_row(kind: Kind) -> None:
    (section,) = (one for one in model_scope() if one.kind == kind.name)
    named = sorted(name for row in section.rows for name in row.parameters)
    assert named == sorted(parameter.name for parameter in kind.parameters)


def test_every_parameter_of_a_link_is_in_a_row() -> None:
    rows = model_scope()[-1].rows
    assert sorted(name for row in rows for name in row.parameters) == sorted(
        parameter.name for parameter in LINK_PARAMETERS
    )


def test_a_language_without_a_guide_gets_the_english_one() -> None:
    assert guide("cache", "xx") == guide("cache", "en")
    assert guide("cache", "ko") != guide("cache", "en")


def test_the_terminal_has_the_whole_table(capsys: pytest.CaptureFixture[str]) -> None:
    def never(_: object) -> None:
        raise AssertionError("nothing is served")

    for language in LANGUAGES:
        assert main(["model", "--lang", language], serve=never) == 0
        text = capsys.readouterr().out
        for section in model_scope():
            for row in section.rows:
                assert row.modelled.say(language) in text
    assert main(["model", "--json"], serve=never) == 0
    rows = json.loads(capsys.readouterr().out)["scope"]
    assert len(rows) == sum(len(section.rows) for section in model_scope())
