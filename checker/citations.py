"""Citations of the specification: which tokens exist, where they stand, what nobody cites.

A token is a section, a routine or heading, and an item: section 2.5.5, `occupied`, 1 is written
with the section sign, a slash and a dot.  `docs/spec/outline.toml` lists what a token may name.
Whatever begins like a token must be one: ranges, capitals in headings and a space after the sign
are unknown tokens, never plain text that escapes the check.  (A test that needs a token which does
not exist puts it together from parts.)
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from checker.files import InputError, read_bytes, read_text

OUTLINE = "docs/spec/outline.toml"
EXCUSED = "docs/spec/excused.toml"

SIGN = "\N{SECTION SIGN}"
_NUMBER = r"(?:0|[1-9]\d*)"
_PART = rf"(?:{_NUMBER}|[A-Za-z_]\w*)"
TOKEN = re.compile(
    rf"(?P<section>{SIGN}[1-9]\d*(?:\.{_NUMBER})*|PR3227)"
    r"(?:/(?P<heading>[a-z][a-z0-9_]*(?:-[a-z0-9]+)*)"
    rf"(?:\.(?P<item>{_PART}(?:\.{_PART})*))?)?",
    re.ASCII,
)
"""The grammar; a whole token matches it (`fullmatch`)."""

_CANDIDATE = re.compile(rf"(?:{SIGN} ?\d|(?<!\w)PR3227)(?:[\w./-]*\w)?", re.ASCII)
"""The longest stretch that begins like a token; punctuation after it belongs to the sentence."""

HEADING = ""
CLASSES = ("rule", "goal", "promise", "definition", "motivation")
BINDING = ("rule", "goal", "promise", "definition")
"""Classes whose items somebody should cite."""

MODEL, PROPERTY, IMPL, TEST = "model", "property", "impl", "test"
AMENDMENT, DOC, CHECKER, TRACE = "amendment", "doc", "checker", "trace"
KINDS = (MODEL, PROPERTY, IMPL, TEST, AMENDMENT, DOC, CHECKER, TRACE)
COUNTED = (MODEL, PROPERTY, IMPL, TEST, AMENDMENT)
"""Kinds that serve an item; a page or a trace that mentions it does not."""

_FOLDERS = {
    "model": MODEL,
    "properties": PROPERTY,
    "impl": IMPL,
    "tests": TEST,
    "docs": DOC,
    "checker": CHECKER,
    "counterexamples": TRACE,
}
_SUFFIXES = frozenset({".py", ".md", ".toml", ".json", ".yml", ".yaml", ".txt", ".html", ".jinja"})
_LISTS = frozenset({"outline.toml", "excused.toml"})
_HASH = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one token names.  `cls` is a class, or HEADING; `text` a paraphrase, or the title.

    `gap`: the text has nothing there yet.  `hash`: of the sentence, see `sentence_hash`.
    """

    token: str
    cls: str
    text: str
    hash: str
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """All tokens there are, in the order of the text."""

    entries: Mapping[str, Entry]

    def __contains__(self, token: object) -> bool:
        return token in self.entries

    def __getitem__(self, token: str) -> Entry:
        return self.entries[token]

    def within(self, prefix: str) -> tuple[Entry, ...]:
        """`prefix` itself and everything under it; all entries for the empty prefix."""
        return tuple(e for e in self.entries.values() if is_within(e.token, prefix))

    def nearest(self, token: str, count: int = 3) -> tuple[str, ...]:
        """Known tokens that `token` may have meant, best first; never empty."""
        known = list(self.entries)
        close = difflib.get_close_matches(token.replace(" ", ""), known, n=count, cutoff=0.75)
        above = [t for t in ancestors(token) if t in self.entries]
        return tuple(close or above[:1] or difflib.get_close_matches(token, known, 1, 0.0))


@dataclass(frozen=True, slots=True)
class Citation:
    """One token at one place.  `file` is relative to the repository, `line` counts from 1."""

    token: str
    file: str
    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A citation of something that does not exist, and what may have been meant."""

    citation: Citation
    nearest: tuple[str, ...]

    def __str__(self) -> str:
        where = f"{self.citation.file}:{self.citation.line}"
        what = f"{where}: unknown token {self.citation.token}"
        return f"{what}; nearest: {', '.join(self.nearest)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry and the kinds of files that cite it or something under it, in the order of KINDS.

    `through`: kinds that cite only the item of which this is a sentence.  `excuse`: one sentence,
    or "".  `places`: the citations of this very token.
    """

    entry: Entry
    kinds: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    excuse: str = ""
    places: tuple[Citation, ...] = field(default=(), repr=False)


