"""Proofs for every size: all obligations of an induction, and small sizes for readers.

That premises can be satisfied is shown at the least size at which they are; so is a step that
refutes an induction.  At a size nothing is quantified, and the solver's model is the whole state.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import z3

from model.language.sorts import constants

from .obligations import Obligation, Part, settle
from .unbounded import Induction, Run

if TYPE_CHECKING:
    from model.language import Leaf, System

SMALL = 3
"""Sizes up to this are tried for a state that satisfies premises, or refutes an induction."""
PATIENCE = 5.0
"""Seconds for each of those sizes."""
BOUNDS = (1, 2, 4, 8, 16)
"""Numbers up to these are tried first in a state that is shown."""


def obligations_of(
    system: System, goal: Any, lemmas: Sequence[Any] = (), given: Sequence[Any] = (), k: int = 1
) -> list[Obligation]:
    """All obligations of an induction; premises, which must be satisfiable, last."""
    induction = Induction(system, goal, lemmas, given, k)
    return [*induction.obligations(), *_satisfied(induction)]


def _sizes(system: System) -> Iterator[dict[str, int]]:
    """Sizes of the sorts, the least first."""
    names = system.sized_by
    every = itertools.product(range(1, SMALL + 1), repeat=len(names))
    for numbers in sorted(every, key=lambda n: (sum(n), n)):
        yield dict(zip(names, numbers, strict=True))


def _satisfied(induction: Induction) -> list[Obligation]:
    """Each premise at the least size at which it is satisfiable; as it is if at none."""
    premises = {premise.name: premise for premise in induction.premises()}
    waiting = set(premises) if induction.system.sized_by else set()
    for sizes in _sizes(induction.system):
        if not waiting:
            break
        for asked in replace(induction, sizes=sizes, runs={}).premises():
            if asked.name in waiting and settle(asked, PATIENCE).status == "sat":
                premises[asked.name] = asked
                waiting.remove(asked.name)
    return list(premises.values())


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that an induction does not exclude: its first state need not be reachable.

    A state has its leaves by name, an entry for each member: `kind[0]`.  `choices` are those of
    each step; `failed` is the obligation.
    """

    failed: str
    sizes: Mapping[str, int]
    actions: tuple[str, ...]
    choices: tuple[Mapping[str, Any], ...]
    states: tuple[Mapping[str, Any], ...]

    @property
    def text(self) -> str:
        """The first state, and of each later one what changed."""
        lines = [f"not inductive: {self.failed}"]
        lines += [f"for {', '.join(f'{n} = {v}' for n, v in self.sizes.items())}"] * bool(
            self.sizes
        )
        lines += [f"  {name}  {_shown(value)}" for name, value in self.states[0].items()]
        pairs = itertools.pairwise(self.states)
        for action, picked, (before, after) in zip(self.actions, self.choices, pairs, strict=True):
            shown = ", ".join(f"{name} = {_shown(value)}" for name, value in picked.items())
            lines.append(f"{action}({shown})")
            for name, value in after.items():
                if before[name] != value:
                    lines.append(f"  {name}  {_shown(before[name])} -> {_shown(value)}")
        return "\n".join(lines)


def failure_of(induction: Induction, name: str) -> Failure | None:
    """A small run that refutes the obligation of that name; None if none was found."""
    for sizes in _sizes(induction.system):
        at_size = replace(induction, sizes=sizes, runs={})
        for obligation in at_size.obligations():
            if obligation.name == name:
                model = _least(obligation, induction.system)
                if model is not None:
                    return _read(induction.system, at_size.runs[name], sizes, name, model)
    return None


def _least(obligation: Obligation, system: System) -> Any:
    """A model with small numbers where there is one."""
    bounded = {leaf.name for leaf in system.leaves if not leaf.unbounded or leaf.boolean}
    terms = [part.term for part in obligation.parts]
    numbers = [f() for n, f in constants(terms).items() if not f.arity() and n not in bounded]
    numbers = [n for n in numbers if z3.is_int(n)]
    for bound in (*BOUNDS, None) if numbers else (None,):
        near = [z3.And(n >= -bound, n <= bound) for n in numbers] if bound is not None else []
        parts = (*obligation.parts, *(Part(f"near {i}", term) for i, term in enumerate(near)))
        answer = settle(replace(obligation, parts=parts), PATIENCE)
        if answer.status == "sat":
            return answer.model
    return None


def _read(system: System, run: Run, sizes: Mapping[str, int], failed: str, model: Any) -> Failure:
    numbers = {
        name: model.eval(p.expr, model_completion=True) for name, p in system.parameters.items()
    }
    kinds = [
        scalar for name, kind in system.storage.items() for *_, scalar in kind.leaves(name, "")
    ]
    states = [
        dict(_entries(system.leaves, kinds, [t.expr for t in state], sizes, model))
        for state in run.states
    ]
    choices = []
    for taken in run.steps:
        own = [s for n, kind in taken.action.choices.items() for *_, s in kind.leaves(n, "")]
        exprs = [leaf.var for leaf in taken.choices]
        choices.append(dict(_entries(taken.choices, own, exprs, sizes, model)))
    return Failure(
        failed,
        {name: value.as_long() for name, value in numbers.items()},
        tuple(t.action.name for t in run.steps),
        tuple(choices),
        tuple(states),
    )


def _entries(
    leaves: Sequence[Leaf],
    kinds: Sequence[Any],
    exprs: Sequence[Any],
    sizes: Mapping[str, int],
    model: Any,
) -> Iterator[tuple[str, Any]]:
    """Each leaf by name and, if it has one for each member, each entry of it."""
    fixed = [(z3.Int(name), z3.IntVal(size)) for name, size in sizes.items()]
    for leaf, kind, expr in zip(leaves, kinds, exprs, strict=True):
        spans = [z3.simplify(z3.substitute(i.n.expr, *fixed)).as_long() for i, _ in leaf.binders]
        for members in itertools.product(*map(range, spans)):
            name, entry = leaf.name, expr
            for (index, slot), member in zip(leaf.binders, members, strict=True):
                name = name.replace(f"[{index.name}]", f"[{member}]", 1)
                entry = z3.substitute(entry, (slot, z3.IntVal(member)))
            value = model.eval(entry, model_completion=True)
            plain = z3.is_true(value) if leaf.boolean else value.as_long()
            yield name, kind.show(plain) if kind.low <= plain <= kind.high else plain


def _shown(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


__all__ = ["Failure", "Induction", "failure_of", "obligations_of"]
