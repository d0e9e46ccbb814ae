"""Errors of a document or a link, said so that a person can put it right."""

from __future__ import annotations

from app.texts.text import Text

FIELD_LENGTH_MAX = 160


class DocumentError(ValueError):
    """A document that is refused. `field` is the path of what is wrong ("" for all of it)."""

    def __init__(self, field: str, text: Text) -> None:
        # A path holds keys that strangers wrote, and is shown in pages and in one line of a log.
        field = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in field)
        field = field[:FIELD_LENGTH_MAX]
        super().__init__(f"{field}: {text.en}" if field else text.en)
        self.field = field
        self.text = text

    def within(self, prefix: str) -> DocumentError:
        """The same error, for a part found at `prefix` of something larger."""
        joined = f"{prefix}.{self.field}" if self.field else prefix
        return DocumentError(joined, self.text)


class ShareError(ValueError):
    """A share link that is refused; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
