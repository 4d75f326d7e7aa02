"""Faults planted in the code under test: one routine, compiled again with one place changed."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType
from unittest import mock


@dataclass(frozen=True)
class Fault:
    """In `module.routine`, the text `old` is replaced by `new`."""

    module: ModuleType
    routine: str
    old: str
    new: str


@contextmanager
def planted(fault: Fault | None) -> Iterator[None]:
    """Put the faulty routine wherever the right one is imported, for as long as this lasts."""
    if fault is None:
        yield
        return
    right = getattr(fault.module, fault.routine)
    text = textwrap.dedent(inspect.getsource(right))
    times = text.count(fault.old)
    assert times == 1, f"{fault.routine} contains {fault.old!r} {times} times; it must be once"
    made: dict[str, object] = {}
    exec(text.replace(fault.old, fault.new), vars(fault.module), made)  # noqa: S102 - our own text
    wrong = made[fault.routine]
    with ExitStack() as stack:
        for module in list(sys.modules.values()):
            if vars(module).get(fault.routine) is right:
                stack.enter_context(mock.patch.object(module, fault.routine, wrong))
        yield
