"""The page: one file, nothing from outside, the trace in it, every cell in its table."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from checker.itf_read import parse_document, to_trace
from checker.render.html import render_html, table
from checker.render.story import Rule, tell
from checker.replay import replay
from checker.trace import Step
from tests.checker.small import (
    ARRIVE,
    FINISH,
    SERVE,
    slots_are_free,
    small,
    trace_of,
    two_wait,
    violation,
)


class Page(HTMLParser):
    """Tags with their attributes, the text of scripts, and whether all tags are closed."""

    VOID = frozenset({"meta", "input", "path", "rect", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.open, self.scripts = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data


def page_of(trace, prop=None, **more) -> str:
    replayed = replay(trace, small(), prop) if prop else None
    return render_html(tell(trace, small(), replayed=replayed, **more), small())


RULE = Rule("§2.5.5/schedule", "A </script> & more.", "one")
PAGE = page_of(
    violation(), slots_are_free, rules=[Rule("§2.5.5/schedule", "A </script> & more.", "one")]
)


def test_nothing_comes_from_outside():
    page = Page(PAGE)
    assert not page.open
    assert "http:" not in PAGE.replace("http-equiv", "")
    assert "https:" not in PAGE
    for tag, attributes in page.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "audio", "video"}
        assert not {"src", "href", "xlink:href", "srcset", "action"} & set(attributes)
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|import\(", PAGE)
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_the_trace_is_in_the_page():
    data = Page(PAGE).scripts[0]
    assert to_trace(parse_document(data, "page"), small()) == violation()


def test_nothing_in_the_data_can_end_its_element():
    nasty = replace(violation(), sentence="</script><script>alert(1)</script><!--")
    text = page_of(nasty)
    page = Page(text)
    assert len(page.scripts) == 2
    assert "<" not in page.scripts[0]
    assert json.loads(page.scripts[0])["#meta"]["sentence"] == nasty.sentence
    assert "<script>alert" not in text


def test_texts_are_escaped():
    assert "A &lt;/script&gt; &amp; more." in PAGE


def test_every_step_and_every_cell_is_there():
    page = Page(PAGE)
    steps = [a["data-step"] for t, a in page.tags if t == "li"]
    assert steps == ["0", "1", "2"]
    paths = [a["data-path"] for t, a in page.tags if t == "tr" and "data-path" in a]
    assert paths == ["mode", "rate", "balance", "queue", "seen", "slots[0]", "slots[1]"]


def test_unchanged_cells_are_marked_to_be_hidden():
    same = [a["data-path"] for t, a in Page(PAGE).tags if a.get("class") == "same"]
    assert same == ["rate", "balance", "slots[1]"]


def test_changed_cells_are_marked():
    lines = {
        line.path: [e.kind for e in line.entries] for line in table(tell(violation(), small()))
    }
    assert lines["mode"] == ["", "", "updated"]
    assert lines["queue"] == ["", "added", "removed"]
    assert lines["seen"] == ["", "added", ""]
    assert lines["slots[0]"] == ["", "", "added"]


def test_the_property_has_its_own_row():
    assert PAGE.count('class="true">true<') == 2
    assert PAGE.count('class="false">false<') == 1


@pytest.mark.parametrize(
    "trace",
    [
        trace_of(two_wait),
        trace_of("well_defined", ARRIVE[0], SERVE[0], FINISH[0], rate=0, final=Step("pay")),
        trace_of(two_wait, ARRIVE[0], loop=1),
        replace(violation(), states=(), steps=(), final=Step("start", (0,))),
        replace(violation(), steps=(Step(""), *violation().steps[1:])),
    ],
    ids=["one state", "final", "loop", "no state", "any state"],
)
def test_every_shape_of_trace_has_a_page(trace):
    assert not Page(page_of(trace)).open
