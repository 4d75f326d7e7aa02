"""Work in a process of its own, so that nothing it leaves behind in memory reaches other work."""

from __future__ import annotations

import os
import pickle
import signal
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, TypeVar

T = TypeVar("T")


def isolated(work: Callable[[], T]) -> T:
    """Do the work in a copy of this process; return its result, or raise its exception.

    Caches of modules, and whatever else outlives a call, begin as they are now and end with the
    copy.  The copy writes nothing and takes no lock, so threads of this process do it no harm.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():  # of threads, which newer Pythons warn about: see above
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _deliver(writer, work)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            answer = pipe.read()
    except BaseException:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(child, 0)
    if status or not answer:
        raise MemoryError if os.WIFSIGNALED(status) else ChildProcessError(f"status {status}")
    good, result = pickle.loads(answer)  # noqa: S301 - this process's own copy wrote it
    if not good:
        raise result
    made: T = result
    return made


def _deliver(writer: int, work: Callable[[], object]) -> NoReturn:
    """Send what the work returns or raises, and end at once."""
    with suppress(BaseException):
        try:
            answer = pickle.dumps((True, work()))
        except Exception as error:  # noqa: BLE001 - the other side raises it
            try:
                answer = pickle.dumps((False, error))
                pickle.loads(answer)  # noqa: S301 - an exception may fail to come back
            except Exception:  # noqa: BLE001 - then its words are what can be sent
                answer = pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
    os._exit(0)
