"""`docs/findings.md` and its pictures: what is wrong with the text, what is open, what is dead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from properties.findings import KINDS, Finding, claims, findings

from . import evidence
from .findings import Known, Shown, link, rivals, text_of
from .judging import steps

COMMAND = "parascope findings --out docs"
PAGE, PICTURES = "findings.md", "pictures/findings"

INTRODUCTION = """\
# Findings

Made by `{command}`; do not edit.

What the models found in the text, in an order of weight: what breaks safety, what stops progress,
what is only unclear; the shortest run first.  A repair changes a definite sentence.  It is listed
because it is necessary: with all other amendments in force and without this one, the property named
is violated, and the trace shows how in the fewest steps possible.  `parascope gate` establishes all
of it again.  Sentences are paraphrased; a token such as §2.5.5/schedule.1 names the place.
"""

_TITLES = {
    "contradiction": "Contradictions that no amendment settles",
    "theorem": "Facts for all sizes",
    "dead": "Text without effect",
    "intended": "Odd at first sight, and intended",
}
_ABOUT = {
    "contradiction": "Two sentences that cannot both be meant.",
    "theorem": "Proved or refuted for any number of validators, cores, groups.",
    "dead": "Nothing reads it, sets it, calls it or makes it fail: `parascope coverage --dead`.",
    "intended": "These are no faults.  They look like some, so they are written down once.",
}


def page(known: Known) -> str:
    """The page as Markdown."""
    repairs, readings = known.ranked("repair"), known.ranked("reading")
    lines = [
        *_summary(repairs, readings),
        *_ranked(repairs),
        *(line for s in repairs for line in _entry(s)),
        *_readings(readings),
        *_rivals(known),
        *(line for kind in KINDS for line in _findings(known, kind)),
        *_claims(known),
    ]
    return INTRODUCTION.format(command=COMMAND) + "\n" + "\n".join(lines) + "\n"


def pictures(known: Known) -> dict[str, str]:
    """The picture of each amendment that has a trace: name inside the folder of the page, SVG."""
    from .render.steps import render_steps

    shown = [*known.ranked("repair"), *known.ranked("reading")]
    return {
        picture(s): render_steps(evidence.read(str(known.where / s.trace)).story())
        for s in shown
        if s.trace
    }


def picture(shown: Shown) -> str:
    """The file of an amendment's picture, inside the folder of the page."""
    return f"{PICTURES}/{shown.amendment.id}.svg"


def write(out: str) -> list[str]:
    """Write page and pictures into a folder, and remove pictures of nothing; their paths."""
    from .files import write_text

    known, base = Known(), Path(out)
    drawn = pictures(known)
    (base / PICTURES).mkdir(parents=True, exist_ok=True)
    for old in sorted((base / PICTURES).glob("*.svg")):
        if old.relative_to(base).as_posix() not in drawn:
            old.unlink()
    files = {PAGE: page(known), **drawn}
    for name, text in files.items():
        write_text(base / name, text)
    return [str(base / name) for name in files]


_PLURAL = {
    "contradiction": "contradictions",
    "theorem": "theorems",
    "dead": "without effect",
    "intended": "intended",
}


def _summary(repairs: Sequence[Shown], readings: Sequence[Shown]) -> Iterator[str]:
    kinds = Counter(s.amendment.harm for s in repairs)
    harms = ", ".join(f"{number} of {harm}" for harm, number in kinds.items())
    others = Counter(f.kind for f in findings())
    beside = ", ".join(f"{others[kind]} {_PLURAL[kind]}" for kind in KINDS if others[kind])
    said = f"{len(repairs)} repairs ({harms}), {len(readings)} readings"
    yield f"{said}; beside them {beside or 'nothing'}; {len(claims())} claims."


def _ranked(repairs: Sequence[Shown]) -> Iterator[str]:
    yield ""
    yield "| | repair | harm | where | what goes wrong | steps |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for number, s in enumerate(repairs, 1):
        a = s.amendment
        length = "" if s.steps is None else str(s.steps)
        name = f"[{a.id}](#{a.id})"
        yield f"| {number} | {name} | {a.harm} | {a.token} | {_cell(a.consequence)} | {length} |"


