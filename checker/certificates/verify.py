"""Checking a certificate: digests, shape, the second solver's answers, the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap

from . import second, shape
from .binding import CHANGED, LOOSE, Binding, binding
from .file import Question, Rejected, Written, read
from .second import ERROR, MISSING, UNKNOWN, Reply

SECONDS = 60.0
_WIDTH = 100
VERIFIED, REFUSED, OPEN = 0, 32, 31

Tell = Callable[[str], None]


@dataclass
class Checked:
    """What became of a certificate: `code` is the exit status, `problem` why it is not 0."""

    path: str
    written: Written
    replies: list[tuple[Question, Reply]] = field(default_factory=list)
    bound: Binding | None = None
    code: int = VERIFIED
    problem: str = ""

    @property
    def word(self) -> str:
        """One word for it."""
        return {VERIFIED: "verified", REFUSED: "REFUSED", OPEN: "UNDETERMINED"}[self.code]


def verify(
    path: str | Path, *, seconds: float = SECONDS, tell: Tell = lambda _text: None
) -> Checked:
    """Check one certificate; `seconds` for each obligation, `tell` hears what is being done.

    Raises InputError for a file that is no certificate, Rejected for one that is not intact or is
    no proof of what it says.
    """
    tell("reading")
    written = read(path)
    try:
        shape.check(written.head, written.questions)
    except Rejected as error:
        raise Rejected(f"{path}: not a proof: {error}") from None
    checked = Checked(str(path), written)
    _asked(checked, seconds, tell)
    if checked.code == VERIFIED:
        tell("building the obligations again from the model")
        checked.bound = binding(written)
        if checked.bound.status == CHANGED:
            checked.code, checked.problem = REFUSED, checked.bound.text
    return checked


def _asked(checked: Checked, seconds: float, tell: Tell) -> None:
    """Put every obligation to cvc5, up to the first that is not answered as it must be."""
    questions = checked.written.questions
    for number, question in enumerate(questions, 1):
        tell(f"cvc5, {number} of {len(questions)}: {question.name}")
        reply = second.ask(question, seconds)
        checked.replies.append((question, reply))
        if reply.status != question.expected:
            checked.code, checked.problem = _unlike(question, reply)
            return


def _unlike(question: Question, reply: Reply) -> tuple[int, str]:
    """The exit status for an answer that is not the expected one, and what to say."""
    if reply.status == MISSING:
        return OPEN, f"{second.HOW_TO_GET}; any other SMT solver can check the file too"
    if reply.status == ERROR:
        return REFUSED, f"{question.name}: cvc5 cannot read it: {reply.reason}"
    if reply.status == UNKNOWN:
        hint = "; allow more with --seconds" if reply.reason == second.SECONDS else ""
        return OPEN, f"{question.name}: cvc5 has no answer, {reply.reason}{hint}"
    return REFUSED, f"{question.name}: must be {question.expected}, cvc5 answers {reply.status}"


def lines(checked: Checked, *, every: bool = False) -> Iterator[str]:
    """What there is to say of a certificate, for a reader; `every` lists the obligations."""
    head, count = checked.written.head, len(checked.written.questions)
    yield f"{checked.word}  {head.one('property')} of {_subject(checked)}: {head.one('verdict')}"
    yield from _wrapped(head.one("sentence"))
    yield from _wrapped("under ", head.all("assumption"))
    yield from _wrapped("with ", head.all("lemma"))
    if every:
        yield from (f"    {reply.status:<7}  {q.name}" for q, reply in checked.replies)
    if checked.problem:
        yield from _wrapped(checked.problem)
        return
    kinds = Counter(reply.status for _, reply in checked.replies)
    numbers = ", ".join(f"{kinds[status]} {status}" for status in ("unsat", "sat") if kinds[status])
    yield f"  cvc5 answers all {count} obligations as they must be: {numbers}"
    if checked.bound is not None:
        yield from _wrapped(checked.bound.text)


def _wrapped(text: str, names: tuple[str, ...] | None = None) -> Iterator[str]:
    """Lines of a text, or of a word and names; nothing if there are no names."""
    if names is None or names:
        whole = text + ", ".join(names or ())
        yield from wrap(whole, _WIDTH, initial_indent="  ", subsequent_indent="    ")


def _subject(checked: Checked) -> str:
    head = checked.written.head
    parts = [head.one("subject"), head.one("instance")]
    label = head.one("amendments")
    texts = {"all": "as amended", "none": "as written"}
    return " ".join(p for p in (*parts, texts.get(label, label)) if p)


__all__ = ["LOOSE", "Checked", "lines", "verify"]
