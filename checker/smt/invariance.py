"""Theorems about systems of unbounded size: by induction, with small sizes explored beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from checker import abstraction
from checker.finite import shown
from checker.verdict import Word
from model.language import And, Implies
from properties.kinds import Property
from properties.theorem import Assumption, Invariance

from .relational import Induction, failure_of, obligations_of

if TYPE_CHECKING:
    from model.language import System

    from .obligations import Answer, Obligation
    from .theorem import Desk, Proof

SATISFIED = "premises_can_be_true"


def settled(theorem: Invariance, desk: Desk) -> Proof:
    """Explore the small sizes, prove the obligations, check the abstraction if there is one."""
    from .theorem import Proof

    refuted, finite = _explored(theorem, desk)
    if refuted is not None:
        return replace(refuted, finite=finite)
    goal = _goal(theorem)
    system = theorem.system(None)
    wanted = obligations_of(system, goal, lemmas_of(goal), theorem.given, theorem.k)
    found = desk.settle(wanted)
    obligation, answer = found[-1]
    asked = tuple(o for o, _ in found), tuple(a for _, a in found)
    if answer.status != obligation.expected:
        induction = Induction(system, goal, lemmas_of(goal), theorem.given, theorem.k)
        return replace(
            _open(theorem, induction, obligation, answer, desk),
            obligations=asked[0],
            answers=asked[1],
            finite=finite,
        )
    detail, remarks = _relation(theorem, system, desk)
    if remarks and not detail:
        return Proof(theorem, Word.ERROR, f"model: {remarks[0]}", finite=finite)
    core = desk.needed(wanted)
    needed = tuple(a.name for a in theorem.given if a.name in core)
    return Proof(theorem, Word.PROVED, detail, *asked, core=needed, finite=finite, remarks=remarks)


def _open(
    theorem: Invariance, induction: Induction, obligation: Obligation, answer: Answer, desk: Desk
) -> Proof:
    """No proof: with a step that is not excluded, where a small size has one."""
    from .theorem import Proof

    desk.progress("a step that is not excluded")
    failure = failure_of(induction, obligation.name)
    if failure is None and answer.status == "unknown":
        remarks = (f"open: {obligation.name}",)
        return Proof(theorem, Word.UNDETERMINED, f"solver: {answer.reason}", remarks=remarks)
    story = failure.text if failure is not None else ""
    return Proof(theorem, Word.UNDETERMINED, f"not inductive: {obligation.name}", story=story)


def lemmas_of(goal: Property) -> tuple[Property, ...]:
    """The lemmas of a goal and theirs, each once, the goal itself not among them."""
    found: dict[str, Property] = {}
    waiting = list(goal.lemmas)
    while waiting:
        one = waiting.pop(0)
        if one.name != goal.name and one.name not in found:
            found[one.name] = one
            waiting += one.lemmas
    return tuple(found.values())


def _goal(theorem: Invariance) -> Property:
    if theorem.goal is None:
        message = f"{theorem.name} has no goal"
        raise ValueError(message)
    return theorem.goal


def _relation(theorem: Invariance, system: System, desk: Desk) -> tuple[str, tuple[str, ...]]:
    """What the verdict says of an abstract system, and a remark.

    Nothing of a system that is the model's own; a remark alone if the concrete instance does
    something that the abstract system does not.
    """
    if theorem.through:
        return f"abstract {system.name}, checked through {theorem.through}", ()
    if theorem.abstracts is None:
        return "", ()
    desk.progress("mapping the concrete instance")
    image = abstraction.checked(theorem.abstracts, theorem.system(theorem.small[-1]))
    where = f"{theorem.abstracts.family} {theorem.abstracts.instance}"
    if image.problem:
        return "", (f"{system.name} is no abstraction of {where}: {image.problem}",)
    return f"abstract {system.name}, checked {where}", (f"{where}: {image.text}",)


def _explored(theorem: Invariance, desk: Desk) -> tuple[Proof | None, str]:
    """Every small size by the explicit engine: a refutation, or a line that says what held."""
    from checker.explicit.explore import explore
    from checker.replay import replay

    from .theorem import Proof

    goal, states, sizes = _goal(theorem), 0, []
    for size in theorem.small:
        desk.progress(f"exploring {shown(size)}")
        system = theorem.system(size)
        asked = [_under(theorem.given, goal), _satisfied(theorem.given)]
        x = explore(system, asked)
        if goal.name in x.findings:
            trace = replace(x.findings[goal.name].trace, instance=shown(size), amendments="all")
            replay(trace, system, asked[0])
            length = f"{trace.length} step{'' if trace.length == 1 else 's'}"
            line = f"refuted for {shown(size)} in {length}"
            return Proof(theorem, Word.VIOLATED, remarks=(line,), trace=trace), line
        if x.stopped or x.cuts_hit:
            reason = x.stopped or f"cut: {', '.join(x.cuts_hit)}"
            return Proof(theorem, Word.UNDETERMINED, f"{shown(size)}: {reason}"), reason
        if SATISFIED not in x.findings:
            why = f"model: no state of {shown(size)} satisfies the premises"
            return Proof(theorem, Word.ERROR, why), why
        states += x.states
        sizes.append(shown(size))
    instances = "instance" if len(sizes) == 1 else "instances"
    return None, f"holds in {len(sizes)} {instances}, {states} states: {'; '.join(sizes)}"


def _under(given: tuple[Assumption, ...], goal: Property) -> Property:
    """The goal wherever the premises are true; they speak of what no action changes."""

    def body(*states: Any) -> Any:
        return Implies(_all(given, states[0]), goal.function(*states))

    return replace(goal, function=body)


def _satisfied(given: tuple[Assumption, ...]) -> Property:
    return Property("reachable", SATISFIED, "", "The premises are true.", lambda s: _all(given, s))


def _all(given: tuple[Assumption, ...], state: Any) -> Any:
    return And([a.function(state) for a in given])
