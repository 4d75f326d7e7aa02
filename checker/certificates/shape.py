"""What a proof must consist of, read off the names and labels of its obligations.

Labels are what a certificate says of itself.  They show that nothing was left out or taken for
granted by mistake; that a part labelled `model` is the model, only the model can tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product

from .file import SAT, UNSAT, Head, Question, Rejected

CLAIM, INDUCTION = "claim", "induction"
NOT = "not "

KINDS = {
    CLAIM: ("step", "claim", "premises"),
    INDUCTION: ("initiation", "consecution", "step", "implication", "definedness", "premises"),
}
"""Method -> kinds of obligations it has."""
PREMISES = {
    CLAIM: ("range", "given", "step"),
    INDUCTION: (
        *("model", "given", "lemma", "goal"),
        *("parameter", "range", "domain", "check", "cut"),
    ),
}
"""Method -> first words of the labels of what an obligation may assume."""
EXAMPLES = ("where", "case", "premise")
"""Likewise, where satisfiable premises are shown by an example."""
TARGETS = ("not", "limit", "undefined", "cut")
_AT = re.compile(r"( after \d+| of step \d+| in state \d+)$")
_UNDER = re.compile(r" under (.+?)(?: of .*)?$")
_PART = re.compile(r"(.+), part \d+ of (\d+)$")


def check(head: Head, questions: Sequence[Question]) -> None:
    """Refuse obligations that are no proof of what the head says.  Raises Rejected."""
    method = head.one("method")
    if method not in KINDS:
        raise Rejected(f"no method {method!r}; there is {', '.join(KINDS)}")
    for question in questions:
        _one(head, question, method)
    if not any(q.expected == SAT for q in questions):
        raise Rejected("nothing shows that its premises can be true")
    if method == CLAIM:
        _claim(head, questions)
    else:
        _induction(head, questions)


def _one(head: Head, question: Question, method: str) -> None:
    """The status of an obligation is what its kind needs, and all it assumes is known."""
    name, kind = question.name, question.kind
    if kind not in KINDS[method]:
        raise Rejected(f"{name}: a proof by {method} has no {kind}")
    wanted = SAT if kind == "premises" else UNSAT
    if question.expected != wanted:
        raise Rejected(f"{name}: {kind} must be {wanted}, it expects {question.expected}")
    words = PREMISES[method] + (EXAMPLES if wanted == SAT else ())
    for label in question.labels[: None if wanted == SAT else -1]:
        word, _, rest = label.partition(" ")
        if word not in words:
            raise Rejected(f"{name}: it assumes {label!r}, which such a proof may not")
        if word == "given" and rest not in head.all("assumption"):
            raise Rejected(f"{name}: it assumes {rest}, which the head does not name")
    if wanted == UNSAT and not _target(question):
        raise Rejected(f"{name}: its last part does not say what is refuted")


def _target(question: Question) -> str:
    """What an obligation refutes: the label of its last part, as it is assumed elsewhere."""
    label = question.labels[-1] if question.labels else ""
    return label if label.partition(" ")[0] in TARGETS else ""


def _claim(head: Head, questions: Sequence[Question]) -> None:
    """Each step is proved before it is used, and the claim once."""
    known: set[str] = set()
    for question in questions:
        for label in question.labels[:-1]:
            if label.startswith("step ") and label not in known:
                raise Rejected(f"{question.name}: it uses {label!r} before that is proved")
        if question.kind == "step":
            known.add(_target(question).removeprefix(NOT))
    claims = [_target(q).removeprefix(NOT) for q in questions if q.kind == "claim"]
    if claims != [head.one("property")]:
        raise Rejected(f"it does not prove {head.one('property')}, once")


def _induction(head: Head, questions: Sequence[Question]) -> None:
    """What is assumed of a state is proved: at the start, and after every action."""
    proved, implied = _inductive(head, questions), _named(questions, ("implication",))
    for question in questions:
        if question.kind == "premises":
            continue
        at_start = question.kind == "initiation" and _depth(head) == 1
        for label in question.labels[:-1]:
            word, _, rest = _AT.sub("", label).partition(" ")
            if word in {"lemma", "goal"} and (at_start or rest not in proved):
                raise Rejected(f"{question.name}: it assumes {rest}, which is not proved")
    if _goal(head) != "well_defined":
        _whole(_goal(head), proved | implied)


def _goal(head: Head) -> str:
    """The property that is proved: a theorem has a name of its own."""
    return head.one("goal") or head.one("property")


def _depth(head: Head) -> int:
    """How many states in a row the induction assumes.  Raises Rejected."""
    text = head.one("k") or "1"
    if not re.fullmatch("[1-9]", text):
        raise Rejected(f"its head says :k {text!r}, expected 1 to 9")
    return int(text)


def _inductive(head: Head, questions: Sequence[Question]) -> set[str]:
    """The sentences for which initiation and every consecution are there.  Raises Rejected."""
    actions = head.all("action")
    if not actions:
        raise Rejected("its head names no action")
    depth = _depth(head)
    starts = Counter(_sentence(q) for q in questions if q.kind == "initiation")
    found: dict[str, set[tuple[str, ...]]] = {}
    of_steps = _goal(head) if head.one("kind") == "step" else None
    for q in questions:
        if q.kind in {"consecution", "step"}:
            under = _UNDER.search(q.name)
            sequence = tuple(under.group(1).split(", ")) if under else ()
            found.setdefault(_sentence(q), set()).add(sequence)
    for name in {*found, *starts}:
        _every(name, found.get(name, set()), actions, depth)
        if starts[name] < depth and _base(name) != of_steps:
            raise Rejected(f"initiation of {name} is missing")
    return set(found)


def _every(name: str, found: set[tuple[str, ...]], actions: Sequence[str], depth: int) -> None:
    """A consecution for every action, or every sequence of them.  Raises Rejected."""
    length = max((len(sequence) for sequence in found), default=1)
    for wanted in product(actions, repeat=depth if length > 1 else 1):
        if wanted not in found:
            raise Rejected(f"consecution of {name} under {', '.join(wanted)} is missing")


def _sentence(question: Question) -> str:
    """What an obligation proves, without the word that says in which role."""
    text = _target(question).removeprefix(NOT)
    return re.sub(r"^(goal|lemma|step) ", "", text)


def _named(questions: Iterable[Question], kinds: Sequence[str]) -> set[str]:
    return {_sentence(q) for q in questions if q.kind in kinds}


def _base(name: str) -> str:
    match = _PART.fullmatch(name)
    return match.group(1) if match else name


def _whole(prop: str, proved: Iterable[str]) -> None:
    """The property, or every part of it, is among what is proved.  Raises Rejected."""
    parts = [name for name in proved if _base(name) == prop]
    if prop in parts:
        return
    totals = {int(m.group(2)) for m in map(_PART.fullmatch, parts) if m is not None}
    if not totals:
        raise Rejected(f"it does not prove {prop}")
    if len(parts) != max(totals):
        raise Rejected(f"it proves {len(parts)} of {max(totals)} parts of {prop}")
