"""Reading and writing of files: whole or not at all, with errors that say what to do.

A file is written under a temporary name in its own folder and renamed, so a reader sees the old
contents or the new ones and a killed run leaves no half of either.  `-` is standard input or
output.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

STANDARD = "-"

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
    errno.EACCES: "permission denied; choose a folder you may write to",
    errno.EPERM: "permission denied; choose a folder you may write to",
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.ENOENT: "the folder does not exist; create it first",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EISDIR: "this is a folder; give a file name",
    errno.ENAMETOOLONG: "the name is too long for this file system",
    errno.EFBIG: "the file is larger than this file system allows",
    errno.EIO: "the device reports an input or output error",
    errno.EPIPE: "the reader has closed the pipe",
}


class ToolError(Exception):
    """An error meant for the person at the command line, who gets `exit_code` with it."""

    exit_code: ClassVar[int] = 255


class InputError(ToolError):
    """A file that cannot be used: where (`path`, `place` inside it) and what was expected."""

    exit_code: ClassVar[int] = 151

    def __init__(self, path: str, place: str, problem: str) -> None:
        self.path = path
        self.place = place
        self.problem = problem
        where = f"{path}: {place}" if place else path
        super().__init__(f"{where}: {problem}")


class OutputError(ToolError):
    """The system would not take a file: disk, permission, folder."""

    exit_code: ClassVar[int] = 153

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"cannot write {path}: {problem}")


def shown(path: str | Path, *, reading: bool) -> str:
    """The name of `path` for messages; `-` reads as standard input or output."""
    if str(path) == STANDARD:
        return "standard input" if reading else "standard output"
    return str(path)


def read_bytes(path: str | Path, *, most: int | None = None) -> bytes:
    """The contents of `path` (`-`: standard input).

    Raises InputError, also for more than `most` bytes, of which no more are read.
    """
    try:
        wanted = -1 if most is None else most + 1
        if str(path) == STANDARD:
            data = sys.stdin.buffer.read(wanted)
        else:
            with Path(path).open("rb") as stream:
                data = stream.read(wanted)
        if most is None or len(data) <= most:
            return data
        problem = f"larger than {most >> 20} MiB, the most that is read"
    except FileNotFoundError:
        problem = "there is no such file"
    except IsADirectoryError:
        problem = "this is a folder; give a file name"
    except PermissionError:
        problem = "permission denied"
    except MemoryError:
        problem = "the file is too large for memory"
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        problem = getattr(error, "strerror", None) or str(error)
    raise InputError(shown(path, reading=True), "", problem)


def read_text(path: str | Path) -> str:
    """The contents of `path` as UTF-8 (`-`: standard input).  Raises InputError."""
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"expected UTF-8 text, found the byte 0x{data[error.start]:02x}"
        place = f"byte {error.start}"
        raise InputError(shown(path, reading=True), place, problem) from None


def write_text(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8, whole or not at all.  Raises OutputError."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write `data` to `path` (`-`: standard output), whole or not at all.  Raises OutputError.

    A link is followed and its target replaced; a device or a pipe is written to directly, because
    a rename would put a plain file in its place.
    """
    try:
        if str(path) == STANDARD:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            return
        target = Path(os.path.realpath(path))
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            with target.open("wb") as special:
                special.write(data)
            return
        _replace(target, data)
    except (OSError, ValueError) as error:
        raise OutputError(shown(path, reading=False), _reason(error)) from error


def _replace(target: Path, data: bytes) -> None:
    """Write a temporary file beside `target`, force it to disk and rename it."""
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    # A short prefix of the name, so that a name that just fits does not become too long.
    handle, temporary = tempfile.mkstemp(".partial", f".{target.name[:40]}.", target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except BaseException:  # also an interrupt: no temporary file stays behind
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _reason(error: OSError | ValueError) -> str:
    """What went wrong, in words, and what to do."""
    number = getattr(error, "errno", None)
    if number in _REASONS:
        return _REASONS[number]
    return getattr(error, "strerror", None) or str(error)
