"""The file format of certificates: SMT-LIB 2.6, one command to a line, in ASCII.

A comment, a head of `(set-info :key "value")` lines, and a body: the logic, declarations and
definitions that all obligations share, then the obligations, each between `(push 1)` and
`(pop 1)`.  The head ends with the SHA-256 of the body and, last, of the head itself before that
line, so no character can change unnoticed.  Whoever changes a file on purpose can write new
digests too: that is what the solver, the shape of the proof and the model are asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, NoReturn

from checker.files import InputError, ToolError, read_bytes, shown

SCHEMA = "parascope-certificate 1"
SUFFIX = ".cert.smt2"
LARGEST = 64 << 20
"""Bytes of the largest file that is read."""

COMMENT = """\
; A proof found by parascope: every question below must be answered as its :status says.
; Check it with `parascope verify FILE`, `cvc5 --incremental FILE` or `z3 FILE`.
"""
VERSION = "(set-info :smt-lib-version 2.6)\n"
MANY = ("assumption", "lemma", "action")
"""Keys that may stand more than once."""
NEEDED = ("subject", "property", "method", "verdict")
ONCE = (
    *NEEDED,
    *("schema", "kind", "token", "sentence", "goal", "instance", "variant", "amendments"),
    *("engine", "k", "tool", "solver", "terms", "obligations", "hash"),
)

UNSAT, SAT = "unsat", "sat"


class Rejected(ToolError):
    """A certificate that proves nothing, or not what it says.  Exit code 32."""

    exit_code: ClassVar[int] = 32


@dataclass(frozen=True)
class Head:
    """What a certificate says of itself, as pairs of key and value in their order."""

    pairs: tuple[tuple[str, str], ...]

    def one(self, key: str) -> str:
        """The value of a key; empty if there is none."""
        return next((value for name, value in self.pairs if name == key), "")

    def all(self, key: str) -> tuple[str, ...]:
        """Every value of a key."""
        return tuple(value for name, value in self.pairs if name == key)

    @property
    def name(self) -> str:
        """By what name the proof is pinned: a theorem's own, or the property and its space."""
        if not self.one("instance"):
            return self.one("property")
        space = (self.one(key) for key in ("subject", "instance", "variant", "amendments"))
        return ", ".join([*space, self.one("property")])


@dataclass(frozen=True)
class Question:
    """An obligation as text, with the labels of its parts."""

    name: str
    kind: str
    expected: str
    labels: tuple[str, ...]
    asserts: tuple[str, ...] = field(repr=False)
    body: Body = field(repr=False, compare=False)

    @property
    def script(self) -> str:
        """All that a solver must be told before it is asked: nothing that belongs to others."""
        return self.body.script(self.asserts)


@dataclass(frozen=True)
class Written:
    """A certificate that was read."""

    head: Head
    questions: tuple[Question, ...]
    digest: str


# strings and symbols

_ODD = re.compile(r"[^ -~]|\\")
_ESCAPE = re.compile(r"\\u\{([0-9a-f]{1,6})\}")


def quoted(text: str) -> str:
    """A string of SMT-LIB: ASCII, whatever is not as an escape, a quote doubled."""
    plain = _ODD.sub(lambda m: f"\\u{{{ord(m.group()):x}}}", text)
    return '"' + plain.replace('"', '""') + '"'


def unquoted(literal: str) -> str:
    """The text of a string literal.  Raises ValueError for an escape that is no character."""
    inner = literal[1:-1].replace('""', '"')
    return _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), inner)


