"""Deliberate faults in the language and the compiler: the agreement run must catch each.

Three checks make up that run: `figures` (the plain search against what is written in the
corpus), `terms` (terms against plain values, step by step) and `compiled` (the compiled
search against the plain one).  A fault in both modes of the language escapes the last two, which is
why the figures of the corpus are literal.  docs/testing.md has the table.
"""

from pathlib import Path

import numpy as np
import pytest

from checker import lasso
from checker.compile import action, emit, pack
from checker.explicit import fair, findings, flow, liveness
from model.language import queues, state, system
from model.language.terms import And, Not, Or
from tests.agreement.compare import compiled, differences
from tests.agreement.corpus import CORPUS
from tests.agreement.naive import search, words
from tests.agreement.terms import Step, agree

CASES = {case.name: case for case in CORPUS}
ENOUGH = 10_000  # states after which a faulty search need not go on
PAGE = Path(__file__).parents[2] / "docs" / "testing.md"

# The checks


def figures(case):
    """Whether the plain search finds what is written down."""
    model, properties = case.build()
    found = search(model, properties)
    said = {
        name: f"{word} {found.lengths[name]}" if name in found.lengths else word
        for name, word in words(model, properties, found).items()
    }
    counts = found.states, found.steps, found.depth
    return counts == (case.states, case.steps, case.depth) and said == case.verdicts


def terms(case):
    """Whether terms and plain values agree on the steps from the first states."""
    model, _ = case.build()
    steps = [(t, Step(model, t), list(model.choices(t))) for t in model.transitions]
    level = known = {o.state for _, o in model.initial_states()} - {None}
    while level and len(known) < 100:
        after = {agree(model, t, x, s, c).state for s in level for t, x, cs in steps for c in cs}
        level = after - known - {None}
        known |= level
    return True


def same_compiled(case):
    """Whether the compiled search agrees with the plain one."""
    model, properties = case.build()
    other = compiled(model, properties, lanes=8, states=ENOUGH)
    return differences(search(model, properties), other) == []


CHECKS = {"figures": figures, "terms": terms, "compiled": same_compiled}


def caught(case):
    """The checks that a fault makes fail, one way or another."""
    failed = set()
    for name, check in CHECKS.items():
        try:
            sound = check(case)
        except Exception:  # noqa: BLE001 - a crash is a way to be caught
            sound = False
        if not sound:
            failed.add(name)
    return failed


# The faults


def _wrong_shift(patch):
    right = emit.Emitter.leaf

    def leaf(self, number):
        name, slot = right(self, number), self.layout.slots[number]
        if slot.boolean or not slot.shift:
            return name
        return self.op(f"ashr {self.vec} {name}, {self.number(1)}")

    patch.setattr(emit.Emitter, "leaf", leaf)


def _unsigned_comparison(patch):
    patch.setitem(emit.BINARY, "le", "icmp ule {vec}")


def _dropped_guard(patch):
    patch.setattr(action.ActionFunction, "_guard", lambda _self, _terms, _level, mask: mask)


def _dropped_field_mask(patch):
    right = pack.Packer._move

    def move(self, key, _mask):
        return right(self, key, (1 << self.out.layout.bits[key[0]]) - 1)

    patch.setattr(pack.Packer, "_move", move)


def _truncating_division(patch):
    def floor(self, _a, value, size):
        return self.op(f"sdiv {self.vec} {value}, {self.number(size)}")

    patch.setattr(emit.Emitter, "_floor", floor)


def _limit_let_through(patch):
    right = action.ActionFunction._observe

    def observe(self, terms, mask):
        right(self, terms, mask)
        return mask

    patch.setattr(action.ActionFunction, "_observe", observe)


def _unchecked_range(patch):
    patch.setattr(system, "_range_limits", lambda _leaves, _updates: [])


def _when_ignored(patch):
    patch.setattr(state.State, "_here", True)


def _second_match_taken(patch):
    right, plain = queues.SeqView._matches, queues.SeqView.take

    def second(self, test, fields):
        found = right(self, test, fields)
        later = [And(match, Or(found[:i])) for i, match in enumerate(found)]
        return [And(a, Or(b, Not(Or(later)))) for a, b in zip(found, later, strict=True)]

    def take(self, test=None, /, **fields):
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(queues.SeqView, "_matches", second)
            return plain(self, test, **fields)

    patch.setattr(queues.SeqView, "take", take)


def _only_in_terms(plant):
    """The fault while terms are built, and not on plain values."""

    def planted(patch):
        right = system.System._transition

        def transition(self, body, tree):
            with pytest.MonkeyPatch.context() as inner:
                plant(inner)
                return right(self, body, tree)

        patch.setattr(system.System, "_transition", transition)

    return planted


def _fairness_ignored(patch):
    patch.setattr(lasso, "fairness", lambda _system, _prop: {})


