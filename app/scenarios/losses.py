"""What the experiments are called in which data that was lost is found again."""

from __future__ import annotations

from app.schema import Text

TITLES: dict[str, tuple[Text, Text]] = {
    "old-primary-returns": (
        Text("The old primary returns", "돌아온 옛 주 서버"),
        Text(
            "Twice the same: the primary dies at 20 s with half a second of writes of its own, is "
            "back at 40 s and stays out. At 60 s one is rewound, and its writes are lost for good; "
            "the other's are merged, but for those whose row was written meanwhile.",
            "똑같은 구성 둘입니다. 20초에 주 서버가 0.5초 치 쓰기를 혼자 가진 채 죽고, 40초에 "
            "돌아와 기다립니다. 60초에 하나는 되감아 그 쓰기를 영영 잃고, 다른 하나는 병합해 "
            "그사이 같은 행이 쓰인 것만 빼고 되살립니다.",
        ),
    ),
}
