"""A process that puts questions to cvc5, one JSON line each way.

Run by its path, it needs nothing of this project: an overrun, a crash or a full memory is the end
of this process and of nothing else.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from typing import Any

MEMORY = 4 << 30
"""Bytes that cvc5 may use."""

COMMANDS = frozenset(
    {"set-logic", "declare-const", "declare-fun", "declare-sort", "define-fun", "assert"}
)


def answer(script: str, options: dict[str, str], milliseconds: int) -> dict[str, str]:
    """The status of one question, with a reason if it is `unknown` or `error`."""
    import cvc5

    solver = cvc5.Solver()
    for name, value in {"incremental": "false", **options, "tlimit-per": str(milliseconds)}.items():
        solver.setOption(name, value)
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "certificate")
    symbols = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        if command.getCommandName() not in COMMANDS:
            return {"status": "error", "reason": f"the command {command.getCommandName()}"}
        said = command.invoke(solver, symbols)
        if said.startswith("(error"):
            return {"status": "error", "reason": said.strip()}
    result = solver.checkSat()
    if result.isUnknown():
        return {"status": "unknown", "reason": result.getUnknownExplanation().name.lower()}
    return {"status": "sat" if result.isSat() else "unsat", "reason": ""}


def main() -> None:
    """Answer until there are no more questions."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    replies = sys.stdout
    sys.stdout = sys.stderr  # whatever cvc5 prints is no reply
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        try:
            reply = answer(asked["script"], asked["options"], asked["milliseconds"])
        except ImportError as error:
            reply = {"status": "missing", "reason": str(error)}
        except MemoryError:
            reply = {"status": "unknown", "reason": "memory"}
        except Exception as error:  # noqa: BLE001 - cvc5 raises RuntimeError for what it cannot read
            reply = {"status": "error", "reason": " ".join(str(error).split())}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
