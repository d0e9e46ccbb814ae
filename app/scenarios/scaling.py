"""What the library's experiments with machines are called: one box, larger ones, more of them."""

from __future__ import annotations

from app.schema import Text

TITLES: dict[str, tuple[Text, Text]] = {
    "single-box": (
        Text("Everything on one box", "한 대에 모두"),
        Text(
            "A web server and its database share one core: 6 and 4 ms of it for each request, so "
            "it carries 100 a second. At 30 s come 90, at 80 s 120 and it drowns; at 110 s the "
            "database gets a machine of its own, and the two carry 167. At 160 s come 200.",
            "웹 서버와 데이터베이스가 코어 하나를 나눠 씁니다. 요청마다 6 ms와 4 ms가 들어 초당 "
            "100건이 한계입니다. 30초에 90건, 80초에 120건이 오면 가라앉고, 110초에 데이터베이스를 "
            "따로 떼면 167건까지 견딥니다. 160초에는 200건이 옵니다.",
        ),
    ),
    "scale-up": (
        Text("Scale up until it hurts", "스케일 업의 끝"),
        Text(
            "One server grows with its users, from S to L to XXL, each time with half a minute of "
            "downtime. At 190 s it doubles once more, to 192 cores, and is slower than with 96. "
            "At 260 s it dies: however large, it is one.",
            "서버 한 대가 사용자와 함께 S에서 L, XXL로 커지며 그때마다 30초 동안 멈춥니다. "
            "190초에 다시 두 배인 192코어가 되지만 96코어보다 느립니다. 260초에 죽습니다. 아무리 "
            "커도 한 대입니다.",
        ),
    ),
    "autoscale": (
        Text("Autoscaling takes four minutes", "자동 확장은 4분이 걸린다"),
        Text(
            "Two servers at 50 % get three times the load at 60 s. Three periods of a minute, a "
            "minute to boot and two checks later two more help; after a cooldown of five minutes "
            "another two. At 900 s the spike is over, and they go as slowly as they came.",
            "사용률 50%인 서버 두 대에 60초부터 세 배의 부하가 옵니다. 1분 주기 세 번, 부팅 1분, "
            "점검 두 번이 지나서야 두 대가 늘고, 5분을 쉰 뒤 두 대가 더 늘어납니다. 900초에 "
            "부하가 돌아오면 늘 때처럼 천천히 줄어듭니다.",
        ),
    ),
}
"""Title, and a sentence or two on what it shows, by name; in the order of the list."""
