"""Graphviz source: compared as text, since drawings differ between versions."""

from __future__ import annotations

from dataclasses import replace

from checker.render.dot import MAX_NODES, dot_source, quote
from checker.render.story import tell
from checker.trace import Step
from tests.checker.small import ARRIVE, FINISH, SERVE, seen_items_leave, small, trace_of, violation

BAD = 'color="#b91c1c", fillcolor="#fee2e2", penwidth=2'
EXPECTED = r"""
  start [shape=point, width=0.12, color="#475569", label=""];
  s0 [label="state 0\lrate: 0 → 1\l"];
  start -> s0 [label="0  start(chosen=1)\l"];
  s1 [label="state 1\lqueue: [] → [1]\lseen: {} → {1}\l"];
  s0 -> s1 [label="1  arrive(item=1)\lclient\l"];
  s2 [label="state 2\lmode: idle → busy\lqueue: [1] → []\lslots[0]: none → some (item 1)\l", BAD];
  s1 -> s2 [label="2  serve(slot=0)\lserver\l"];
"""


def body(source: str) -> set[str]:
    return {line for line in source.splitlines() if line.startswith("  ")}


def test_the_source_of_a_trace():
    source = dot_source(tell(violation(), small()))
    assert set(EXPECTED.replace("BAD", BAD).splitlines()) - {""} <= body(source)
    assert source.startswith("digraph trace {\n")
    assert source.endswith("}\n")


def test_the_same_trace_gives_the_same_source():
    assert dot_source(tell(violation(), small())) == dot_source(tell(violation(), small()))


def test_a_loop_is_an_arrow_back():
    source = dot_source(tell(trace_of(seen_items_leave, ARRIVE[0], loop=1), small()))
    assert '  s1 -> s1 [label="the same state again\\l", style=bold' in source


def test_a_loop_closed_by_a_step_names_it():
    script = (ARRIVE[0], SERVE[0])
    trace = trace_of(seen_items_leave, *script, loop=1, final=Step("finish", (0,)))
    source = dot_source(tell(trace, small()))
    assert '  s2 -> s1 [label="3  finish(slot=0)\\lserver\\l"' in source
    assert "s3" not in source


def test_a_long_trace_says_what_was_left_out():
    trace = trace_of(seen_items_leave, ARRIVE[0], SERVE[0], ARRIVE[1])
    states = trace.states + (trace.states[-1],) * MAX_NODES
    steps = trace.steps + (trace.steps[-1],) * MAX_NODES
    many = replace(trace, states=states, steps=steps)
    source = dot_source(tell(many, small()))
    assert '"4 states left out"' in source
    assert source.count("fillcolor") == 2  # the default, and the last state
    assert f"s{MAX_NODES + 3} " in source


def test_quotes_and_backslashes_are_escaped():
    assert quote('a"b\\c\nd') == '"a\\"b\\\\c\\nd"'


def test_a_step_without_successor_ends_in_an_octagon():
    script = (ARRIVE[0], SERVE[0], FINISH[0])
    source = dot_source(tell(trace_of("well_defined", *script, rate=0, final=Step("pay")), small()))
    assert "shape=octagon" in source
    assert "the text is undefined" in source
