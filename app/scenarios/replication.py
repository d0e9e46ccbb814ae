"""What the library's experiments with replicas are called: reads move, writes are lost or kept."""

from __future__ import annotations

from app.schema import Text

TITLES: dict[str, tuple[Text, Text]] = {
    "only-replica-dies": (
        Text("The only replica dies", "하나뿐인 부 서버의 죽음"),
        Text(
            "70 reads and 20 writes a second on databases that do 100. At 30 s a replica dies. "
            "Where it was the only one, the primary goes from 20 % to 90 % and everybody waits "
            "eight times as long there; where there are two, the other one reads for both. It is "
            "back at 130 s.",
            "초당 100건을 하는 데이터베이스에 읽기 70건, 쓰기 20건이 옵니다. 30초에 부 서버가 "
            "죽습니다. 하나뿐이던 곳에서는 주 서버가 20%에서 90%가 되어 모두가 여덟 배 기다리고, "
            "둘이던 곳에서는 다른 부 서버가 대신 읽습니다. 130초에 돌아옵니다.",
        ),
    ),
    "primary-dies-async": (
        Text("The primary dies: the lost writes", "주 서버의 죽음: 잃어버린 쓰기"),
        Text(
            "200 writes a second, and replicas that are a second behind. The primary dies at 30 s: "
            "within seconds a replica is elected and takes writes, but some 200 that clients were "
            "told are done are gone. At 60 s the old primary is back and drops what only it has.",
            "초당 쓰기 200건, 부 서버는 1초 뒤처져 있습니다. 30초에 주 서버가 죽으면 몇 초 만에 부 "
            "서버가 선출되어 쓰기를 받지만, 끝났다고 알린 쓰기 약 200건이 사라집니다. 60초에 옛 주 "
            "서버가 돌아와 자기만 가진 것을 버립니다.",
        ),
    ),
    "primary-dies-sync": (
        Text("The primary dies: sync and semi-sync", "주 서버의 죽음: 동기와 준동기"),
        Text(
            "Above, each write is on a second disk before anybody is told: the primary dies at 45 "
            "s, and nothing is lost. Below, semi-sync: its replica dies at 20 s, commits hang for "
            "10 s, then nobody waits any more and no client sees an error, until the primary dies "
            "at 45 s and thousands of writes are gone.",
            "위에서는 알리기 전에 쓰기가 두 번째 디스크에 있습니다. 45초에 주 서버가 죽어도 잃는 "
            "것이 없습니다. 아래는 준동기입니다. 20초에 부 서버가 죽으면 커밋이 10초 멈췄다가 더는 "
            "기다리지 않고, 오류를 보는 클라이언트도 없지만, 45초에 주 서버가 죽으면 쓰기 "
            "수천 건이 사라집니다.",
        ),
    ),
}
"""Title, and a sentence or two on what it shows, by name; in the order of the list."""
