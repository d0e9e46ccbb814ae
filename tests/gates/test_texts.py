"""Every text has its translation in every language."""

from pathlib import Path

from app.texts.extraction import extracted
from app.texts.upkeep import faults_of_all

APP = Path(__file__).parents[2] / "app"


MESSAGES = extracted(APP)


def test_a_count_has_forms_for_one_and_for_many() -> None:
    uncounted = [one.id for one in MESSAGES if isinstance(one.id, str) and "{count}" in one.id]
    assert uncounted == []


def test_every_text_is_translated() -> None:
    assert faults_of_all(MESSAGES) == []
