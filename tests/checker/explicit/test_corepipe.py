"""The benchmark's exact counts, and what makes a search fast enough to be worth it."""

from __future__ import annotations

import itertools

import pytest

from checker.explicit.explore import Options, explore
from model import corepipe
from model.config import Rules
from properties.catalogue import properties_of
from properties.kinds import Property

BUILTIN = Property("builtin", "deadlock_free", "", "Some action is possible.", lambda _: True)

ROWS = {  # instance -> distinct states, steps
    "tiny": (5_768, 22_872),
    "small": (23_592, 117_144),
    "2-5-2-4-12": (143_756, 858_852),
}
LARGE_ROWS = {
    "3-4-3-4-8": (1_474_488, 10_250_640),
    "medium": (4_872_639, 33_914_796),
    "3-5-3-4-8": (11_515_240, 97_462_192),
    "large": (41_457_260, 351_289_664),
}


def system(instance, **sizes):
    return corepipe.system(corepipe.configure({**corepipe.INSTANCES[instance], **sizes}, Rules()))


def search(instance, **more):
    return explore(system(instance), [*properties_of("corepipe"), BUILTIN], **more)


@pytest.mark.parametrize("lanes", [1, 8])
@pytest.mark.parametrize("row", ROWS)
def test_the_counts_of_the_benchmark(row, lanes):
    result = search(row, options=Options(lanes=lanes))
    assert (result.states, result.steps) == ROWS[row]
    assert set(result.findings) <= {"a_candidate_outlasts_the_timeout"}
    assert not result.stopped


@pytest.mark.slow
@pytest.mark.parametrize("row", LARGE_ROWS)
def test_the_counts_of_the_large_rows(row):
    result = search(row, expected_states=LARGE_ROWS[row][0])
    assert (result.states, result.steps) == LARGE_ROWS[row]
    assert result.peak_memory <= 24 * result.states


def ended(core, t, sizes):
    """A core after the block that begins block t."""
    _, validators, timeout, rotation, _ = sizes
    occupied, age, votes = core
    freed = 3 * sum(votes) > 2 * validators
    if not occupied or freed or (t % rotation < timeout - 1 and age + 1 >= timeout):
        return (0, 0, (0,) * validators)
    return (1, age + 1, votes)


def block_ended(state, sizes):
    t, row = state
    if t + 1 == sizes[4]:
        return 0, ((0, 0, (0,) * sizes[1]),) * sizes[0]
    return t + 1, tuple(ended(core, t + 1, sizes) for core in row)


def core_changed(state):
    """Successors by one vote or one candidate."""
    t, row = state
    for c, (occupied, age, votes) in enumerate(row):
        changed = (
            [(1, 0, votes)]
            if not occupied
            else [
                (1, age, (*votes[:v], 1, *votes[v + 1 :]))
                for v, voted in enumerate(votes)
                if not voted
            ]
        )
        for core in changed:
            yield t, (*row[:c], core, *row[c + 1 :])


def by_hand(*sizes):
    """The benchmark written out for tuples, without the modelling language."""
    level = {(0, ((0, 0, (0,) * sizes[1]),) * sizes[0])}
    seen, steps, depth = set(level), 0, []
    while level:
        depth.append(len(level))
        found = [after for state in level for after in core_changed(state)]
        found += [block_ended(state, sizes) for state in level]
        steps += len(found)
        level = set(found) - seen
        seen |= level
    return depth, steps


@pytest.mark.parametrize("sizes", [(1, 2, 2, 3, 4), (2, 3, 2, 4, 8), (3, 2, 2, 3, 5)])
def test_levels_are_those_of_a_search_by_hand(sizes):
    names = ("cores", "validators", "timeout", "rotation", "session")
    result = explore(system("tiny", **dict(zip(names, sizes, strict=True))), [])
    depth, steps = by_hand(*sizes)
    assert (result.per_depth, result.steps) == (depth, steps)


def test_compiled_steps_are_those_of_concrete_mode():
    """Every step of a tiny instance, by the modelling language's plain mode."""
    s = system("tiny", cores=2, validators=2, rotation=2, session=3)
    level = {x.state for _, x in s.initial_states()}
    seen, steps = set(level), 0
    while level:
        outcomes = [
            s.run(t, state, choices)
            for state, t in itertools.product(level, s.transitions)
            for choices in s.choices(t)
        ]
        found = [x.state for x in outcomes if x.state is not None]
        steps += len(found)
        level = set(found) - seen
        seen |= level
    result = explore(s, [])
    assert (result.states, result.steps) == (len(seen), steps)


def test_a_wrong_invariant_is_refuted_at_its_depth():
    s = system("tiny")
    claim = Property("invariant", "young", "", "It stays young.", lambda v: v.core[0].age <= 1)
    result = explore(s, [claim])
    finding = result.findings["young"]
    actions = [step.action for step in finding.trace.steps]
    assert actions == ["init", "back", "end_block", "end_block"]
    assert finding.depth == finding.trace.length == 3
