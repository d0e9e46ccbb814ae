"""What the library's experiments with several primaries are called."""

from __future__ import annotations

from app.schema import Text

TITLES: dict[str, tuple[Text, Text]] = {
    "two-primaries": (
        Text("Two primaries", "주 서버 둘"),
        Text(
            "Each side writes to its own primary, 0.1 s from the other: 50 writes a second each "
            "to 1,000 keys, and every other second one of them is dropped, silently. At 60 s half "
            "of the writes add rows, whose numbers collide at once: replication stops. At 80 s "
            "each numbers in steps of its own: that ends the collisions, and not the conflicts.",
            "양쪽이 0.1초 떨어진 자기 주 서버에 씁니다. 초당 50건씩 키 1,000개에 쓰면 2초에 한 "
            "번꼴로 하나가 말없이 버려집니다. 60초부터 절반이 새 행이라 번호가 곧 겹쳐 복제가 "
            "멈춥니다. 80초에 증가폭을 나누면 번호는 겹치지 않지만 충돌은 남습니다.",
        ),
    ),
    "ring-of-four": (
        Text("A ring of four", "네 대의 링"),
        Text(
            "Four primaries, each sends to the next. One dies at 30 s: three of the six live pairs "
            "no longer hear of each other, and nobody fails. It is back at 60 s. At 100 s it is "
            "taken out for good, and what was on its way circles for ever, until at 140 s the "
            "others filter what they have had.",
            "주 서버 네 대가 저마다 다음 서버로 보냅니다. 30초에 하나가 죽으면 살아 있는 여섯 쌍 "
            "중 셋이 서로의 쓰기를 받지 못하지만 실패하는 요청은 없습니다. 60초에 돌아오고, "
            "100초에 아예 빼면 가던 쓰기가 맴돌다가 140초에 이미 받은 쓰기를 거르자 멈춥니다.",
        ),
    ),
    "two-regions": (
        Text("Two regions", "두 리전"),
        Text(
            "Seoul and Virginia, 178 ms apart, each with a primary of its own: everybody reads and "
            "writes nearby. At 30 s Seoul is lost, with the writes of its last 89 ms; its users "
            "follow the name to Virginia, far away. At 90 s it is back, with those writes. At "
            "140 s the link between the regions is cut for 20 s: all go on, and conflicts follow.",
            "178ms 떨어진 서울과 버지니아에 주 서버가 하나씩 있어 모두 가까이서 읽고 씁니다. "
            "30초에 서울을 마지막 89ms의 쓰기와 함께 잃고, 사용자는 이름을 따라 먼 버지니아로 "
            "갑니다. 90초에 그 쓰기와 함께 돌아옵니다. 140초에 리전 사이가 20초 끊겨도 모두 계속 "
            "쓰고, 뒤에 충돌이 드러납니다.",
        ),
    ),
}
"""Title, and a sentence or two on what it shows, by name; in the order of the list."""
