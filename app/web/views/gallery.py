"""The gallery: the library's scenarios with pictures and questions, in chapters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from markupsafe import Markup

from app.actions import Crash, CutLink, Silence, Slow
from app.export.drawing_svg import Situation, small_picture
from app.export.static_files import page_colour
from app.kinds import BY_NAME
from app.scenarios import library, questions
from app.scenarios.document import NANOSECONDS, Scenario
from app.texts.languages import ENGLISH, Language
from app.texts.text import Text, joined, plural

_NODES = plural("{count} node", "{count} nodes")
_LINKS = plural("{count} link", "{count} links")
_QUIET = Text("Nothing happens by itself.")
_SCRIPTED = Text("The script begins at {first} s and ends at {last} s.")


@dataclass(frozen=True, slots=True)
class CardView:
    """A scenario in the gallery; `number` is its place in the notes, 0 for an experiment."""

    name: str
    number: int
    title: str
    question: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter with the scenarios that a search left in it, of `total`."""

    name: Literal["notes", "experiments"]
    total: int
    cards: list[CardView]


@dataclass(frozen=True, slots=True)
class ChosenView:
    """The scenario that is chosen: its question, facts, and the answer."""

    name: str
    number: int
    title: str
    question: str
    about: str
    facts: str
    answer: str


def chapters(language: Language, words: str = "") -> list[ChapterView]:
    """The chapters; with `words`, only the scenarios that have all of them."""
    wanted = words.lower().split()
    parts: tuple[tuple[Literal["notes", "experiments"], tuple[str, ...]], ...] = (
        ("notes", questions.NOTES),
        ("experiments", questions.experiments()),
    )
    return [
        ChapterView(
            part,
            len(names),
            [_card(name, language) for name in names if _has(name, language, wanted)],
        )
        for part, names in parts
    ]


def chosen(name: str, language: Language) -> ChosenView:
    """Return the foot of the gallery, about one scenario. Raises KeyError for an unknown name."""
    scenario = library.load(name)
    return ChosenView(
        name,
        _number(name),
        library.title(name).say(language),
        questions.question(name).say(language),
        library.about(name).say(language),
        _facts(scenario).say(language),
        questions.answer(name).say(language),
    )


def _card(name: str, language: Language) -> CardView:
    return CardView(
        name,
        _number(name),
        library.title(name).say(language),
        questions.question(name).say(language),
        _picture(name),
    )


def _number(name: str) -> int:
    return questions.NOTES.index(name) + 1 if name in questions.NOTES else 0


def _has(name: str, language: Language, words: list[str]) -> bool:
    """Return whether a scenario has all words in its texts, or in the names of its kinds."""
    texts = [library.title(name), library.about(name), questions.question(name)]
    texts += [questions.answer(name)]
    kinds = {node.kind for node in library.load(name).topology.nodes}
    texts += [BY_NAME[kind].label for kind in kinds]
    said = " ".join(text.say(one) for text in texts for one in {language, ENGLISH}).lower()
    return all(word in said for word in words)


@cache
def _picture(name: str) -> Markup:
    """A scenario's drawing in the page's own colours, with what its script breaks first."""
    scenario = library.load(name)
    # Built of elements, whose texts are escaped when it is written.
    return Markup(small_picture(scenario.topology, page_colour, _first_fault(scenario)).markup())


def _first_fault(scenario: Scenario) -> Situation:
    for timed in scenario.journal:
        action = timed.action
        if isinstance(action, Crash | Silence | Slow):
            group = action.group
            if group is not None:
                members = scenario.topology.in_group(group.sort, group.name)
                return Situation(frozenset(node.id for node in members))
            return Situation(frozenset({action.node or ""}))
        if isinstance(action, CutLink) and action.link:
            return Situation(links=frozenset({action.link}))
    return Situation()


def _facts(scenario: Scenario) -> Text:
    topology, journal = scenario.topology, scenario.journal
    sizes = joined(
        _NODES.given(count=len(topology.nodes)), _LINKS.given(count=len(topology.links)), by=", "
    )
    if not journal:
        return joined(sizes, _QUIET, by=". ")
    first, last = (round(one.at_ns / NANOSECONDS, 1) for one in (journal[0], journal[-1]))
    return joined(sizes, _SCRIPTED.given(first=first, last=last), by=". ")
