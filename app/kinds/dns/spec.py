"""A name server: turns the service's name into the addresses its users may connect to."""

from dataclasses import replace

from app.kinds.parts import checks, cores, queue_limit, restarts, variation, work_ms
from app.schema import NO_UNIT, SECONDS, Choice, Kind, Parameter, Port, Preset, Text

_CHECKS = (("health_checks", ("on",)),)

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
        Parameter(
            "answer_order",
            Text("Order of addresses", "주소 순서"),
            NO_UNIT,
            "round_robin",
            Text(
                "Users connect to the first address of an answer: the same for all, each in turn, "
                "or drawn at random.",
                "사용자는 응답의 첫 주소에 접속합니다. 모두 같은 순서로, 돌아가며, 또는 무작위로 "
                "답합니다.",
            ),
            choices=(
                Choice("fixed", Text("Fixed", "고정")),
                Choice("round_robin", Text("Round robin", "라운드 로빈")),
                Choice("shuffle", Text("Shuffled", "무작위")),
            ),
            group="names",
        ),
        Parameter(
            "health_checks",
            Text("Health checks", "상태 점검"),
            NO_UNIT,
            "off",
            Text(
                "Checks every address and answers only with those believed to be up; with all of "
                "them when none is.",
                "모든 주소를 점검해 살아 있다고 믿는 주소만 답합니다. 하나도 없으면 모두 답합니다.",
            ),
            choices=(Choice("off", Text("Off", "끔")), Choice("on", Text("On", "켬"))),
            group="checks",
        ),
        # Route 53: every 30 s (or 10 s), and 3 in a row either way (domain.md A2).
        *(
            replace(parameter, when=(*parameter.when, *_CHECKS))
            for parameter in checks(30.0, 3, 3, Text("an address", "주소"))
        ),
        *restarts(),
    ),
    presets=(Preset("dns", Text("DNS", "DNS"), "dns", {}),),
    port=Port((), 20.0),
)
