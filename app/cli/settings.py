"""The settings of this process as text, with the source of each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from app.cli.table import table
from app.schema import plain
from app.settings import FILE_VARIABLE, Loaded, Settings, about, settings_file, variable_of
from app.texts.languages import Language
from app.texts.text import Text


def settings_table(loaded: Loaded, language: Language = "en") -> str:
    """One line per setting: variable, value, source, description."""
    rows = [
        (
            variable_of(name),
            _text(_value(loaded.settings, name)),
            loaded.sources[name],
            about(name).say(language),
        )
        for name in Settings.model_fields
    ]
    of_file = Text("File to read settings from.").say(language)
    return table([*rows, (FILE_VARIABLE, str(settings_file()), "", of_file)])


def settings_to_json(loaded: Loaded) -> dict[str, Any]:
    """Every setting by the name of its field, with variable, value and source."""
    return {
        "file": str(settings_file()),
        "settings": {
            name: {
                "variable": variable_of(name),
                "value": _value(loaded.settings, name),
                "source": loaded.sources[name],
                "description": about(name).en,
            }
            for name in Settings.model_fields
        },
    }


def settings_markdown() -> str:
    """The table of `docs/settings.md`: variable, key in the file, default, allowed, description."""
    properties = Settings.model_json_schema(by_alias=False)["properties"]
    lines = ["| variable | key | default | allowed | |", "| --- | --- | --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "the user's" if field.default_factory else _text(field.default) or "(empty)"
        lines.append(
            f"| `{variable_of(name)}` | `{name}` | {default} | {_allowed(properties[name])} "
            f"| {about(name).en} |"
        )
    return "\n".join(lines)


def _value(settings: Settings, name: str) -> Any:
    """A setting as a JSON value. The password of a database stays out of it."""
    value = getattr(settings, name)
    if name == "database_url":
        return _without_password(value)
    if isinstance(value, Path):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list | tuple):
        return ",".join(value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _without_password(url: str) -> str:
    shown = re.sub(r"(://[^/@:]*):[^/@]*@", r"\1:***@", url)
    return re.sub(r"(?i)(passw\w*=)[^&]*", r"\1***", shown)


def _allowed(schema: dict[str, Any]) -> str:
    """The range of a number, or the sort of value."""
    if schema["type"] == "boolean":
        return "0 or 1"
    if schema["type"] not in ("integer", "number"):
        return "list" if schema["type"] == "array" else str(schema.get("format", "text"))
    low = schema.get("minimum", "more than 0")
    return f"{low} to {plain(schema['maximum'])}"
