"""Compiled code kept between starts: in a folder named after the sources it came from, and what
else the machine code depends on.
"""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import stat
import sys
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from app.settings import settings

_APP = Path(__file__).resolve().parents[2]
_SOURCES = ("kernel/**/*.py", "engine/loop/*.py", "kinds/*/behaviour/*.py")
_CODE, _MARK = "kernel", "kernel.digest"
_ROOM = 1 << 20
"""Bytes that must fit: about twice what the compiled kernel takes."""


class CacheError(Exception):
    """No folder takes the compiled kernel. The message names folders: it is for the log."""


@cache
def source_hash() -> str:
    """A hash of the kernel's sources, the compiler's version and the processor."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(found for pattern in _SOURCES for found in _APP.glob(pattern)):
        digest.update(path.relative_to(_APP).as_posix().encode())
        digest.update(path.read_bytes())
    for part in (sys.version, version("numba"), version("numpy"), platform.machine(), _cpu()):
        digest.update(part.encode())
    digest.update(b"checked" if settings().boundscheck else b"")
    digest.update(b"patched" if settings().numba_patches else b"")
    return digest.hexdigest()


def writable_folder() -> tuple[Path, str]:
    """A folder with room for compiled code, and a complaint ("" if none) about the usual one.

    The usual one is in the folder that the settings name. Where that is full or read-only, there is
    one of this user's among the temporary files. Raises CacheError when neither can be used.
    """
    complaints: list[str] = []
    for folder in _folders():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.mkdir(exist_ok=True)
            if not _is_trusted(folder):
                raise PermissionError(errno.EPERM, "others can write there")
            with tempfile.NamedTemporaryFile(dir=folder) as file:
                file.write(bytes(_ROOM))
        except OSError as error:
            complaints.append(f"cannot write {folder} ({error.strerror})")
        else:
            return folder, "".join(f"{one}; using {folder}" for one in complaints)
    raise CacheError("; ".join(complaints))


def is_warm() -> bool:
    """Return whether the compiled kernel is there, and whole, so that the engine can start at
    once.
    """
    return any(map(_is_whole, _folders()))


def keep(code: bytes) -> None:
    """Keep the compiled kernel, whoever else may be doing so now. Raises CacheError."""
    folder, _ = writable_folder()
    for name, content in ((_CODE, code), (_MARK, _digest(code))):
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            written = Path(file.name)
            try:
                file.write(content)
                file.close()
                written.replace(folder / name)
            except OSError as error:
                written.unlink(missing_ok=True)
                raise CacheError(f"cannot write {folder} ({error.strerror})") from None


def kept() -> bytes:
    """The compiled kernel. Raises OSError when there is none."""
    whole = next(filter(_is_whole, _folders()), _folders()[0])
    return (whole / _CODE).read_bytes()


def use_cache() -> None:
    """Point Numba's own cache at the folder, too. Must come before Numba is imported."""
    os.environ["NUMBA_CACHE_DIR"] = str(writable_folder()[0])


def _folders() -> tuple[Path, Path]:
    """The folders that compiled code may be in, the usual one first."""
    name = source_hash()
    spare = Path(tempfile.gettempdir()) / f"loadground-{os.getuid()}"
    return settings().cache_dir / name, spare / name


def _is_trusted(folder: Path) -> bool:
    """Return whether nobody else could have put code there, which this process would run.

    That is asked of the spare folder only, because its place is known and open to everybody.
    """
    usual, spare = _folders()
    if folder == usual:
        return True
    state = spare.parent.lstat()
    return (
        stat.S_ISDIR(state.st_mode)
        and state.st_uid == os.getuid()
        and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _is_whole(folder: Path) -> bool:
    try:
        content = (folder / _CODE).read_bytes()
        return (folder / _MARK).read_bytes() == _digest(content) and _is_trusted(folder)
    except OSError:
        return False


def _digest(code: bytes) -> bytes:
    return hashlib.blake2b(code, digest_size=16).hexdigest().encode()


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line.startswith(("model name", "flags"))}))
