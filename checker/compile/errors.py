"""What can go wrong between terms and machine code, said with the term and its place."""

from __future__ import annotations


class CompileError(Exception):
    """A system that cannot be compiled: the message names the action or property and the term."""


class InternalError(Exception):
    """A fault of the engine itself, never of the model; no verdict may follow it."""
