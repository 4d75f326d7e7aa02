"""Results of scenarios as text, JSON and JUnit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from checker.files import ToolError
from checker.verdict import EXIT_CODES, worst
from checker.version import VERSION

from .amendments import Hang
from .compare import ABSENT, Mismatch
from .document import Scenario
from .run import Result, Told, Word

SCHEMA, SCHEMA_VERSION = "parascope-scenarios", 1
LAYOUTS = ("text", "json", "junit")

MOST_FAILING = 5
"""Failing steps that the text shows of one scenario: later ones often repeat them."""

_CODES = {Word.PASSED: 0, Word.FAILED: 12, Word.UNSUPPORTED: 30}
_REFUSED = "refused"
_WIDE = 400
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Report:
    """One file: its result and what that hangs on, or why it is refused."""

    path: str
    result: Result | None = None
    hangs: Sequence[Hang] = ()
    refusal: ToolError | None = None

    @property
    def word(self) -> str:
        """The result in one word."""
        return _REFUSED if self.result is None else str(self.result.word)

    @property
    def code(self) -> int:
        """The exit code of this file alone."""
        if self.result is None:
            return self.refusal.exit_code if self.refusal else 0
        return _CODES[self.result.word]

    @property
    def name(self) -> str:
        """The name of the scenario, or of its file."""
        return self.path if self.result is None else self.result.scenario.name


@dataclass(frozen=True)
class Reports:
    """All files of one call of the command."""

    text: str
    every: Sequence[Report] = field(default_factory=tuple)

    @property
    def code(self) -> int:
        """The worst exit code."""
        return worst(report.code for report in self.every)


# ---- scores


def scores(reports: Reports) -> dict[str, tuple[int, int]]:
    """Passed and all, apart: what the text decides, where it is disputed, what is beyond it."""
    groups: dict[str, list[bool]] = {"text": [], "disputed": [], "beyond": []}
    for report in reports.every:
        if report.result is not None:
            groups[_group(report.result.scenario)].append(report.result.word is Word.PASSED)
    return {name: (sum(passed), len(passed)) for name, passed in groups.items()}


def _group(scenario: Scenario) -> str:
    if scenario.beyond_spec:
        return "beyond"
    return "text" if scenario.agrees_with_spec == "yes" else "disputed"


_GROUPS = {
    "text": "decided by the text",
    "disputed": "where the text is wrong, silent or ambiguous",
    "beyond": "beyond the text",
}


# ---- text


def as_text(reports: Reports) -> str:
    """For readers: a line for each file, more where something is wrong."""
    lines = [line for report in reports.every for line in _lines(report)]
    lines += ["", *_summary(reports)]
    return "\n".join(lines) + "\n"


def _lines(report: Report) -> Iterator[str]:
    word = f"{report.word:<11}"
    result = report.result
    if result is None:
        yield f"{word} {report.refusal}"
        return
    sections = ", ".join(f"§{section}" for section in result.scenario.spec_sections)
    count = len(result.scenario.steps)
    yield f"{word} {report.name}  {count} step{'s' * (count != 1)}  {sections}".rstrip()
    if result.stopped and not result.steps:
        yield f"            setup: {result.stopped}"
    hangs = {hang.place: hang for hang in report.hangs}
    shown = 0
    for told in result.steps:
        shown += told.word is Word.FAILED
        if told.word is Word.FAILED and shown > MOST_FAILING:
            continue
        yield from (f"            {line}" for line in _step(told))
        if told.step.place in hangs:
            yield from (f"              {line}" for line in _hang(hangs[told.step.place], told))
    if shown > MOST_FAILING:
        yield f"            and {shown - MOST_FAILING} more failing steps; --format json has all"


def _step(told: Told) -> Iterator[str]:
    head = f"{told.step.place} {told.step.call}"
    for missing in told.unsupported:
        yield f"{head}: {missing}" if told.step.call not in missing else f"{head}: {_why(missing)}"
    for mismatch in told.mismatches:
        yield f"{head}: {_difference(mismatch)}"
    if told.mismatches and told.error:
        yield f"  {told.error}"


def _why(missing: str) -> str:
    return missing.partition(": ")[2] or missing


def _difference(mismatch: Mismatch) -> str:
    path = f"{mismatch.path}: " if mismatch.path else ""
    return f"{path}expected {_shown(mismatch.expected)}, seen {_shown(mismatch.seen)}"


def _shown(value: Any) -> str:
    """A value as the file writes it, or nothing."""
    return "nothing" if value is ABSENT else shortened(json.dumps(value))


def shortened(text: str) -> str:
    """The text, cut where it is too long to read."""
    return text if len(text) <= _WIDE else f"{text[: _WIDE - 3]}..."


def _hang(hang: Hang, told: Told) -> Iterator[str]:
    if hang.unknown:
        yield f"what it hangs on: {hang.unknown}"
    for verb in ("passes", "fails", "differs"):
        texts = getattr(hang, verb)
        if texts and not (verb == "differs" and hang.passes):
            here = "" if told.word is Word.FAILED else f"{told.step.place} {told.step.call} "
            yield f"{here}{verb} {'; '.join(texts)}"
    if hang.empty:
        yield "no amendment changes it"


def _summary(reports: Reports) -> Iterator[str]:
    words = [report.word for report in reports.every]
    counts = [f"{words.count(w)} {w}" for w in (*map(str, Word), _REFUSED) if w in words]
    count = len(words)
    yield f"{count} scenario{'s' * (count != 1)}, the text {reports.text}: {', '.join(counts)}"
    for name, (passed, every) in scores(reports).items():
        if every:
            yield f"  {_GROUPS[name]}: {passed} of {every} passed"
    if reports.code:
        yield f"exit status {reports.code}, {EXIT_CODES[reports.code]}"


# ---- JSON


def as_json(reports: Reports) -> str:
    """For programs: one document, versioned, every field present."""
    data = {
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "parascope": VERSION,
        "exit_code": reports.code,
        "text": reports.text,
        "scores": {
            name: {"passed": passed, "of": every}
            for name, (passed, every) in scores(reports).items()
        },
        "scenarios": [_record(report) for report in reports.every],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _record(report: Report) -> dict[str, Any]:
    result, refusal = report.result, report.refusal
    record: dict[str, Any] = {
        "file": report.path,
        "name": None,
        "module": None,
        "result": report.word.lower(),
        "exit_code": report.code,
        "beyond_spec": None,
        "agrees_with_spec": None,
        "problem": None if refusal is None else str(refusal),
        "stopped": None,
        "steps": [],
    }
    if result is None:
        return record
    scenario = result.scenario
    record |= {
        "name": scenario.name,
        "module": scenario.module,
        "beyond_spec": scenario.beyond_spec,
        "agrees_with_spec": scenario.agrees_with_spec,
        "stopped": result.stopped or None,
    }
    hangs = {hang.place: hang for hang in report.hangs}
    record["steps"] = [_step_record(told, hangs.get(told.step.place)) for told in result.steps]
    return record


def _step_record(told: Told, hang: Hang | None) -> dict[str, Any]:
    return {
        "step": told.step.place,
        "call": told.step.call,
        "result": str(told.word).lower(),
        "error": told.error or None,
        "unsupported": list(told.unsupported),
        "mismatches": [
            {
                "path": each.path,
                "expected": each.expected,
                "seen": None if each.seen is ABSENT else each.seen,
                "absent": each.seen is ABSENT,
            }
            for each in told.mismatches
        ],
        "hangs_on": None
        if hang is None
        else {
            "passes": list(hang.passes),
            "fails": list(hang.fails),
            "differs": list(hang.differs),
            "unknown": hang.unknown or None,
        },
    }


# ---- JUnit


def as_junit(reports: Reports) -> str:
    """For build servers: a case for each file; what is not supported is skipped."""
    words = [report.word for report in reports.every]
    totals: Mapping[str, int] = {
        "tests": len(words),
        "failures": words.count(str(Word.FAILED)),
        "errors": words.count(_REFUSED),
        "skipped": words.count(str(Word.UNSUPPORTED)),
    }
    root = ET.Element("testsuites", name="parascope")
    suite = ET.SubElement(root, "testsuite", name=f"scenarios, {reports.text}", time="0.000")
    for name, number in totals.items():
        root.set(name, str(number))
        suite.set(name, str(number))
    for report in reports.every:
        module = report.result.scenario.module if report.result else "scenarios"
        case = ET.SubElement(
            suite, "testcase", classname=module, name=_clean(report.name), time="0.000"
        )
        tags = {str(Word.FAILED): "failure", _REFUSED: "error", str(Word.UNSUPPORTED): "skipped"}
        if report.word in tags:
            lines = [_clean(line.strip()) for line in _lines(report)]
            fault = ET.SubElement(case, tags[report.word], message=shortened(lines[-1]))
            fault.text = "\n".join(lines)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    """Text without what XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


DOCUMENTS = {"text": as_text, "json": as_json, "junit": as_junit}
