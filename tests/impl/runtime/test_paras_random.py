"""Random lives of paras: what the storage of the module always satisfies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from impl.errors import CheckFailed, Undefined
from impl.rules import READINGS, Rules
from impl.runtime import paras
from impl.runtime.paras_storage import ParasStorage
from tests.impl.runtime.cases import at, notify, starts

PARAS = (1, 2, 10)
OWN = (
    "upgrade-applies-from-expected",
    "past-code-covers-acceptance-period",
    "lookup-by-last-parent",
)
OPEN = (
    "registrations-happen-once",
    "cleanup-cancels-upcoming",
    "planned-upgrade-stays",
    "removed-code-expected-now",
    "past-code-key",
    "last-pruned-number",
)
HEIGHTS = st.integers(0, 12)


@st.composite
def any_rules(draw):
    plus = draw(st.sets(st.sampled_from((*OWN, "initialize-only-unregistered"))))
    chosen = {name: draw(st.sampled_from(READINGS[name])) for name in OPEN}
    return Rules.as_written(chosen, plus={*plus, "cleanup-passes-over-dead"})


def steps():
    para = st.sampled_from(PARAS)
    return st.lists(
        st.one_of(
            st.tuples(st.just("block"), st.booleans()),
            st.tuples(st.just("initialize"), para, st.booleans(), st.binary(max_size=1)),
            st.tuples(st.just("cleanup"), para),
            st.tuples(st.just("upgrade"), para, st.binary(max_size=1), HEIGHTS),
            st.tuples(st.just("head"), para, HEIGHTS),
        ),
        max_size=30,
    )


def step(storage, context, name, *choices):
    """One call; what it refuses leaves the storage as it was."""
    try:
        if name == "initialize":
            para, chain, code = choices
            args = starts(code=code, chain=chain)
            return paras.schedule_para_initialize(storage, context, para, args)
        if name == "cleanup":
            return paras.schedule_para_cleanup(storage, context, *choices)
        if name == "upgrade":
            return paras.schedule_code_upgrade(storage, context, *choices)
        para, number = choices
        return paras.note_new_head(storage, context, para, b"head", number)
    except (CheckFailed, Undefined):
        return storage


def is_consistent(storage, rules):
    assert list(storage.parachains) == sorted(set(storage.parachains))
    assert set(storage.parachains) <= set(storage.heads)
    assert set(storage.heads) == set(storage.validation_code)
    assert set(storage.future_code) == set(storage.future_code_upgrades) <= set(storage.heads)
    assert set(storage.upcoming_paras) == set(storage.upcoming_paras_genesis)
    times = [
        (para, each) for para, meta in storage.past_code_meta.items() for each in meta.upgrade_times
    ]
    keys = {(para, paras.past_code_key(rules, each)) for para, each in times}
    assert keys >= set(storage.past_code)
    activated = sorted(each.activated_at for _, each in times)
    assert [block for _, block in storage.past_code_pruning] == activated
    assert sorted(storage.past_code_pruning) == sorted((p, t.activated_at) for p, t in times)


@given(any_rules(), steps(), st.integers(0, 4))
def test_the_records_of_the_module_agree(rules, steps, period):
    storage, now = ParasStorage(), 0
    for name, *choices in steps:
        context = at(now, rules, acceptance_period=period)
        registered = set(storage.heads)
        if name == "block":
            now += 1
            context = at(now, rules, acceptance_period=period)
            if choices[0]:
                coming, going = set(storage.upcoming_paras), set(storage.outgoing_paras)
                storage = paras.session_change(storage, context, notify())
                assert set(storage.heads) == registered - going | coming
                registered = set(storage.heads)
            storage = paras.initialization(storage, context)
            limit = now - period - 1 if rules.amended(OWN[1]) else now
            assert all(block > limit for _, block in storage.past_code_pruning)
        else:
            storage = step(storage, context, name, *choices)
        assert set(storage.heads) == registered
        is_consistent(storage, rules)


@given(steps(), st.integers(0, 4))
def test_replaced_code_can_be_found_for_the_whole_acceptance_period(steps, period):
    """As amended, if relay parents are in the past and each upgrade is expected after the last.

    §2.5.4/storage.PastCode has one place for two replacements that are expected at one block.
    """
    storage, now, replaced = ParasStorage(), 0, []
    for name, *choices in steps:
        context = at(now, acceptance_period=period)
        before = storage
        if name == "block":
            now += 1
            context = at(now, acceptance_period=period)
            if choices[0]:
                storage = paras.session_change(storage, context, notify())
            replaced += new_replacements(before, storage)
            storage = paras.initialization(storage, context)
        elif is_usual(name, choices, now, replaced):
            storage = step(storage, context, name, *choices)
            replaced += new_replacements(before, storage)
        for para, times, code in replaced:
            if now <= times.activated_at + period:
                assert storage.past_code[para, times.expected_at] == code


def is_usual(name, choices, now, replaced):
    """Whether the protocol makes such calls."""
    if name == "head":
        return choices[1] < now
    if name == "upgrade":
        return all(choices[2] > times.expected_at for p, times, _ in replaced if p == choices[0])
    return True


def new_replacements(before, after):
    """What the later storage has in its records of old code and the earlier has not."""
    return [
        (para, times, before.validation_code[para])
        for para, meta in after.past_code_meta.items()
        for times in meta.upgrade_times
        if times not in paras.past_code_meta(before, para).upgrade_times
    ]