def digest(text: str) -> str:
    """SHA-256 of ASCII text, as hexadecimal digits."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


# writing


def compose(pairs: Iterable[tuple[str, str]], body: str) -> str:
    """The text of a certificate: `pairs` without digests, which are computed."""
    head = COMMENT + VERSION
    for key, value in (("schema", SCHEMA), *pairs, ("obligations", digest(body))):
        head += _info(key, value)
    return head + _info("hash", digest(head)) + body


def _info(key: str, value: str) -> str:
    if key not in ONCE and key not in MANY:
        raise ValueError(f"no key {key!r} in the head of a certificate")
    return f"(set-info :{key} {quoted(value)})\n"


# reading


def read(path: str | Path) -> Written:
    """Read a certificate and check its digests; nothing is run.

    Raises InputError if this is no certificate at all, Rejected if it is not as it was written.
    """
    name = shown(path, reading=True)
    data = read_bytes(path, most=LARGEST)
    if not data.startswith(COMMENT[:30].encode()):
        raise InputError(name, "", f"this is no certificate; one ends in {SUFFIX}")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        problem = f"expected ASCII, found the byte 0x{data[error.start]:02x}"
        raise InputError(name, f"byte {error.start}", problem) from None
    try:
        return parse(text)
    except Rejected as error:
        raise Rejected(f"{name}: {error}") from None


_INFO = re.compile(r'\(set-info :([a-z]+) ("(?:[^"]|"")*")\)\n')


def parse(text: str) -> Written:
    """The certificate in a text.  Raises Rejected."""
    if not text.startswith(COMMENT + VERSION):
        raise Rejected("altered: it does not begin as certificates do")
    at, pairs = len(COMMENT + VERSION), []
    before, last = at, ""
    while (match := _INFO.match(text, at)) and last != "hash":
        last, before, at = match.group(1), at, match.end()
        pairs.append((last, _value(match.group(2))))
    head, body = Head(tuple(pairs)), text[at:]
    if last != "hash" or head.one("hash") != digest(text[:before]):
        raise Rejected("altered: the digest of its head is not the one it carries")
    if head.one("obligations") != digest(body):
        raise Rejected("altered: the digest of its obligations is not the one it carries")
    _complete(head)
    return Written(head, tuple(Body(body).read()), head.one("obligations"))


def _value(literal: str) -> str:
    try:
        return unquoted(literal)
    except ValueError:
        raise Rejected("altered: an escape in its head is no character") from None


def _complete(head: Head) -> None:
    """Refuse a head that does not say what it must, or says it twice.  Raises Rejected."""
    if head.one("schema") != SCHEMA:
        raise Rejected(f"schema {head.one('schema')!r}; this version reads {SCHEMA!r}")
    for key in NEEDED:
        if not head.one(key):
            raise Rejected(f"its head does not say :{key}")
    for key, _ in head.pairs:
        if key not in (*ONCE, *MANY) or (key in ONCE and len(head.all(key)) > 1):
            raise Rejected(f"its head has a :{key} that does not belong there")


_TOKEN = re.compile(r'"(?:[^"]|"")*"|\|[^|\\]*\||[()]|[^\s()"|;]+|\S')
_LABEL = re.compile(r"\(assert \(! (.+) :named (\|[^|\\]*\||[^\s()|]+)\)\)")
_COPY = re.compile(r" #\d+$")
"""What a label ends in that stands twice in one obligation."""


class Body:
    """A body line by line; only the commands of the format are let through to a solver."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0
        self.logic = ""
        self.known: dict[str, tuple[int, str, tuple[str, ...]]] = {}
        """Symbol -> place, line, and the symbols its definition mentions."""

    def read(self) -> Iterator[Question]:
        """The obligations, in their order.  Raises Rejected."""
        if self.lines.pop() != "":
            raise Rejected("its last line does not end")
        (self.logic,) = self._matched(r"\(set-logic ([A-Z_]+)\)", "the logic")
        while self.at < len(self.lines) and self.lines[self.at].startswith("(de"):
            self._definition(self.lines[self.at])
            self.at += 1
        while self.at < len(self.lines):
            yield self._question()

    def script(self, asserts: Iterable[str]) -> str:
        """The logic, what the assertions need of declarations and definitions, and they."""
        return "\n".join([f"(set-logic {self.logic})", *self._needed(asserts), *asserts, ""])

    def _definition(self, line: str) -> None:
        command, symbol, *rest = self._tokens(line)[1:]
        if command not in {"declare-const", "declare-fun", "declare-sort", "define-fun"}:
            self._fail(f"{command!r} is no declaration")
        if symbol in self.known:
            self._fail(f"{symbol} is declared twice")
        self.known[symbol] = len(self.known), line, self._mentioned(rest)

    def _mentioned(self, tokens: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t for t in tokens if t in self.known))

    def _question(self) -> Question:
        self._matched(r"\(push 1\)", "(push 1)")
        name = _value(self._matched(r'\(echo ("(?:[^"]|"")*")\)', "a name")[0])
        kind = _value(self._matched(r'\(set-info :kind ("[a-z]+")\)', "a kind")[0])
        expected = self._matched(r"\(set-info :status (unsat|sat)\)", "a status")[0]
        labels, begin = [], self.at
        while self.at < len(self.lines) and self.lines[self.at] != "(check-sat)":
            labels.append(self._label())
            self.at += 1
        asserts = tuple(self.lines[begin : self.at])
        self._matched(r"\(check-sat\)", "(check-sat)")
        self._matched(r"\(pop 1\)", "(pop 1)")
        return Question(name, kind, expected, tuple(labels), asserts, self)

    def _label(self) -> str:
        line = self.lines[self.at]
        match = _LABEL.fullmatch(line)
        tokens = self._tokens(line)
        if match is None or tokens[1] != "assert" or ":named" in tokens[:-4]:
            self._fail("expected (assert (! ... :named ...))")
        return _COPY.sub("", tokens[-3].strip("|"))

    def _needed(self, asserts: Iterable[str]) -> list[str]:
        """The lines that the assertions need, in the order of the file."""
        found: dict[str, None] = {}
        pending = list(self._mentioned([t for line in asserts for t in _TOKEN.findall(line)]))
        while pending:
            symbol = pending.pop()
            if symbol not in found:
                found[symbol] = None
                pending += self.known[symbol][2]
        return [self.known[s][1] for s in sorted(found, key=lambda s: self.known[s][0])]

    def _tokens(self, line: str) -> list[str]:
        """The tokens of a line, which must be one command.  Raises Rejected."""
        tokens, depth = _TOKEN.findall(line), 0
        for place, token in enumerate(tokens):
            depth += (token == "(") - (token == ")")  # noqa: S105 - a token of text
            if token in {'"', "|", ";"} or (depth <= 0 and place != len(tokens) - 1):
                self._fail("expected one command")
        if depth != 0 or len(tokens) < 4:  # noqa: PLR2004 - ( command symbol )
            self._fail("expected one command")
        return tokens

    def _matched(self, pattern: str, wanted: str) -> tuple[str, ...]:
        line = self.lines[self.at] if self.at < len(self.lines) else ""
        match = re.fullmatch(pattern, line)
        if match is None:
            self._fail(f"expected {wanted}")
        self.at += 1
        return match.groups()

    def _fail(self, problem: str) -> NoReturn:
        raise Rejected(f"line {self.at + 1} of its obligations: {problem}")
