"""What a page needs of the data, and what that costs each family of stores.

Mean works are of the order of domain.md A6: an indexed read takes 2 ms and a join of two tables
5 ms, so a join counts as two and a half reads; the other constants are choices.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.schema import NO_UNIT, TIMES, Choice, Parameter, Text, Value

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
    """What each page of a web server needs."""
    return (
        Parameter(
            "page",
            Text("A page needs", "페이지에 필요한 것"),
            NO_UNIT,
            "one_entity",
            Text(
                "What a read asks of the data; each family of stores pays its own round trips and "
                "work. With parallel replies it is one entity.",
                "읽기 하나가 데이터에 요구하는 것입니다. 저장소마다 왕복 횟수와 일이 다릅니다. "
                "병렬 응답을 쓰면 항상 하나입니다.",
            ),
            choices=(
                Choice("one_entity", Text("One entity", "개체 하나")),
                Choice("entity_and_references", Text("Entity and references", "개체와 참조 여럿")),
                Choice("three_hop_traversal", Text("Three hops", "세 단계 탐색")),
                Choice("full_scan", Text("Full scan", "전체 훑기")),
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
            Text("References", "참조 수"),
            TIMES,
            20,
            Text(
                "Things that an entity refers to: a user's posts, for example.",
                "개체가 참조하는 것의 수입니다. 예를 들면 사용자의 글입니다.",
            ),
            1,
            1000,
            1,
            whole=True,
            when=(_REFERS,),
            group="page",
        ),
        Parameter(
            "references_kept",
            Text("References are kept", "참조의 저장 위치"),
            NO_UNIT,
            "apart",
            Text(
                "With the entity, documents and partitions answer at once; apart, the application "
                "fetches them. It makes no difference to the others.",
                "함께 두면 문서와 파티션이 한 번에 답하고, 따로 두면 애플리케이션이 가져옵니다. "
                "다른 종류에는 차이가 없습니다.",
            ),
            choices=(
                Choice("apart", Text("Apart", "따로")),
                Choice("embedded", Text("With the entity", "개체와 함께")),
            ),
            when=(_REFERS,),
            group="page",
        ),
    )


def _of_edges_and_rows() -> tuple[Parameter, ...]:
    return (
        Parameter(
            "fan_out",
            Text("Fan-out", "갈래 수"),
            TIMES,
            10,
            Text(
                "Edges that lead on from each: with 10, three hops touch 10 + 100 + 1,000.",
                "하나에서 뻗는 간선 수입니다. 10이면 세 단계에 10 + 100 + 1,000개를 지납니다.",
            ),
            1,
            50,
            1,
            whole=True,
            when=(_WALKS,),
            group="page",
        ),
        Parameter(
            "scan_rows",
            Text("Rows scanned", "훑는 행 수"),
            TIMES,
            100_000,
            Text("Rows that a full scan reads.", "전체 훑기가 읽는 행의 수입니다."),
            1,
            10_000_000,
            1000,
            whole=True,
            when=(("page", ("full_scan",)),),
            group="page",
        ),
        Parameter(
            "fetching",
            Text("Missing joins", "없는 조인"),
            NO_UNIT,
            "one_by_one",
            Text(
                "What a store cannot join, the application fetches one after another, or many at "
                "once (a multi-get; not across partitions of a wide-column store).",
                "저장소가 조인하지 못하는 것을 애플리케이션이 하나씩 가져오거나 한꺼번에 "
                "가져옵니다(multi-get. 와이드 컬럼의 여러 파티션은 제외).",
            ),
            choices=(
                Choice("one_by_one", Text("One by one", "하나씩")),
                Choice("batched", Text("Many at once", "한꺼번에")),
            ),
            when=(("page", ("entity_and_references", "three_hop_traversal")),),
            group="page",
        ),
    )


def page_cost(page: Mapping[str, Value], family: str, read_ms: float) -> tuple[int, float]:
    """Round trips from a web server with these parameters to a store of a family
    (``relational``, or a choice of the store's), and mean work of each in ms, given a read's.
    No round trips stand for a page that is one plain read.
    """
    sort = str(page["page"])
    if sort == "one_entity" or int(page["read_replies"]) > 0:
        return 0, read_ms
    if sort == "full_scan":
        rows = int(page["scan_rows"])
        trips = -(-rows // SCAN_ROWS.get(family, rows))
        return trips, read_ms + rows * ROW_MS / trips
    refers = sort == "entity_and_references"
    fan_out = int(page["fan_out"])
    more = int(page["references"]) if refers else fan_out + fan_out**2 + fan_out**3
    if family == "relational":
        return 1, JOIN_READS * read_ms if refers else read_ms + more * INDEX_MS
    if family == "graph":
        return 1, (1 + more) * read_ms
    joined = refers and page["references_kept"] == "embedded"
    if joined and family in ("document", "wide_column"):
        return 1, read_ms
    if page["fetching"] == "batched" and family != "wide_column":
        trips = 2 if refers else 4
        return trips, (1 + more) * read_ms / trips
    return 1 + more, read_ms
