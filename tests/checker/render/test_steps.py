"""The table of steps: every step, everything it changed, how it ends, the rule to blame."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from checker.render.steps import MAX_ROWS, render_steps
from checker.render.story import Moment, Rule, tell
from tests.checker.small import ARRIVE, seen_items_leave, small, trace_of, violation


def words(text: str) -> list[str]:
    root = ET.fromstring(text)  # noqa: S314 - our own text
    return [t for t in root.itertext() if t.strip()]


def test_steps_changes_and_the_guilty_rule():
    rule = Rule("§2.5.5/schedule", "Slots & <more> are taken.", "one-slot")
    story = tell(violation(), small(), rules=[rule])
    found = words(render_steps(story))
    assert "2  serve" in found
    assert "slot=0" in found
    assert "mended by amendment one-slot" in found
    for moment in story.moments:
        for change in moment.changes:
            assert any(line.startswith(f"{change.path}: ") for line in found), change


def test_a_long_value_goes_on_in_the_next_line():
    story = tell(violation(), small())
    wide = {"slot": ["a long value of its own"] * 4}
    moments = (replace(story.moments[0], choices=wide), *story.moments[1:])
    found = words(render_steps(replace(story, moments=moments)))
    assert sum("long value" in line for line in found) > 1
    assert not any(line.endswith("…") for line in found)


def test_a_long_trace_says_what_was_left_out():
    trace = violation()
    steps = trace.steps + (trace.steps[-1],) * 70
    many = replace(trace, steps=steps, states=trace.states + (trace.states[-1],) * 70)
    text = render_steps(tell(many, small()))
    assert f"… {len(steps) - MAX_ROWS} steps left out …" in words(text)
    assert text.count('class="row"') == MAX_ROWS


def test_a_loop_says_where_it_goes():
    found = words(render_steps(tell(trace_of(seen_items_leave, ARRIVE[0], loop=1), small())))
    assert "and back to step 1, for ever" in found


@pytest.mark.parametrize("note", ["the text is undefined here", ""])
def test_a_step_without_a_successor_says_why(note):
    story = tell(violation(), small())
    last = Moment(9, "serve", "server", "", {}, None, (), note)
    found = words(render_steps(replace(story, moments=(*story.moments, last))))
    assert (note or "no step") in found


def test_how_it_ends_is_said_once():
    said = replace(tell(violation(), small()), shows="the end")
    last = replace(said.moments[-1], note="the end")
    ended = replace(said, moments=(*said.moments[:-1], last))
    assert words(render_steps(ended)).count("the end") == 1
