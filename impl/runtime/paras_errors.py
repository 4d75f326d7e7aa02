"""§2.5.4 The Paras Module: one class for each check."""

from __future__ import annotations

from dataclasses import dataclass

from impl.errors import CheckFailed


@dataclass(eq=False)
class AlreadyRegistered(CheckFailed, token="§2.5.4/schedule_para_initialize"):
    """A para comes in that is registered and stays, or comes in already (amended text only)."""

    para: int

    def describe(self) -> str:
        """Name the para."""
        return f"para {self.para} is registered already, or about to be"


@dataclass(eq=False)
class IntermediateNotBefore(CheckFailed, token="§2.5.4/validation_code_at.3"):
    """The assumed intermediate block is not before the block looked up."""

    at: int
    intermediate: int

    def describe(self) -> str:
        """Give both heights."""
        return f"an intermediate block at {self.intermediate} is not before {self.at}"
