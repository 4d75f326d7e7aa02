"""Blocks: what is in them, in which order it runs, and every reason why one is refused."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from impl.errors import BadValue, CheckFailed, HostError, Undefined, Unrecoverable
from impl.origins import GOVERNANCE, INHERENT, BadOrigin, OriginKind, parachain, signed
from impl.rules import Rules
from impl.runtime import block_errors
from impl.runtime.block import (
    Block,
    Extrinsic,
    Header,
    apply_extrinsic,
    execute_block,
    inclusion_extrinsic,
    make_block,
)
from impl.runtime.dispatch import CONFIGURATION, INCLUSION, EntryPoint, Runtime, table
from impl.runtime.outside import ENTRY_POINTS
from impl.runtime.paras_errors import AlreadyRegistered
from tests.impl.runtime.block_cases import (
    INHERENT_CALL,
    child,
    genesis,
    govern,
    inherent,
    run,
    runtime,
    session,
)
from tests.impl.runtime.cases import AMENDED, CONFIG, VALIDATORS, starts

HOST = runtime()
START = genesis(HOST)
AT_START = Rules.as_amended(without=["session-change-at-block-end"])
SET_CORES = govern("configuration.set_parathread_cores", 2)


def failing(error):
    """An entry-point that raises."""

    def call(state, runtime, origin):
        raise error

    return EntryPoint("some.call", OriginKind.INHERENT, (), call)


def watching(seen):
    """An entry-point that looks at the state it is called on."""

    def call(state, runtime, origin):
        seen.append(state)
        return state

    return EntryPoint("some.call", OriginKind.INHERENT, (), call)


# ---- a block that is valid


def test_a_block_is_one_higher_and_names_its_parent():
    state = execute_block(START, child(START, parent=b"p" * 32), HOST)
    assert (state.now, state.parent_hash) == (1, b"p" * 32)
    assert (START.now, START.parent_hash) == (0, bytes(32))


def test_extrinsics_run_between_initialization_and_finalization_after_the_inherent():
    seen = []
    host = runtime(AMENDED, watching(seen))
    state = run(START, host, Extrinsic("some.call"))
    assert seen[0].initializer.has_initialized
    assert seen[0].included
    assert len(seen[0].scheduler.scheduled) == 2
    assert not state.initializer.has_initialized
    assert not state.included
    assert state.scheduler.scheduled == ()


def test_the_inherent_notes_heads():
    block = make_block(bytes(32), 1, (inherent((1, b"new head", 0)),))
    assert execute_block(START, block, HOST).paras.heads[1] == b"new head"


def test_extrinsics_run_in_their_order():
    state = run(START, HOST, SET_CORES, govern("configuration.set_parathread_cores", 4))
    assert state.configuration.pending_configuration.parathread_cores == 4


def test_the_modules_outside_of_the_text_only_call_its_routines():
    state = run(
        START,
        HOST,
        govern("registrar.register", 3, starts()),
        govern("registrar.deregister", 2),
        Extrinsic("auction.claim", (10,), signed(b"alice")),
    )
    assert (state.paras.upcoming_paras, state.paras.outgoing_paras) == ((3,), (2,))
    assert state.scheduler.parathread_claim_index == (10,)
    assert state.scheduler.parathread_queue.queue[0].claim.claim.collator == b"alice"


# ---- session changes


def test_as_amended_a_session_changes_at_the_end_of_a_block():
    seen = []
    host = runtime(AMENDED, watching(seen))
    change = session(queued=VALIDATORS[:3])
    block = child(START, Extrinsic("some.call"), SET_CORES, change=change)
    state = execute_block(START, block, host)
    assert seen[0].session_index == 0
    assert (state.session_index, state.queued) == (1, VALIDATORS[:3])
    assert state.configuration.configuration.parathread_cores == 2
    assert len(state.scheduler.validator_groups) == 4
    assert state.scheduler.session_start_block == 2


def test_as_written_a_session_changes_before_initialization():
    seen = []
    host = runtime(AT_START, watching(seen))
    state = run(START, host, Extrinsic("some.call"), SET_CORES, change=session())
    assert (seen[0].session_index, state.session_index) == (1, 1)
    assert state.scheduler.session_start_block == 1
    assert state.configuration.configuration.parathread_cores == 1
    assert state.configuration.pending_configuration.parathread_cores == 2


def test_as_written_a_late_session_change_is_a_panic():
    with pytest.raises(Unrecoverable, match="a session change after initialization"):
        run(START, runtime(AT_START), change=session(late=True))


def test_as_amended_it_does_not_matter_when_the_session_change_comes():
    early, late = (run(START, HOST, change=session(late=late)) for late in (False, True))
    assert early == late


def test_the_three_options_and_the_soft_one_on_a_late_session_change():
    ends = {}
    for order in ("initialize_first", "both", "soft"):
        rules = Rules.as_amended(
            without=["session-change-at-block-end"], variants={"session_order": order}
        )
        ends[order] = run(START, runtime(rules), change=session(late=True))
    expected = run(START, runtime(AT_START), change=session())
    assert ends["initialize_first"] == ends["both"] == expected
    assert ends["soft"].initializer.potentially_broken


def test_the_next_session_has_the_validators_that_were_queued():
    other = VALIDATORS[:2]
    with pytest.raises(block_errors.WrongValidators) as caught:
        run(START, HOST, change=session(validators=other))
    message = "the session brings 2 validators which are not the 6 that were queued for it"
    assert str(caught.value) == message


# ---- a block that is not


def refused(error, block, host=HOST):
    with pytest.raises(error) as caught:
        execute_block(START, block, host)
    assert type(caught.value) is error
    return caught.value


@pytest.mark.parametrize("number", [0, 2, 7])
def test_a_block_of_another_height_is_refused(number):
    error = refused(block_errors.WrongNumber, make_block(bytes(32), number, (inherent(),)))
    assert str(error) == f"the block has number {number}, its parent asks for 1"


@pytest.mark.parametrize(
    "body",
    [
        {"extrinsics": (inherent((1, b"x", 0)),)},
        {"extrinsics": (inherent(), SET_CORES)},
        {"session_change": session()},
    ],
)
def test_a_block_with_another_body_than_its_header_says_is_refused(body):
    error = refused(block_errors.WrongBody, replace(child(START), **body))
    assert error.expected == child(START).header.body_hash
    assert str(error).startswith(f"the header is for a body {error.expected.hex()}")


def test_a_block_without_the_inherent_is_refused():
    error = refused(block_errors.MissingInherent, make_block(bytes(32), 1, (SET_CORES,)))
    assert str(error) == "no extrinsic calls inclusion_inherent.inclusion"


def test_a_block_with_the_inherent_twice_is_refused():
    block = make_block(bytes(32), 1, (inherent(), SET_CORES, inherent()))
    error = refused(block_errors.RepeatedInherent, block)
    assert str(error) == "extrinsics [0, 2] all call inclusion_inherent.inclusion"


def test_a_block_with_something_before_the_inherent_is_refused():
    block = make_block(bytes(32), 1, (SET_CORES, inherent()))
    error = refused(block_errors.InherentNotFirst, block)
    assert str(error) == "inclusion_inherent.inclusion is extrinsic 1, not the first"


def test_a_call_that_nobody_offers_is_refused():
    block = child(START, govern("configuration.set_cores", 1))
    error = refused(block_errors.UnknownEntryPoint, block)
    assert str(error) == "extrinsic 1 calls 'configuration.set_cores', which does not exist"


@pytest.mark.parametrize("arguments", [(), (1, 2), ("1",), (None,)])
def test_a_call_with_other_arguments_is_refused(arguments):
    block = child(START, govern("configuration.set_parathread_cores", *arguments))
    error = refused(block_errors.WrongArguments, block)
    assert error.expected == ("int",)
    assert error.got == tuple(type(each).__name__ for each in arguments)
    assert str(error).endswith(f"with ({', '.join(error.got)}), it takes (int)")


def test_an_entry_point_may_take_one_of_several_types():
    either = EntryPoint("some.call", OriginKind.INHERENT, ((int, bytes),), lambda s, *_: s)
    host = runtime(AMENDED, either)
    for argument in (1, b"1"):
        execute_block(START, child(START, Extrinsic("some.call", (argument,))), host)
    error = refused(block_errors.WrongArguments, child(START, Extrinsic("some.call", ("1",))), host)
    assert error.expected == ("int|bytes",)


@pytest.mark.parametrize("value", [2**32, -1, True])
def test_an_argument_that_is_no_value_is_refused(value):
    block = child(START, govern("configuration.set_parathread_cores", value))
    error = refused(block_errors.MalformedExtrinsic, block)
    assert isinstance(error.cause, BadValue)
    assert "extrinsic 1 (configuration.set_parathread_cores) is malformed" in str(error)


@pytest.mark.parametrize(
    ("call", "arguments", "accepted"),
    [
        (INCLUSION, ((),), INHERENT),
        ("configuration.set_parathread_cores", (1,), GOVERNANCE),
        ("registrar.register", (3, starts()), GOVERNANCE),
        ("registrar.deregister", (1,), GOVERNANCE),
        ("auction.claim", (10,), signed(b"alice")),
    ],
)
def test_entry_points_refuse_all_other_origins(call, arguments, accepted):
    for origin in (GOVERNANCE, signed(b"alice"), parachain(1), INHERENT):
        extrinsic = Extrinsic(call, arguments, origin)
        if origin == accepted:
            apply_extrinsic(START, extrinsic, HOST)
            continue
        with pytest.raises(block_errors.FailedExtrinsic) as caught:
            apply_extrinsic(START, extrinsic, HOST, position=4)
        assert isinstance(caught.value.cause, BadOrigin)
        assert (caught.value.position, caught.value.call) == (4, call)


def test_a_failed_check_makes_the_block_invalid_and_is_named():
    error = refused(
        block_errors.FailedExtrinsic, child(START, govern("registrar.register", 1, starts()))
    )
    assert isinstance(error.cause, AlreadyRegistered)
    assert str(error) == f"extrinsic 1 (registrar.register) failed: {error.cause}"
    assert error.__cause__ is error.cause


@pytest.mark.parametrize("error", [Undefined("x", "§2.5.1"), Unrecoverable("y", "§2.5.1")])
def test_panics_and_silence_are_not_made_into_invalid_blocks(error):
    host = runtime(AMENDED, failing(error))
    with pytest.raises(type(error)) as caught:
        execute_block(START, child(START, Extrinsic("some.call")), host)
    assert caught.value is error


def test_a_mistake_in_the_program_is_not_made_into_one_either():
    host = runtime(AMENDED, failing(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        execute_block(START, child(START, Extrinsic("some.call")), host)


def test_a_refused_block_leaves_no_trace():
    twin = pickle.loads(pickle.dumps(START))  # noqa: S301 - own bytes
    refused(block_errors.FailedExtrinsic, child(START, SET_CORES, Extrinsic(SET_CORES.call, (2,))))
    assert twin == START


ERRORS = [
    block_errors.WrongNumber(1, 2),
    block_errors.UnknownParent(b"\1"),
    block_errors.WrongBody(b"\1", b"\2"),
    block_errors.WrongValidators((b"a",), (b"b",)),
    block_errors.MissingInherent("a"),
    block_errors.RepeatedInherent("a", (0, 1)),
    block_errors.InherentNotFirst("a", 1),
    block_errors.UnknownEntryPoint(1, "a"),
    block_errors.WrongArguments(1, "a", ("int",), ()),
    block_errors.MalformedExtrinsic(1, "a", BadValue("x", "y", 1)),
    block_errors.FailedExtrinsic(1, "a", AlreadyRegistered(1)),
]


def test_every_reason_has_a_class_and_survives_pickling():
    assert {type(error) for error in ERRORS} == set(block_errors.InvalidBlock.__subclasses__())
    for error in ERRORS:
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - own bytes
        assert isinstance(error, HostError)
        assert not isinstance(error, CheckFailed)


# ---- blocks are values


def test_everything_in_a_block_is_in_its_hash():
    block = child(START, SET_CORES, change=session())
    others = [
        child(START, SET_CORES),
        child(START, change=session()),
        child(START, govern("configuration.set_parathread_cores", 3), change=session()),
        child(START, SET_CORES, change=session(seed=1)),
        child(START, SET_CORES, change=session(), parent=b"p" * 32),
        child(START, SET_CORES, change=session(), author=1),
        child(START, SET_CORES, change=session(), vrf_output=b"v"),
        make_block(bytes(32), 2, block.extrinsics, session_change=session()),
    ]
    assert len({each.hash for each in (block, *others)}) == 1 + len(others)
    assert child(START, SET_CORES, change=session()).hash == block.hash


def test_a_block_cannot_be_changed():
    block = child(START)
    with pytest.raises(FrozenInstanceError):
        block.header = None
    with pytest.raises(BadValue, match="value must be immutable"):
        make_block(bytes(32), 1, (Extrinsic("some.call", ([1],)),))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Header(b"", 1, bytes(32)),
        lambda: Header(bytes(32), -1, bytes(32)),
        lambda: Header(bytes(32), 1, b""),
        lambda: Header(bytes(32), 1, bytes(32), -1),
        lambda: Header(bytes(32), 1, bytes(32), 0, "vrf"),
        lambda: Extrinsic("some.call", [1]),
        lambda: Block(Header(bytes(32), 1, bytes(32)), []),
    ],
)
def test_what_is_no_block_is_refused(make):
    with pytest.raises(BadValue):
        make()


def test_the_inherent_is_written_without_an_origin():
    extrinsic = inclusion_extrinsic((), ())
    assert (extrinsic.call, extrinsic.origin) == (INCLUSION, INHERENT)


# ---- the table of entry-points


def test_a_name_stands_for_one_entry_point():
    with pytest.raises(BadValue, match=r"distinct by name.*auction\.claim"):
        table(ENTRY_POINTS, CONFIGURATION, ENTRY_POINTS)


def test_the_inherent_has_no_origin():
    open_to_all = replace(INHERENT_CALL, origin=OriginKind.SIGNED)
    with pytest.raises(BadValue, match="must be an entry-point without origin"):
        Runtime(AMENDED, table([open_to_all]))
    assert Runtime(AMENDED).entry_points == table(CONFIGURATION)


def test_there_is_one_entry_point_for_each_member_of_the_configuration():
    names = {entry_point.name for entry_point in CONFIGURATION}
    assert names == {f"configuration.set_{name}" for name in type(CONFIG).__dataclass_fields__}
    assert {entry_point.origin for entry_point in CONFIGURATION} == {OriginKind.GOVERNANCE}
