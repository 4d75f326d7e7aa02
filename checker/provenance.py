"""What an answer rests on: versions of the programs, digests of sources."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

_TOOLS = ("z3-solver", "numpy", "llvmlite", "numba", "cvc5")
_ENGINES = {
    "explicit": ("compile", "explicit"),
    "bmc": ("smt",),
    "induction": ("smt",),
    "spacer": ("smt",),
    "parametric": ("smt",),
}


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of every program an engine runs on, as installed."""
    found = {"python": platform.python_version()}
    for name in _TOOLS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


@cache
def engine_digest(engine: str) -> str:
    """A digest of the sources of an engine."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for folder in _ENGINES[engine]:
        for path in sorted((here / folder).glob("*.py")):
            digest.update(f"{folder}/{path.name}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
