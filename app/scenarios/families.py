"""What the library's experiments with caches and families of stores are called."""

from __future__ import annotations

from app.schema import Text

TITLES: dict[str, tuple[Text, Text]] = {
    "which-database": (
        Text("Which database?", "어떤 데이터베이스를 쓸까?"),
        Text(
            "The same page on five stores: a user and twenty posts. SQL joins, a graph follows "
            "edges, the others take 21 round trips. At 30 s documents and partitions hold the "
            "posts, and of key-values many are fetched at once. At 60 s pages walk three hops, at "
            "90 s they scan. One node of the ring misses 12 s of writes, which it then reads old.",
            "같은 페이지(사용자와 글 스무 개)를 다섯 저장소에서 봅니다. SQL은 조인하고 그래프는 "
            "간선을 따라가며 나머지는 21번 왕복합니다. 30초부터 문서와 파티션에 글을 함께 두고 "
            "키-값은 한꺼번에 가져옵니다. 60초에는 세 단계 탐색, 90초에는 전체 훑기입니다. 고리의 "
            "한 노드는 12초 동안의 쓰기를 놓쳐 낡은 값을 읽습니다.",
        ),
    ),
    "cache-stampede": (
        Text("Cache stampede", "캐시 스탬피드"),
        Text(
            "Two caches answer nearly every read. At 60 s both are flushed. Where everybody who "
            "misses a key reads it, the database is asked for each value twice, and some users "
            "wait for four seconds; where one reads and the others wait for it, it is asked once. "
            "At 120 s both caches crash for 20 s: the databases can do a sixth of what comes.",
            "캐시 둘이 거의 모든 읽기에 답합니다. 60초에 둘 다 비웁니다. 모두가 읽는 쪽은 "
            "값마다 두 번씩 데이터베이스에 묻고 4초를 기다리는 사용자도 있습니다. 하나만 읽고 "
            "나머지가 기다리는 쪽은 한 번만 묻습니다. 120초에 캐시가 20초 동안 중단되면 "
            "데이터베이스는 오는 요청의 6분의 1만 감당합니다.",
        ),
    ),
}
"""Title, and a sentence or two on what it shows, by name; in the order of the list."""
