"""Where compiled code is kept: a private directory of the user, since objects are code.

PARASCOPE_CACHE names it outright; otherwise `parascope` under XDG_CACHE_HOME or ~/.cache.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


def cache_root() -> Path:
    """Directory for everything this program may delete and make again."""
    named = os.environ.get("PARASCOPE_CACHE")
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "parascope"


def private_directory(name: str) -> Path | None:
    """Return a subdirectory that only this user can write to, or None if there is none.

    Made if missing, mode 0700.  One that belongs to someone else, or that others may write to,
    is not used: whoever can write there can make us run their code.
    """
    path = cache_root() / name
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.stat()
    except OSError:
        return None
    if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
        return None
    if stat.S_IMODE(found.st_mode) & 0o022:
        return None
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write under a temporary name, then rename: a reader never sees half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
