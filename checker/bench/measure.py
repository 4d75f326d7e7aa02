"""One process, measured: seconds, seconds of processor, peak memory, what it printed."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

KIB = 1024
_KIB_UNIT = KIB if sys.platform != "darwin" else 1  # of ru_maxrss


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of a program cost, from its start to its end.

    `peak` is the largest resident set in bytes; the kernel counts from the size of the measuring
    process on, so it is never less than that.  `status` is negative for a signal.
    """

    seconds: float
    cpu: float
    peak: int
    status: int
    text: str
    errors: str
    late: bool = False


def measure(
    command: Sequence[str],
    folder: Path,
    *,
    limit: float,
    environment: Mapping[str, str] | None = None,
    loud: bool = False,
) -> Measured:
    """Run a command in a folder; after `limit` seconds it is killed, and `late`.

    `cpu` covers the process and those it waited for.  One that is `loud` writes its errors and
    its progress to our own error stream, and `errors` is empty.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = perf_counter()
        child = subprocess.Popen(
            list(command), cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out,
            stderr=None if loud else err, start_new_session=True,
        )  # fmt: skip
        late = threading.Event()

        def stop() -> None:
            late.set()
            _kill(child.pid)

        timer = threading.Timer(limit, stop)
        timer.start()
        try:
            _, ended, usage = os.wait4(child.pid, 0)
            seconds = perf_counter() - began
        except BaseException:  # an interrupt leaves nothing running
            _kill(child.pid)
            child.wait()
            raise
        finally:
            timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(ended)
        text, errors = (_text(stream) for stream in (out, err))
    cpu = usage.ru_utime + usage.ru_stime
    peak = usage.ru_maxrss * _KIB_UNIT
    return Measured(seconds, cpu, peak, child.returncode, text, errors, late.is_set())


def _kill(process: int) -> None:
    """End a process and what it started; it leads a group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


def _text(stream: object) -> str:
    stream.seek(0)  # type: ignore[attr-defined] # the type of temporary files is private
    content: bytes = stream.read()  # type: ignore[attr-defined]
    return content.decode("utf-8", "replace")


def ours(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this very program."""
    return [sys.executable, "-m", module, *arguments]


def environment() -> dict[str, str]:
    """The environment in which `ours` finds this program from any folder."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{path}" if path else here}


def median(values: Sequence[float]) -> float:
    """The middle one; of an even number, the mean of the middle two."""
    return float(statistics.median(values))


def peak_memory() -> int:
    """Largest resident set of this process so far, in bytes.

    From /proc, which counts since the program began; elsewhere getrusage, which may count from
    the size of the process that started it.
    """
    found = _status("VmHWM")
    if found:
        return found
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB_UNIT


def _status(field: str) -> int:
    return _field(Path("/proc/self/status"), field)


def available_memory() -> int:
    """Bytes that a program may take without swapping; 0 where the system does not say."""
    return _field(Path("/proc/meminfo"), "MemAvailable")


def _field(path: Path, field: str) -> int:
    """A line `Field: N kB` of a file of /proc, in bytes; 0 if it is not there."""
    with contextlib.suppress(OSError, ValueError):
        for line in path.read_text(encoding="ascii", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name == field:
                return int(value.split()[0]) * KIB
    return 0


def machine() -> str:
    """Processor, cores, memory, huge pages, versions, load: what a figure depends on."""
    from importlib import metadata

    memory = _field(Path("/proc/meminfo"), "MemTotal")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = [
        _processor(),
        f"{usable} cores",
        f"{memory / KIB**3:.0f} GiB" if memory else "",
        f"{platform.system()} {platform.release()}",
        f"huge pages {_huge_pages()}",
        f"Python {platform.python_version()}",
        f"llvmlite {metadata.version('llvmlite')}",
        f"numba {metadata.version('numba')}",
        f"load {os.getloadavg()[0]:.1f}",
    ]
    return ", ".join(part for part in parts if part)


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _huge_pages() -> str:
    """The setting in force, as `always [madvise] never` marks it."""
    with contextlib.suppress(OSError, IndexError):
        text = Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text(encoding="ascii")
        return text.split("[")[1].split("]")[0]
    return "unknown"
