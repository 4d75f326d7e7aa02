"""The strip: a row per step, a cell per core, each told by a word and not by colour alone."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

from checker.render.story import Rule, tell
from checker.render.strip import MAX_ROWS, render_strip
from checker.render.views import OCCUPIED, STUCK, Cell, strip_of
from tests.checker.small import ARRIVE, seen_items_leave, small, trace_of, violation


def words(text: str) -> list[str]:
    root = ET.fromstring(text)  # noqa: S314 - our own text
    return [t for t in root.itertext() if t.strip()]


def test_steps_cells_and_the_guilty_rule():
    rule = Rule("§2.5.5/schedule", "Slots & <more> are taken.", "one-slot")
    found = words(render_strip(tell(violation(), small(), rules=[rule])))
    assert "2  serve" in found
    assert "server: slot=0" in found
    assert "§2.5.5/schedule" in found
    assert "Slots & <more> are taken." in found
    assert "mended by amendment one-slot" in found


def test_a_long_trace_says_what_was_left_out():
    trace = violation()
    steps = trace.steps + (trace.steps[-1],) * 50
    many = replace(trace, steps=steps, states=trace.states + (trace.states[-1],) * 50)
    text = render_strip(tell(many, small()))
    assert "… 13 steps left out …" in words(text)
    assert text.count('class="row"') == MAX_ROWS


def test_a_loop_says_where_it_goes():
    found = words(render_strip(tell(trace_of(seen_items_leave, ARRIVE[0], loop=1), small())))
    assert "and back to step 1, for ever" in found


def test_a_system_without_a_view_gets_the_variables_that_change():
    strip = strip_of("small", tell(violation(), small()).states)
    assert strip.heads == ("mode", "queue", "seen", "slots")


CORE = {"kind": "none", "thread": 0, "retries": 0}
FREE = {"some": False, "thread": 0, "retries": 0, "group": 0}
STATE = {
    "phase": "open",
    "block": 1,
    "parachains": 1,
    "parathread_cores": 1,
    "AvailabilityCores": [CORE, CORE, CORE],
    "Scheduled": [FREE, FREE, FREE],
    "pending": [{"some": False, "thread": 0, "age": 0}] * 3,
    "returned": ["no", "timed_out", "no"],
    "ParathreadQueue": {"queue": [{"thread": 2, "retries": 1, "core": 1}], "next_core": 0},
    "ParathreadClaimIndex": frozenset({2}),
}


def rows(**changes):
    return strip_of("scheduler", [{**STATE, **changes}]).rows[0]


def test_free_cores_of_the_scheduler():
    row = rows()
    assert row.cells == (Cell("free", "free"), Cell("free", "free", "timed out"))
    assert row.beside == ("queue thread 2, retry 1 → core 1", "index {2}")
    assert row.caption == "block 1, open"


def test_a_scheduled_core_names_its_work():
    scheduled = {**FREE, "some": True, "thread": 1}
    cells = rows(Scheduled=[scheduled, {**scheduled, "retries": 2}, FREE]).cells
    assert [cell.detail for cell in cells] == ["parachain", "thread 1, retry 2"]


def test_a_scheduled_core_whose_entry_was_not_cleared_says_so():
    work = {**CORE, "kind": "parathread", "thread": 1}
    scheduled = {**FREE, "some": True, "thread": 1}
    changes = {"AvailabilityCores": [CORE, work, CORE], "Scheduled": [FREE, scheduled, FREE]}
    assert rows(**changes).cells[1].detail == "thread 1, entry still set"
    meant = rows(**changes, reading={"scheduled_is_some": True})
    assert meant.cells[1].detail == "thread 1"


def test_an_occupied_core_without_a_candidate_is_stuck():
    work = {**CORE, "kind": "parathread", "thread": 1}
    cells = [CORE, work, CORE]
    stuck = rows(AvailabilityCores=cells).cells[1]
    assert stuck == Cell("occupied", STUCK, "thread 1, nothing pending")
    waiting = {"some": True, "thread": 1, "age": 2}
    pending = [STATE["pending"][0], waiting, STATE["pending"][0]]
    cell = rows(AvailabilityCores=cells, pending=pending).cells[1]
    assert cell == Cell("occupied", OCCUPIED, "thread 1, age 2")


def test_cores_that_are_gone_leave_a_gap():
    strip = strip_of("scheduler", [STATE, {**STATE, "parathread_cores": 0}])
    assert strip.heads == ("core 0", "core 1")
    assert strip.rows[1].cells[1] == Cell("no core", "absent")


def test_the_benchmark_has_a_view():
    core = {"occ": True, "age": 1, "votes": frozenset({0, 2})}
    strip = strip_of("corepipe", [{"t": 3, "core": [core, {**core, "occ": False}]}])
    assert strip.rows[0].cells == (
        Cell("occupied", "occupied", "age 1, votes {0, 2}"),
        Cell("free", "free"),
    )


def test_a_view_that_does_not_fit_gives_way():
    assert strip_of("scheduler", [{"x": 1}]).heads == ("x",)
