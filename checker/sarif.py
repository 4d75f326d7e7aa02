"""SARIF 2.1.0: a rule per property, a result per refutation, a code flow per counterexample.

A code flow has a thread flow per actor; the order between actors is in `executionOrder`.  Limits of
GitHub's upload are kept: what goes beyond them is left out, and the message says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from .cases import Case, Place, worst_first
from .trace import Step
from .verdict import Word
from .version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS, MOST_STEPS = 5000, 1000
_BASE = "SRCROOT"


def document(found: Iterable[Case]) -> str:
    """The SARIF text of cases; what passed without a refutation is not in it."""
    told = [c for c in worst_first(found) if not c.passed or c.verdict.word is Word.VIOLATED]
    shown = told[:MOST_RESULTS]
    rules = {_rule_id(c): _rule(c) for c in shown}
    files = sorted({c.verdict.trace_file for c in shown if c.verdict.trace_file})
    order = {name: i for i, name in enumerate(rules)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {"name": "parascope", "version": VERSION, "rules": list(rules.values())}
        },
        "originalUriBaseIds": {_BASE: {"description": {"text": "the root of the repository"}}},
        "artifacts": [{"location": _artifact(name)} for name in files],
        "results": [_result(c, order[_rule_id(c)]) for c in shown],
        "columnKind": "unicodeCodePoints",
    }
    if len(told) > len(shown):
        run["properties"] = {"leftOut": len(told) - len(shown)}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule_id(case: Case) -> str:
    return f"{case.verdict.system}/{case.verdict.property}"


def _rule(case: Case) -> dict[str, Any]:
    v = case.verdict
    text = v.sentence or v.property
    return {
        "id": _rule_id(case),
        "name": "".join(part.capitalize() for part in v.property.split("_")),
        "shortDescription": {"text": text},
        "help": {"text": f"{text} {v.token}".strip()},
        "properties": {"kind": v.kind, "token": v.token},
    }


def _level(case: Case) -> str:
    if case.passed:
        return "note"  # known and pinned
    return "error" if case.verdict.word in {Word.VIOLATED, Word.ERROR} else "warning"


def _result(case: Case, rule: int) -> dict[str, Any]:
    v = case.verdict
    print_of = hashlib.sha256(f"{_rule_id(case)}\0{case.name}\0{_canonical(case)}".encode())
    result: dict[str, Any] = {
        "ruleId": _rule_id(case),
        "ruleIndex": rule,
        "kind": "fail",
        "level": _level(case),
        "message": {"text": f"{case.name}: {case.message}"},
        "locations": [_location(case.place, v.property)],
        "partialFingerprints": {"parascope/v1": print_of.hexdigest()},
        "properties": {
            "verdict": v.text,
            "instance": v.instance,
            "variant": v.variant,
            "amendments": v.amendments,
            "extent": v.extent,
        },
    }
    if case.passed:
        result["baselineState"] = "unchanged"
    if case.trace is not None:
        result["codeFlows"] = [_flow(case)]
    if v.trace_file:
        named = {"description": {"text": "the trace"}, "artifactLocation": _artifact(v.trace_file)}
        result["attachments"] = [named]
    return result


def _canonical(case: Case) -> str:
    """What identifies a refutation: its word and the steps of its trace."""
    trace = case.trace
    if trace is None:
        return case.verdict.text
    steps = [*trace.steps, *([trace.final] if trace.final else [])]
    return f"{case.verdict.word}{[(s.action, s.choices) for s in steps]!r}"


def _flow(case: Case) -> dict[str, Any]:
    """One thread flow for each actor, in order of appearance."""
    assert case.trace is not None  # noqa: S101 - the caller asked
    steps: list[Step] = [*case.trace.steps, *([case.trace.final] if case.trace.final else [])]
    shown = steps[:MOST_STEPS]
    threads: dict[str, list[dict[str, Any]]] = {}
    for order, step in enumerate(shown):
        actor = case.actors.get(step.action, "") or "environment"
        location = _location(case.places.get(step.action), f"{order}  {step.action or 'any state'}")
        threads.setdefault(actor, []).append({"location": location, "executionOrder": order + 1})
    flow: dict[str, Any] = {
        "threadFlows": [{"id": actor, "locations": found} for actor, found in threads.items()]
    }
    if len(steps) > len(shown):
        flow["message"] = {"text": f"{len(steps) - len(shown)} further steps are left out"}
    return flow


def _location(place: Place | None, text: str) -> dict[str, Any]:
    location: dict[str, Any] = {"message": {"text": text}}
    if place is not None:
        location["physicalLocation"] = {
            "artifactLocation": _artifact(place.file),
            "region": {"startLine": place.line},
        }
    else:
        location["logicalLocations"] = [{"name": text}]
    return location


def _artifact(name: str) -> dict[str, Any]:
    """A file: relative to the root of the repository where the name is."""
    return {"uri": f"file://{name}"} if name.startswith("/") else {"uri": name, "uriBaseId": _BASE}
