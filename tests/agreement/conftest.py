"""Prints what the random systems of a run were like."""

from tests.agreement.tally import TALLY


def pytest_terminal_summary(terminalreporter):
    """Show the distribution, so that nobody has to believe it."""
    if TALLY.states:
        terminalreporter.section("random systems")
        for line in TALLY.lines():
            terminalreporter.line(line)
