"""What becomes of a database that comes back with writes that nobody else has."""

from app.schema import NO_UNIT, SECONDS, Choice, Parameter, Text, Unit

GIGABYTES = Unit(Text("GB", "GB"), 1e9)
MEGABYTES_PER_SECOND = Unit(Text("MB/s", "MB/s"), 1e6)

RETURNING = (
    Parameter(
        "on_return",
        Text("Writes of its own", "혼자 가진 쓰기"),
        NO_UNIT,
        "rewind",
        Text(
            "What it does when it finds another primary and has writes that this one never got: "
            "discard them and follow, or stay out until people rewind, rebuild or merge it.",
            "다른 주 서버가 있는데 그쪽에 없는 쓰기를 가지고 있을 때, 버리고 따를지 아니면 사람이 "
            "되감기, 재구축, 병합 중 하나를 고를 때까지 기다릴지 정합니다.",
        ),
        choices=(
            Choice("rewind", Text("Discard them", "버림")),
            Choice("wait", Text("Wait for people", "사람을 기다림")),
        ),
        group="replication",
    ),
    Parameter(
        "rows",
        Text("Rows", "행 수"),
        NO_UNIT,
        100_000,
        Text(
            "A write is about one of so many rows, any of them: a merge finds a conflict where a "
            "row was written on both sides.",
            "쓰기 하나는 이 많은 행 중 하나를 고르게 대상으로 합니다. 양쪽에서 쓴 행은 병합할 때 "
            "충돌이 됩니다.",
        ),
        1,
        1_000_000_000,
        1000,
        whole=True,
        group="replication",
    ),
    Parameter(
        "backup_interval_s",
        Text("Backup interval", "백업 간격"),
        SECONDS,
        0.0,
        Text(
            "How often its data is backed up; 0 for never. A restore brings back what was there at "
            "the last backup before a destructive write.",
            "데이터를 백업하는 간격이며 0이면 하지 않습니다. 복원은 파괴적인 쓰기 직전 백업에 있던 "
            "것을 되살립니다.",
        ),
        0.0,
        86_400.0 * 7,
        10.0,
        group="replication",
    ),
    Parameter(
        "data_gb",
        Text("Data", "데이터 크기"),
        GIGABYTES,
        1.0,
        Text(
            "Size of its data: a rebuild or a restore copies all of it.",
            "데이터의 크기입니다. 재구축과 복원은 이를 모두 복사합니다.",
        ),
        0.0,
        100_000.0,
        1.0,
        group="replication",
    ),
    Parameter(
        "copy_mb_per_s",
        Text("Copy speed", "복사 속도"),
        MEGABYTES_PER_SECOND,
        100.0,
        Text(
            "How fast a full copy is: 1 TB at 100 MB/s takes 2.8 hours.",
            "전체 복사의 속도입니다. 1TB를 100MB/s로 복사하면 2.8시간 걸립니다.",
        ),
        1.0,
        100_000.0,
        10.0,
        group="replication",
    ),
)
