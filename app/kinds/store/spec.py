"""Stores that are not relational: one kind, whose family says what a request costs."""

from app.kinds.parts import cores, queue_limit, restarts, variation, work_ms
from app.schema import (
    NO_UNIT,
    PER_SECOND,
    SECONDS,
    TIMES,
    Choice,
    Kind,
    Parameter,
    Port,
    Preset,
    Text,
    Unit,
)

_KEYS = Unit(Text("keys", "개"))
_WIDE = (("family", ("wide_column",)),)
_KEYED = (("family", ("key_value", "wide_column")),)
_COPIES_MAX = 9


def _copies(name: str, label: Text, default: int, help_text: Text) -> Parameter:
    return Parameter(
        name,
        label,
        TIMES,
        default,
        help_text,
        1,
        _COPIES_MAX,
        1,
        whole=True,
        when=_WIDE,
        group="replication",
    )


KIND = Kind(
    name="store",
    label=Text("NoSQL store", "NoSQL 저장소"),
    help=Text(
        "A key-value, document, wide-column or graph store. What a page costs differs by family.",
        "키-값, 문서, 와이드 컬럼, 그래프 저장소입니다. 종류마다 페이지 하나의 비용이 다릅니다.",
    ),
    category="data",
    prefix="store",
    subnet=2,
    parameters=(
        Parameter(
            "family",
            Text("Family", "종류"),
            NO_UNIT,
            "key_value",
            Text(
                "Key-value: each node has some of the keys. Wide-column: linked nodes form a ring "
                "that keeps copies of each. Document and graph: a node has everything.",
                "키-값은 노드마다 키를 나누어 갖습니다. 와이드 컬럼은 연결된 노드들이 고리를 "
                "이루어 키마다 복제본을 둡니다. 문서와 그래프는 노드가 모두 갖습니다.",
            ),
            choices=(
                Choice("key_value", Text("Key-value", "키-값")),
                Choice("document", Text("Document", "문서")),
                Choice("wide_column", Text("Wide-column", "와이드 컬럼")),
                Choice("graph", Text("Graph", "그래프")),
            ),
        ),
        work_ms(
            "read_ms",
            Text("Read time", "읽기 시간"),
            0.2,
            Text(
                "Mean work to read one thing: a value, a document, a row; of a graph, to follow "
                "one edge.",
                "하나를 읽는 평균 처리 시간입니다. 값, 문서, 행 하나, 그래프에서는 간선 하나를 "
                "따라가는 시간입니다.",
            ),
        ),
        work_ms(
            "write_ms",
            Text("Write time", "쓰기 시간"),
            0.2,
            Text("Mean work per write.", "쓰기 한 건의 평균 처리 시간입니다."),
        ),
        cores(
            1,
            Text(
                "Requests worked on at the same time; key-value stores mostly have one thread.",
                "동시에 처리하는 요청 수입니다. 키-값 저장소는 대개 스레드가 하나입니다.",
            ),
        ),
        queue_limit(10_000),
        Parameter(
            "keys",
            Text("Keys", "키 수"),
            _KEYS,
            1000,
            Text(
                "How many different things requests are about.",
                "요청이 다루는 서로 다른 대상의 수입니다.",
            ),
            1,
            20_000,
            100,
            whole=True,
            when=_KEYED,
        ),
        Parameter(
            "zipf",
            Text("Skew (Zipf)", "쏠림 (지프)"),
            NO_UNIT,
            1.0,
            Text(
                "The k-th most popular key is asked for in proportion to 1 / k to this power.",
                "k번째로 인기 있는 키는 1 / k의 이 거듭제곱에 비례해 요청됩니다.",
            ),
            0.0,
            3.0,
            0.1,
            when=_KEYED,
        ),
        _copies(
            "copies",
            Text("Copies (N)", "복제본 수 (N)"),
            3,
            Text(
                "Nodes of the ring that have each key, as far as there are so many.",
                "고리에서 키마다 복제본을 두는 노드 수입니다. 노드가 모자라면 있는 만큼입니다.",
            ),
        ),
        _copies(
            "read_copies",
            Text("Read answers (R)", "읽기 응답 수 (R)"),
            2,
            Text(
                "Copies whose answers a read waits for. With R + W > N it sees every acknowledged "
                "write.",
                "읽기가 기다리는 응답 수입니다. R + W > N이면 확인된 쓰기를 모두 봅니다.",
            ),
        ),
        _copies(
            "write_copies",
            Text("Write answers (W)", "쓰기 응답 수 (W)"),
            2,
            Text(
                "Copies that must have a write before it is acknowledged; it is sent to all.",
                "쓰기를 확인하기 전에 저장해야 하는 복제본 수입니다. 쓰기는 모두에게 보냅니다.",
            ),
        ),
        Parameter(
            "read_repair",
            Text("Read repair", "읽기 복구"),
            NO_UNIT,
            "off",
            Text(
                "Whether this node, when the answers that a read waits for differ, writes the "
                "newest value to those that had an older one.",
                "읽기가 기다린 응답이 서로 다르면, 이 노드가 옛 값을 가진 노드에 가장 새로운 값을 "
                "써 줍니다.",
            ),
            choices=(Choice("off", Text("Off", "끔")), Choice("on", Text("On", "켬"))),
            when=_WIDE,
            group="replication",
        ),
        Parameter(
            "hint_window_s",
            Text("Hints kept for", "힌트 보관 시간"),
            SECONDS,
            10_800.0,
            Text(
                "For a member that has been down for less than this, what it misses is kept and "
                "handed over when it is back (Cassandra: 3 h). 0: nothing is.",
                "멈춘 지 이보다 짧은 노드가 놓친 쓰기를 보관했다가 돌아오면 넘겨줍니다 "
                "(Cassandra는 3시간). 0이면 보관하지 않습니다.",
            ),
            0.0,
            86_400.0,
            60.0,
            when=_WIDE,
            group="replication",
        ),
        Parameter(
            "hint_rate",
            Text("Hints per second", "초당 힌트"),
            PER_SECOND,
            1000.0,
            Text(
                "How fast this member is handed the hints that are kept for it, once the first has "
                "travelled: the newest write of each key (Cassandra: 1,024 KB/s, here taken as "
                "1,000 writes of 1 kB).",
                "첫 힌트가 도착한 뒤, 이 노드가 자기 몫의 힌트를 받는 속도입니다. 키마다 가장 "
                "새로운 쓰기를 받습니다 (Cassandra는 1,024KB/s, 여기서는 1kB 쓰기 1,000건으로 "
                "봅니다).",
            ),
            0.1,
            1_000_000.0,
            100.0,
            when=_WIDE,
            group="replication",
        ),
        *variation(),
        *restarts(),
    ),
    presets=(
        Preset("key_value", Text("Key-value store", "키-값 저장소"), "key", {}),
        Preset(
            "document",
            Text("Document store", "문서 저장소"),
            "document",
            {"family": "document", "read_ms": 1.0, "write_ms": 3.0, "cores": 4},
            Text(
                "Keeps what belongs together in one document: one read gets all of it.",
                "함께 쓰는 데이터를 문서 하나에 둡니다. 한 번 읽으면 모두 옵니다.",
            ),
        ),
        Preset(
            "wide_column",
            Text("Wide-column node", "와이드 컬럼 노드"),
            "columns",
            {"family": "wide_column", "read_ms": 0.5, "write_ms": 0.5, "cores": 4},
            Text(
                "Link several to form a ring: any of them takes a request, and asks those that "
                "have copies.",
                "여럿을 연결하면 고리가 됩니다. 아무 노드나 요청을 받아 복제본을 가진 노드들에 "
                "묻습니다.",
            ),
        ),
        Preset(
            "graph",
            Text("Graph store", "그래프 저장소"),
            "graph",
            {"family": "graph", "read_ms": 0.05, "write_ms": 1.0, "cores": 4},
            Text(
                "Follows relations: a query costs the edges that it touches, and no more.",
                "관계를 따라갑니다. 데이터 전체의 크기와 무관하게 지나가는 간선만큼 비용이 듭니다.",
            ),
        ),
    ),
    port=Port(("store",), 0.25),
)
