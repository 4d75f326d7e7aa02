"""Verdicts for machines: JSON, JUnit, SARIF, GitHub, from the same cases."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import github, junit, provenance, sarif
from .cases import Case, cases, describe
from .compile.digest import terms_digest
from .verdict import Verdict, record, worst
from .version import VERSION

if TYPE_CHECKING:
    from .judging import Run

SCHEMA = "parascope-verdicts"
SCHEMA_VERSION = 1


def complete(run: Run, files: Mapping[str, str]) -> Run:
    """The run with what only records need: names of trace files, digests of terms and engine."""
    terms = terms_digest(run.system, run.evaluated)
    hashes = {"terms": terms, "engine": provenance.engine_digest(run.engine)}
    verdicts = tuple(
        dataclasses.replace(v, hashes={**hashes, **v.hashes}, trace_file=files.get(v.property, ""))
        for v in run.verdicts
    )
    return dataclasses.replace(run, verdicts=verdicts)


def verdicts_json(verdicts: Iterable[Verdict], exit_code: int, more: Mapping[str, object]) -> str:
    """All verdicts as one JSON document; `more` are further facts of the whole run."""
    versions = provenance.versions()
    data = {
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "parascope": VERSION,
        "exit_code": exit_code,
        **more,
        "verdicts": [record(v, versions) for v in verdicts],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def document(layout: str, run: Run, files: Mapping[str, str]) -> str:
    """One run in a format for machines; `github` also appends to the step summary."""
    full = complete(run, files)
    if layout == "json":
        code = worst(v.exit_code for v in full.verdicts)
        more = {"warnings": list(run.warnings), "stopped": run.stopped}
        return verdicts_json(full.verdicts, code, more)
    return of_cases(layout, {run.space.title: cases(full)})


def of_verdicts(layout: str, title: str, verdicts: Sequence[Verdict]) -> str:
    """Verdicts that belong to no space, in a format for machines."""
    if layout == "json":
        return verdicts_json(verdicts, worst(v.exit_code for v in verdicts), {})
    found = [Case(v, passed=v.exit_code == 0, message=describe(v)) for v in verdicts]
    return of_cases(layout, {title: found})


def of_cases(layout: str, suites: Mapping[str, Sequence[Case]]) -> str:
    """Cases by title as JUnit, SARIF or GitHub's commands."""
    found = [case for suite in suites.values() for case in suite]
    if layout == "junit":
        return junit.document(suites)
    if layout == "sarif":
        return sarif.document(found)
    _append_summary(github.summary(suites))
    return github.commands(found)


def _append_summary(text: str) -> None:
    """Add to the summary of the step, if this runs in one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
