"""Databases as they come: how each product detects, elects, promotes and re-aims its clients.

Sources: Patroni's settings (ttl 30, loop_wait 10); MongoDB's manual (heartbeat 2 s, election
timeout 10 s); the guides of RDS and Aurora (60 to 120 s; usually under 60 s); MySQL's group
replication (suspected after 5 s, expelled 5 s later). Replicas check in their own rhythm, so that
detection takes between one interval less and all that they tolerate to miss.
"""

from app.schema import Preset, Text

PRESETS = (
    Preset("sql_database", Text("SQL database", "SQL 데이터베이스"), "db", {}),
    Preset("read_replica", Text("Read replica", "읽기 복제본"), "replica", {"role": "replica"}),
    Preset(
        "manual",
        Text("Failover by people", "수동 장애 조치"),
        "db",
        {
            "automatic": "off",
            "fencing": "off",
            "heartbeat_s": 10.0,
            "heartbeat_misses": 3,
            "on_return": "wait",
        },
        Text(
            "Nobody is elected: writes fail until people make a replica the primary, a quarter of "
            "an hour if somebody is awake. An old primary that comes back waits for them too.",
            "아무도 선출되지 않고 사람이 부 서버를 주 서버로 바꿀 때까지 쓰기가 실패합니다. 깨어 "
            "있는 사람이 있어도 15분쯤 걸립니다. 돌아온 옛 주 서버도 사람을 기다립니다.",
        ),
        True,
    ),
    Preset(
        "patroni",
        Text("Patroni", "Patroni"),
        "db",
        {
            "heartbeat_s": 10.0,
            "heartbeat_misses": 3,
            "election_s": 3.0,
            "promotion_s": 2.0,
            "candidate_lag_mib": 1.0,
            "on_return": "wait",
        },
        Text(
            "A leader key of 30 s in an external store, looked at every 10 s: 20 to 30 s to "
            "detect, 3 s to take the key, 2 s to promote. Losing the key fences the old primary; "
            "1 MiB behind is too far; pg_rewind is off unless asked for.",
            "외부 저장소의 30초짜리 리더 키를 10초마다 확인합니다. 감지 20~30초, 키 획득 3초, 승격 "
            "2초. 키를 잃은 옛 주 서버는 쓰기를 멈춥니다. pg_rewind는 켜야 합니다.",
        ),
        True,
    ),
    Preset(
        "mongodb",
        Text("Like MongoDB", "MongoDB 방식"),
        "db",
        {
            "heartbeat_s": 2.0,
            "heartbeat_misses": 5,
            "election_s": 2.0,
            "promotion_s": 0.0,
            "fencing": "off",
            "quorum": "on",
            "lease_s": 10.0,
        },
        Text(
            "Members hear from each other every 2 s and elect after 10 s of silence, by majority; "
            "a primary without one steps down after 10 s. What only the old one had is rolled "
            "back.",
            "2초마다 서로 확인하고 10초 조용하면 과반수로 선출합니다. 과반수를 잃은 주 서버는 10초 "
            "뒤 물러나고, 혼자 가진 쓰기는 되돌립니다.",
        ),
        True,
    ),
    Preset(
        "rds",
        Text("Like RDS Multi-AZ", "RDS Multi-AZ 방식"),
        "db",
        {
            "heartbeat_s": 10.0,
            "heartbeat_misses": 3,
            "election_s": 5.0,
            "promotion_s": 60.0,
            "reaim_s": 5.0,
        },
        Text(
            "90 s on average until the standby takes writes, then 5 s until its name points there.",
            "대기 서버가 쓰기를 받기까지 평균 90초, 이름이 바뀌기까지 5초가 더 걸립니다.",
        ),
        True,
    ),
    Preset(
        "aurora",
        Text("Like Aurora", "Aurora 방식"),
        "db",
        {
            "heartbeat_s": 1.0,
            "heartbeat_misses": 5,
            "election_s": 0.5,
            "promotion_s": 25.0,
            "apply_ms": 0.1,
        },
        Text(
            "About 30 s; replicas share the primary's storage and lag far below 100 ms.",
            "약 30초. 부 서버는 주 서버와 저장소를 나누며 지연이 100ms에 훨씬 못 미칩니다.",
        ),
        True,
    ),
    Preset(
        "group_replication",
        Text("MySQL group replication", "MySQL 그룹 복제"),
        "db",
        {
            "heartbeat_s": 1.0,
            "heartbeat_misses": 10,
            "election_s": 0.0,
            "promotion_s": 1.0,
            "fencing": "off",
            "quorum": "on",
            "lease_s": 5.0,
        },
        Text(
            "Suspected after 5 s of silence, expelled 5 s later, then 1 s for the next primary; "
            "a majority decides.",
            "5초 조용하면 의심, 5초 뒤 제외, 다음 주 서버까지 1초. 과반수가 결정합니다.",
        ),
        True,
    ),
)
