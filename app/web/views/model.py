"""The page about the model: its scope as tables, and each kind's guide."""

from __future__ import annotations

from dataclasses import dataclass

from app.kinds import BY_NAME
from app.kinds.guides import guide
from app.kinds.model import ScopeSection, model_scope
from app.texts.languages import Language


@dataclass(frozen=True, slots=True)
class ScopeRowView:
    """One row of a table: texts in the reader's language, "" where there is nothing to say."""

    feature: str
    modelled: str
    not_modelled: str
    source: str
    settings: str


@dataclass(frozen=True, slots=True)
class ScopeSectionView:
    """One kind: an anchor for links, its title, its guide in paragraphs, and its table."""

    anchor: str
    title: str
    guide: tuple[str, ...]
    rows: list[ScopeRowView]


def scope_sections(language: Language) -> list[ScopeSectionView]:
    """The whole scope for a reader."""
    return [_section(section, language) for section in model_scope()]


def _section(section: ScopeSection, language: Language) -> ScopeSectionView:
    kind = BY_NAME.get(section.kind)
    labels = {one.name: one.label for one in kind.parameters} if kind else {}
    return ScopeSectionView(
        anchor=section.kind or "general",
        title=section.title.say(language),
        guide=guide(section.kind, language) if kind else (),
        rows=[
            ScopeRowView(
                row.feature.say(language),
                row.modelled.say(language),
                row.not_modelled.say(language) if row.not_modelled else "",
                row.source,
                ", ".join(labels[name].say(language) for name in row.parameters if name in labels),
            )
            for row in section.rows
        ],
    )
