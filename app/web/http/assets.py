"""Static files: addresses that name their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import os
import time
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

    def __init__(self, folder: Path, look_again_s: float = 1.0) -> None:
        self.folder = folder
        self._look_again_s = look_again_s
        # By name: when the file was last looked at, its time of change then, and its hash.
        self._known: dict[str, tuple[float, int, str]] = {}

    def address(self, name: str) -> str:
        """The address of the file called `name`, a path under the static folder."""
        version = self.version(name)
        return f"/static/{name}?v={version}" if version else f"/static/{name}"

    def version(self, name: str) -> str:
        """A hash of the file's content; "" when there is no such file, which is logged."""
        now_s = time.monotonic()
        known = self._known.get(name)
        # A page names the same few files hundreds of times.
        if known and now_s - known[0] < self._look_again_s:
            return known[2]
        try:
            changed_ns = (self.folder / name).stat().st_mtime_ns
            if known and known[1] == changed_ns:
                digest = known[2]
            else:
                digest = hashlib.sha256((self.folder / name).read_bytes()).hexdigest()[:12]
        except OSError:
            LOG.error("There is no static file %s", name)
            return ""
        self._known[name] = (now_s, changed_ns, digest)
        return digest


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
