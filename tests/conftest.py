"""Settings of every test run: Hypothesis is reproducible and has no deadline.

Examples are derived from the test itself, never from the clock, so that two runs of the same
tree try the same inputs; a failing example is printed with the line that replays it.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from checker.compile import programs

SEED = 20201120
"""The seed of every generator that is not Hypothesis's own."""

settings.register_profile(
    "parascope",
    deadline=None,  # the first call of a compiled kernel takes seconds
    derandomize=True,
    database=None,  # nothing is remembered between runs: the same tree, the same result
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # building a system of terms is slow, and meant
)
settings.load_profile("parascope")


def pytest_report_header() -> str:
    """Print what fixes the run, at the head of it."""
    threads = os.environ.get("NUMBA_NUM_THREADS", "default")
    return f"hypothesis: derandomized, no deadline; seed {SEED}; numba threads: {threads}"


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator with the fixed seed, fresh for each test."""
    return np.random.default_rng(SEED)


@pytest.fixture(autouse=True)
def lower_anew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower every model in the test itself, so that a fault planted there is not passed over.

    A test marked `kept_programs` is about programs kept on disk.
    """
    if "kept_programs" not in request.keywords:
        monkeypatch.setattr(programs, "place", lambda *_: None)
