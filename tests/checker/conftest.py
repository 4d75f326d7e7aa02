"""Fixtures of several tests of the checker."""

from tests.checker.toys import toys

__all__ = ["toys"]
