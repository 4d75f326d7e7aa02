"""What can be wrong with a scenario, and what the text does not have."""

from __future__ import annotations

from typing import ClassVar

from checker.files import ToolError

NODE_SIDE = "the node side comes later"
NOT_IN_TEXT = "the text has nothing of the kind"


class Refused(ToolError):
    """A file that is JSON and no scenario: where (`path`, `place` inside it), and why."""

    exit_code: ClassVar[int] = 22

    def __init__(self, path: str, place: str, problem: str) -> None:
        self.path = path
        self.place = place
        self.problem = problem
        super().__init__(f"{path}: {place}: {problem}" if place else f"{path}: {problem}")


class Wrong(Exception):
    """A value that is none of the vocabulary; `place` is the path to it."""

    def __init__(self, place: str, problem: str) -> None:
        self.place = place
        self.problem = problem
        super().__init__(f"{place}: {problem}")


class Unsupported(Exception):
    """A name of the vocabulary that the reference implementation has no meaning for, and why."""

    def __init__(self, name: str, reason: str = NOT_IN_TEXT) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}")


class NoMember(Unsupported):
    """A member of the configuration that is nearly one of the text: misspelt, or beyond it."""