def root() -> Path:
    """The root of the clone, or the folder into which the packages were installed."""
    return Path(__file__).resolve().parents[1]


def outline_text() -> str:
    """The outline's TOML: the installed package's copy, or else the clone's file."""
    return _data(OUTLINE).decode()


def excused_text() -> str:
    """The excuses' TOML, found like the outline; empty where there is none."""
    return _data(EXCUSED, optional=True).decode()


def _data(in_clone: str, *, optional: bool = False) -> bytes:
    """The wheel's `checker/data/NAME`, or else the clone's file.  Raises InputError."""
    packaged = resources.files("checker").joinpath("data", Path(in_clone).name)
    if packaged.is_file():
        return packaged.read_bytes()
    path = root() / in_clone
    return b"" if optional and not path.exists() else read_bytes(path)


def parse_outline(text: str, path: str = OUTLINE) -> Outline:
    """The outline written in `text`.  Raises InputError with the place and what was expected."""
    entries = {t: _entry(path, t, fields) for t, fields in _toml(text, path).items()}
    for token in entries:
        missing = [above for above in ancestors(token) if above not in entries]
        if missing:
            raise InputError(path, token, f"lies under {missing[0]}, which is not listed")
    return Outline(entries)


@cache
def load_outline() -> Outline:
    """The outline of this repository or installation."""
    return parse_outline(outline_text())


def parse_excuses(text: str, outline: Outline, path: str = EXCUSED) -> dict[str, str]:
    """Token -> why neither it nor anything under it need be cited.  Raises InputError."""
    excuses = _toml(text, path)
    for token, sentence in excuses.items():
        if token not in outline:
            raise InputError(path, token, f"unknown token; nearest: {outline.nearest(token)[0]}")
        if not isinstance(sentence, str) or not sentence.endswith("."):
            raise InputError(path, token, "expected one sentence, ending with a full stop")
    return excuses


def load_excuses() -> dict[str, str]:
    """The excuses of this repository or installation."""
    return parse_excuses(excused_text(), load_outline())


