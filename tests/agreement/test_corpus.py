"""Every engine on every system of the corpus: the figures are literal, and all agree."""

import pytest

from checker.smt.bmc import BOUNDED, EXHAUSTED, REACHED, UNDETERMINED, VIOLATED, bmc
from tests.agreement.compare import compiled, differences
from tests.agreement.corpus import CORPUS
from tests.agreement.naive import search, words
from tests.agreement.terms import Sentence, Step, agree

DEEPEST = 6  # a bounded search goes no deeper here: it costs the more, the deeper

every_case = pytest.mark.parametrize("case", CORPUS, ids=lambda c: c.name)


@every_case
def test_the_plain_search_finds_what_is_written_down(case):
    system, properties = case.build()
    found = search(system, properties)
    verdicts = {
        name: f"{word} {found.lengths[name]}" if name in found.lengths else word
        for name, word in words(system, properties, found).items()
    }
    assert (found.states, found.steps, found.depth) == (case.states, case.steps, case.depth)
    assert verdicts == case.verdicts


@every_case
@pytest.mark.parametrize("lanes", [1, 0], ids=["one lane", "best lanes"])
def test_the_compiled_search_finds_the_same(case, lanes):
    system, properties = case.build()
    assert differences(search(system, properties), compiled(system, properties, lanes=lanes)) == []


@every_case
def test_small_tables_and_blocks_change_nothing(case):
    system, properties = case.build()
    small = compiled(system, properties, table=16, block=16, room=64)
    assert differences(search(system, properties), small) == []


@every_case
def test_a_bound_on_the_depth_is_the_same_bound(case):
    system, properties = case.build()
    for depth in (0, 1, case.depth // 2):
        plain = search(system, properties, depth=depth)
        assert differences(plain, compiled(system, properties, depth=depth)) == []


@every_case
def test_terms_and_plain_values_agree_along_the_way(case):
    system, properties = case.build()
    steps = [(t, Step(system, t), list(system.choices(t))[:40]) for t in system.transitions]
    kinds = {"invariant", "reachable", "recoverable"}
    sentences = [(p, Sentence(system, p)) for p in properties if p.kind in kinds]
    first = Step(system, system.initial)
    start = [
        agree(system, system.initial, first, system.zero, c) for c in system.choices(system.initial)
    ]
    level = known = {o.state for o in start} - {None}
    while level and len(known) < 60:
        for before in level:
            for prop, sentence in sentences:
                assert sentence.holds(before) == system.holds(prop, before)
        level = (
            {
                agree(system, t, step, before, chosen).state
                for before in level
                for t, step, choices in steps
                for chosen in choices
            }
            - known
            - {None}
        )
        known |= level


@every_case
def test_the_bounded_search_agrees_on_shortest_lengths(case):
    system, properties = case.build()
    depth = min(DEEPEST, case.depth + 1)
    found = search(system, properties)
    result = bmc(system, properties, depth)
    for prop in properties:
        outcome, length = result.outcomes[prop.name], found.lengths.get(prop.name)
        if prop.kind == "recoverable":
            assert outcome.status == UNDETERMINED
        elif prop.kind == "leads_to":  # a lasso is longer than its stem, and not always found here
            assert outcome.status != VIOLATED or length is not None
        elif length is not None and length <= depth:
            wanted = REACHED if prop.kind == "reachable" else VIOLATED
            assert (outcome.status, outcome.depth) == (wanted, length), prop.name
        else:
            assert outcome.status in {BOUNDED, EXHAUSTED, UNDETERMINED}, prop.name


def test_the_corpus_is_broad():
    assert len(CORPUS) >= 25
    said = {word.split(" ")[0].split("(")[0] for c in CORPUS for word in c.verdicts.values()}
    assert said == {"holds", "VIOLATED", "reached", "UNREACHED", "undetermined"}
