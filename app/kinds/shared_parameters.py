"""Parameters that several kinds share, so that one word keeps one meaning and one range."""

from app.schema import CORES, MILLISECONDS, NO_UNIT, REQUESTS, SECONDS, TIMES, Choice, Parameter
from app.texts.text import Text

When = tuple[tuple[str, tuple[str, ...]], ...]
"""The settings of others among which a parameter matters."""


def exposure(default: str) -> Parameter:
    """Return whether a node has a public address that clients on the internet can reach."""
    return Parameter(
        "exposure",
        Text("Address"),
        NO_UNIT,
        default,
        Text("Users on the internet reach public addresses only."),
        choices=(
            Choice("public", Text("Public")),
            Choice("private", Text("Private")),
        ),
        group="network",
    )


def nat(*when: tuple[str, tuple[str, ...]]) -> Parameter:
    """Return whether a node without a public address reaches public addresses outside its
    network.
    """
    return Parameter(
        "nat",
        Text("NAT"),
        NO_UNIT,
        "no",
        Text("Whether it gets out of its private network, to public addresses elsewhere."),
        choices=(Choice("no", Text("No")), Choice("yes", Text("Yes"))),
        when=when,
        group="network",
    )


def virtual_ip() -> tuple[Parameter, ...]:
    """Return the parameters of balancers with a virtual IP (VRRP; defaults are keepalived's)."""
    return (
        Parameter(
            "vrrp_priority",
            Text("Priority"),
            NO_UNIT,
            100,
            Text(
                "The living balancer with the highest holds the virtual IP; among equals, that "
                "with the higher address."
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
            Text("Advert interval"),
            SECONDS,
            1.0,
            Text(
                "Time between two signs of life. After three of them and up to one more without "
                "any, the other takes over. All that share an address must agree on it."
            ),
            0.05,
            255.0,
            0.5,
            group="virtual_ip",
            placed="virtual_ip",
        ),
    )


def cores(default: int, help_text: Text) -> Parameter:
    """Return the parameter of the number of requests that a node serves at the same time."""
    return Parameter("cores", Text("Cores"), CORES, default, help_text, 1, 1024, 1, whole=True)


def queue_limit(default: int) -> Parameter:
    """Return the parameter of the number of requests that may wait at a node."""
    return Parameter(
        "queue_limit",
        Text("Queue limit"),
        REQUESTS,
        default,
        Text("Requests that may wait here; the next one is refused."),
        0,
        1_000_000,
        10,
        whole=True,
    )


def work_ms(name: str, label: Text, default: float, help_text: Text) -> Parameter:
    """Mean time of one piece of work on one core; `variation` says how it varies."""
    return Parameter(name, label, MILLISECONDS, default, help_text, 0.0, 60_000.0, 0.1)


def variation() -> tuple[Parameter, ...]:
    """Return the parameters of the work's distribution, and of a station's discipline."""
    return (
        Parameter(
            "distribution",
            Text("Distribution"),
            NO_UNIT,
            "exponential",
            Text("How the work of single requests varies around the mean."),
            choices=(
                Choice("exponential", Text("Exponential")),
                Choice("constant", Text("Constant")),
                Choice("lognormal", Text("Log-normal")),
                Choice("hyperexponential", Text("Hyperexponential")),
            ),
            group="variation",
        ),
        Parameter(
            "scv",
            Text("Variability (SCV)"),
            NO_UNIT,
            4.0,
            Text(
                "Variance over squared mean; a hyperexponential has at least 1. Exponential work "
                "has 1, constant work 0."
            ),
            0.01,
            100.0,
            0.5,
            group="variation",
            when=(("distribution", ("lognormal", "hyperexponential")),),
        ),
        Parameter(
            "discipline",
            Text("Discipline"),
            NO_UNIT,
            "fifo",
            Text(
                "First come, first served: the others wait. Sharing: all requests present are "
                "worked on at once, each slower."
            ),
            choices=(
                Choice("fifo", Text("First come")),
                Choice("processor_sharing", Text("Sharing")),
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
            Text("Check interval"),
            SECONDS,
            interval_s,
            Text("Time between two health checks of {of}.", of=of),
            0.05,
            300.0,
            0.5,
            group="checks",
            when=when,
        ),
        Parameter(
            "check_fall",
            Text("Fall"),
            TIMES,
            fall,
            Text("Failed checks in a row before it gets no more requests."),
            1,
            100,
            1,
            whole=True,
            group="checks",
            when=when,
        ),
        Parameter(
            "check_rise",
            Text("Rise"),
            TIMES,
            rise,
            Text("Passed checks in a row before it gets requests again."),
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
            Text("Check timeout"),
            SECONDS,
            0.0,
            Text(
                "A check without an answer fails after this time, and the next one starts an "
                "interval later. 0: after the check interval."
            ),
            0.0,
            300.0,
            0.5,
            group="checks",
            when=when,
        ),
        Parameter(
            "check_fast_interval_s",
            Text("Interval when in doubt"),
            SECONDS,
            0.0,
            Text(
                "Interval while the last checks contradict what is believed. 0: the check interval."
            ),
            0.0,
            300.0,
            0.5,
            group="checks",
            when=when,
        ),
    )


def cancels() -> Parameter:
    """Return whether a node lets go of work whose client has hung up."""
    return Parameter(
        "cancels",
        Text("Cancellation"),
        NO_UNIT,
        "off",
        Text(
            "On: when whoever asked has hung up, its work stops (with first come), and the next "
            "hop hears of it."
        ),
        choices=(Choice("off", Text("Off")), Choice("on", Text("On"))),
        group="overload",
    )


def waiting_rules() -> tuple[Parameter, ...]:
    """Return the parameters of a first-come station for requests that have waited too long."""
    return (
        Parameter(
            "wait_limit_s",
            Text("Queue timeout"),
            SECONDS,
            0.0,
            Text("Whoever has waited longer when its turn comes is turned away; 0 sets no limit."),
            0.0,
            3600.0,
            0.5,
            group="overload",
            when=(("discipline", ("fifo",)),),
        ),
        Parameter(
            "drop_expired",
            Text("Expired work"),
            NO_UNIT,
            "done",
            Text("Requests carry their client's deadline: stop work past it, or do it anyway."),
            choices=(
                Choice("done", Text("Done anyway")),
                Choice("dropped", Text("Dropped")),
            ),
            group="overload",
            when=(("discipline", ("fifo",)),),
        ),
        cancels(),
    )


def restarts() -> tuple[Parameter, ...]:
    """Return the parameters of a node's boot time, and of restarts at a new size."""
    return (
        Parameter(
            "boot_s",
            Text("Boot time"),
            SECONDS,
            0.0,
            Text(
                "Time from the start of a crashed node until it takes requests. A virtual machine "
                "needs about 30 s, the service on it a minute or two."
            ),
            0.0,
            3600.0,
            5.0,
            group="restart",
        ),
        Parameter(
            "resize_restarts",
            Text("New size"),
            NO_UNIT,
            "live",
            Text(
                "Whether another number of cores takes effect at once or restarts the machine, as "
                "it does in most clouds."
            ),
            choices=(
                Choice("live", Text("At once")),
                Choice("restart", Text("Restarts")),
            ),
            group="restart",
        ),
    )
