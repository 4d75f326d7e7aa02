"""The systems that the reference implementation contains, each with what drives it.

A bench is a module with `Bench`, a value that holds the reference implementation's storage;
`genesis(cfg, **choices)` and `step(bench, action, choices)`, which call it and let its errors pass;
and `abstract(bench)`, the refinement mapping to the model's storage as plain data.  `REMEMBERED`,
if it has any, are storage variables that the model keeps for its properties only: the reference
has nothing like them, and the mapping leaves them out.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import ModuleType

from impl.rules import AMENDMENTS, Rules
from model.config import Config

BENCHES = {
    "host": "host",
    "scheduler": "scheduler",
    "session": "session",
    "inclusion": "inclusion",
    "paras": "paras",
}
"""By the name of the system, the module beside this one."""


def bench_of(system: str) -> ModuleType:
    """The bench of a system; `KeyError` if the reference implementation does not contain it."""
    return importlib.import_module(f"{__package__}.{BENCHES[system]}")


def remembered(bench: ModuleType) -> frozenset[str]:
    """The storage variables about which the mapping says nothing."""
    return getattr(bench, "REMEMBERED", frozenset())


def rules_of(cfg: Config, readings: Mapping[str, str] | None = None) -> Rules:
    """The text that a model executes, for the reference implementation.

    Amendments of systems that it does not contain mean nothing to it.
    """
    return Rules(cfg.rules.amendments & AMENDMENTS, cfg.rules.variants, readings or {})
