"""What induction asks a solver: groups of questions that share their premises.

A question asks for a model of the premises and of one target more.  Whether none is wanted, so that
the question is an obligation of a proof, or one is wanted, so that the proof is about something,
the caller knows.  States are `leaf@0` to `leaf@k`, as everywhere in the unrolling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import z3

from .conjuncts import Conjunct
from .obligations import Obligation, Part
from .unroll import Move, Unrolling

MODEL = "model"


@dataclass(frozen=True, slots=True)
class Target:
    """One question: its name, `word` and `of` for what a model would show, and the condition.

    `word` is "part" (a conjunct fails), "undefined", "limit" or "cut"; `of` is the property, place
    or limit.
    """

    name: str
    word: str
    of: str
    part: Part


@dataclass(frozen=True, slots=True)
class Group:
    """Targets that share premises.

    A model has states 0 to `last`; `move` is the action of the last step (None: whichever was
    selected), which has no successor where `leaves`.  `real` says that state 0 is an initial one.
    """

    what: str
    kind: str
    shared: tuple[Part, ...]
    targets: tuple[Target, ...]
    last: int
    move: Move | None = None
    real: bool = False
    leaves: bool = False

    def obligation(self, target: Target) -> Obligation:
        """That the premises have no model which satisfies the target."""
        return Obligation(target.name, self.kind, (*self.shared, target.part), "unsat")

    def premises(self, name: str) -> Obligation:
        """That the premises have a model."""
        return Obligation(name, "premises", self.shared, "sat")


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of one induction: `parts` are to be proved, `known` are proved already.

    `premise` is where the goal says something, None if that is everywhere.
    """

    unrolling: Unrolling
    parts: tuple[Conjunct, ...]
    known: tuple[Conjunct, ...]
    goal: str
    k: int = 1
    premise: z3.BoolRef | None = None

    def initiation(self) -> Iterator[Group]:
        """States 0 to k-1 of a run from the start satisfy every part."""
        u = self.unrolling
        for j in range(self.k):
            parts = [c for c in self.parts if j or not c.of_steps]
            shared = (*self._run(j), *_model(u.step(j) if j else u.start()))
            targets = self._failing("initiation", j, parts)
            yield Group(f"initiation in state {j}", "initiation", shared, targets, j, real=True)

    def by(self, move: Move) -> Group:
        """The step after k states of the invariant, by one action, satisfies every part."""
        what = f"consecution under {move.transition.action.name}"
        shared = (
            *self._invariant(),
            *_model(self.unrolling.renamed(self.unrolling.taken(move), self.k)),
        )
        targets = self._failing(what, self.k, self.parts)
        return Group(what, "consecution", shared, targets, self.k, move)

    def out_of_start(self) -> Iterator[Group]:
        """Steps 0 to k-1 of a run from the start do not leave the model."""
        u = self.unrolling
        for j in range(self.k):
            for move in u.moves if j else (u.initial,):
                yield self._leaving(move, j, self._run(j), real=True)

    def out_by(self, move: Move) -> Group:
        """The step after k states of the invariant, by one action, does not leave the model.

        Its premises are that the action is possible there.
        """
        return self._leaving(move, self.k, self._invariant())

    def substance(self) -> Iterator[tuple[Group, str]]:
        """Premises without which the goal holds of nothing, and what to say if there are none."""
        u = self.unrolling
        start = (Part(MODEL, u.start()),)
        yield Group("an initial state", "premises", start, (), 0), "there is no initial state"
        if self.premise is None:
            return
        steps = any(c.of_steps for c in self.parts)
        premise = u.renamed(self.premise, 1) if steps else u.at(self.premise, 0)
        path = _model(u.step(1)) if steps else []
        shared = (*self.somewhere(), *path, Part("premise", premise))
        group = Group("a true premise", "premises", shared, (), int(steps))
        yield group, "its premise is true in no state of the invariant"

    def somewhere(self) -> list[Part]:
        """State 0 satisfies the invariant."""
        assumed = [c for c in (*self.known, *self.parts) if not c.of_steps]
        parts = [Part(f"{self._role(c)} {c.label}", self._at(c, 0)) for c in assumed]
        return self._within() + parts

    def stuck(self, refused: Sequence[z3.BoolRef]) -> Group:
        """A state of the invariant in which these instances of actions are all refused."""
        parts = [Part(f"refused {i}", self.unrolling.at(term, 0)) for i, term in enumerate(refused)]
        target = Target(
            "some action is possible",
            "deadlock",
            "deadlock_free",
            Part(MODEL, z3.BoolVal(val=True)),
        )
        shared = (*self.somewhere(), *parts)
        return Group("deadlock", "definedness", shared, (target,), 0)

    # premises

    def _within(self) -> list[Part]:
        """State 0 is within the declared ranges."""
        u = self.unrolling
        leaves = zip(u.system.leaves, u.state, strict=True)
        within = z3.And(*(u.encoding.within(leaf, const) for leaf, const in leaves))
        return _model(u.at(z3.simplify(within), 0))

    def _run(self, j: int) -> list[Part]:
        """A run from the start up to state j-1."""
        u = self.unrolling
        path = [u.step(i) if i else u.start() for i in range(j)]
        return [part for term in path for part in _model(term)]

    def _invariant(self) -> list[Part]:
        """k different states of the invariant, one after the other."""
        u, k, parts = self.unrolling, self.k, self._within()
        for j in range(k):
            parts += _model(u.step(j)) if j else []
            assumed = [c for c in (*self.known, *self.parts) if j or not c.of_steps]
            where = f" in state {j}" if k > 1 else ""
            parts += [Part(f"{self._role(c)} {c.label}{where}", self._at(c, j)) for c in assumed]
            parts += [part for i in range(j) for part in _model(u.different(i, j))]
        return parts

    # targets

    def _failing(self, what: str, k: int, parts: Iterable[Conjunct]) -> tuple[Target, ...]:
        """That a part fails in state k, or on the step to it."""
        found = []
        for c in parts:
            part = Part(f"not {self._role(c)} {c.label}", z3.Not(self._at(c, k)))
            found.append(Target(f"{what} of {c.label}", "part", c.of, part))
        return tuple(found)

    def _leaving(
        self, move: Move, j: int, premises: Sequence[Part], *, real: bool = False
    ) -> Group:
        """That step j, by the action, reaches something undefined or breaks a limit."""
        u, name = self.unrolling, move.transition.action.name
        exits = [("undefined", what, z3.And(move.enabled, at)) for what, at in move.undefined]
        for limit in dict.fromkeys(n for n, _ in move.limits):
            word = "cut" if limit in u.system.cuts else "limit"
            exits.append((word, limit, move.limited_here(limit.__eq__)))
        targets = []
        for word, of, term in exits:
            condition = z3.simplify(term)
            if not z3.is_false(condition):
                part = Part(f"{word} {of}", _placed(u, condition, j))
                targets.append(Target(f"{name} does not reach {word} {of}", word, of, part))
        what = f"steps by {name} that leave the model"
        enabled = _model(_placed(u, move.enabled, j))
        shared = (*premises, *enabled)
        last = j - 1
        return Group(what, "definedness", shared, tuple(targets), last, move, real, leaves=True)

    def _at(self, part: Conjunct, k: int) -> z3.BoolRef:
        u = self.unrolling
        return u.renamed(part.term, k) if part.of_steps else u.at(part.term, k)

    def _role(self, part: Conjunct) -> str:
        return "goal" if part.of == self.goal else "lemma"


def _placed(unrolling: Unrolling, term: z3.BoolRef, j: int) -> z3.BoolRef:
    return unrolling.renamed(term, j) if j else unrolling.first(term)


def _model(term: z3.BoolRef) -> list[Part]:
    return [] if z3.is_true(term) else [Part(MODEL, term)]
