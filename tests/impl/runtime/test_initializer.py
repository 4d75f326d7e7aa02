"""Modules run in one order, and a session changes before it or, by the text, never again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.errors import BadValue, Undefined, Unrecoverable
from impl.origins import GOVERNANCE
from impl.rules import Rules
from impl.runtime import configuration, inclusion, initializer, paras, scheduler, validity
from impl.runtime.initializer import NotInitialized, require_initialized
from impl.runtime.state import InitializerStorage, RuntimeState
from tests.impl.runtime.block_cases import genesis, runtime, session
from tests.impl.runtime.cases import CONFIG, VALIDATORS, at, starts, written

AT_START = Rules.as_amended(without=["session-change-at-block-end"])
MODULES = (paras, scheduler, inclusion, validity)


def ordered(order):
    return runtime(
        Rules.as_amended(without=["session-change-at-block-end"], variants={"session_order": order})
    )


HOST = runtime(AT_START)
START = replace(genesis(HOST), now=1)


def with_coming_para(state):
    context = state.get_context(AT_START)
    coming = paras.schedule_para_initialize(state.paras, context, 3, starts())
    return replace(state, paras=coming)


@pytest.fixture
def calls(monkeypatch):
    """The routines that the initializer calls, in order."""
    made = []
    for module in MODULES:
        for name in ("initialization", "session_change", "finalization"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, watch(made, module, name))
    return made


def watch(made, module, name):
    original = getattr(module, name)

    def watched(*arguments):
        made.append(f"{module.__name__.rpartition('.')[2]}.{name}")
        return original(*arguments)

    return watched


# ---- order


def test_modules_initialize_in_order(calls):
    state = initializer.initialization(START, HOST)
    assert calls == [f"{each}.initialization" for each in ("paras", "scheduler", "inclusion")] + [
        "validity.initialization"
    ]
    assert state.initializer == InitializerStorage(has_initialized=True)
    assert not START.initializer.has_initialized


def test_modules_finalize_in_the_reverse_order(calls):
    state = initializer.initialization(START, HOST)
    calls.clear()
    state = initializer.finalization(state, HOST)
    names = ("validity", "inclusion", "scheduler")
    assert calls == [f"{each}.finalization" for each in names]
    assert state.initializer == InitializerStorage()


def test_modules_hear_of_a_session_in_the_order_of_initialization(calls):
    initializer.session_change(START, HOST, session())
    names = ("paras", "scheduler", "inclusion", "validity")
    assert calls == [f"{each}.session_change" for each in names]


def test_every_module_gets_both_configurations_and_the_new_surroundings(monkeypatch):
    heard = []

    def session_change(storage, context, notification):
        heard.append((context, notification))
        return storage

    for module in (paras, inclusion, validity):
        monkeypatch.setattr(module, "session_change", session_change)
    pending = configuration.set_member(START.configuration, GOVERNANCE, "acceptance_period", 77)
    others = tuple(reversed(VALIDATORS))
    change = session(validators=others[:2], queued=others, seed=9)
    state = initializer.session_change(replace(START, configuration=pending), HOST, change)
    new = replace(CONFIG, acceptance_period=77)
    assert len(heard) == 3
    for context, notification in heard:
        assert (notification.prev_config, notification.new_config) == (CONFIG, new)
        assert (notification.validators, notification.queued) == (others[:2], others)
        assert notification.random_seed == bytes([9]) * 32
        assert (context.configuration, context.validators) == (new, others[:2])
        assert context.session_index == START.session_index + 1
    assert (state.validators, state.queued) == (others[:2], others)
    assert state.configuration.configuration == new


def test_the_scheduler_sees_the_new_configuration_and_the_new_paras():
    pending = configuration.set_member(START.configuration, GOVERNANCE, "parathread_cores", 3)
    state = with_coming_para(replace(START, configuration=pending))
    state = initializer.session_change(state, HOST, session())
    assert state.paras.parachains == (1, 2, 3)
    assert len(state.scheduler.availability_cores) == len(state.scheduler.validator_groups) == 6


# ---- session changes after initialization


def test_the_chain_is_bricked_by_a_session_change_after_initialization():
    state = initializer.initialization(START, HOST)
    with pytest.raises(Unrecoverable, match=r"a session change after initialization §2\.5\.2/"):
        initializer.session_change(state, HOST, session())
    initializer.session_change(initializer.finalization(state, HOST), HOST, session())


def test_the_flag_alone_decides():
    late = replace(RuntimeState(), initializer=InitializerStorage(has_initialized=True))
    with pytest.raises(Unrecoverable):
        initializer.session_change(late, HOST, session())


def test_the_soft_version_goes_on_and_remembers():
    soft = ordered("soft")
    state = initializer.initialization(with_coming_para(START), soft)
    assert len(state.scheduler.scheduled) == 2
    state = initializer.session_change(state, soft, session())
    assert state.initializer == InitializerStorage(has_initialized=True, potentially_broken=True)
    assert len(state.scheduler.scheduled) == 2  # computed for the old session
    state = initializer.finalization(state, soft)
    assert state.initializer == InitializerStorage(potentially_broken=True)
    early = initializer.session_change(START, soft, session())
    assert not early.initializer.potentially_broken


@pytest.mark.parametrize("order", ["both", "initialize_first"])
def test_initialization_is_done_again_after_a_late_session_change(order):
    before = with_coming_para(START)
    expected = initializer.initialization(initializer.session_change(before, HOST, session()), HOST)
    rival = ordered(order)
    late = initializer.session_change(initializer.initialization(before, rival), rival, session())
    assert len(late.scheduler.scheduled) == 3
    assert replace(late, initializer=expected.initializer) == expected
    assert initializer.finalization(late, rival) == initializer.finalization(expected, HOST)


def test_option_3_handles_an_early_session_change_as_option_2_does(calls):
    both = ordered("both")
    assert initializer.session_change(START, both, session()) == initializer.session_change(
        START, HOST, session()
    )
    assert not [call for call in calls if call.endswith("initialization")]


def test_option_1_initializes_first_and_does_redundant_work(calls):
    first = ordered("initialize_first")
    before = with_coming_para(START)
    state = initializer.session_change(before, first, session())
    assert calls.count("scheduler.initialization") == 2
    assert state.initializer.has_initialized
    assert initializer.initialization(state, first) is state
    expected = initializer.initialization(initializer.session_change(before, HOST, session()), HOST)
    assert replace(state, initializer=expected.initializer) == expected


def test_two_late_session_changes_are_both_handled():
    both = ordered("both")
    state = initializer.initialization(START, both)
    for _ in range(2):
        state = initializer.session_change(state, both, session())
    assert state.session_index == START.session_index + 2


def test_what_has_built_on_an_initialization_cannot_be_rolled_back():
    both = ordered("both")
    state = replace(initializer.initialization(START, both), included=True)
    with pytest.raises(Undefined, match="what has built on an initialization is rolled back"):
        initializer.session_change(state, both, session())


def test_the_inherent_needs_initialized_modules():
    for number, rules in enumerate((AT_START, written("inclusion-needs-initialization"))):
        with pytest.raises(NotInitialized, match=f"in block {number}"):
            require_initialized(replace(START, now=number), runtime(rules))
        require_initialized(initializer.initialization(START, HOST), runtime(rules))
    require_initialized(START, runtime(written()))


def test_there_must_be_something_to_roll_back_to():
    late = replace(START, initializer=InitializerStorage(has_initialized=True))
    with pytest.raises(Undefined, match="nothing to roll initialization back to"):
        initializer.session_change(late, ordered("both"), session())


def test_by_the_text_nothing_is_kept_for_rolling_back():
    for order in ("brick", "soft"):
        state = initializer.initialization(START, ordered(order))
        assert state.initializer.before_initialization is None


# ---- configuration and contexts


def test_the_configuration_waits_for_the_session_change():
    pending = configuration.set_member(
        START.configuration, GOVERNANCE, "validation_upgrade_delay", 100
    )
    state = initializer.initialization(replace(START, configuration=pending), HOST)
    assert state.configuration == pending
    state = initializer.finalization(state, HOST)
    changed = configuration.session_change(state.configuration)
    assert changed.configuration.validation_upgrade_delay == 100
    assert changed.pending_configuration is None


def test_a_state_gives_modules_their_surroundings():
    context = START.get_context(AT_START)
    assert (context.now, context.session_index, context.validators) == (1, 0, VALIDATORS)
    assert context.configuration == CONFIG
    scheduling = START.get_scheduler_context(AT_START)
    assert (scheduling.now, scheduling.paras.parachains) == (1, (1, 2))


@pytest.mark.parametrize(
    "make",
    [
        lambda: session(validators=[]),
        lambda: session(queued=list(VALIDATORS)),
        lambda: replace(session(), random_seed=b"short"),
        lambda: RuntimeState(now=-1),
        lambda: RuntimeState(parent_hash=b"short"),
        lambda: RuntimeState(session_index=-1),
        lambda: RuntimeState(validators=[]),
        lambda: RuntimeState(queued=[]),
        lambda: at(-1, written()),
        lambda: replace(at(1), parent_hash=b""),
        lambda: replace(at(1), session_index=None),
        lambda: replace(at(1), validators=[]),
    ],
)
def test_what_is_no_value_of_the_protocol_is_refused(make):
    with pytest.raises(BadValue):
        make()
