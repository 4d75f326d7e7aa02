"""Replay confirms what runs and ends as it says, and refuses everything else by step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.replay import TraceRefused, replay
from checker.trace import Step
from tests.checker.small import (
    ARRIVE,
    FINISH,
    PAY,
    SERVE,
    balance_grows,
    seen_items_leave,
    slots_are_free,
    small,
    trace_of,
    two_wait,
    violation,
)


def refused(trace, prop=None, match=".", **more) -> TraceRefused:
    with pytest.raises(TraceRefused, match=match) as caught:
        replay(trace, small(), prop, **more)
    assert caught.value.exit_code == 22
    return caught.value


def test_a_violated_invariant_is_confirmed():
    done = replay(violation(), small(), slots_are_free)
    assert (done.length, done.complete) == (2, True)
    assert done.holds == (True, True, False)
    assert done.shows == "slots_are_free is violated in the last state"


def test_an_invariant_that_holds_is_refused():
    assert refused(trace_of(slots_are_free, ARRIVE[0]), slots_are_free, "still holds").step == 1


def test_an_invariant_violated_earlier_is_refused():
    trace = trace_of(slots_are_free, ARRIVE[0], SERVE[0], ARRIVE[1], SERVE[1])
    assert refused(trace, slots_are_free, "violated here already").step == 2


def test_a_reached_goal_is_confirmed():
    done = replay(trace_of(two_wait, ARRIVE[0], ARRIVE[1]), small(), two_wait)
    assert done.holds == (False, False, True)


def test_a_goal_that_is_missed_is_refused():
    refused(trace_of(two_wait, ARRIVE[0]), two_wait, "is not reached in the last state")


PAID = (ARRIVE[0], SERVE[0], FINISH[0], PAY)


def test_a_violated_step_property_is_confirmed():
    done = replay(trace_of(balance_grows, *PAID, rate=1), small(), balance_grows)
    assert done.holds == (True, True, True, True, False)


def test_a_step_property_violated_earlier_is_refused():
    trace = trace_of(balance_grows, *PAID, ARRIVE[1], rate=1)
    assert refused(trace, balance_grows, "violated here already").step == 4


def test_a_step_property_that_holds_is_refused():
    refused(trace_of(balance_grows, ARRIVE[0]), balance_grows, "holds on every step")


def test_an_undefined_step_is_confirmed():
    trace = trace_of("well_defined", *PAID[:3], rate=0, final=Step("pay"))
    done = replay(trace, small())
    assert done.length == 4
    assert done.shows.startswith("the text is undefined here: ")


def test_a_defined_final_step_is_refused():
    trace = trace_of("well_defined", *PAID[:3], rate=1, final=Step("pay"))
    refused(trace, match="has a successor")
    refused(replace(trace, final=None), match="is missing")


def test_a_broken_limit_is_confirmed():
    script = [s for _ in range(2) for s in (ARRIVE[0], SERVE[0], FINISH[0])] + [ARRIVE[0], SERVE[0]]
    trace = trace_of("balance", *script, kind="limit", final=Step("finish", (0,)))
    assert replay(trace, small()).shows == "the step leaves the model's limit balance"
    refused(replace(trace, property="queue"), match="limit balance")


def test_no_deadlock_where_an_action_is_possible():
    assert "arrive" in refused(trace_of("deadlock_free", ARRIVE[0]), match="no deadlock").differs


def test_a_step_refused_by_a_check_is_named():
    trace = violation()
    wrong = replace(trace, steps=(*trace.steps[:2], Step("finish", (0,))))
    assert refused(wrong, slots_are_free, "check SlotFree").step == 2


def test_another_successor_is_shown():
    trace = violation()
    other = trace_of(two_wait, ARRIVE[2]).states[1]
    wrong = replace(trace, states=(trace.states[0], other, trace.states[2]))
    error = refused(wrong, slots_are_free)
    assert error.step == 1
    assert str(error) == (
        "step 1 (arrive): the model lands in another state: "
        "queue[0] (recorded 2, by the model 1), seen (recorded {2}, by the model {1})"
    )


def test_another_field_is_shown():
    trace = violation()
    system = small()
    data = system.decode(trace.states[2])
    data["slots"][1] = {"some": True, "item": 2}
    wrong = replace(trace, states=(*trace.states[:2], system.encode(data)))
    message = r"slots\[1\] \(recorded some \(item 2\), by the model none\)$"
    refused(wrong, slots_are_free, message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"system": "other"}, "a trace of 'other'"),
        ({"property": "other"}, "a trace for the invariant 'other'"),
        (
            {"steps": (Step("arrive", (1,)), *violation().steps[1:])},
            "the initial action is 'start'",
        ),
        ({"steps": (Step(""), *violation().steps[1:])}, "not the result of an initial action"),
        ({"steps": (*violation().steps[:2], Step("nothing"))}, "no action of this name"),
        ({"steps": (*violation().steps[:2], Step("start", (1,)))}, "no action of this name"),
        ({"steps": (*violation().steps[:2], Step("serve"))}, "1 choice leaves, not 0"),
        (
            {"steps": (*violation().steps[:2], Step("serve", (5,)))},
            "choice slot is 5, outside 0..1",
        ),
        ({"states": tuple((9, *s[1:]) for s in violation().states)}, "mode is 9, outside 0..1"),
        ({"states": tuple(s[1:] for s in violation().states)}, "leaves, not"),
        ({"final": Step("pay")}, "shows nothing of this property"),
    ],
)
def test_a_trace_that_is_not_one_of_the_system_is_refused(change, message):
    refused(replace(violation(), **change), slots_are_free, message)


def test_a_first_state_that_need_not_be_reachable():
    trace = replace(violation(), steps=(Step(""), *violation().steps[1:]))
    assert replay(trace, small(), slots_are_free, from_any_state=True).complete


def test_the_property_is_needed():
    refused(violation(), None, "is needed")


# item 0 keeps slot 0; item 1 comes, is served, goes and is paid for, again and again
LOOP = (ARRIVE[0], SERVE[0], ARRIVE[1], SERVE[1], FINISH[1])
PAYS = {"rate": 2, "loop": 2, "final": Step("pay")}


def test_a_fair_lasso_is_confirmed():
    done = replay(trace_of(seen_items_leave, *LOOP, **PAYS), small(), seen_items_leave)
    assert done.complete
    assert done.shows == "what is promised for item 0 in state 1 never comes; the loop is fair"
    assert done.fair == ("serve: taken in step 4",)


def test_a_lasso_whose_last_state_is_met_again():
    trace = trace_of(seen_items_leave, *LOOP, PAY, rate=2, loop=2)
    assert replay(trace, small(), seen_items_leave).fair == ("serve: taken in step 4",)


def test_a_run_does_not_stand_still():
    trace = trace_of(seen_items_leave, *LOOP, loop=5)
    refused(trace, seen_items_leave, "the loop has no step")


def test_a_lasso_that_does_not_close_is_refused():
    trace = trace_of(seen_items_leave, *LOOP, loop=1)
    refused(trace, seen_items_leave, "does not return to state 1")


def test_a_lasso_closed_by_a_step_to_another_state_is_refused():
    script = (ARRIVE[1], ARRIVE[0], SERVE[0], SERVE[1])
    trace = trace_of(seen_items_leave, *script, loop=4, final=Step("arrive", (2,)))
    assert refused(trace, seen_items_leave, "arrive").step == 5


def test_a_promise_kept_is_refused():
    trace = trace_of(
        seen_items_leave, *LOOP[2:], PAY, *LOOP[2:], rate=2, loop=4, final=PAYS["final"]
    )
    refused(trace, seen_items_leave, "holds on this run")


def test_a_run_that_goes_on_refutes_no_promise():
    refused(trace_of(seen_items_leave, ARRIVE[0]), seen_items_leave, "no deadlock: arrive")
