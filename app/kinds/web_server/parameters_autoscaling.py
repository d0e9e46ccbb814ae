"""Scaling out: several servers of one sort behind the same links, and who decides how many."""

from app.schema import NO_UNIT, PERCENT, SECONDS, TIMES, Choice, Parameter, Unit
from app.texts.text import Text

INSTANCES_MAX = 50
_SERVERS = Unit(Text("servers"))
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
        Text("Instances"),
        _SERVERS,
        1,
        Text("Servers like this one with the same links; an autoscaler keeps at least so many."),
        1,
        INSTANCES_MAX,
        1,
        whole=True,
        group="scaling",
    ),
    Parameter(
        "scaling",
        Text("Scaling"),
        NO_UNIT,
        "fixed",
        Text(
            "Whether the number stays, or an autoscaler starts and stops servers by how busy they "
            "are. A new one takes its boot time and then has to pass the balancer's checks."
        ),
        choices=(
            Choice("fixed", Text("Fixed")),
            Choice("auto", Text("Autoscaler")),
        ),
        group="scaling",
    ),
    Parameter(
        "instances_max",
        Text("At most"),
        _SERVERS,
        4,
        Text("The autoscaler starts no more than this."),
        1,
        INSTANCES_MAX,
        1,
        whole=True,
        group="scaling",
        when=_AUTO,
    ),
    _threshold(
        "scale_out_percent",
        Text("Scale out above"),
        70.0,
        Text("A period with a higher mean utilisation is a breach."),
    ),
    _threshold(
        "scale_in_percent",
        Text("Scale in below"),
        30.0,
        Text("A period with a lower mean utilisation is one, too."),
    ),
    Parameter(
        "scale_period_s",
        Text("Metric period"),
        SECONDS,
        60.0,
        Text("Utilisation is looked at this often."),
        1.0,
        3600.0,
        10.0,
        group="scaling",
        when=_AUTO,
    ),
    Parameter(
        "scale_breaches",
        Text("Breaches"),
        TIMES,
        3,
        Text("So many periods in a row make it act."),
        1,
        100,
        1,
        whole=True,
        group="scaling",
        when=_AUTO,
    ),
    Parameter(
        "scale_step",
        Text("Step", context="autoscaling"),
        _SERVERS,
        1,
        Text("Servers that it starts or stops at once."),
        1,
        INSTANCES_MAX,
        1,
        whole=True,
        group="scaling",
        when=_AUTO,
    ),
    Parameter(
        "scale_cooldown_s",
        Text("Cooldown"),
        SECONDS,
        300.0,
        Text("After it has acted, it waits so long before it acts again."),
        0.0,
        36_000.0,
        30.0,
        group="scaling",
        when=_AUTO,
    ),
)
