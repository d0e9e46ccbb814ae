"""The reference of the addresses as a page shows it, read from the OpenAPI description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.web.openapi.description import COMPONENTS, Description

_TOO_MANY = 40
"""Names of choices that are listed; of more only the first."""


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter or field: its name, its type in words, and the shape that the type names."""

    name: str
    type: str
    shape: str
    required: bool
    description: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A body that is taken or answered: media type, type in words, examples as JSON."""

    media: str
    type: str
    shape: str
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: status, meaning, bodies."""

    status: str
    description: str
    bodies: list[Body]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method at a path."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Value]
    bodies: list[Body]
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Group:
    """Operations that belong together."""

    name: str
    description: str
    operations: list[Operation]


@dataclass(frozen=True, slots=True)
class Shape:
    """A named shape: its fields, or the type that it stands for."""

    name: str
    description: str
    type: str
    shape: str
    fields: list[Value]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole page."""

    title: str
    version: str
    description: str
    groups: list[Group]
    shapes: list[Shape]


def reference(description: Description) -> Reference:
    """The description as operations by group, and every shape that they name."""
    found = [
        (operation["tags"][0], _operation(path, method, operation))
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return Reference(
        title=description["info"]["title"],
        version=description["info"]["version"],
        description=description["info"]["description"],
        groups=[
            Group(
                tag["name"],
                tag["description"],
                [operation for name, operation in found if name == tag["name"]],
            )
            for tag in description["tags"]
        ],
        shapes=[
            _shape(name, schema)
            for name, schema in sorted(description["components"]["schemas"].items())
        ],
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=[
            _value(one["name"], one["schema"], one.get("required", False), one["in"])
            for one in operation.get("parameters", [])
        ],
        bodies=_bodies(operation.get("requestBody", {})),
        answers=[
            Answer(status, answer["description"], _bodies(answer))
            for status, answer in sorted(operation["responses"].items())
        ],
    )


def _bodies(holder: dict[str, Any]) -> list[Body]:
    return [
        Body(media, *_type(content.get("schema", {})), list(_examples(content)))
        for media, content in holder.get("content", {}).items()
    ]


def _examples(content: dict[str, Any]) -> Iterator[str]:
    for example in content.get("examples", {}).values():
        yield json.dumps(example["value"], ensure_ascii=False)


def _shape(name: str, schema: dict[str, Any]) -> Shape:
    required = schema.get("required", [])
    words, shape = _type({**schema, "description": ""})
    return Shape(
        name,
        schema.get("description", ""),
        "" if "properties" in schema else words,
        shape,
        [
            _value(field_name, one, field_name in required)
            for field_name, one in schema.get("properties", {}).items()
        ],
    )


def _value(name: str, schema: dict[str, Any], required: bool, where: str = "") -> Value:
    words, shape = _type(schema)
    return Value(name, words, shape, required, schema.get("description", ""), where)


def _type(schema: dict[str, Any]) -> tuple[str, str]:
    """A schema in words, and the name of the one shape that it refers to ("" for none)."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(COMPONENTS).partition("/")[0]
        return name, name
    if "const" in schema:
        return json.dumps(schema["const"]), ""
    if "enum" in schema:
        shown = [json.dumps(one) for one in schema["enum"][:_TOO_MANY]]
        return " | ".join(shown), ""
    for union in ("oneOf", "anyOf"):
        if union in schema and schema.get("type") != "object":
            parts = [_type(one) for one in schema[union]]
            shapes = {shape for _, shape in parts if shape}
            return " | ".join(words for words, _ in parts), shapes.pop() if len(shapes) == 1 else ""
    kind = schema.get("type", "any")
    if kind == "array":
        words, shape = _type(schema.get("items", {}))
        return f"[{words}]", shape
    words = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} {limits}" if (limits := _limits(schema)) else words, ""


def _limits(schema: dict[str, Any]) -> str:
    """The range of a number or of a length."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum")
    if low is not None or high is not None:
        more = ">" if "exclusiveMinimum" in schema else "≥"
        parts = [f"{more} {low:g}"] if low is not None else []
        return " ".join([*parts, *([f"≤ {high:g}"] if high is not None else [])])
    if "maxLength" in schema:
        return f"(≤ {schema['maxLength']:,})"
    return ""
