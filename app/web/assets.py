"""Static files: addresses that name their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import os
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

LOG = logging.getLogger("loadground.web")

FOR_EVER = "public, max-age=31536000, immutable"

# Some machines' registries disagree, and with nosniff a wrong type is no script at all.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("image/svg+xml", ".svg")


class Assets:
    """Addresses of static files, ``/static/css/app.css?v=<hash of its content>``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, tuple[int, str]] = {}

    def address(self, name: str) -> str:
        """The address of the file called `name`, a path under the static folder."""
        version = self.version(name)
        return f"/static/{name}?v={version}" if version else f"/static/{name}"

    def version(self, name: str) -> str:
        """A hash of the file's content; "" when there is no such file, which is logged."""
        try:
            changed_ns = (self.folder / name).stat().st_mtime_ns
            known = self._known.get(name)
            if known is None or known[0] != changed_ns:
                digest = hashlib.sha256((self.folder / name).read_bytes()).hexdigest()[:12]
                known = self._known[name] = (changed_ns, digest)
        except OSError:
            LOG.error("There is no static file %s", name)
            return ""
        return known[1]


class StaticFolder(StaticFiles):
    """Serves the static folder; only an address with the right hash is kept without asking."""

    def __init__(self, assets: Assets) -> None:
        super().__init__(directory=assets.folder)
        self._assets = assets

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, with how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
        name = Path(full_path).relative_to(self._assets.folder.resolve()).as_posix()
        # Modules import each other without a hash; those ask each time and are told "unchanged".
        fixed = asked and asked == self._assets.version(name)
        response.headers["Cache-Control"] = FOR_EVER if fixed else "no-cache"
        return response
