"""A case for every parameter of every kind, by subject: add a module of your own to ``CASES``."""

from tests.support.parameter_cases.calls import CALLS
from tests.support.parameter_cases.database import DATABASE
from tests.support.parameter_cases.durability import DURABILITY
from tests.support.parameter_cases.failover import FAILOVER
from tests.support.parameter_cases.families import FAMILIES
from tests.support.parameter_cases.limits import LIMITS
from tests.support.parameter_cases.machines import MACHINES
from tests.support.parameter_cases.primaries import PRIMARIES
from tests.support.parameter_cases.serving import SERVING
from tests.support.parameter_cases.shape import Case as Case

CASES: dict[tuple[str, str], Case] = {
    **SERVING,
    **CALLS,
    **DATABASE,
    **DURABILITY,
    **FAILOVER,
    **FAMILIES,
    **LIMITS,
    **MACHINES,
    **PRIMARIES,
}
