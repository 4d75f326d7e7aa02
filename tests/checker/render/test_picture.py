"""A picture comes from the first renderer that works, and says which; none is needed."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from checker.render import picture
from checker.render.chain import MAX_BOXES, render_chain
from checker.render.picture import render_picture
from checker.render.story import tell
from tests.checker.small import ARRIVE, seen_items_leave, small, trace_of, violation


@pytest.fixture
def story():
    return tell(violation(), small())


@pytest.fixture
def no_dot(monkeypatch):
    monkeypatch.setattr(picture.shutil, "which", lambda _: None)


@pytest.fixture
def no_pygraphviz(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


def fake_dot(monkeypatch, returncode=0, out=b"<svg/>", error=None):
    def run(*_, **__):
        if error:
            raise error
        return subprocess.CompletedProcess([], returncode, out, b"")

    monkeypatch.setattr(picture.shutil, "which", lambda _: "/usr/bin/dot")
    monkeypatch.setattr(picture.subprocess, "run", run)


def test_dot_comes_first(story, monkeypatch):
    fake_dot(monkeypatch)
    drawn = render_picture(story)
    assert (drawn.data, drawn.renderer, drawn.note) == (b"<svg/>", "dot", "drawn with dot")


@pytest.mark.parametrize(
    "broken",
    [
        {"returncode": 1},
        {"out": b""},
        {"error": OSError("no")},
        {"error": subprocess.TimeoutExpired("dot", 1)},
    ],
)
def test_a_broken_dot_is_no_failure(story, monkeypatch, no_pygraphviz, broken):
    fake_dot(monkeypatch, **broken)
    drawn = render_picture(story)
    assert drawn.renderer == "own"
    assert "`dot`" in drawn.note


def test_pygraphviz_comes_second(story, no_dot):
    pytest.importorskip("pygraphviz")
    drawn = render_picture(story, "png")
    assert (drawn.renderer, drawn.format) == ("pygraphviz", "png")
    assert drawn.data.startswith(b"\x89PNG")


def test_our_own_drawing_comes_last(story, no_dot, no_pygraphviz):
    drawn = render_picture(story)
    assert (drawn.renderer, drawn.format) == ("own", "svg")
    assert (
        drawn.note == "drawn without Graphviz (no `dot` on the path; pygraphviz is not installed)"
    )


def test_a_png_without_graphviz_is_an_svg_and_says_so(story, no_dot, no_pygraphviz):
    drawn = render_picture(story, "png")
    assert drawn.format == "svg"
    assert drawn.note.endswith("as SVG, because PNG needs Graphviz")


def test_another_format_is_an_error(story):
    with pytest.raises(ValueError, match="svg and png"):
        render_picture(story, "gif")


def test_the_own_drawing_is_well_formed():
    text = render_chain(tell(trace_of(seen_items_leave, ARRIVE[0], loop=1), small()))
    words = "".join(ET.fromstring(text).itertext())  # noqa: S314 - our own text
    assert "1  arrive(item=0)" in words
    assert "loop" in words


def test_the_own_drawing_of_a_long_trace_says_what_was_left_out():
    trace = violation()
    states = trace.states + (trace.states[-1],) * MAX_BOXES
    steps = trace.steps + (trace.steps[-1],) * MAX_BOXES
    many = replace(trace, states=states, steps=steps)
    assert "… 3 steps left out …" in render_chain(tell(many, small()))
