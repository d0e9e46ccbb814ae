"""The palette: everything that can be put on a drawing, and the variants that are folded away."""

from __future__ import annotations

from dataclasses import dataclass

from app.kinds import KINDS
from app.kinds.guides import guide
from app.schema import Kind, Preset
from app.texts.languages import Language
from app.texts.text import Text
from app.topology.canvas import FRAME_SORTS
from app.topology.groups import GROUP_HELP, GROUP_LABELS

CATEGORIES: dict[str, Text] = {
    "traffic": Text("Traffic"),
    "compute": Text("Compute"),
    "data": Text("Data"),
}


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """Something to put on the drawing; `help` is its own and the beginning of its kind's guide."""

    kind: str
    preset: str
    label: str
    help: str
    icon: str


@dataclass(frozen=True, slots=True)
class PaletteGroup:
    """The palette's entries of one category, and those that are folded away, by their kind."""

    category: str
    label: str
    entries: list[PaletteEntry]
    variants: dict[str, list[PaletteEntry]]


def palette(language: Language) -> list[PaletteGroup]:
    """Everything that can be put on a drawing, by category."""
    groups: list[PaletteGroup] = []
    for category, label in CATEGORIES.items():
        kinds = [kind for kind in KINDS if kind.category == category]
        entries = [
            _entry(kind, preset, language)
            for kind in kinds
            for preset in kind.presets
            if not (preset.variant or preset.retired)
        ]
        variants = {
            kind.label.say(language): [
                _entry(kind, preset, language) for preset in kind.presets if preset.variant
            ]
            for kind in kinds
            if any(preset.variant for preset in kind.presets)
        }
        groups.append(PaletteGroup(category, label.say(language), entries, variants))
    return groups


def places(language: Language) -> list[tuple[str, str, str]]:
    """The groups that can be drawn: sort, label and a line about it."""
    return [
        (sort, GROUP_LABELS[sort].say(language), GROUP_HELP[sort].say(language))
        for sort in FRAME_SORTS
    ]


def _entry(kind: Kind, preset: Preset, language: Language) -> PaletteEntry:
    help_text = (preset.help or kind.help).say(language)
    first, *_ = guide(kind.name, language)
    return PaletteEntry(
        kind.name, preset.name, preset.label.say(language), f"{help_text}\n\n{first}", preset.icon
    )