def _strong_as_weak(patch):
    right = lasso.fairness
    patch.setattr(
        lasso, "fairness", lambda system, prop: dict.fromkeys(right(system, prop), "weak")
    )


def _deadlock_ignored(patch):
    patch.setattr(fair, "stuck", lambda net, _region: np.zeros(net.size, np.bool_))


def _cut_ignored(patch):
    right = liveness.settle
    patch.setattr(
        findings.liveness, "settle", lambda *args, **more: right(*args, **{**more, "cuts": ()})
    )


def _standing_still_possible(patch):
    def leads_away(offsets, _targets, labels, bits, possible):
        for i in range(possible.size):
            for j in range(offsets[i], offsets[i + 1]):
                possible[i] |= bits[labels[j]]

    patch.setattr(flow, "leads_away", leads_away)


def _goal_passed_over(patch):
    right = liveness._candidate
    patch.setattr(
        liveness,
        "_candidate",
        lambda net, premise, _allowed, *rest: right(net, premise, premise | True, *rest),
    )


PLAIN, BOTH, FIGURES = {"compiled"}, {"terms", "compiled"}, {"figures"}

FAULTS = {
    "a variable is read with a shift one too far": (
        _wrong_shift,
        PLAIN,
        "a_symbolic_index",
        "a_queue_with_a_middle",
    ),
    "signed comparisons are unsigned": (
        _unsigned_comparison,
        PLAIN,
        "two_limits_at_one_depth",
        "negative_integers",
    ),
    "the mask of a guard is dropped": (
        _dropped_guard,
        PLAIN,
        "a_counter_that_ends",
        "refused_by_the_first_check",
    ),
    "the mask of an unchanged variable is dropped": (
        _dropped_field_mask,
        PLAIN,
        "nested_when",
        "a_symbolic_index",
    ),
    "quotients are rounded towards zero": (_truncating_division, PLAIN, "negative_integers"),
    "a step beyond a limit is stored": (
        _limit_let_through,
        PLAIN,
        "a_counter_that_is_cut",
        "cut_and_undefined_at_once",
    ),
    "ranges are not checked, in terms": (
        _only_in_terms(_unchecked_range),
        BOTH | FIGURES,
        "a_counter_that_is_cut",
    ),
    "the condition of `when` is ignored, in terms": (
        _only_in_terms(_when_ignored),
        BOTH,
        "nested_when",
        "an_ordered_loop_against_each",
    ),
    "the condition of `when` is ignored, in both modes": (
        _when_ignored,
        FIGURES,
        "nested_when",
        "an_ordered_loop_against_each",
    ),
    "`take` removes the second match, in terms": (
        _only_in_terms(_second_match_taken),
        BOTH,
        "the_first_match_is_taken",
    ),
    "`take` removes the second match, in both modes": (
        _second_match_taken,
        FIGURES,
        "the_first_match_is_taken",
    ),
    "no action has to be fair": (
        _fairness_ignored,
        PLAIN,
        "an_idle_loop_is_unfair",
        "possible_only_now_and_then",
        "fairness_that_actions_declare",
    ),
    "strong fairness asks no more than weak": (
        _strong_as_weak,
        PLAIN,
        "possible_only_now_and_then",
        "what_is_left_of_a_component",
    ),
    "a run that ends keeps every promise": (
        _deadlock_ignored,
        PLAIN,
        "a_run_that_ends_keeps_no_promise",
    ),
    "a promise holds in spite of a cut": (
        _cut_ignored,
        PLAIN,
        "an_action_that_is_cut_is_possible",
        "a_run_does_not_end_at_a_cut",
    ),
    "a step that changes nothing makes its action possible": (
        _standing_still_possible,
        PLAIN,
        "a_step_that_changes_nothing_is_not_taken",
    ),
    "a run may pass the goal": (
        _goal_passed_over,
        PLAIN,
        "an_idle_loop_is_unfair",
        "a_promise_that_is_kept_the_first_time_only",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault, monkeypatch, tmp_path):
    plant, checks, *names = FAULTS[fault]
    cases = [CASES[name] for name in names]
    assert [caught(case) for case in cases] == [set() for _ in cases]
    monkeypatch.setenv("PARASCOPE_CACHE", str(tmp_path))  # a faulty program must not be kept
    plant(monkeypatch)
    assert {case.name: caught(case) for case in cases} == dict.fromkeys(names, checks)


def test_the_page_about_tests_lists_every_fault():
    rows = PAGE.read_text("utf-8")
    for fault, (_, checks, *names) in FAULTS.items():
        said = ", ".join(name for name in CHECKS if name in checks)
        cases = ", ".join(f"`{name}`" for name in names)
        assert f"| {fault} | {said} | {cases} |" in rows
