"""The second solver: cvc5, in a process of its own, by several ways in turn.

cvc5 keeps the interpreter's lock while it thinks, and may think on past its limit; as a process of
its own it can be ended, and progress is still shown.  It sees the text of an obligation and nothing
else.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .file import Question

UNKNOWN, ERROR, MISSING, SECONDS = "unknown", "error", "missing", "seconds"
GRACE = 5.0
"""Seconds past the limit after which the process is ended."""

HOW_TO_GET = "cvc5 is not installed here: pip install cvc5"


@dataclass(frozen=True, slots=True)
class Reply:
    """What cvc5 says: sat, unsat, or unknown, error, missing with the reason."""

    status: str
    reason: str = ""
    seconds: float = 0.0


class Second:
    """A process with cvc5, started when first asked and again after it has ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str] = queue.Queue()

    def ask(self, question: Question, seconds: float) -> Reply:
        """The first answer that one of the ways gives within the time."""
        began = time.monotonic()
        script, reasons = question.script, []
        for options, share in ways(script):
            left = seconds - (time.monotonic() - began)
            if left <= 0:
                break
            reply = self._once(script, options, min(left, seconds * share))
            if reply.status != UNKNOWN:
                return Reply(reply.status, reply.reason, time.monotonic() - began)
            reasons.append(reply.reason)
        told = [reason for reason in reasons if reason not in {SECONDS, "incomplete"}]
        reason = (told or reasons or [SECONDS])[0]
        return Reply(UNKNOWN, reason, time.monotonic() - began)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # what was not sent is lost with the process
                    stream.close()

    def _once(self, script: str, options: Mapping[str, str], seconds: float) -> Reply:
        milliseconds = max(1, int(seconds * 1000))
        asked = {"script": script, "options": options, "milliseconds": milliseconds}
        try:
            self._send(json.dumps(asked) + "\n")
            line = self._lines.get(timeout=seconds + GRACE)
        except queue.Empty:
            self.close()
            return Reply(UNKNOWN, SECONDS)
        except BrokenPipeError:
            line = ""
        except BaseException:
            self.close()
            raise
        if not line:
            status = self._process.wait() if self._process is not None else 0
            self.close()
            return Reply(UNKNOWN, f"cvc5 ended with status {status}")
        found = json.loads(line)
        reason = SECONDS if found["reason"] == "timeout" else found["reason"]
        return Reply(found["status"], reason)

    def _send(self, line: str) -> None:
        if self._process is None:
            self._start()
        assert self._process is not None  # noqa: S101 - it was started
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def _start(self) -> None:
        worker = Path(__file__).with_name("worker.py")
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(worker)],  # -P: the folder's names hide no others
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
        )
        lines: queue.Queue[str] = queue.Queue()
        self._lines = lines
        stream = self._process.stdout
        assert stream is not None  # noqa: S101 - it is a pipe

        def read() -> None:
            for line in stream:
                lines.put(line)
            lines.put("")

        threading.Thread(target=read, name="cvc5", daemon=True).start()


_shared = Second()
atexit.register(_shared.close)


def ask(question: Question, seconds: float) -> Reply:
    """cvc5's answer to one question, from a process that all questions share."""
    return _shared.ask(question, seconds)


# ways

_LOGIC = re.compile(r"\(set-logic ([A-Z_]+)\)")
_QUICK = 0.03
"""The share of the time that every way has in the first round."""


def ways(script: str) -> Iterator[tuple[Mapping[str, str], float]]:
    """Options to try, each with its share of the time: all of them briefly, then for long.

    The second round has another seed: what cvc5 does with products depends much on luck.
    """
    match = _LOGIC.match(script)
    found = list(_options(match.group(1) if match else "ALL"))
    if len(found) == 1:
        yield found[0], 1.0
        return
    for options in found:
        yield options, _QUICK
    for options in found:
        yield {**options, "seed": "3"}, 1 / len(found) - _QUICK


def _options(logic: str) -> Iterator[Mapping[str, str]]:
    """Ways to set cvc5 for a logic, the likeliest first."""
    yield {}
    if logic == "ALL" or "NIA" in logic:
        yield {"decision": "justification"}
        yield {"nl-ext-purify": "true"}
        yield {"nl-rlv": "interleave"}
        yield {"nl-ext-rewrite": "false"}
        yield {"nl-ext-tplanes": "true"}
    if not logic.startswith("QF_"):
        yield {"enum-inst": "true"}
        yield {"mbqi": "true"}
        yield {"finite-model-find": "true"}
