"""Effects and simultaneous bodies written wrongly are errors when the system is built.

Each message names the author's own line and says what to write instead.
"""

import pytest

from model.language import (
    And,
    BadValue,
    If,
    ModelError,
    Or,
    SimultaneousWrite,
    count,
)
from tests.model.language.helpers import CORE, THREAD, system
from tests.model.language.misuse import BUSY, FREE, STORAGE, of

# effects

EFFECTS = {
    "require_without_a_name": (lambda s: s.require(s.flag, ""), "ErrorName"),
    "require_with_a_number": (lambda s: s.require(s.flag, 3), "ErrorName"),
    "require_of_a_number": (lambda s: s.require(s.x, "Error"), "require Error"),
    "when_of_a_number": (lambda s: s.when(s.x).__enter__(), "when takes a truth value"),
    "within_without_a_name": (lambda s: s.within(s.flag, ""), "the name of the limit"),
    "within_of_a_number": (lambda s: s.within(s.x, "limit"), "within limit"),
    "assume_of_a_number": (lambda s: s.assume(s.x), "assume takes a truth value"),
    "undefined_of_a_number": (lambda s: s.undefined(s.x, "gap"), "undefined gap"),
    "undefined_without_a_name": (lambda s: s.undefined(s.flag, ""), "what is undefined"),
    "each_over_a_size": (lambda s: list(s.each(3)), "each over an Index"),
    "retain_by_number": (lambda s: s.line.retain(lambda _: 1), "retain takes a truth value"),
    "match_by_number": (lambda s: s.line.any(lambda e: e), "truth value"),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_an_effect_used_wrongly_is_refused(name):
    function, *words = EFFECTS[name]
    of(function, BadValue, *words)


def test_an_assumption_must_be_defined_everywhere():
    of(lambda s: s.assume(3 / s.x == 1), ModelError, "defined everywhere")
    of(lambda s: s.assume(3 / (s.x - s.x) == 1), ModelError, "defined everywhere")
    system(STORAGE, lambda s: s.assume(If(s.x == 0, True, 3 / s.x == 1)))
    system(STORAGE, lambda s: s.assume(Or(s.x == 0, 3 % s.x == 1)))


def test_a_body_that_yields_or_awaits_is_refused():
    def generator(s):
        s.x = 1
        yield

    async def coroutine(s):
        s.x = 1

    of(generator, ModelError, "yield")
    of(coroutine, ModelError, "yield")


# simultaneous bodies


def test_each_refuses_to_write_a_whole_variable():
    def body(s):
        for _ in s.each(CORE):
            s.x = 1

    words = "'x' is written at another entry than core 0", "for i in s.cfg.core"
    of(body, SimultaneousWrite, *words)


def test_each_refuses_to_write_another_entry():  # noqa: C901 - a table of bodies
    def neighbour(s):
        for c in s.each(CORE):
            s.core[(c + 1) % 3].age = 1

    def fixed(s):
        for _ in s.each(CORE):
            s.core[0].age = 1

    def symbolic(s):
        for _ in s.each(CORE):
            s.core[s.x].age = 1

    def of_another_sort(s):
        for t in s.each(THREAD):
            s.core[t].age = 1

    def shared_queue(s):
        for _ in s.each(CORE):
            s.queue.push(core=1)

    for body in (neighbour, fixed, symbolic, of_another_sort, shared_queue):
        of(body, SimultaneousWrite, "written at another entry")


def test_each_refuses_to_read_what_another_body_writes():  # noqa: C901 - a table of bodies
    def neighbour(s):
        for c in s.each(CORE):
            s.core[c].age = s.core[(c + 1) % 3].age

    def symbolic(s):
        for c in s.each(CORE):
            s.core[c].age = s.core[s.x].age

    def counted(s):
        for c in s.each(CORE):
            s.core[c].age = count(CORE, lambda d: s.core[d].status == FREE)
            s.core[c].status = BUSY

    def whole(s):
        for c in s.each(CORE):
            s.votes[c] = s.votes.size() > 1

    def condition(s):
        for c in s.each(CORE):
            with s.when(s.votes[(c + 1) % 3]):
                s.votes[c] = True

    for body in (neighbour, symbolic, counted, whole, condition):
        of(body, SimultaneousWrite, "is read by member", "for i in s.cfg.core")


def test_each_refuses_entries_that_two_bodies_write():
    def transposed(s):
        for i in s.each(CORE):
            for j in CORE:
                s.grid[i][j] = 1
                s.grid[j][i] = 2

    of(transposed, SimultaneousWrite, "is written by member")


def test_each_refuses_to_be_left_early():
    def body(s):
        for c in s.each(CORE):
            s.votes[c] = True
            break

    of(body, ModelError, "left early")


def test_each_allows_what_is_independent():
    def body(s):
        for c in s.each(CORE):
            s.core[c].age = s.core[c].age / 2 + s.x
            s.votes[c] = And(s.core[c].status == FREE, s.voters.size() > 1)
            s.lines[c].push(1)
            for d in s.each(CORE):
                s.grid[c][d] = s.grid[c][d] / 2

    system(STORAGE, body)
