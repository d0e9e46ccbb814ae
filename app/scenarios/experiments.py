"""What the library's experiments are called: drawings whose journal breaks something on time."""

from __future__ import annotations

from app.schema import Text

TITLES: dict[str, tuple[Text, Text]] = {
    "kill-one-of-two": (
        Text("One of two servers dies", "두 대 중 한 대의 죽음"),
        Text(
            "Twice the same: two servers at 60 %, one dies at 20 s and is back at 100 s. HAProxy's "
            "checks notice in 5 s, an ALB's in 45 s, and half of the requests fail until then. "
            "Then the survivor has 120 % to do.",
            "똑같은 구성 둘에서 사용률 60%인 서버 두 대 중 하나가 20초에 죽고 100초에 돌아옵니다. "
            "HAProxy의 점검은 5초, ALB는 45초 만에 알아차리며 그때까지 절반이 실패합니다. "
            "그다음 남은 서버는 120%를 떠안습니다.",
        ),
    ),
    "gray-server": (
        Text("A server that is only slow", "느려지기만 한 서버"),
        Text(
            "At 20 s one of three servers is fifty times as slow, and its health page as quick as "
            "ever: a third of the users wait in vain. At 60 s the balancer goes by connections, at "
            "100 s it checks with real work; at 140 s the server is well again.",
            "20초에 서버 세 대 중 하나가 50배 느려지지만 상태 페이지는 그대로여서 사용자 셋 중 "
            "하나가 헛되이 기다립니다. 60초에 최소 연결 방식으로, 100초에 심층 점검으로 바꾸고, "
            "140초에 서버가 나아집니다.",
        ),
    ),
    "silent-server": (
        Text("A server that says nothing", "말이 없는 서버"),
        Text(
            "At 20 s a server crashes: whoever meets it is refused at once. At 60 s it hangs: "
            "whoever meets it waits five seconds for nothing, and checks take longer to notice.",
            "20초에 서버가 중단되면 만나는 요청이 바로 거절됩니다. 60초에 멈추면 5초를 헛되이 "
            "기다리며, 점검이 알아차리는 데도 더 오래 걸립니다.",
        ),
    ),
    "retry-storm": (
        Text("Retry storm", "재시도 폭풍"),
        Text(
            "For ten seconds a server is five times as slow. Users who try again at once keep it "
            "down for good, all of its work in vain; at 90 s it drops expired work, and recovers.",
            "서버가 10초 동안 다섯 배 느려집니다. 바로 다시 시도하는 사용자 때문에 모든 일이 "
            "헛되어 회복하지 못하다가, 90초에 기한이 지난 일을 버리자 회복합니다.",
        ),
    ),
    "dns-failover": (
        Text("Failover by DNS", "DNS로 장애 넘기기"),
        Text(
            "Two sites behind one name; one dies at 20 s. The third failed check takes it out of "
            "the record; users follow as their answers run out, but for those who ignore the TTL.",
            "이름 하나 뒤에 사이트가 둘 있고 20초에 하나가 죽습니다. 점검이 세 번 실패하면 "
            "레코드에서 빠지고, 사용자는 가진 답이 만료되는 대로 옮겨 갑니다. TTL을 무시하는 "
            "사용자는 남습니다.",
        ),
    ),
    "lb-pair": (
        Text("Balancers with one address", "주소 하나를 나누는 로드 밸런서"),
        Text(
            "Two load balancers share a virtual IP. One dies at 20 s: for about 3 s nobody "
            "answers, then the other does. It comes back at 40 s and takes the address back.",
            "로드 밸런서 두 대가 가상 IP를 나눕니다. 20초에 하나가 죽으면 약 3초 동안 아무도 "
            "응답하지 않다가 다른 쪽이 넘겨받습니다. 40초에 돌아와 주소를 되찾습니다.",
        ),
    ),
    "zone-loss": (
        Text("Loss of a zone", "영역 하나의 상실"),
        Text(
            "Servers and databases in two zones. Zone a is lost at 20 s, and the rest has room for "
            "twice its load; after more users have come, it is lost again, and there is none.",
            "서버와 데이터베이스가 두 영역에 있습니다. 20초에 영역 a를 잃어도 나머지가 두 배의 "
            "부하를 감당합니다. 사용자가 늘어난 뒤 다시 잃으면 여유가 없습니다.",
        ),
    ),
}
"""Title, and a sentence or two on what it shows, by name; in the order of the list."""
