"""A scenario's drawing as a picture, as Mermaid text or as its document."""

from __future__ import annotations

import json
from typing import Literal, get_args

from app.export.drawing_svg import Situation, whole_drawing
from app.export.mermaid import mermaid
from app.export.static_files import Theme, theme_colours
from app.scenarios.document import Scenario, scenario_to_json
from app.texts.languages import Language

Format = Literal["svg", "mermaid", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)


def exported(scenario: Scenario, form: Format, theme: Theme, language: Language) -> str:
    """Return a scenario in a format, ending in a line end."""
    if form == "svg":
        colours = theme_colours(theme)
        sheet = whole_drawing(scenario.topology, scenario.name, colours, language, Situation())
        return sheet.markup() + "\n"
    if form == "mermaid":
        return mermaid(scenario.topology, language)
    return json.dumps(scenario_to_json(scenario), ensure_ascii=False, indent=2) + "\n"
