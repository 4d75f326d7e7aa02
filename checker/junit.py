"""JUnit XML, as pytest writes it: a suite per space, a case per property."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from .cases import Case
from .verdict import Word

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(suites: Mapping[str, Iterable[Case]]) -> str:
    """The XML text of suites by title; without times of day, so that equal results read equal."""
    root = ET.Element("testsuites", name="parascope")
    totals = dict.fromkeys(("tests", "failures", "errors"), 0)
    for title, found in suites.items():
        suite, counts = _suite(title, list(found))
        root.append(suite)
        for name, number in counts.items():
            totals[name] += number
    for name, number in totals.items():
        root.set(name, str(number))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(title: str, found: list[Case]) -> tuple[ET.Element, dict[str, int]]:
    failed = [c for c in found if not c.passed]
    errors = sum(c.verdict.word is Word.ERROR for c in failed)
    counts = {"tests": len(found), "failures": len(failed) - errors, "errors": errors}
    seconds = max((c.verdict.effort.seconds for c in found), default=0.0)
    suite = ET.Element("testsuite", name=_clean(title), skipped="0", time=f"{seconds:.3f}")
    for name, number in counts.items():
        suite.set(name, str(number))
    suite.extend(_case(c) for c in found)
    return suite, counts


def _case(case: Case) -> ET.Element:
    v = case.verdict
    element = ET.Element("testcase", classname=v.system, name=_clean(case.name), time="0.000")
    facts = ET.SubElement(element, "properties")
    for name, value in _facts(case).items():
        ET.SubElement(facts, "property", name=name, value=_clean(value))
    if not case.passed:
        tag = "error" if v.word is Word.ERROR else "failure"
        fault = ET.SubElement(element, tag, message=_clean(case.message), type=str(v.word))
        fault.text = _clean(f"{case.message}\n{v.token}\n{v.trace_file}".strip())
    return element


def _facts(case: Case) -> dict[str, str]:
    v, effort = case.verdict, case.verdict.effort
    facts = {
        "verdict": v.text,
        "engine": v.engine,
        "extent": v.extent,
        "token": v.token,
        "states": "" if effort.states is None else str(effort.states),
        "steps": "" if effort.steps is None else str(effort.steps),
        "depth": "" if effort.depth is None else str(effort.depth),
        "trace": v.trace_file,
    }
    return {name: value for name, value in facts.items() if value}


def _clean(text: str) -> str:
    """Text without what XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)
