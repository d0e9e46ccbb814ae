"""How a group of databases agrees on who takes writes, and keeps others from doing so too."""

from app.schema import NO_UNIT, SECONDS, Choice, Parameter, Text

ELECTIONS = (
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
)
