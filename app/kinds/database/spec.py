"""A relational database: a primary that takes writes, or a replica that follows its log."""

from dataclasses import replace

from app.kinds.database.durability import apply_delay, commits, max_connections, write_bytes
from app.kinds.database.elections import ELECTIONS
from app.kinds.database.presets import PRESETS
from app.kinds.database.primaries import primaries, where_it_matters
from app.kinds.database.versions import versions
from app.kinds.parts import cores, queue_limit, restarts, variation, waiting_rules, work_ms
from app.kinds.sizes import data_memory, memory, sized_cores
from app.schema import (
    NO_UNIT,
    SECONDS,
    TIMES,
    Choice,
    Kind,
    Parameter,
    Port,
    Text,
)

_DATABASE = Kind(
    name="database",
    label=Text("SQL database", "SQL 데이터베이스"),
    help=Text(
        "Databases linked to each other form a group: one primary takes the writes, "
        "the replicas apply its log and serve reads.",
        "서로 연결된 데이터베이스는 한 그룹입니다. 주 서버 하나가 쓰기를 받고, "
        "부 서버들은 그 로그를 적용하며 읽기를 처리합니다.",
    ),
    category="data",
    prefix="db",
    subnet=2,
    parameters=(
        Parameter(
            "role",
            Text("Role", "역할"),
            NO_UNIT,
            "primary",
            Text(
                "The role it starts with. Making a replica the primary during a run is a "
                "planned switch: it first receives the whole log.",
                "시작할 때의 역할입니다. 실행 중에 부 서버를 주 서버로 바꾸면 "
                "로그를 모두 받은 뒤 교대합니다.",
            ),
            choices=(
                Choice("primary", Text("Primary", "주 서버")),
                Choice("replica", Text("Replica", "부 서버")),
            ),
            group="replication",
        ),
        work_ms(
            "read_ms",
            Text("Read time", "읽기 시간"),
            3.0,
            Text(
                "Mean work per read, before queueing.",
                "대기를 뺀 읽기 한 건의 평균 처리 시간입니다.",
            ),
        ),
        work_ms(
            "write_ms",
            Text("Write time", "쓰기 시간"),
            5.0,
            Text(
                "Mean work per write on the primary, flush included.",
                "주 서버에서 쓰기 한 건의 평균 처리 시간입니다. 디스크 반영을 포함합니다.",
            ),
        ),
        *sized_cores(
            cores(
                4, Text("Statements worked on at the same time.", "동시에 처리하는 문장 수입니다.")
            )
        ),
        queue_limit(1000),
        *variation(),
        *waiting_rules(),
        work_ms(
            "apply_ms",
            Text("Apply time", "적용 시간"),
            1.0,
            Text(
                "Mean work a replica spends to apply one write, one at a time, on the cores "
                "that its reads use too.",
                "부 서버가 쓰기 하나를 적용하는 평균 처리 시간입니다. 한 번에 하나씩, "
                "읽기와 같은 코어를 씁니다.",
            ),
        ),
        max_connections(),
        *commits(),
        apply_delay(),
        write_bytes(),
        *versions(),
        Parameter(
            "max_lag_s",
            Text("Maximum lag", "최대 지연"),
            SECONDS,
            5.0,
            Text(
                "A replica further behind than this takes no reads until it has caught up.",
                "이보다 더 뒤처진 부 서버는 따라잡을 때까지 읽기를 받지 않습니다.",
            ),
            0.01,
            3600.0,
            0.5,
            group="replication",
        ),
        Parameter(
            "heartbeat_s",
            Text("Heartbeat", "하트비트"),
            SECONDS,
            1.0,
            Text(
                "How often this database, as a replica, checks that the primary lives.",
                "부 서버일 때 주 서버가 살아 있는지 확인하는 간격입니다.",
            ),
            0.05,
            300.0,
            0.5,
            group="replication",
        ),
        Parameter(
            "heartbeat_misses",
            Text("Missed heartbeats", "하트비트 실패 기준"),
            TIMES,
            3,
            Text(
                "Missed heartbeats in a row before it calls an election.",
                "연속으로 이만큼 실패하면 선출을 시작합니다.",
            ),
            1,
            100,
            1,
            whole=True,
            group="replication",
        ),
        Parameter(
            "promotion_s",
            Text("Promotion time", "승격 시간"),
            SECONDS,
            2.0,
            Text(
                "Time this database needs from being elected to taking writes.",
                "선출된 뒤 쓰기를 받기까지 걸리는 시간입니다.",
            ),
            0.0,
            3600.0,
            0.5,
            group="replication",
        ),
        *ELECTIONS,
        *memory(),
        *data_memory(),
        *restarts(),
        *primaries(),
    ),
    presets=PRESETS,
    port=Port(("database",), 0.25),
)
KIND = replace(_DATABASE, parameters=where_it_matters(_DATABASE.parameters))
