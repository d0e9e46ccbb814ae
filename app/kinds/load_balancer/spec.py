"""A load balancer: one public address in front of many servers.

Check defaults are HAProxy's (configuration manual: ``inter`` 2 s, ``fall`` 3, ``rise`` 2).
"""

from app.kinds.parts import checks, cores, exposure, queue_limit, variation, work_ms
from app.schema import Kind, Port, Preset, Text

KIND = Kind(
    name="load_balancer",
    label=Text("Load balancer", "로드 밸런서"),
    help=Text(
        "Spreads requests round robin over the servers that pass its health checks.",
        "상태 점검을 통과한 서버들에 요청을 라운드 로빈으로 나눕니다.",
    ),
    category="traffic",
    prefix="lb",
    subnet=0,
    parameters=(
        exposure("public"),
        work_ms(
            "forward_ms",
            Text("Forwarding time", "전달 시간"),
            0.1,
            Text("Mean work per request.", "요청 한 건의 평균 처리 시간입니다."),
        ),
        cores(2, Text("Requests forwarded at the same time.", "동시에 전달하는 요청 수입니다.")),
        queue_limit(10_000),
        *variation(),
        *checks(2.0, 3, 2, Text("each server", "각 서버")),
    ),
    presets=(Preset("load_balancer", Text("Load balancer", "로드 밸런서"), "lb", {}),),
    port=Port(("web_server",), 0.25),
)
