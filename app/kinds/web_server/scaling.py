"""Scaling out: several servers of one sort behind the same links, and who decides how many."""

from app.schema import NO_UNIT, PERCENT, SECONDS, TIMES, Choice, Parameter, Text, Unit

INSTANCES_MAX = 50
_SERVERS = Unit(Text("servers", "대"))
_AUTO = (("scaling", ("auto",)),)


def _threshold(name: str, label: Text, default: float, help_text: Text) -> Parameter:
    return Parameter(
        name, label, PERCENT, default, help_text, 0.0, 100.0, 5.0, group="scaling", when=_AUTO
    )


# Periods of 60 s and a cooldown of 300 s are EC2 Auto Scaling's; three breaches at 70 and 30 %
# are a teaching choice (domain.md A9).
SCALING: tuple[Parameter, ...] = (
    Parameter(
        "instances",
        Text("Instances", "인스턴스 수"),
        _SERVERS,
        1,
        Text(
            "Servers like this one with the same links; an autoscaler keeps at least so many.",
            "같은 연결을 가진 똑같은 서버의 수입니다. 자동 확장은 적어도 이만큼 유지합니다.",
        ),
        1,
        INSTANCES_MAX,
        1,
        whole=True,
        group="scaling",
    ),
    Parameter(
        "scaling",
        Text("Scaling", "확장"),
        NO_UNIT,
        "fixed",
        Text(
            "Whether the number stays, or an autoscaler starts and stops servers by how busy they "
            "are. A new one takes its boot time and then has to pass the balancer's checks.",
            "수를 고정할지, 자동 확장이 사용률을 보고 서버를 켜고 끌지 정합니다. 새 서버는 부팅을 "
            "마친 뒤 로드 밸런서의 점검도 통과해야 합니다.",
        ),
        choices=(
            Choice("fixed", Text("Fixed", "고정")),
            Choice("auto", Text("Autoscaler", "자동 확장")),
        ),
        group="scaling",
    ),
    Parameter(
        "instances_max",
        Text("At most", "최대"),
        _SERVERS,
        4,
        Text("The autoscaler starts no more than this.", "자동 확장은 이보다 더 켜지 않습니다."),
        1,
        INSTANCES_MAX,
        1,
        whole=True,
        group="scaling",
        when=_AUTO,
    ),
    _threshold(
        "scale_out_percent",
        Text("Scale out above", "늘리는 기준"),
        70.0,
        Text(
            "A period with a higher mean utilisation is a breach.",
            "평균 사용률이 넘은 주기를 셉니다.",
        ),
    ),
    _threshold(
        "scale_in_percent",
        Text("Scale in below", "줄이는 기준"),
        30.0,
        Text(
            "A period with a lower mean utilisation is one, too.",
            "평균 사용률이 못 미친 주기를 셉니다.",
        ),
    ),
    Parameter(
        "scale_period_s",
        Text("Metric period", "측정 주기"),
        SECONDS,
        60.0,
        Text("Utilisation is looked at this often.", "이 간격마다 사용률을 봅니다."),
        1.0,
        3600.0,
        10.0,
        group="scaling",
        when=_AUTO,
    ),
    Parameter(
        "scale_breaches",
        Text("Breaches", "연속 기준"),
        TIMES,
        3,
        Text("So many periods in a row make it act.", "이만큼 연속으로 벗어나면 수를 바꿉니다."),
        1,
        100,
        1,
        whole=True,
        group="scaling",
        when=_AUTO,
    ),
    Parameter(
        "scale_step",
        Text("Step", "한 번에"),
        _SERVERS,
        1,
        Text("Servers that it starts or stops at once.", "한 번에 켜거나 끄는 서버의 수입니다."),
        1,
        INSTANCES_MAX,
        1,
        whole=True,
        group="scaling",
        when=_AUTO,
    ),
    Parameter(
        "scale_cooldown_s",
        Text("Cooldown", "쉬는 시간"),
        SECONDS,
        300.0,
        Text(
            "After it has acted, it waits so long before it acts again.",
            "한 번 바꾼 뒤 다시 바꾸기까지 기다리는 시간입니다.",
        ),
        0.0,
        36_000.0,
        30.0,
        group="scaling",
        when=_AUTO,
    ),
)
