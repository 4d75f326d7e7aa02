"""Lowered programs on disk, so that an unchanged model is not lowered again.

A file is named by everything its text follows from: the terms, the order of the properties, the
options, and the sources that did the lowering.  It begins with the SHA-256 of the rest;
one that does not match is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from checker.compile.cache import private_directory, write_whole
from checker.compile.digest import terms_digest

_DIGEST = 32


@cache
def _sources() -> bytes:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.digest()


def place(system: Any, properties: Sequence[Any], options: object) -> Path | None:
    """The file of a program; None where there is no private directory to keep one in."""
    directory = private_directory("programs")
    if directory is None:
        return None
    key = hashlib.sha256(_sources())
    key.update(f"{terms_digest(system, properties)} {options}".encode())
    return directory / f"{key.hexdigest()}.json"


def load(path: Path | None) -> dict[str, Any] | None:
    """What was kept under a name, None if that is nothing or damaged."""
    try:
        content = path.read_bytes() if path else b""
    except OSError:
        return None
    if len(content) < _DIGEST or hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
        return None
    kept = json.loads(content[_DIGEST:])
    return kept if isinstance(kept, dict) else None


def keep(path: Path | None, program: dict[str, Any]) -> None:
    """Keep a program; a full disk only costs the next run its time."""
    if path is not None:
        content = json.dumps(program).encode()
        with contextlib.suppress(OSError):
            write_whole(path, hashlib.sha256(content).digest() + content)
