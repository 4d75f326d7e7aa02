"""Every renderer marks the stem and the loop of a lasso, and says why the loop is fair."""

from __future__ import annotations

from html import unescape

import pytest

from checker.render.chain import render_chain
from checker.render.dot import dot_source
from checker.render.html import render_html
from checker.render.lanes import render_lanes
from checker.render.mermaid import render_mermaid
from checker.render.story import Story, tell
from checker.render.strip import render_strip
from checker.render.text import render_text
from checker.replay import replay
from checker.trace import Step
from tests.checker.small import ARRIVE, FINISH, PAY, SERVE, seen_items_leave, small, trace_of

SCRIPT = (ARRIVE[0], SERVE[0], ARRIVE[1], SERVE[1], FINISH[1])
UNKEPT = "what is promised for item 0 in state 1 never comes"
FAIR = "serve: taken in step 4"


def lasso(*, met_again: bool = False) -> Story:
    """Two steps to the loop, four in it; closed by a step, or by the state being met again."""
    more = {} if met_again else {"final": Step("pay")}
    script = (*SCRIPT, PAY) if met_again else SCRIPT
    trace = trace_of(seen_items_leave, *script, rate=2, loop=2, **more)
    return tell(trace, small(), replayed=replay(trace, small(), seen_items_leave))


RENDERERS = {
    "text": render_text,
    "dot": dot_source,
    "chain": render_chain,
    "strip": render_strip,
    "mermaid": render_mermaid,
    "html": lambda story: render_html(story, small()),
}


@pytest.mark.parametrize("met_again", [False, True])
@pytest.mark.parametrize("name", RENDERERS)
def test_a_lasso_says_what_is_not_kept_and_why_the_loop_is_fair(name, met_again):
    text = unescape(RENDERERS[name](lasso(met_again=met_again)))
    assert UNKEPT in text
    assert FAIR in text


@pytest.mark.parametrize("name", RENDERERS)
def test_a_trace_without_a_loop_says_nothing_of_fairness(name):
    trace = trace_of(seen_items_leave, ARRIVE[0], SERVE[0])
    assert "fair" not in RENDERERS[name](tell(trace, small())).replace("fairness", "")


def test_the_story_knows_the_loop():
    story = lasso()
    assert [m.number for m in story.moments if story.in_loop(m)] == [2, 3, 4, 5, 6]
    assert story.fair == (FAIR,)


def test_the_boxes_of_the_loop_are_in_a_frame():
    lines = dot_source(lasso()).splitlines()
    frame = next(i for i, line in enumerate(lines) if "cluster_loop" in line)
    inside = lines[frame + 1 : lines.index("  }", frame)]
    assert [line.split()[0] for line in inside] == ["s2", "s3", "s4", "s5"]
    assert "for ever" in lines[frame]
    assert any(line.startswith('  s5 -> s2 [label="6  pay') for line in lines)


def test_the_step_that_closes_a_loop_arrives():
    text = render_mermaid(lasso())
    assert "->>sys: 6 pay" in text
    assert text.count("back to state 2") == 1


def test_the_page_marks_the_steps_of_the_loop():
    page = render_html(lasso(), small())
    assert page.count('class="step again"') == 5
    assert page.count("the loop starts in this state") == 1
    assert "<dt>fairness</dt>" in page


def test_the_lanes_have_an_arrow_back():
    assert render_lanes(lasso()).count('stroke-width="2"') == 1
