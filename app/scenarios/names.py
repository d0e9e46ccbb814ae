"""Names in documents: what an edit refuses is left out, because links open for ever."""

from __future__ import annotations

from app.topology.names import cleaned

Document = dict[str, object]


def with_clean_names(document: Document) -> Document:
    """`document`, unchecked as it is, with clean names of itself, its nodes and in its journal."""
    return {
        **_named(document),
        **{
            key: [_node(one) if key == "nodes" else _entry(one) for one in found]
            for key in ("nodes", "journal")
            if isinstance(found := document.get(key), list)
        },
    }


def _named(value: Document) -> Document:
    name = value.get("name")
    return {**value, "name": cleaned(name)} if isinstance(name, str) else value


def _node(value: object) -> object:
    """Name a node without anything left of its name by its id."""
    if not isinstance(value, dict):
        return value
    node = _named(value)
    if node.get("name") != value.get("name") and not str(node["name"]).strip():
        del node["name"]
    return node


def _entry(value: object) -> object:
    if not isinstance(value, dict) or "action" not in value:
        return value
    return {**value, "action": _edit(value["action"])}


def _edit(value: object) -> object:
    if not isinstance(value, dict):
        return value
    edit = _node(value) if value.get("type") == "add_node" else _named(value)
    if isinstance(edit, dict) and isinstance(parts := edit.get("edits"), list):
        return {**edit, "edits": [_edit(part) for part in parts]}
    return edit
