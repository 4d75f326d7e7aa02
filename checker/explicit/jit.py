"""numba, imported late and with a cache that no edit can make stale.

numba's own cache does not notice an edit in another file or of a module constant, and a stale
kernel is a wrong verdict.  Its directory is therefore named by a digest of every kernel source,
of the versions involved and of the processor.  Only kernel modules import this one.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from checker.compile.cache import private_directory
from checker.compile.native import features_text

SOURCES = ("jit.py", "intrinsics.py", "kernel.py", "insert.py", "graph.py", "flow.py")


def kernel_digest() -> str:
    """Digest of everything a compiled kernel depends on."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((Path(__file__).parent / name).read_bytes())
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(metadata.version(package).encode())
    digest.update(f"{platform.python_version()} {sys.platform} {features_text()}".encode())
    return digest.hexdigest()[:32]


def _prepare() -> bool:
    """Point numba at the private directory; False if there is none, and nothing is kept."""
    directory = private_directory(f"kernels-{kernel_digest()}")
    if directory is None:
        return False
    os.environ["NUMBA_CACHE_DIR"] = str(directory)
    from numba.core import config

    config.CACHE_DIR = str(directory)  # in case numba was imported before us
    return True


def _pass_over_cffi() -> None:
    """Let numba settle that it does without cffi, which no kernel here uses.

    It looks for cffi at its first dispatch and builds a C parser then: a quarter of a second.
    """
    name = "numba.core.typing.cffi_utils"
    if name not in sys.modules and "cffi" not in sys.modules:
        sys.modules["cffi"] = None  # type: ignore[assignment]  # Python's way to say: not to be had
        try:
            importlib.import_module(name)
        finally:
            del sys.modules["cffi"]


CACHED = _prepare()
_pass_over_cffi()