def _entry(s: Shown) -> Iterator[str]:
    a = s.amendment
    yield from ("", f"## {a.id}", "")
    yield f"{a.token}, {a.kind}, {a.harm}, system {a.system}"
    yield ""
    yield f"* **The text:** {a.written}"
    if a.consequence:
        yield f"* **What goes wrong:** {a.consequence}"
    yield f"* **Amended:** {a.amended}"
    if a.upstream:
        yield f"* **Upstream:** {a.upstream}"
    if a.alternatives:
        yield f"* **Necessary together with** the others of `{a.alternatives}`"
    yield from _evidence(s)


def _evidence(s: Shown) -> Iterator[str]:
    v = s.verdicts
    if v is None:
        return
    yield f"* **Refuted without it:** `{v.property}`: {v.sentence}"
    yield (
        f"* as written {text_of(v.written)}; without this amendment {text_of(v.without)}; "
        f"as amended {text_of(v.amended)}"
    )
    if s.trace and s.steps is not None:
        shown = f"`parascope show counterexamples/{s.trace}`"
        yield f"* [trace of {steps(s.steps)}]({link(s.trace)}): {shown}"
        yield ""
        yield f"![{v.property}, {steps(s.steps)}]({picture(s)})"


def _readings(readings: Sequence[Shown]) -> Iterator[str]:
    yield from ("", "# Readings", "")
    yield "What the text leaves open.  As written the models take every reading that it allows."
    for s in readings:
        a = s.amendment
        yield from ("", f"## {a.id}", "")
        yield f"{a.token}, {a.kind}, {a.harm}, system {a.system}"
        yield ""
        yield f"* **Open:** {a.written}"
        yield f"* **Taken:** {a.amended}"
        if a.consequence:
            yield f"* **What turns on it:** {a.consequence}"
        if a.upstream:
            yield f"* **Upstream:** {a.upstream}"
        yield from _evidence(s)


def _rivals(known: Known) -> Iterator[str]:
    found = rivals(known.expected)
    if not found:
        return
    yield from ("", "# Rival sentences", "")
    yield "Where the text says one thing in several ways, and with all amendments they differ:"
    yield ""
    yield "| system | question | property | verdicts |"
    yield "| --- | --- | --- | --- |"
    for system, variant, name, pins in found:
        said = "; ".join(f"{value}: {_trace(pin)}" for value, pin in pins.items())
        yield f"| {system} | {variant} | `{name}` | {said} |"


def _trace(pin: object) -> str:
    from .expected import Pin

    if not isinstance(pin, Pin):
        return ""
    return f"[{text_of(pin)}]({link(pin.trace)})" if pin.trace else text_of(pin)


def _findings(known: Known, kind: str) -> Iterator[str]:
    found = [f for f in findings() if f.kind == kind]
    if not found:
        return
    yield from ("", f"# {_TITLES[kind]}", "", _ABOUT[kind])
    for f in found:
        yield from _finding(known, f)


def _finding(known: Known, f: Finding) -> Iterator[str]:
    yield from ("", f"## {f.id}", "")
    yield f"{f.token}, {f.kind}, {f.harm}"
    yield ""
    yield f"* **The text:** {f.says}"
    label = "Why it is right" if f.kind == "intended" else "What follows"
    yield f"* **{label}:** {f.consequence}"
    yield from (f"* {line}" for line in known.finding(f))


def _claims(known: Known) -> Iterator[str]:
    yield from ("", "# Claims", "")
    yield "What the text claims or a reader would take it to claim, and what settles it."
    yield ""
    yield "| claim | says | settled by |"
    yield "| --- | --- | --- |"
    for c in claims():
        by = "<br>".join([*known.claim(c), *([c.decision] if c.decision else [])])
        where = ", ".join(c.tokens)
        yield f"| {c.id} | {_cell(c.says)} ({where}) | {by} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
