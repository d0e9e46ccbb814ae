"""A name server: turns the service's name into the addresses its users may connect to."""

from app.kinds.parts import cores, queue_limit, variation, work_ms
from app.schema import SECONDS, Kind, Parameter, Port, Preset, Text

KIND = Kind(
    name="dns",
    label=Text("DNS", "DNS"),
    help=Text(
        "Answers a client's name lookup with one of the addresses that the client is linked to.",
        "클라이언트의 이름 조회에, 그 클라이언트와 연결된 주소 가운데 하나로 답합니다.",
    ),
    category="traffic",
    prefix="dns",
    subnet=0,
    parameters=(
        Parameter(
            "ttl_s",
            Text("TTL", "TTL"),
            SECONDS,
            60.0,
            Text(
                "How long a client's cache may keep an answer before it asks again.",
                "클라이언트 캐시가 다시 묻기 전까지 답을 보관해도 되는 시간입니다.",
            ),
            0.0,
            86_400.0,
            10.0,
        ),
        work_ms(
            "lookup_ms",
            Text("Lookup time", "조회 시간"),
            1.0,
            Text("Mean work per lookup, before queueing.", "조회 한 건의 평균 처리 시간입니다."),
        ),
        cores(2, Text("Lookups served at the same time.", "동시에 처리하는 조회 수입니다.")),
        queue_limit(1000),
        *variation(),
    ),
    presets=(Preset("dns", Text("DNS", "DNS"), "dns", {}),),
    port=Port((), 20.0),
)
