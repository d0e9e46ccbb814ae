"""Figures of a database on the page: copies, commits, and groups of primaries."""

from app.kinds.database.parameters_commit import WAITING
from app.kinds.shared_figures import DOWN_SINCE, FAILED, LOAD, STALE_READS
from app.schema import MILLISECONDS, NO_UNIT, PER_SECOND, PERCENT, SECONDS, Figure, Unit
from app.texts.text import Text

_KILOBYTES = Unit(Text("kB"), 1e3)
_WAITS = (("commit", WAITING),)


def _of_the_group(name: str, label: Text) -> Figure:
    """A count of a group in which each member takes writes, shown once it is not 0."""
    return Figure(name, label, NO_UNIT, when=f"some_{name}")


FIGURES = (
    *LOAD,
    Figure("reads", Text("Reads"), PER_SECOND),
    Figure("writes", Text("Writes"), PER_SECOND),
    FAILED,
    Figure("lag", Text("Lag"), SECONDS, when="lag"),
    STALE_READS,
    Figure("behind", Text("Log to apply"), _KILOBYTES, when="lag"),
    Figure("sum", Text("Checksum of its data"), NO_UNIT, when="sum", code=True),
    Figure("own", Text("Own writes missed"), PERCENT, when="owned"),
    Figure("reach", Text("Pairs that reach"), NO_UNIT, when="group"),
    _of_the_group("conflicts", Text("Conflicts")),
    _of_the_group("dropped", Text("Updates dropped")),
    _of_the_group("merged", Text("Merged")),
    _of_the_group("rejected", Text("Rejected")),
    _of_the_group("collisions", Text("Row numbers given twice")),
    _of_the_group("diverged", Text("Keys that differ")),
    _of_the_group("stopped", Text("Does not apply")),
    _of_the_group("circling", Text("Writes circling")),
    Figure("commit", Text("Commit waits"), MILLISECONDS, among=_WAITS),
    Figure("commit_p99", Text("Commit p99"), MILLISECONDS, among=_WAITS),
    DOWN_SINCE,
)
