"""The transcript of a trace: changed cells only, how it ends, who is to blame."""

from __future__ import annotations

from dataclasses import replace

from checker.diff import diff
from checker.render.story import Rule, tell
from checker.render.text import delta, render_text
from checker.replay import replay
from checker.trace import Step
from tests.checker.small import (
    ARRIVE,
    FINISH,
    SERVE,
    seen_items_leave,
    slots_are_free,
    small,
    trace_of,
    two_wait,
    violation,
)

EXPECTED = """\
slots_are_free: No slot is ever taken.
  small tiny, text as amended  §2.5.5/storage
  0  start  chosen=1
      rate  0 -> 1
  1  arrive  item=1  [client]
      queue  [] -> [1]
      seen   {} -> {1}
  2  serve  slot=0  [server]
      mode      idle -> busy
      queue     [1] -> []
      slots[0]  none -> some (item 1)
     slots_are_free is violated in the last state
  §2.5.5/schedule: Slots are taken one by one.  (amendment one-slot)
"""


def test_a_transcript():
    replayed = replay(violation(), small(), slots_are_free)
    rule = Rule("§2.5.5/schedule", "Slots are taken one by one.", "one-slot")
    assert render_text(tell(violation(), small(), rules=[rule], replayed=replayed)) == EXPECTED


def test_a_single_state():
    text = render_text(tell(trace_of(two_wait), small()))
    assert text.splitlines()[2:] == ["  0  start  chosen=1", "      rate  0 -> 1"]


def test_a_step_without_successor_says_why():
    trace = trace_of("well_defined", ARRIVE[0], SERVE[0], FINISH[0], rate=0, final=Step("pay"))
    text = render_text(tell(trace, small(), replayed=replay(trace, small())))
    assert text.splitlines()[-2] == "  4  pay  [bank]"
    assert "the text is undefined" in text.splitlines()[-1]


def test_a_trace_without_states():
    trace = replace(trace_of(two_wait), states=(), steps=(), final=Step("start", (0,)))
    assert "0  start  chosen=0" in render_text(tell(trace, small()))


def test_a_loop_is_bracketed():
    trace = trace_of(seen_items_leave, ARRIVE[0], SERVE[0], ARRIVE[1], loop=2)
    lines = render_text(tell(trace, small())).splitlines()
    start = lines.index("  +- the loop starts in this state")
    assert lines[start + 1].startswith("  | 2  serve")
    assert lines[-1] == "  | back to state 2"


def test_long_values_take_two_lines():
    lines = render_text(tell(violation(), small()), width=30).splitlines()
    assert "      slots[0]  none" in lines
    assert "             -> some (item 1)" in lines


def test_of_a_large_set_only_the_difference_is_shown():
    (change,) = diff(frozenset(range(9)), frozenset(range(1, 11)), "seen")
    assert delta(change) == "+ 9, 10  - 0  (10 members)"
