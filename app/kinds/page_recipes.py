"""Needs of a page, and their cost in round trips and work for each family of stores.

Mean works are of the order of domain.md A6: an indexed read takes 2 ms and a join of two tables
5 ms, so a join counts as two and a half reads; the other constants are choices.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.schema import NO_UNIT, TIMES, Choice, Parameter, UnknownChoiceError, Value, case_of
from app.texts.text import Text

JOIN_READS = 2.5
"""A join of two tables, in reads."""
INDEX_MS = 0.1
"""A relational database looks one edge up in an index."""
ROW_MS = 0.001
"""Any store reads one row of many in a row."""
SCAN_ROWS = {"key_value": 1000, "wide_column": 5000}
"""Rows that come with one round trip of a scan (5,000: Cassandra's fetch size); else all."""

_REFERS = ("page", ("entity_and_references",))
_WALKS = ("page", ("three_hop_traversal",))


def page_parameters() -> tuple[Parameter, ...]:
    """Return the parameters of the pages of a web server."""
    return (
        Parameter(
            "page",
            Text("A page needs"),
            NO_UNIT,
            "one_entity",
            Text(
                "What a read asks of the data; each family of stores pays its own round trips and "
                "work. With parallel replies it is one entity."
            ),
            choices=(
                Choice("one_entity", Text("One entity")),
                Choice("entity_and_references", Text("Entity and references")),
                Choice("three_hop_traversal", Text("Three hops")),
                Choice("full_scan", Text("Full scan")),
            ),
            group="page",
        ),
        *_of_references(),
        *_of_edges_and_rows(),
    )


def _of_references() -> tuple[Parameter, ...]:
    return (
        Parameter(
            "references",
            Text("References"),
            TIMES,
            20,
            Text("Things that an entity refers to: a user's posts, for example."),
            1,
            1000,
            1,
            whole=True,
            when=(_REFERS,),
            group="page",
        ),
        Parameter(
            "references_kept",
            Text("References are kept"),
            NO_UNIT,
            "apart",
            Text(
                "With the entity, documents and partitions answer at once; apart, the application "
                "fetches them. It makes no difference to the others."
            ),
            choices=(
                Choice("apart", Text("Apart")),
                Choice("embedded", Text("With the entity")),
            ),
            when=(_REFERS,),
            group="page",
        ),
    )


def _of_edges_and_rows() -> tuple[Parameter, ...]:
    return (
        Parameter(
            "fan_out",
            Text("Fan-out"),
            TIMES,
            10,
            Text("Edges that lead on from each: with 10, three hops touch 10 + 100 + 1,000."),
            1,
            50,
            1,
            whole=True,
            when=(_WALKS,),
            group="page",
        ),
        Parameter(
            "scan_rows",
            Text("Rows scanned"),
            TIMES,
            100_000,
            Text("Rows that a full scan reads."),
            1,
            10_000_000,
            1000,
            whole=True,
            when=(("page", ("full_scan",)),),
            group="page",
        ),
        Parameter(
            "fetching",
            Text("Missing joins"),
            NO_UNIT,
            "one_by_one",
            Text(
                "What a store cannot join, the application fetches one after another, or many at "
                "once (a multi-get; not across partitions of a wide-column store)."
            ),
            choices=(
                Choice("one_by_one", Text("One by one")),
                Choice("batched", Text("Many at once")),
            ),
            when=(("page", ("entity_and_references", "three_hop_traversal")),),
            group="page",
        ),
    )


_EMBEDDED = {"apart": False, "embedded": True}


def page_cost(page: Mapping[str, Value], family: str, read_ms: float) -> tuple[int, float]:
    """Round trips from a web server with these parameters to a store of a family
    (``relational``, or a choice of the store's), and mean work of each in ms, given a read's.
    No round trips stand for a page that is one plain read. Raises UnknownChoiceError.
    """
    fan_out = int(page["fan_out"])
    match page["page"]:
        case _ if int(page["read_replies"]) > 0:
            return 0, read_ms
        case "one_entity":
            return 0, read_ms
        case "full_scan":
            rows = int(page["scan_rows"])
            trips = -(-rows // SCAN_ROWS.get(family, rows))
            return trips, read_ms + rows * ROW_MS / trips
        case "entity_and_references":
            return _fetched(page, family, read_ms, int(page["references"]), refers=True)
        case "three_hop_traversal":
            more = fan_out + fan_out**2 + fan_out**3
            return _fetched(page, family, read_ms, more, refers=False)
        case choice:
            raise UnknownChoiceError("page", choice)


def _fetched(
    page: Mapping[str, Value], family: str, read_ms: float, more: int, *, refers: bool
) -> tuple[int, float]:
    """Round trips and mean work of a page that needs `more` entities beside its own: those that it
    `refers` to, or those within three hops.
    """
    embedded = refers and case_of("references_kept", page["references_kept"], _EMBEDDED)
    match family:
        case "relational":
            return 1, JOIN_READS * read_ms if refers else read_ms + more * INDEX_MS
        case "graph":
            return 1, (1 + more) * read_ms
        case "document" | "wide_column" if embedded:
            return 1, read_ms
        case "wide_column":
            return 1 + more, read_ms
        case "document" | "key_value":
            pass
        case _:
            raise UnknownChoiceError("family", family)
    match page["fetching"]:
        case "batched":
            trips = 2 if refers else 4
            return trips, (1 + more) * read_ms / trips
        case "one_by_one":
            return 1 + more, read_ms
        case choice:
            raise UnknownChoiceError("fetching", choice)
