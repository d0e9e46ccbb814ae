"""Parameters that several kinds share, so that one word keeps one meaning and one range."""

from app.schema import (
    CORES,
    MILLISECONDS,
    NO_UNIT,
    REQUESTS,
    SECONDS,
    TIMES,
    Choice,
    Parameter,
    Text,
)

When = tuple[tuple[str, tuple[str, ...]], ...]
"""The settings of others among which a parameter matters."""


def exposure(default: str) -> Parameter:
    """Whether a node has a public address that clients on the internet can reach."""
    return Parameter(
        "exposure",
        Text("Address", "주소"),
        NO_UNIT,
        default,
        Text(
            "Users on the internet reach public addresses only.",
            "인터넷의 사용자는 공인 주소에만 닿을 수 있습니다.",
        ),
        choices=(
            Choice("public", Text("Public", "공인")),
            Choice("private", Text("Private", "사설")),
        ),
        group="network",
    )


def nat(*when: tuple[str, tuple[str, ...]]) -> Parameter:
    """Whether a node without a public address reaches public addresses outside its network."""
    return Parameter(
        "nat",
        Text("NAT", "NAT"),
        NO_UNIT,
        "no",
        Text(
            "Whether it gets out of its private network, to public addresses elsewhere.",
            "사설망 밖의 공인 주소로 나갈 수 있는지 정합니다.",
        ),
        choices=(Choice("no", Text("No", "없음")), Choice("yes", Text("Yes", "있음"))),
        when=when,
        group="network",
    )


def virtual_ip() -> tuple[Parameter, ...]:
    """How a balancer behaves towards others of its virtual IP (VRRP; defaults are keepalived's)."""
    return (
        Parameter(
            "vrrp_priority",
            Text("Priority", "우선순위"),
            NO_UNIT,
            100,
            Text(
                "The living balancer with the highest holds the virtual IP; among equals, that "
                "with the higher address.",
                "살아 있는 로드 밸런서 중 가장 높은 것이 가상 IP를 가집니다. 같으면 주소가 높은 "
                "쪽입니다.",
            ),
            1,
            254,
            1,
            whole=True,
            group="virtual_ip",
            placed="virtual_ip",
        ),
        Parameter(
            "advert_interval_s",
            Text("Advert interval", "광고 간격"),
            SECONDS,
            1.0,
            Text(
                "Time between two signs of life. After three of them and up to one more without "
                "any, the other takes over. All that share an address must agree on it.",
                "살아 있다는 신호 사이의 시간입니다. 세 번과 최대 한 번 더 신호가 없으면 다른 쪽이 "
                "넘겨받습니다. 주소를 나누는 모두가 같아야 합니다.",
            ),
            0.05,
            255.0,
            0.5,
            group="virtual_ip",
            placed="virtual_ip",
        ),
    )


def cores(default: int, help_text: Text) -> Parameter:
    """How many units of work a node serves at the same time."""
    return Parameter(
        "cores", Text("Cores", "코어"), CORES, default, help_text, 1, 1024, 1, whole=True
    )


def queue_limit(default: int) -> Parameter:
    """How many requests may wait at a node before it refuses more."""
    return Parameter(
        "queue_limit",
        Text("Queue limit", "대기열 한도"),
        REQUESTS,
        default,
        Text(
            "Requests that may wait here; the next one is refused.",
            "여기서 기다릴 수 있는 요청 수입니다. 그다음 요청은 거절됩니다.",
        ),
        0,
        1_000_000,
        10,
        whole=True,
    )


def work_ms(name: str, label: Text, default: float, help_text: Text) -> Parameter:
    """Mean time of one piece of work on one core; `variation` says how it varies."""
    return Parameter(name, label, MILLISECONDS, default, help_text, 0.0, 60_000.0, 0.1)


def variation() -> tuple[Parameter, ...]:
    """How work varies around its mean, and how a station divides its cores."""
    return (
        Parameter(
            "distribution",
            Text("Distribution", "분포"),
            NO_UNIT,
            "exponential",
            Text(
                "How the work of single requests varies around the mean.",
                "요청마다 처리 시간이 평균을 중심으로 어떻게 달라지는지 정합니다.",
            ),
            choices=(
                Choice("exponential", Text("Exponential", "지수")),
                Choice("constant", Text("Constant", "일정")),
                Choice("lognormal", Text("Log-normal", "로그 정규")),
                Choice("hyperexponential", Text("Hyperexponential", "초지수")),
            ),
            group="variation",
        ),
        Parameter(
            "scv",
            Text("Variability (SCV)", "변동성 (SCV)"),
            NO_UNIT,
            4.0,
            Text(
                "Variance over squared mean; a hyperexponential has at least 1. Exponential "
                "work has 1, constant work 0.",
                "분산을 평균의 제곱으로 나눈 값입니다. 초지수는 1 이상이고, 지수는 1, "
                "일정은 0입니다.",
            ),
            0.01,
            100.0,
            0.5,
            group="variation",
            when=(("distribution", ("lognormal", "hyperexponential")),),
        ),
        Parameter(
            "discipline",
            Text("Discipline", "처리 순서"),
            NO_UNIT,
            "fifo",
            Text(
                "First come, first served: the others wait. Sharing: all requests present are "
                "worked on at once, each slower.",
                "선착순이면 나머지는 기다립니다. 공유이면 모두 동시에 처리되며 저마다 "
                "더 느려집니다.",
            ),
            choices=(
                Choice("fifo", Text("First come", "선착순")),
                Choice("processor_sharing", Text("Sharing", "공유")),
            ),
            group="variation",
        ),
    )


