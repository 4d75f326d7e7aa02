"""Small scenarios, written down as Python data."""

from __future__ import annotations

import json
from typing import Any

from checker.scenarios import document, run, text

AMENDED, WRITTEN = text.chosen(), text.chosen(as_written=True)


def scene(*steps: dict[str, Any], **more: Any) -> bytes:
    """The bytes of a file with these steps."""
    data = {"name": "scene", "module": "scheduler", "steps": list(steps), **more}
    return json.dumps(data).encode()


def step(call: str, expect: dict[str, Any] | None = None, /, **args: Any) -> dict[str, Any]:
    """One step."""
    given: dict[str, Any] = {"call": call, "args": args}
    return given if expect is None else {**given, "expect": expect}


def observe(**expect: Any) -> dict[str, Any]:
    """One observation."""
    return step("observe", expect)


def play(*steps: dict[str, Any], under: text.Text = AMENDED, **more: Any) -> run.Result:
    """Run the steps."""
    return run.run(document.parse(scene(*steps, **more), "scene.json"), under)


def passes(*steps: dict[str, Any], under: text.Text = AMENDED, **more: Any) -> None:
    """Insist that every expectation is met."""
    result = play(*steps, under=under, **more)
    wrong = [(told.step.place, told.mismatches, told.error) for told in result.steps]
    assert result.word is run.Word.PASSED, (result.stopped, wrong)


OK, ERROR = {"result": "ok"}, {"result": "error"}
CONFIG = {
    "parathread_cores": 3,
    "group_rotation_frequency": 10,
    "chain_availability_period": 3,
    "thread_availability_period": 5,
    "scheduling_lookahead": 2,
    "parathread_retries": 1,
}


def session(at, validators, **more):
    return {"at": at, "validators": validators, "new_config": "same", **more}


def begin(to=1, validators=5, modules=("paras", "scheduler"), **more):
    """The first session, in block `to`."""
    changes = [session(to, validators)]
    return step("advance_to_block", to=to, modules=list(modules), session_changes=changes, **more)


def claim(para, collator="alice"):
    return step("scheduler.add_parathread_claim", OK, para=para, collator=collator)


def registered(*paras):
    """One entry of the setup per para: chains first, a negative number is a parathread."""
    return [
        {"para": abs(p), "parachain": p > 0, "head": [p % 256], "code": [abs(p)]} for p in paras
    ]
