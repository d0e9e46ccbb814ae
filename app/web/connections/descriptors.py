"""File descriptors: as many as the system grants, since every connection takes one."""

from __future__ import annotations

import logging

from app.web.connections.limits import DESCRIPTORS_SPARE

LOG = logging.getLogger("loadground.web")


def connections_that_fit(wanted: int) -> int:
    """Raise the process's limit as far as needed and allowed; return how many connections fit."""
    try:
        import resource
    except ImportError:
        # Windows counts handles otherwise, and has no such limit.
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + DESCRIPTORS_SPARE
    if soft != resource.RLIM_INFINITY and soft < needed:
        raised = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
        soft = raised
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    fitting = max(8, soft - DESCRIPTORS_SPARE)
    LOG.warning("Only %d connections fit: the limit of open files is %d", fitting, soft)
    return fitting
