"""Refusals of edits, said so that a person can put it right."""

from __future__ import annotations

from app.kinds import targets_of
from app.schema import Kind
from app.texts.text import Text, plural
from app.topology.model import LINKS_MAX, NODES_MAX, PEERINGS_MAX


class EditError(ValueError):
    """An edit that cannot be applied. `field` names what is wrong, `text` says why."""

    def __init__(self, field: str, text: Text) -> None:
        super().__init__(f"{field}: {text.en}")
        self.field = field
        self.text = text


def cannot_link(kind: Kind) -> Text:
    """The reason why a link from a node of a kind cannot lead to something."""
    label, names = kind.label, [other.label for other in targets_of(kind)]
    if not names:
        return Text("{source} sends nothing on; draw the link towards it.", source=label)
    return Text("{source} links to: {kinds}.", source=label, kinds=names)


def too_many_nodes() -> EditError:
    """The refusal of one node more than a drawing holds."""
    return EditError(
        "nodes",
        plural(
            "A drawing holds at most {count} node.",
            "A drawing holds at most {count} nodes.",
            count=NODES_MAX,
        ),
    )


def too_many_links() -> EditError:
    """The refusal of one link more than a drawing holds."""
    return EditError(
        "links",
        plural(
            "A drawing holds at most {count} link.",
            "A drawing holds at most {count} links.",
            count=LINKS_MAX,
        ),
    )


def too_many_peerings() -> EditError:
    """The refusal of one peering more than a drawing holds."""
    return EditError(
        "networks",
        plural(
            "A drawing holds at most {count} peering.",
            "A drawing holds at most {count} peerings.",
            count=PEERINGS_MAX,
        ),
    )
