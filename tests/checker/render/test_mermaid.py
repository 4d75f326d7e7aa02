"""Mermaid: messages, notes, the cut, and what the notation would misread."""

from __future__ import annotations

from dataclasses import replace

from checker.render.mermaid import MAX_MESSAGES, _escape, render_mermaid
from checker.render.story import tell
from checker.trace import Step
from tests.checker.small import ARRIVE, FINISH, SERVE, seen_items_leave, small, trace_of, violation

EXPECTED = """\
sequenceDiagram
  participant a0 as environment
  participant a1 as client
  participant a2 as server
  participant sys as small
  Note over a0,sys: slots_are_free: VIOLATED
  a0->>sys: 0 start(chosen=1)
  Note right of sys: rate: 0 → 1
  a1->>sys: 1 arrive(item=1)
  Note right of sys: queue: [] → [1]<br/>seen: {} → {1}
  a2->>sys: 2 serve(slot=0)
  Note right of sys: mode: idle → busy<br/>queue: [1] → []<br/>slots[0]: none → some (item 1)
"""


def test_the_diagram_of_a_trace():
    assert render_mermaid(tell(violation(), small())) == EXPECTED


def test_a_long_trace_is_cut_and_says_so():
    trace = violation()
    steps = trace.steps + (trace.steps[-1],) * 50
    many = replace(trace, steps=steps, states=trace.states + (trace.states[-1],) * 50)
    text = render_mermaid(tell(many, small()))
    assert text.count("->>sys:") == MAX_MESSAGES
    assert "13 of 53 steps are left out here" in text
    assert "->>sys: 52 serve" in text


def test_a_loop_is_a_block():
    text = render_mermaid(tell(trace_of(seen_items_leave, ARRIVE[0], SERVE[0], loop=1), small()))
    lines = [line.strip() for line in text.splitlines()]
    assert lines.index("loop for ever") < lines.index("Note over a0,sys: back to state 1")
    assert lines[-1] == "end"


def test_a_step_without_successor_ends_in_a_cross():
    trace = trace_of("well_defined", ARRIVE[0], SERVE[0], FINISH[0], rate=0, final=Step("pay"))
    assert "-xsys: 4 pay" in render_mermaid(tell(trace, small()))


def test_signs_of_the_notation_are_codes():
    assert _escape("a;b#c<d>\ne") == "a#59;b#35;c#60;d#62; e"
