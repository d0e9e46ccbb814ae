"""A case for every parameter of every kind, by subject: add a module of your own to ``CASES``."""

from tests.contracts.cases.calls import CALLS
from tests.contracts.cases.database import DATABASE
from tests.contracts.cases.durability import DURABILITY
from tests.contracts.cases.failover import FAILOVER
from tests.contracts.cases.families import FAMILIES
from tests.contracts.cases.machines import MACHINES
from tests.contracts.cases.primaries import PRIMARIES
from tests.contracts.cases.serving import SERVING
from tests.contracts.cases.shape import Case as Case

CASES: dict[tuple[str, str], Case] = {
    **SERVING,
    **CALLS,
    **DATABASE,
    **DURABILITY,
    **FAILOVER,
    **FAMILIES,
    **MACHINES,
    **PRIMARIES,
}
