"""The command `parascope`: arguments in, exit status out.

Each command is a module of `checker.commands`, imported when it is asked for; what it does is
elsewhere.  Here is what all of them share: no error reaches a user as a stack trace.
"""

from __future__ import annotations

import atexit
import errno
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from . import report
from .version import VERSION

COMMANDS = {
    "check": "check",
    "prove": "prove",
    "verify": "verify",
    "gate": "gate",
    "show": "show",
    "replay": "show",
    "scenario": "scenario",
    "simulate": "simulate",
    "explore": "explore",
    "findings": "findings",
    "explain": "explain",
    "describe": "inventory",
    "list": "inventory",
    "coverage": "explain",
    "bench": "bench",
}
"""Commands in the order of `--help`, and the module of each."""

INTERRUPTED, INTERNAL, MACHINE, TOO_LARGE = 130, 255, 153, 152


class Lazy(click.Group):
    """A group whose commands are imported when they are needed, in the order of `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"checker.commands.{COMMANDS[cmd_name]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)  # noqa: S101 - narrows the type
        if command.help:  # raw docstrings spell the mark that keeps lines as they are
            command.help = command.help.replace("\\b\n", "\b\n")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there is {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command {name!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


EPILOG = """\b
Examples:
  parascope list                        what there is
  parascope check scheduler             every property of the smallest instance
  parascope check scheduler --as-written
  parascope show trace.itf.json         a counterexample, step by step
  parascope verify proof.cert.smt2      a proof, checked by another solver
  parascope gate                        everything against its expected result

\b
Exit status: 0 good; 10-13 refuted; 20 unreached or vacuous; 22 a trace or scenario refused;
30 undetermined or only bounded; 31 a solver without an answer; 32 a proof refused;
33 not as expected; 2 wrong usage; 150-153 the model, a file, the size, the machine.
The worst verdict wins.
"""


@click.group(
    cls=Lazy,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="parascope", message="%(prog)s %(version)s")
def group() -> None:
    """Check what the specification of the parachain host says, and show where it fails."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit status."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def enter() -> NoReturn:
    """Run the command line as a process of its own, and leave at once.

    Taking down a solver's terms one by one would cost a tenth of a short check; the system takes
    back the memory of a process that ends.  What was registered for the end still runs.
    """
    status = run(sys.argv[1:])
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way to leave tidily and at once
    sys.stderr.flush()
    os._exit(status)


def run(arguments: list[str]) -> int:
    """Run one command; the exit status.  Every error is one message on the error stream."""
    try:
        outcome = group.main(arguments, prog_name="parascope", standalone_mode=False)
        report.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        report.usage(error)
        return error.exit_code
    except (KeyboardInterrupt, click.exceptions.Abort):
        report.complain("interrupted")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence
        return _failed(error)
    return outcome if isinstance(outcome, int) else 0


def _failed(error: Exception) -> int:
    """Say what went wrong in one message, and choose the exit status."""
    code = getattr(error, "exit_code", None)
    if isinstance(code, int):
        report.complain(str(error))
        return code
    if isinstance(error, MemoryError):
        report.complain("out of memory; give --budget memory=..., or choose a smaller instance")
        return MACHINE
    if isinstance(error, OSError):
        if error.errno == errno.EPIPE:  # the reader of a pipe has left: nothing to say it to
            report.abandon_output()
            return MACHINE
        report.complain(f"{error.strerror or error}{_place(error)}")
        return MACHINE
    if type(error).__name__ == "CompileError":
        report.complain(f"the system cannot be represented: {error}")
        return TOO_LARGE
    kept = report.keep_traceback("".join(traceback.format_exception(error)))
    summary = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    report.complain(f"internal error, {summary}; please report it{kept}")
    return INTERNAL


def _place(error: OSError) -> str:
    return f": {error.filename}" if error.filename else ""
