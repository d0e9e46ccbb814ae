"""The OpenAPI 3.1 description of the application, in each language of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.actions import action_json_schema
from app.scenarios.json_schema import document_schema, with_parameters
from app.texts.catalogue import translated
from app.texts.languages import Language
from app.texts.text import Text
from app.web.models.answers import Problem, refusals

Description = dict[str, Any]

COMPONENTS, DEFINITIONS = "#/components/schemas/", "#/$defs/"
ABOUT = Text(
    "Draw a system, load it, break it, and watch. A session is a drawing with a live run: open one "
    "by a scenario, a link or a document, act on it, and follow its event stream. Programs send "
    "JSON or forms; what a page needs comes as HTML. Refusals name the fields they are about, in "
    "the language that is asked for."
)
SAFE_METHODS = {"get", "head"}
DONE = Text("Done.")
TAGS = {
    "run": Text("Act on a session's drawing and run, and follow it."),
    "documents": Text("Designs in and out: documents and share links."),
    "page": Text("Pages and panels of the browser, as HTML."),
    "server": Text("State and description of the server."),
}


class Descriptions:
    """The description of one application, made once for each language."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._made: dict[Language, Description] = {}

    def get(self, language: Language) -> Description:
        """The description in a language; the technical names in it are English in all."""
        if language not in self._made:
            self._made[language] = _described(self._app, language)
        return self._made[language]


def _described(app: FastAPI, language: Language) -> Description:
    found = get_openapi(
        title="Loadground",
        version=_version(),
        openapi_version="3.1.0",
        description=ABOUT.en,
        routes=app.routes,
        tags=[{"name": name, "description": text.en} for name, text in TAGS.items()],
    )
    components: dict[str, Any] = found["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    for method, operation in _operations(found):
        answers = operation["responses"]
        # Some refusals come before any route: of another host, and of what another site sends.
        everywhere = refusals(421) if method in SAFE_METHODS else refusals(403, 421)
        answers.update({str(status): answer for status, answer in everywhere.items()})
        # FastAPI adds its own shape of 422 where nothing else is declared; here nothing answers it.
        if "HTTPValidationError" in str(answers.get("422")):
            del answers["422"]
        for answer in answers.values():
            if answer.get("description") == "Successful Response":
                answer["description"] = DONE.en
    _translate(found, language)
    actions = with_parameters(action_json_schema(), language)["$defs"]
    components.update({name: _moved(shape, _same) for name, shape in actions.items()})
    document = _moved(document_schema(language), _of_document)
    del document["$id"], document["$schema"]
    shapes = document.pop("$defs")
    components.update({_of_document(name): shape for name, shape in shapes.items()})
    components["Document"] = document
    problem = Problem.model_json_schema(ref_template=COMPONENTS + "{model}")
    components.update(problem.pop("$defs"))
    components["Problem"] = problem
    return found


def _operations(description: Description) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in description["paths"].values():
        yield from path.items()


def _translate(value: object, language: Language) -> None:
    """Say every summary and description in a language, where the catalogue has it."""
    if isinstance(value, list):
        for one in value:
            _translate(one, language)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in ("summary", "description") and isinstance(one, str):
                value[key] = translated(one, "", language)
            else:
                _translate(one, language)


def _same(name: str) -> str:
    return name


def _of_document(name: str) -> str:
    """The component of a document's definition: its actions differ, its parameters do not."""
    return name if name.endswith("Parameters") else f"Document{name}"


def _moved(value: Any, rename: Callable[[str], str]) -> Any:
    """A copy of a schema whose references lead to the components."""
    if isinstance(value, str) and value.startswith(DEFINITIONS):
        name, slash, rest = value.removeprefix(DEFINITIONS).partition("/")
        return f"{COMPONENTS}{rename(name)}{slash}{rest}"
    if isinstance(value, list):
        return [_moved(one, rename) for one in value]
    if isinstance(value, dict):
        return {key: _moved(one, rename) for key, one in value.items()}
    return value


def _version() -> str:
    try:
        return version("loadground")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"
