"""What a name means: a token, an amendment, a property, a word of a verdict, an exit status."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from model.language.errors import suggest
from properties.findings import Claim, Finding, claims, findings

from . import citations, subjects
from .cases import place_of
from .expected import Expected, folder, load, order
from .files import InputError
from .findings_page import PICTURES
from .subjects import UsageError
from .verdict import EXIT_CODES, MEANINGS, Word

if TYPE_CHECKING:
    from properties.catalogue import Amendment
    from properties.kinds import Property
    from properties.theorem import Theorem

    from .citations import Citation, Entry
    from .proof_pins import Pinned

_WIDTH = 96
_KINDS = ("model", "impl", "property", "test", "checker", "doc")


def explain(name: str) -> Iterator[str]:
    """Everything there is about a name, line by line.  Raises UsageError with the nearest one."""
    if name.startswith((citations.SIGN, "PR")):
        return _token(name)
    known = {a.id: a for a in subjects.amendments()}
    if name in known:
        return _amendment(known[name])
    found = [(s, p) for s in subjects.families() for p in subjects.properties(s) if p.name == name]
    if found:
        return _properties(found)
    theorem = next((t for t in subjects.theorems() if t.name == name), None)
    if theorem is not None:
        return _theorem(theorem)
    beside = _beside(lambda one: one.id == name)
    if beside:
        return iter(beside)
    if name in set(Word):
        return iter([f"{name}: {MEANINGS[Word(name)]}"])
    if name.isdigit() and int(name) in EXIT_CODES:
        return iter([f"exit status {name}: {EXIT_CODES[int(name)]}"])
    stated = [p.name for s in subjects.families() for p in subjects.properties(s)]
    names = [*known, *stated, *(t.name for t in subjects.theorems()), *Word]
    names += [*(f.id for f in findings()), *(c.id for c in claims())]
    raise UsageError(
        f"nothing is called {name!r}{suggest(name, names) if _close(name, names) else ''}; give a "
        "token of the text, an amendment, a property, a theorem, a word of a verdict, or an exit "
        "status"
    )


def _theorem(theorem: Theorem) -> Iterator[str]:
    yield f"{theorem.name}  theorem for all sizes, about {theorem.subject}  {theorem.token}"
    yield from _wrapped(theorem.sentence)
    for premise in theorem.given:
        yield from _wrapped(f"given {premise.name}: {premise.sentence}")
    pinned = _pinned_proofs().get(theorem.name)
    if pinned is not None:
        yield f"  {pinned.verdict}"
        if pinned.assumptions:
            yield from _wrapped(f"needs {', '.join(pinned.assumptions)}")
        if pinned.counterexample:
            yield from _wrapped(f"refuted by {pinned.counterexample}")
    yield f"settle it: parascope prove {theorem.subject} {theorem.name} --engine parametric"


def _pinned_proofs() -> Mapping[str, Pinned]:
    """The pinned theorems, or none where there are none yet."""
    from . import proof_pins

    try:
        return proof_pins.load(folder())
    except InputError:
        return {}


def _close(name: str, names: list[str]) -> bool:
    return "mean" in suggest(name, names)


def _pins() -> Expected:
    """The expected results, or none where there are none yet."""
    try:
        return load(folder())
    except InputError:
        return Expected()


def _token(token: str) -> Iterator[str]:
    outline = citations.load_outline()
    if token not in outline:
        raise UsageError(f"no token {token!r}; nearest: {', '.join(outline.nearest(token))}")
    return _entry(outline[token])


def _entry(entry: Entry) -> Iterator[str]:
    yield f"{entry.token}  {entry.cls or 'heading'}"
    yield from _wrapped(entry.text)
    cited = citations.scan(citations.repository_files())
    own = [c for c in cited if citations.is_within(c.token, entry.token)]
    for kind in _KINDS:
        yield from _places(kind, [c for c in own if c.kind == kind])
    for amendment in subjects.amendments():
        if citations.is_within(amendment.token, entry.token):
            yield ""
            yield from _amendment(amendment)
    about = _beside(lambda one: any(citations.is_within(t, entry.token) for t in _tokens(one)))
    if about:
        yield ""
        yield from about
    stated = [
        (system, p)
        for system in subjects.families()
        for p in subjects.stated(system)
        if p.token and citations.is_within(p.token, entry.token)
    ]
    if stated:
        yield ""
        yield from _properties(stated)


def _tokens(one: Finding | Claim) -> tuple[str, ...]:
    return one.tokens if isinstance(one, Claim) else (one.token,)


def _beside(wanted: Callable[[Finding | Claim], bool]) -> list[str]:
    """Findings and claims, each with what shows or settles it."""
    lines = []
    for finding in filter(wanted, findings()):
        lines.append(f"{finding.id}  finding, {finding.kind}  {finding.token}")
        lines += [*_wrapped(finding.says), *_wrapped(finding.consequence, "what follows: ")]
        lines += [f"  shown by {name}" for name in finding.shown_by]
    for claim in filter(wanted, claims()):
        lines.append(f"{claim.id}  claim  {', '.join(claim.tokens)}")
        lines += _wrapped(claim.says)
        settling = [*claim.properties, *claim.theorems]
        lines += [f"  settled by {name}" for name in settling]
        lines += _wrapped(claim.decision) if claim.decision else []
    return lines


def _places(kind: str, found: list[Citation]) -> Iterator[str]:
    most = 6
    for number, c in enumerate(found[:most]):
        inside = _routine(c)
        yield f"  {'' if number else kind:<9} {c.file}:{c.line}{'  ' + inside if inside else ''}"
    if len(found) > most:
        yield f"  {'':<9} and {len(found) - most} more"


def _routine(c: Citation) -> str:
    """The innermost function or class around a citation in a Python file."""
    if not c.file.endswith(".py"):
        return ""
    tree = ast.parse((citations.root() / c.file).read_text("utf-8"))
    kinds = ast.FunctionDef | ast.ClassDef
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, kinds) and _first(node) <= c.line <= (node.end_lineno or 0)
    ]
    return max(around, key=_first).name if around else ""


def _first(node: ast.FunctionDef | ast.ClassDef) -> int:
    """The first line of a definition, its decorators included."""
    return min([node.lineno, *(d.lineno for d in node.decorator_list)])


def _amendment(a: Amendment) -> Iterator[str]:
    yield f"{a.id}  {a.kind}  {a.token}"
    yield from _wrapped(a.written, "as written: ")
    yield from _wrapped(a.amended, "as amended: ")
    if a.consequence:
        label = "what goes wrong" if a.kind == "repair" else "what turns on it"
        yield from _wrapped(a.consequence, f"{label}: ")
    facts = [("harm", a.harm), ("system", a.system), ("upstream", a.upstream)]
    facts += [("together with", a.alternatives), ("without it fails", a.refutes)]
    for name, value in facts:
        if value:
            yield from _wrapped(f"{name}: {value}")
    if not a.refutes:
        return
    for space, pins in _pins().results.items():
        pin = pins.get(a.refutes)
        if pin is not None and a.id in space.amended.ids and space.amended.mode == "without":
            yield f"  {pin.verdict} in {pin.steps} steps: {space.title}"
            if pin.trace:
                yield f"  parascope show {folder() / pin.trace}"
    picture = citations.root() / "docs" / PICTURES / f"{a.id}.svg"
    if picture.is_file():
        yield f"  picture: {picture.relative_to(citations.root())}"


def _properties(found: list[tuple[str, Property]]) -> Iterator[str]:
    expected = _pins()
    for system, p in found:
        yield f"{p.name}  {p.kind}, {system}  {p.token}".rstrip()
        yield from _wrapped(p.sentence)
        place = place_of(p.function)
        if place is not None:
            yield f"  stated at {place.file}:{place.line}"
        if p.lemmas:
            yield f"  lemmas: {', '.join(lemma.name for lemma in p.lemmas)}"
        for space in sorted((s for s in expected.results if s.system == system), key=order):
            pin = expected.pins(space).get(p.name)
            if pin is not None:
                after = f" in {pin.steps} steps" if pin.steps is not None else ""
                yield f"  {pin.verdict}{after}: {space.title}"
                if pin.trace:
                    yield f"    parascope show {folder() / pin.trace}"


def _wrapped(text: str, first: str = "") -> Iterator[str]:
    yield from textwrap.wrap(
        first + text, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False
    )
