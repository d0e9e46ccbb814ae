"""How a group of databases agrees on who takes writes, and keeps others from doing so too."""

from app.kinds.database.returning import RETURNING
from app.schema import NO_UNIT, SECONDS, Choice, Parameter, Text, Unit

MEBIBYTES = Unit(Text("MiB", "MiB"), 2.0**20)

ELECTIONS = (
    Parameter(
        "automatic",
        Text("Failover", "장애 조치"),
        NO_UNIT,
        "on",
        Text(
            "Whether this database, as a replica that misses its primary, calls an election. "
            "Otherwise writes fail until people make a replica the primary.",
            "부 서버일 때 주 서버를 잃으면 스스로 선출을 시작할지 정합니다. 끄면 사람이 부 서버를 "
            "주 서버로 바꿀 때까지 쓰기가 실패합니다.",
        ),
        choices=(Choice("off", Text("By people", "수동")), Choice("on", Text("Automatic", "자동"))),
        group="replication",
    ),
    Parameter(
        "election_s",
        Text("Election time", "선출 시간"),
        SECONDS,
        0.0,
        Text(
            "Time that an election needs which it calls: votes, or a lock that is taken.",
            "이 데이터베이스가 시작한 선출에 걸리는 시간입니다. 투표하거나 잠금을 얻는 시간입니다.",
        ),
        0.0,
        3600.0,
        0.5,
        group="replication",
    ),
    Parameter(
        "fencing",
        Text("Fencing", "펜싱"),
        NO_UNIT,
        "on",
        Text(
            "Whether an old primary is kept from taking writes when this database takes over, by "
            "something that no network stops: a power switch, a watchdog, revoked storage. "
            "Without, one that is only cut off goes on: a split brain.",
            "이 데이터베이스가 넘겨받을 때 옛 주 서버의 쓰기를 전원 차단, 워치독, 저장소 회수처럼 "
            "네트워크와 무관한 방법으로 막을지 정합니다. 막지 않으면 연결만 끊긴 옛 주 서버가 계속 "
            "쓰기를 받습니다(스플릿 브레인).",
        ),
        choices=(Choice("off", Text("Off", "끔")), Choice("on", Text("On", "켬"))),
        group="replication",
    ),
    Parameter(
        "quorum",
        Text("Quorum", "정족수"),
        NO_UNIT,
        "off",
        Text(
            "Whether an election needs the votes of more than half of the group, and a primary "
            "that cannot hear so many gives up when its lease ends. Two databases cannot vote: "
            "three survive one failure, five two.",
            "선출에 그룹 과반수의 표가 필요한지, 과반수를 듣지 못하는 주 서버가 임대 시간이 지나면 "
            "물러나는지 정합니다. 둘로는 투표할 수 없습니다. 셋이면 하나, 다섯이면 둘의 고장을 "
            "견딥니다.",
        ),
        choices=(Choice("off", Text("Off", "끔")), Choice("on", Text("On", "켬"))),
        group="replication",
    ),
    Parameter(
        "lease_s",
        Text("Lease", "임대 시간"),
        SECONDS,
        10.0,
        Text(
            "For so long after it last heard a majority, this database as a primary takes writes. "
            "Longer than the others need to elect a new one, it leaves two primaries for a while.",
            "주 서버일 때 마지막으로 과반수를 들은 뒤 이 시간 동안 쓰기를 받습니다. 다른 쪽의 "
            "선출보다 길면 한동안 주 서버가 둘이 됩니다.",
        ),
        0.1,
        3600.0,
        0.5,
        when=(("quorum", ("on",)),),
        group="replication",
    ),
    Parameter(
        "reaim_s",
        Text("Re-aiming", "클라이언트 전환 시간"),
        SECONDS,
        0.0,
        Text(
            "How long after its promotion it still takes until whoever asks is told that this is "
            "the primary: a name that changes, a proxy that is told.",
            "승격 뒤 이 서버가 주 서버라고 알려지기까지 더 걸리는 시간입니다. 이름이나 프록시가 "
            "바뀌는 시간입니다.",
        ),
        0.0,
        3600.0,
        0.5,
        group="replication",
    ),
    Parameter(
        "repoint_s",
        Text("Re-pointing", "복제 재설정 시간"),
        SECONDS,
        0.0,
        Text(
            "How long this database, as a replica, needs to follow a new primary.",
            "부 서버일 때 새 주 서버를 따르도록 다시 설정하는 데 걸리는 시간입니다.",
        ),
        0.0,
        3600.0,
        0.5,
        group="replication",
    ),
    Parameter(
        "candidate_lag_mib",
        Text("Maximum lag of a candidate", "후보의 최대 지연"),
        MEBIBYTES,
        0.0,
        Text(
            "Further behind than this, by the position that the primary last published, it is not "
            "elected; 0 for no limit. Patroni's default is 1 MiB.",
            "주 서버가 마지막으로 알린 위치에서 이보다 뒤처지면 선출되지 않습니다. 0이면 제한이 "
            "없습니다. Patroni 기본값은 1MiB입니다.",
        ),
        0.0,
        100_000.0,
        1.0,
        group="replication",
    ),
    *RETURNING,
)
