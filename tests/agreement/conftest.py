"""A cache of their own for these tests, and at the end what the random systems were like."""

import pytest

from tests.agreement.tally import TALLY


@pytest.fixture(autouse=True, scope="package")
def own_cache(tmp_path_factory):
    """Hundreds of random systems do not belong in a person's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARASCOPE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def pytest_terminal_summary(terminalreporter):
    """Show the distribution, so that nobody has to believe it."""
    if TALLY.states:
        terminalreporter.section("random systems")
        for line in TALLY.lines():
            terminalreporter.line(line)
