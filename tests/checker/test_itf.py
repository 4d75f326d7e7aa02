"""ITF files: what is written is read back, byte for byte; what was edited wrongly is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.files import InputError, write_text
from checker.itf import format_itf
from checker.itf_read import parse_document, read_document, to_trace
from checker.trace import Step, Trace
from tests.checker.small import (
    ARRIVE,
    FINISH,
    SERVE,
    small,
    trace_of,
    two_wait,
    violation,
)


def back(text: str) -> Trace:
    return to_trace(parse_document(text, "t.itf.json"), small())


TRACES = {
    "one state": trace_of(two_wait),
    "two states": trace_of(two_wait, ARRIVE[0]),
    "three states": violation(),
    "longer": trace_of(two_wait, ARRIVE[2], ARRIVE[0], SERVE[1], FINISH[1], ARRIVE[2], rate=2),
    "final step": trace_of(
        "well_defined", ARRIVE[0], SERVE[0], FINISH[0], rate=0, final=Step("pay")
    ),
    "lasso": trace_of(two_wait, ARRIVE[0], loop=1),
    "no state": replace(violation(), states=(), steps=(), final=Step("start", (0,))),
    "any state": replace(violation(), steps=(Step(""), *violation().steps[1:])),
}


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_a_trace_is_read_back_as_it_was(trace):
    text = format_itf(trace, small())
    assert back(text) == trace
    assert format_itf(back(text), small()) == text


def test_the_file_is_the_trace(tmp_path):
    path = tmp_path / "a.itf.json"
    write_text(path, format_itf(violation(), small()))
    document = read_document(path)
    header = document.header
    assert (header.system, header.instance, header.amendments) == ("small", "tiny", "all")
    assert to_trace(document, small()) == violation()


def test_the_layout_is_itf():
    data = json.loads(format_itf(violation(), small()))
    assert data["vars"][-2:] == ["mbt::actionTaken", "mbt::nondetPicks"]
    assert data["#meta"]["schema"] == "parascope-trace"
    assert data["#meta"]["version"] == 1
    assert data["#meta"]["varTypes"]["slots"] == "Seq({ some: Bool, item: Int })"
    last = data["states"][2]
    assert last["balance"] == {"#bigint": "0"}
    assert last["seen"] == {"#set": [{"#bigint": "1"}]}
    assert last["slots"][0] == {"some": True, "item": {"#bigint": "1"}}
    assert last["mode"] == "busy"
    assert last["queue"] == []
    assert last["#meta"] == {
        "index": 2,
        "action": "serve",
        "actor": "server",
        "token": "§2.5.5/schedule",
        "choices": {"slot": {"#bigint": "0"}},
    }
    assert last["mbt::actionTaken"] == "serve"
    assert last["mbt::nondetPicks"]["slot"] == {"tag": "Some", "value": {"#bigint": "0"}}
    assert last["mbt::nondetPicks"]["item"] == {"tag": "None", "value": {"#tup": []}}


def test_no_integer_of_the_model_is_a_plain_number():
    data = json.loads(format_itf(violation(), small()), parse_int=lambda n: ("plain", n))
    for state in data["states"]:
        del state["#meta"]["index"]
        assert "plain" not in json.dumps(state)


def test_a_variable_is_a_line():
    lines = format_itf(violation(), small()).splitlines()
    assert sum(line.startswith('   "balance"') for line in lines) == 3


Edit = Callable[[dict[str, Any]], Any]


def edited(edit: Edit) -> str:
    data = json.loads(format_itf(violation(), small()))
    edit(data)
    return json.dumps(data)


def put(*path_and_value: Any) -> Edit:
    *path, last, value = path_and_value

    def edit(data: Any) -> None:
        for part in path:
            data = data[part]
        data[last] = value

    return edit


def drop(*path: Any) -> Edit:
    def edit(data: Any) -> None:
        for part in path[:-1]:
            data = data[part]
        del data[path[-1]]

    return edit


BIG = {"#bigint": "9"}
EDITS = {
    "not our file": (drop("#meta"), "#meta: expected an object"),
    "schema": (put("#meta", "schema", "other"), "#meta.schema: expected 'parascope-trace'"),
    "version": (put("#meta", "version", 2), "#meta.version: expected 1, found 2"),
    "version true": (put("#meta", "version", True), "#meta.version"),
    "system": (put("#meta", "system", "smal"), "#meta.system: expected 'small', found 'smal'"),
    "header gone": (drop("#meta", "engine"), "#meta.engine: expected a line of text"),
    "header type": (put("#meta", "token", 5), "#meta.token: expected a line of text, found 5"),
    "header lines": (put("#meta", "token", "a\nb"), "#meta.token: expected a line of text"),
    "lone surrogate": (put("#meta", "token", "\ud800"), "#meta.token: expected a line of text"),
    "extra key": (put("extra", 1), "extra: no such key"),
    "no states": (put("states", []), "states: expected a list of at least one state"),
    "states no list": (put("states", 3), "states: expected a list"),
    "unknown variable": (
        put("vars", 0, "mod"),
        r"vars\[0\]: small has no variable 'mod'; did you mean 'mode'",
    ),
    "variable gone": (drop("vars", 0), "vars: the variable 'mode' is missing"),
    "vars no list": (put("vars", "mode"), "vars: expected a list of names"),
    "vars order": (
        lambda d: d["vars"].reverse(),
        "vars: expected each variable once, in this order",
    ),
    "state no object": (put("states", 1, 5), r"states\[1\]: expected a state, found 5"),
    "value gone": (drop("states", 1, "rate"), r"states\[1\]: the variable 'rate' is missing"),
    "value extra": (
        put("states", 1, "rat", 1),
        r"states\[1\].rat: no such variable; did you mean 'rate'",
    ),
    "plain number": (
        put("states", 1, "rate", 1),
        r"states\[1\].rate: expected {\"#bigint\": \"N\"} with N from 0 to 2, found 1",
    ),
    "out of range": (
        put("states", 1, "rate", BIG),
        r"states\[1\].rate: expected a number from 0 to 2, found 9",
    ),
    "not a numeral": (put("states", 1, "rate", {"#bigint": "+1"}), r"states\[1\].rate: expected"),
    "too many digits": (
        put("states", 1, "rate", {"#bigint": "9" * 5000}),
        r"states\[1\].rate: expected",
    ),
    "minus zero": (put("states", 1, "rate", {"#bigint": "-0"}), r"states\[1\].rate: expected"),
    "bad member": (
        put("states", 1, "mode", "bussy"),
        r"states\[1\].mode: expected one of idle, busy, found 'bussy'; did you mean 'busy'",
    ),
    "bool": (
        put("states", 1, "slots", 0, "some", "yes"),
        r"states\[1\].slots\[0\].some: expected true or false",
    ),
    "list length": (
        drop("states", 1, "slots", 0),
        r"states\[1\].slots: expected exactly 2 entries, found 1",
    ),
    "queue length": (
        put("states", 1, "queue", [BIG] * 4),
        r"states\[1\].queue: expected at most 3 entries, found 4",
    ),
    "queue no list": (put("states", 1, "queue", {}), r"states\[1\].queue: expected a list"),
    "field gone": (
        drop("states", 1, "slots", 1, "item"),
        r"states\[1\].slots\[1\]: the field 'item' is missing",
    ),
    "field extra": (
        put("states", 1, "slots", 1, "x", 1),
        r"states\[1\].slots\[1\].x: no such field",
    ),
    "record": (
        put("states", 1, "slots", 1, 7),
        r"states\[1\].slots\[1\]: expected a record of some, item",
    ),
    "set form": (put("states", 1, "seen", [1]), r"states\[1\].seen: expected {\"#set\""),
    "set member": (
        put("states", 1, "seen", {"#set": [BIG]}),
        r"states\[1\].seen.#set\[0\]: expected a number from 0 to 2",
    ),
    "set twice": (
        put("states", 1, "seen", {"#set": [{"#bigint": "1"}] * 2}),
        r"states\[1\].seen: expected each member of a set once",
    ),
    "index": (
        put("states", 1, "#meta", "index", 2),
        r"states\[1\].#meta: expected an object with index 1",
    ),
    "action": (
        put("states", 1, "#meta", "action", "arive"),
        r"states\[1\].#meta.action: .*did you mean 'arrive'",
    ),
    "action type": (put("states", 1, "#meta", "action", 4), r"states\[1\].#meta.action"),
    "initial action": (put("states", 0, "#meta", "action", "arrive"), r"states\[0\].#meta.action"),
    "any state later": (put("states", 1, "#meta", "action", ""), r"states\[1\].#meta.action"),
    "choice gone": (
        put("states", 1, "#meta", "choices", {}),
        r"states\[1\].#meta.choices: the choice 'item' is missing",
    ),
    "choice extra": (
        put("states", 1, "#meta", "choices", "itm", 1),
        r"states\[1\].#meta.choices.itm: no such choice",
    ),
    "choice range": (
        put("states", 1, "#meta", "choices", "item", BIG),
        r"states\[1\].#meta.choices.item: expected a number from 0 to 2",
    ),
    "choice type": (
        put("states", 1, "#meta", "choices", 1),
        r"states\[1\].#meta.choices: expected an object",
    ),
    "meta extra": (
        put("states", 1, "#meta", "extra", 1),
        r"states\[1\].#meta: expected action, actor",
    ),
    "mbt differs": (
        put("states", 1, "mbt::actionTaken", "serve"),
        r"states\[1\].mbt::actionTaken: contradicts",
    ),
    "mbt gone": (
        drop("states", 1, "mbt::actionTaken"),
        r"states\[1\]: the variable 'mbt::actionTaken'",
    ),
    "loop": (put("loop", 3), "loop: expected the index of a state, 0 to 2, found 3"),
    "loop type": (put("loop", True), "loop: expected the index of a state"),
    "final": (put("#meta", "final", 3), "#meta.final: expected action"),
    "final action": (
        put("#meta", "final", {"action": "start", "choices": {}}),
        "#meta.final.action",
    ),
}


@pytest.mark.parametrize(("edit", "message"), EDITS.values(), ids=EDITS)
def test_a_wrong_edit_is_located(edit, message):
    with pytest.raises(InputError, match=r"^t\.itf\.json: " + message) as caught:
        back(edited(edit))
    assert caught.value.exit_code == 151


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: the file ends too early"),
        ("not json", "line 1, column 1: not JSON"),
        ("[]", "expected an ITF object"),
        ("{} x", "line 1, column 4: not JSON"),
        ('{"a": 1, "a": 2}', "the key 'a' occurs twice"),
        ('{"a": NaN}', "NaN is not JSON"),
        ("[" * 100_000, "nested too deep"),
        ("1" * 5000, "not a trace"),
        ("null", "expected an ITF object"),
    ],
)
def test_what_is_not_a_trace_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        back(text)


def test_every_truncation_is_refused():
    text = format_itf(violation(), small()).rstrip()
    for end in range(0, len(text), 7):
        with pytest.raises(InputError):
            back(text[:end])


def test_a_truncated_file_says_so():
    text = format_itf(violation(), small())
    with pytest.raises(InputError, match=r"line 20.*ends too early|line 20"):
        back("\n".join(text.splitlines()[:20]))


leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False)
anything = st.recursive(
    leaf,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    return [path] * bool(path) + [p for name, item in items for p in places(item, (*path, name))]


WHOLE = json.loads(format_itf(violation(), small()))


@given(st.sampled_from(places(WHOLE)), anything)
def test_any_replacement_is_read_or_refused(path, value):
    text = edited(put(*path, value))
    try:
        trace = back(text)
    except InputError:
        return
    assert trace.system == "small"
