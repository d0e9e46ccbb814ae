"""Names of files to download, made of what people call their drawings."""

from __future__ import annotations

import re
from urllib.parse import quote


def disposition(name: str, ending: str) -> str:
    """Return a Content-Disposition (RFC 6266) with a file name, in any script, no surprises."""
    kept = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "loadground"
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "", kept).strip("-.") or "loadground"
    encoded = quote(kept)
    return f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{encoded}.{ending}"
