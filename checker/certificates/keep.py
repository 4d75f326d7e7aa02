"""Where certificates are kept: a folder of their own beside the other results."""

from __future__ import annotations

from pathlib import Path

from checker.files import OutputError, write_text

FOLDER = "certificates"
SUFFIX = ".cert.smt2"


def write(folder: str, name: str, text: str) -> str:
    """Write one certificate; its path.  Raises OutputError."""
    path = Path(folder) / FOLDER / f"{name}{SUFFIX}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(str(path.parent), error.strerror or str(error)) from error
    write_text(path, text)
    return str(path)


def advice(folder: str) -> str:
    """How to check everything that was kept."""
    return f"check them: parascope verify {Path(folder) / FOLDER}/*"
