"""The scope of the model for reading in a terminal, and as JSON values."""

from __future__ import annotations

from typing import Any

from app.cli.table import printable
from app.kinds.model import model_scope
from app.texts.languages import LANGUAGES, Language
from app.texts.text import Text


def scope_text(language: Language) -> str:
    """Every row of the model's scope as lines under its feature, by kind."""
    model, left_out, source = (
        text.say(language) for text in (Text("Modelled as"), Text("Not modelled"), Text("Source"))
    )
    lines: list[str] = []
    for section in model_scope():
        lines += ["", section.title.say(language)]
        for row in section.rows:
            lines += ["", f"  {row.feature.say(language)}"]
            cells = (
                (model, row.modelled.say(language)),
                (left_out, row.not_modelled.say(language) if row.not_modelled else ""),
                (source, row.source),
            )
            lines += [f"    {label}: {printable(cell)}" for label, cell in cells if cell]
    return "\n".join(lines[1:])


def scope_to_json() -> dict[str, Any]:
    """The model's scope as JSON values, texts in every language."""
    return {
        "scope": [
            {
                "kind": section.kind,
                "feature": _each(row.feature),
                "modelled_as": _each(row.modelled),
                "not_modelled": _each(row.not_modelled) if row.not_modelled else None,
                "source": row.source,
                "parameters": list(row.parameters),
            }
            for section in model_scope()
            for row in section.rows
        ]
    }


def _each(text: Text) -> dict[Language, str]:
    return {language: text.say(language) for language in LANGUAGES}
