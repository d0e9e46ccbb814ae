"""Where compiled code is kept between starts: a folder named after the sources it came from, and
what else the machine code depends on.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

import platformdirs

_APP = Path(__file__).resolve().parent.parent
_SOURCES = ("engine/*.py", "engine/kernel/*.py", "kinds/*/*.py")
_CODE, _MARK = "kernel", "kernel.digest"


@cache
def source_hash() -> str:
    """A hash of the kernel's sources, the compiler's version and the processor."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(found for pattern in _SOURCES for found in _APP.glob(pattern)):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    for part in (sys.version, version("numba"), version("numpy"), platform.machine(), _cpu()):
        digest.update(part.encode())
    digest.update(os.environ.get("LOADGROUND_BOUNDSCHECK", "").encode())
    return digest.hexdigest()


@cache
def cache_folder() -> tuple[Path, str]:
    """The folder for compiled code, and a complaint ("" if none) when the usual one cannot be used.

    The usual one is in the user's cache directory; ``LOADGROUND_CACHE_DIR`` names another.
    """
    root = Path(os.environ.get("LOADGROUND_CACHE_DIR") or platformdirs.user_cache_dir("loadground"))
    folder = root / source_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            return folder, ""
    except OSError as error:
        spare = Path(tempfile.gettempdir()) / f"loadground-{os.getuid()}" / source_hash()
        spare.mkdir(parents=True, exist_ok=True, mode=0o700)
        return spare, f"cannot write {folder} ({error.strerror}); using {spare}"


def is_warm() -> bool:
    """Whether the compiled kernel is there, and whole, so that the engine can start at once."""
    folder = cache_folder()[0]
    try:
        return (folder / _MARK).read_bytes() == _digest((folder / _CODE).read_bytes())
    except OSError:
        return False


def keep(code: bytes) -> None:
    """Keep the compiled kernel, whoever else may be doing so now."""
    folder = cache_folder()[0]
    for name, content in ((_CODE, code), (_MARK, _digest(code))):
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(content)
        Path(file.name).replace(folder / name)


def kept() -> bytes:
    """The compiled kernel. Raises OSError when there is none."""
    return (cache_folder()[0] / _CODE).read_bytes()


def use_cache() -> None:
    """Point Numba's own cache at the folder, too. Must come before Numba is imported."""
    os.environ["NUMBA_CACHE_DIR"] = str(cache_folder()[0])


def _digest(code: bytes) -> bytes:
    return hashlib.blake2b(code, digest_size=16).hexdigest().encode()


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line.startswith(("model name", "flags"))}))