def _toml(text: str, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(path, "", f"expected TOML: {error}") from None


def _entry(path: str, token: str, fields: object) -> Entry:
    """One entry of the outline.  Raises InputError."""
    if not TOKEN.fullmatch(token):
        raise InputError(path, token, "not a token: section, slash, heading, dot, item")
    if not isinstance(fields, dict):
        raise InputError(path, token, "expected a table with hash, and title or class and text")
    cls, digest = fields.get("class", HEADING), fields.get("hash")
    wanted = {"hash"} | ({"title"} if cls == HEADING else {"class", "text"})
    given = set(fields) - ({"gap"} if cls != HEADING else set())
    if given != wanted:
        raise InputError(path, token, f"expected {sorted(wanted)}, found {sorted(given)}")
    if cls != HEADING and cls not in CLASSES:
        raise InputError(path, token, f"class {cls!r} is none of {', '.join(CLASSES)}")
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        raise InputError(path, token, "expected 12 hexadecimal digits as hash")
    text, gap = fields["title" if cls == HEADING else "text"], fields.get("gap", False)
    if not isinstance(text, str) or not text.strip() or not isinstance(gap, bool):
        raise InputError(path, token, "expected some text, and true or false as gap")
    return Entry(token, cls, text, digest, gap)


def sentence_hash(sentence: str) -> str:
    """First 12 hex digits of sha256 of `sentence`, runs of white space made one space."""
    return hashlib.sha256(" ".join(sentence.split()).encode()).hexdigest()[:12]


def ancestors(token: str) -> tuple[str, ...]:
    """What `token` lies under, nearest first: item, routine or heading, section, chapter."""
    found = []
    section, _, rest = token.partition("/")
    while rest:
        rest = rest.rpartition(".")[0]
        found.append(f"{section}/{rest}" if rest else section)
    while "." in section:
        section = section.rpartition(".")[0]
        found.append(section)
    return tuple(found)


def is_within(token: str, prefix: str) -> bool:
    """Whether `token` is `prefix` or lies under it; everything lies under the empty prefix."""
    return not prefix or token == prefix or prefix in ancestors(token)


def find_tokens(text: str) -> list[tuple[int, str]]:
    """(line, token) of all that begins like a token, malformed ones included, in order."""
    return [
        (number, match.group())
        for number, line in enumerate(text.splitlines(), 1)
        for match in _CANDIDATE.finditer(line)
    ]


def kind_of(file: str) -> str:
    """The kind of a file named relative to the repository, with slashes."""
    if file.startswith("properties/") and file.endswith(".toml"):
        return AMENDMENT  # amendments, findings, claims: they state nothing themselves
    return _FOLDERS.get(file.split("/", 1)[0], DOC)


def repository_files(base: Path | None = None) -> list[Path]:
    """The files below `base` (default: this repository) that may cite, in a fixed order.

    An installation has only the four packages; the folders beside them belong to others.
    """
    base = base or root()
    clone = (base / OUTLINE).is_file()
    folders = _FOLDERS if clone else ("model", "properties", "impl", "checker")
    pages = sorted(base.glob("*.md")) if clone else []
    return pages + [
        p for folder in folders for p in sorted((base / folder).rglob("*")) if _cites(p)
    ]


def _cites(path: Path) -> bool:
    """Whether `path` is a text that may cite, and not one of the lists themselves."""
    return path.suffix in _SUFFIXES and path.name not in _LISTS and path.is_file()


def scan(paths: Iterable[Path], base: Path | None = None) -> list[Citation]:
    """All citations in `paths`, named relative to `base` (default: this repository).

    Raises InputError for a file that cannot be read as text.
    """
    base = base or root()
    return [citation for path in paths for citation in _scan_file(path, base)]


def _scan_file(path: Path, base: Path) -> Iterator[Citation]:
    file = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()
    text = read_text(path)
    if path.suffix == ".json":  # a writer may have escaped the sign
        text = text.replace("\\u00a7", SIGN)
    for line, token in find_tokens(text):
        yield Citation(token, file, line, kind_of(file))


def unknown(citations: Iterable[Citation], outline: Outline | None = None) -> list[Unknown]:
    """The citations whose token does not exist, each with the nearest ones that do."""
    outline = outline or load_outline()
    return [Unknown(c, outline.nearest(c.token)) for c in citations if c.token not in outline]


def coverage(
    outline: Outline,
    citations: Sequence[Citation],
    section: str = "",
    excuses: Mapping[str, str] | None = None,
) -> list[Row]:
    """One row per entry under `section`, in the order of the text.

    A citation counts for its token and all above it.  A citation of an item counts also for the
    sentences of that item (`through`); one of a routine or section does not count for its items.
    """
    places: dict[str, list[Citation]] = {}
    kinds: dict[str, set[str]] = {}
    for citation in citations:
        places.setdefault(citation.token, []).append(citation)
        for token in (citation.token, *ancestors(citation.token)):
            kinds.setdefault(token, set()).add(citation.kind)
    rows = []
    for entry in outline.within(section):
        items = [t for t in ancestors(entry.token) if _is_item(t)]
        through = {c.kind for item in items for c in places.get(item, ())}
        own = kinds.get(entry.token, set())
        rows.append(
            Row(
                entry,
                kinds=_ordered(own),
                through=_ordered(through - own),
                excuse=_excuse(entry.token, excuses or {}),
                places=tuple(places.get(entry.token, ())),
            )
        )
    return rows


def uncited(rows: Iterable[Row], classes: Sequence[str] = BINDING) -> list[Row]:
    """Rows of items of `classes` that no file of COUNTED kinds cites and nothing excuses."""
    return [
        row
        for row in rows
        if row.entry.cls in classes
        and not (row.entry.gap or row.excuse)
        and not set(COUNTED) & {*row.kinds, *row.through}
    ]


def _is_item(token: str) -> bool:
    match = TOKEN.fullmatch(token)
    return match is not None and match["item"] is not None


def _excuse(token: str, excuses: Mapping[str, str]) -> str:
    """The nearest excuse for `token`: its own or that of something it lies under."""
    return next((excuses[t] for t in (token, *ancestors(token)) if t in excuses), "")


def _ordered(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(kinds, key=KINDS.index))