def checks(
    interval_s: float, fall: int, rise: int, of: Text, when: When = ()
) -> tuple[Parameter, ...]:
    """Interval, fall and rise of the health checks that a node runs against `of`."""
    return (
        Parameter(
            "check_interval_s",
            Text("Check interval", "점검 간격"),
            SECONDS,
            interval_s,
            Text(
                f"Time between two health checks of {of.en}.",
                f"{of.ko}에 대한 상태 점검 사이의 시간입니다.",
            ),
            0.05,
            300.0,
            0.5,
            group="checks",
            when=when,
        ),
        Parameter(
            "check_fall",
            Text("Fall", "실패 기준"),
            TIMES,
            fall,
            Text(
                "Failed checks in a row before it gets no more requests.",
                "연속으로 이만큼 실패하면 더 이상 요청을 보내지 않습니다.",
            ),
            1,
            100,
            1,
            whole=True,
            group="checks",
            when=when,
        ),
        Parameter(
            "check_rise",
            Text("Rise", "회복 기준"),
            TIMES,
            rise,
            Text(
                "Passed checks in a row before it gets requests again.",
                "연속으로 이만큼 성공하면 다시 요청을 보냅니다.",
            ),
            1,
            100,
            1,
            whole=True,
            group="checks",
            when=when,
        ),
        *_checks_in_doubt(when),
    )


def _checks_in_doubt(when: When) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "check_timeout_s",
            Text("Check timeout", "점검 제한 시간"),
            SECONDS,
            0.0,
            Text(
                "A check without an answer fails after this time, and the next one starts an "
                "interval later. 0: after the check interval.",
                "이 시간 안에 답이 없으면 점검이 실패하고, 한 간격 뒤에 다음 점검을 시작합니다. "
                "0이면 점검 간격과 같습니다.",
            ),
            0.0,
            300.0,
            0.5,
            group="checks",
            when=when,
        ),
        Parameter(
            "check_fast_interval_s",
            Text("Interval when in doubt", "의심할 때 간격"),
            SECONDS,
            0.0,
            Text(
                "Interval while the last checks contradict what is believed. 0: the check "
                "interval.",
                "최근 점검이 지금의 믿음과 다를 때의 간격입니다. 0이면 점검 간격과 같습니다.",
            ),
            0.0,
            300.0,
            0.5,
            group="checks",
            when=when,
        ),
    )


def cancels() -> Parameter:
    """Whether a node lets go of work whose client has hung up."""
    return Parameter(
        "cancels",
        Text("Cancellation", "취소 전달"),
        NO_UNIT,
        "off",
        Text(
            "On: when whoever asked has hung up, its work stops (with first come), and the next "
            "hop hears of it.",
            "켜면 요청한 쪽이 연결을 끊었을 때 그 일을 멈추고(선착순일 때) 다음 홉에도 알립니다.",
        ),
        choices=(Choice("off", Text("Off", "끔")), Choice("on", Text("On", "켬"))),
        group="overload",
    )


def waiting_rules() -> tuple[Parameter, ...]:
    """What a first-come station does with requests that have waited too long."""
    return (
        Parameter(
            "wait_limit_s",
            Text("Queue timeout", "대기 제한"),
            SECONDS,
            0.0,
            Text(
                "Whoever has waited longer when its turn comes is turned away; 0 sets no limit.",
                "차례가 왔을 때 이보다 오래 기다린 요청은 거절합니다. 0이면 제한이 없습니다.",
            ),
            0.0,
            3600.0,
            0.5,
            group="overload",
            when=(("discipline", ("fifo",)),),
        ),
        Parameter(
            "drop_expired",
            Text("Expired work", "만료된 일"),
            NO_UNIT,
            "done",
            Text(
                "Requests carry their client's deadline: stop work past it, or do it anyway.",
                "요청에는 클라이언트의 기한이 실려 있습니다. 기한이 지난 일을 멈출지 정합니다.",
            ),
            choices=(
                Choice("done", Text("Done anyway", "그대로 처리")),
                Choice("dropped", Text("Dropped", "버림")),
            ),
            group="overload",
            when=(("discipline", ("fifo",)),),
        ),
        cancels(),
    )


def restarts() -> tuple[Parameter, ...]:
    """How long a node needs to start again, and whether another size restarts it."""
    return (
        Parameter(
            "boot_s",
            Text("Boot time", "부팅 시간"),
            SECONDS,
            0.0,
            Text(
                "Time from the start of a crashed node until it takes requests. A virtual machine "
                "needs about 30 s, the service on it a minute or two.",
                "중단된 노드가 다시 시작해 요청을 받기까지의 시간입니다. 가상 머신은 30초쯤, "
                "그 위의 서비스는 1~2분쯤 걸립니다.",
            ),
            0.0,
            3600.0,
            5.0,
            group="restart",
        ),
        Parameter(
            "resize_restarts",
            Text("New size", "크기 변경"),
            NO_UNIT,
            "live",
            Text(
                "Whether another number of cores takes effect at once or restarts the machine, "
                "as it does in most clouds.",
                "코어 수를 바꾸면 바로 적용할지, 대부분의 클라우드처럼 머신을 다시 시작할지 "
                "정합니다.",
            ),
            choices=(
                Choice("live", Text("At once", "바로 적용")),
                Choice("restart", Text("Restarts", "다시 시작")),
            ),
            group="restart",
        ),
    )
