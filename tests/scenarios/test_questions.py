"""Chapters of the library: every scenario is in one, asks a question and answers it."""

import re

import pytest

from app.scenarios import library, questions
from app.texts.languages import LANGUAGES

ENDS = re.compile(r"[.?](?= |$)")


def test_every_scenario_is_in_one_chapter() -> None:
    both = [*questions.NOTES, *questions.experiments()]
    assert sorted(both) == sorted(library.names())
    assert len(questions.NOTES) == 14


@pytest.mark.parametrize("name", library.names())
def test_a_question_and_its_answer_have_two_sentences_in_every_language(name: str) -> None:
    asked, answered = questions.question(name), questions.answer(name)
    for language in LANGUAGES:
        assert len(ENDS.findall(asked.say(language))) == 2
        assert asked.say(language).endswith("?")
    assert len(ENDS.findall(answered.en)) == 2
    assert answered.say("ko") != answered.en


def test_asking_for_an_unknown_scenario_is_an_error() -> None:
    for ask in (questions.question, questions.answer):
        with pytest.raises(KeyError):
            ask("nothing")
