"""Stores that are not relational: one kind, whose family says what a request costs."""

from app.kinds.shared_figures import DOWN_SINCE, FAILED, LOAD, STALE_READS
from app.kinds.shared_parameters import cores, queue_limit, restarts, variation, work_ms
from app.schema import (
    NO_UNIT,
    PER_SECOND,
    SECONDS,
    TIMES,
    Choice,
    Kind,
    Need,
    Parameter,
    Port,
    Preset,
    Role,
    Unit,
)
from app.texts.text import Text

_KEYS = Unit(Text("keys"))
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
    label=Text("NoSQL store"),
    help=Text(
        "A key-value, document, wide-column or graph store. What a page costs differs by family."
    ),
    category="data",
    role=Role.KEEPS,
    prefix="store",
    subnet=2,
    parameters=(
        Parameter(
            "family",
            Text("Family"),
            NO_UNIT,
            "key_value",
            Text(
                "Key-value: each node has some of the keys. Wide-column: linked nodes form a ring "
                "that keeps copies of each. Document and graph: a node has everything."
            ),
            choices=(
                Choice("key_value", Text("Key-value")),
                Choice("document", Text("Document")),
                Choice("wide_column", Text("Wide-column")),
                Choice("graph", Text("Graph")),
            ),
        ),
        work_ms(
            "read_ms",
            Text("Read time"),
            0.2,
            Text(
                "Mean work to read one thing: a value, a document, a row; of a graph, to follow "
                "one edge."
            ),
        ),
        work_ms(
            "write_ms",
            Text("Write time"),
            0.2,
            Text("Mean work per write."),
        ),
        cores(
            1,
            Text("Requests worked on at the same time; key-value stores mostly have one thread."),
        ),
        queue_limit(10_000),
        Parameter(
            "keys",
            Text("Keys"),
            _KEYS,
            1000,
            Text("How many different things requests are about."),
            1,
            20_000,
            100,
            whole=True,
            when=_KEYED,
        ),
        Parameter(
            "zipf",
            Text("Skew (Zipf)"),
            NO_UNIT,
            1.0,
            Text("The k-th most popular key is asked for in proportion to 1 / k to this power."),
            0.0,
            3.0,
            0.1,
            when=_KEYED,
        ),
        _copies(
            "copies",
            Text("Copies (N)"),
            3,
            Text("Nodes of the ring that have each key, as far as there are so many."),
        ),
        _copies(
            "read_copies",
            Text("Read answers (R)"),
            2,
            Text(
                "Copies whose answers a read waits for. With R + W > N it sees every acknowledged "
                "write."
            ),
        ),
        _copies(
            "write_copies",
            Text("Write answers (W)"),
            2,
            Text("Copies that must have a write before it is acknowledged; it is sent to all."),
        ),
        Parameter(
            "read_repair",
            Text("Read repair"),
            NO_UNIT,
            "off",
            Text(
                "Whether this node, when the answers that a read waits for differ, writes the "
                "newest value to those that had an older one."
            ),
            choices=(Choice("off", Text("Off")), Choice("on", Text("On"))),
            when=_WIDE,
            group="replication",
        ),
        Parameter(
            "hint_window_s",
            Text("Hints kept for"),
            SECONDS,
            10_800.0,
            Text(
                "For a member that has been down for less than this, what it misses is kept and "
                "handed over when it is back (Cassandra: 3 h). 0: nothing is."
            ),
            0.0,
            86_400.0,
            60.0,
            when=_WIDE,
            group="replication",
        ),
        Parameter(
            "hint_rate",
            Text("Hints per second"),
            PER_SECOND,
            1000.0,
            Text(
                "How fast this member is handed the hints that are kept for it, once the first has "
                "travelled: the newest write of each key (Cassandra: 1,024 KB/s, here taken as "
                "1,000 writes of 1 kB)."
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
        Preset("key_value", Text("Key-value store"), "key", {}),
        Preset(
            "document",
            Text("Document store"),
            "document",
            {"family": "document", "read_ms": 1.0, "write_ms": 3.0, "cores": 4},
            Text("Keeps what belongs together in one document: one read gets all of it."),
        ),
        Preset(
            "wide_column",
            Text("Wide-column node"),
            "columns",
            {"family": "wide_column", "read_ms": 0.5, "write_ms": 0.5, "cores": 4},
            Text(
                "Link several to form a ring: any of them takes a request, and asks those that "
                "have copies."
            ),
        ),
        Preset(
            "graph",
            Text("Graph store"),
            "graph",
            {"family": "graph", "read_ms": 0.05, "write_ms": 1.0, "cores": 4},
            Text("Follows relations: a query costs the edges that it touches, and no more."),
        ),
    ),
    first=(
        "family",
        "read_ms",
        "write_ms",
        "cores",
        "copies",
        "read_copies",
        "write_copies",
    ),
    needs=(("group.replication", Need.COPIES),),
    port=Port((), 0.25, peers=True),
    work=("read_ms", "write_ms"),
    replication="ring",
    figures=(*LOAD, FAILED, STALE_READS, DOWN_SINCE),
)
