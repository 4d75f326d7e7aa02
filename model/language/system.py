"""Systems: every body is run once over terms, and again on plain values.

`System` runs each action's function on symbolic values when it is built, so every misuse
is an error at once.  What engines see are `Transition`s: plain z3 terms over the leaves.
`run` is the concrete mode: the same function on plain values, without z3.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import z3

from .action import Action, Check, Leaf, Limit, Outcome, Transition, UndefinedAt
from .data import encode, values
from .errors import (
    BadValue,
    EvaluationError,
    ModelError,
    UnknownName,
    authors_place,
    place_of,
    placed,
    suggest,
    unbounded,
)
from .interval import infinite
from .parametric import parameters_of, refuse_strangers, sorts_of, stranger_in
from .plain import Undefined
from .sorts import closed_over, constants
from .state import State
from .terms import And, Or, Scalar, Term, lift, truth, well_defined
from .types import Index, Type, canonical
from .views import value_of

_PATIENCE = 60_000  # milliseconds for the question whether a term has a value everywhere
_WORDS = frozenset(word for word in dir(State) if not word.startswith("_"))


class System:
    """State variables, an initial action and a table of actions.

    `init` edits the all-zero state; as an `Action` it may have choices, and then
    every outcome is an initial state.  `cuts` names limits at which the search may cut.
    """

    def __init__(
        self,
        name: str,
        cfg: Any,
        storage: Mapping[str, Type],
        init: Callable[..., None] | Action,
        actions: Sequence[Action],
        cuts: Sequence[str] = (),
    ) -> None:
        self.name, self.cfg, self.storage, self.cuts = name, cfg, dict(storage), frozenset(cuts)
        self.actions = tuple(actions)
        self.init = init if isinstance(init, Action) else Action(init)
        self._sentences: dict[int, tuple[Any, z3.BoolRef]] = {}
        self._doubt = ""
        self._check_names()
        self.leaves = tuple(_leaves(self.storage))
        self.parameters = parameters_of(cfg, self.storage)
        variables = [leaf.scalar() for leaf in self.leaves]
        self.initial = self._transition(self.init, self.zero_terms)
        self.transitions = tuple(self._transition(a, variables) for a in self.actions)
        self._check_cuts()

    def _check_names(self) -> None:
        """Every name means one thing: to the author, and among the constants of the terms."""
        for name, kind in self.storage.items():
            if not name.isidentifier() or name.startswith("_") or name in _WORDS:
                raise placed(ModelError(f"a state variable cannot be called {name!r}"))
            if not isinstance(kind, Type):
                raise placed(BadValue(f"state variable {name}={kind!r} is not a type"))
        names = [self.init.name, *(a.name for a in self.actions)]
        if not self.actions or len(set(names)) != len(names):
            text = f"system {self.name} needs actions with distinct names, not {names}"
            raise placed(ModelError(text))
        for action in (self.init, *self.actions):
            for name in action.choices:
                if name in self.storage:
                    text = f"the choice {name!r} of {action.name} is also a state variable"
                    raise placed(ModelError(f"{text}; give one of them another name"))

    @cached_property
    def sized_by(self) -> tuple[str, ...]:
        """The parameters that are sizes of sorts."""
        sizes = [sort.n.expr for sort in sorts_of(self.cfg, self.storage) if sort.unbounded]
        return tuple(name for name in self.parameters if name in constants(sizes))

    @cached_property
    def zero(self) -> tuple[int, ...]:
        """The state in which every variable is the zero of its type."""
        return tuple(int(v) for k in self.storage.values() for v in k.flatten(k.zero()))

    def transition(self, name: str) -> Transition:
        """The transition of the action of that name."""
        for t in (self.initial, *self.transitions):
            if t.action.name == name:
                return t
        raise UnknownName(f"no action {name!r}{suggest(name, [a.name for a in self.actions])}")

    # symbolic mode

    def _tree(self, scalars: Sequence[Any]) -> dict[str, Any]:
        values = iter(scalars)
        return {name: kind.build(lambda: next(values)) for name, kind in self.storage.items()}

    @property
    def zero_terms(self) -> list[Term]:
        """The leaves of the state before the initial action."""
        return [lift(leaf.value(v)) for leaf, v in zip(self.leaves, self.zero, strict=True)]

    def _transition(self, action: Action, state: Sequence[Any]) -> Transition:
        return self.step(action, state, tuple(_leaves(action.choices)))

    def step(
        self, action: Action, state: Sequence[Any], leaves: tuple[Leaf, ...], *, trust: bool = False
    ) -> Transition:
        """What an action does to a state of these leaves; `trust` that assumptions have a value."""
        s, legal = self._execute(action, self._tree(state), [leaf.scalar() for leaf in leaves])
        record = s._record
        for assumption in () if trust else record.domain:
            if not self._everywhere(well_defined(assumption), leaves):
                text = (
                    f"{action.name}: an assumption must be defined everywhere{self._doubt}; "
                    "guard it with If"
                )
                raise self._at(action.function, ModelError(text))
        updates = self._flatten(s._tree)
        ranges = _range_limits(self.leaves, updates)
        found = Transition(
            action,
            leaves,
            tuple(_terms([legal, *record.domain])),
            tuple(Check(label, lift(h).expr) for label, h in record.checks if h is not True),
            tuple(_settled(leaf, u).expr for leaf, u in zip(self.leaves, updates, strict=True)),
            tuple(Limit(n, lift(b).expr) for n, b in [*record.limits, *ranges] if b is not False),
            tuple(_distinct(record.undefined)),
        )
        if self.unbounded or any(leaf.unbounded for leaf in leaves):
            refuse_strangers(found, self.leaves, self.parameters)
        return found

    @cached_property
    def unbounded(self) -> bool:
        """Whether some variable has no bound, or an entry for each member of a sort without one.

        So is a system whose configuration has parameters.
        """
        return bool(self.parameters) or any(leaf.unbounded for leaf in self.leaves)

    def check_finite(self) -> None:
        """Refuse an engine that goes through values where there is a number without bound."""
        choices = [leaf for t in (self.initial, *self.transitions) for leaf in t.choices]
        open_leaves = [leaf.name for leaf in (*self.leaves, *choices) if leaf.unbounded]
        for name in (*open_leaves, *self.parameters):
            raise unbounded(name)

    def _execute(
        self, action: Action, tree: dict[str, Any], choices: Sequence[Any]
    ) -> tuple[State, Any]:
        """Run a body; return the edited state, and whether the choices are canonical values."""
        s, leaves = State(self.cfg, self.storage, tree), iter(choices)
        built = {name: kind.build(lambda: next(leaves)) for name, kind in action.choices.items()}
        legal = And([canonical(kind, built[name]) for name, kind in action.choices.items()])
        picked = {name: value_of(kind, built[name]) for name, kind in action.choices.items()}
        with authors_place(action.name, action.function):
            result = action.function(s, **picked)
        left = "an `each` loop was left early; its bodies run simultaneously"
        if s._record.broken:
            raise self._at(action.function, ModelError(f"{action.name}: {left}"))
        if inspect.isgenerator(result) or inspect.iscoroutine(result):
            result.close()
            raise self._at(action.function, ModelError(f"{action.name} must not contain `yield`"))
        return s, legal

    @staticmethod
    def _at(function: Callable[..., Any], error: ModelError) -> ModelError:
        error.where = place_of(function)
        return error

    def _check_cuts(self) -> None:
        known = {leaf.path for leaf in self.leaves}
        for t in (self.initial, *self.transitions):
            known |= {limit.name for limit in t.limits}
        for cut in sorted(self.cuts - known):
            raise placed(ModelError(f"cut at {cut!r}, which is no limit{suggest(cut, known)}"))

    def term(self, prop: Any) -> z3.BoolRef:
        """A property as a z3 term over `var` (and `primed`, for a step property)."""
        if id(prop) not in self._sentences:  # kept with its property, whose id so stays its own
            self._sentences[id(prop)] = prop, self._sentence(prop)
        return self._sentences[id(prop)][1]

    def _sentence(self, prop: Any) -> z3.BoolRef:
        before = [leaf.scalar() for leaf in self.leaves]
        after = [leaf.scalar(primed=True) for leaf in self.leaves]
        sentence = self.truth_of(prop, *([before, after] if prop.kind == "step" else [before]))
        if not self._everywhere(well_defined(sentence)):
            text = (
                f"{prop.name} divides by zero or reads an absent entry in some state within the "
                f"declared ranges{self._doubt}; guard it with If or Implies"
            )
            raise self._at(prop.function, EvaluationError(text))
        return lift(sentence).expr

    @cached_property
    def _family(self) -> str:
        """The first leaf that has an entry for each member of a sort without a size."""
        choices = [leaf for t in (self.initial, *self.transitions) for leaf in t.choices]
        return next((leaf.name for leaf in (*self.leaves, *choices) if leaf.binders), "")

    def truth_of(self, prop: Any, *states: Sequence[Any]) -> Scalar:
        """What a property (or anything with a name and a function) says of states' leaves."""
        with authors_place(prop.name, prop.function):
            value = truth(prop.function(*map(self._reader, states)), prop.name)
        if self.unbounded and isinstance(value, Term):
            own = [lift(term).expr for state in states for term in state]
            stranger = stranger_in([value.expr], self.leaves, {**self.parameters, **constants(own)})
            if stranger:
                raise self._at(prop.function, ModelError(f"{prop.name}: {stranger}"))
        return value

    def _everywhere(self, condition: Scalar, choices: Sequence[Leaf] = ()) -> bool:
        """Whether a condition is true in all states (and choices) within the declared ranges."""
        if isinstance(condition, bool):
            return condition
        solver = self._within_ranges
        solver.push()
        solver.add(*_ranges(choices), z3.Not(lift(condition).expr))
        answer = solver.check()
        self._doubt = (
            f" (z3 cannot tell: {solver.reason_unknown()})" if answer == z3.unknown else ""
        )
        solver.pop()
        return bool(answer == z3.unsat)

    @cached_property
    def _within_ranges(self) -> z3.Solver:
        """A solver that knows the declared ranges of the leaves, before and after a step."""
        solver = z3.Solver()
        solver.set("timeout", _PATIENCE)
        solver.add(*_ranges(self.leaves))
        return solver

    def _reader(self, scalars: Sequence[Any]) -> State:
        return State(self.cfg, self.storage, self._tree(scalars), readonly=True)

    # concrete mode

    def run(self, transition: Transition, state: Sequence[int], choices: Sequence[int]) -> Outcome:
        """One action on plain values; checks come before undefined places, these before limits."""
        if self._family:
            raise unbounded(self._family)
        plain = [leaf.value(v) for leaf, v in zip(self.leaves, state, strict=True)]
        picked = [leaf.value(v) for leaf, v in zip(transition.choices, choices, strict=True)]
        s, legal = self._execute(transition.action, self._tree(plain), picked)
        record = s._record
        if legal is not True or not all(record.domain):
            return Outcome(None, outside=True)
        for label, holds in record.checks:
            if not holds:
                return Outcome(None, refused=label)
        for what, reached in record.undefined:
            if reached:
                return Outcome(None, undefined=what)
        updates = self._flatten(s._tree)
        for name, broken in [*record.limits, *_range_limits(self.leaves, updates)]:
            if broken:
                return Outcome(None, limit=name)
        return Outcome(tuple(int(v) for v in updates))

    def _flatten(self, tree: Mapping[str, Any]) -> list[Scalar]:
        return [v for name, kind in self.storage.items() for v in kind.flatten(tree[name])]

    def choices(self, transition: Transition) -> Iterator[tuple[int, ...]]:
        """All canonical choices of an action, in lexicographic order of the leaves."""
        kinds = transition.action.choices.values()
        for parts in itertools.product(*[list(values(kind)) for kind in kinds]):
            yield tuple(itertools.chain.from_iterable(parts))

    def initial_states(self) -> list[tuple[tuple[int, ...], Outcome]]:
        """Every canonical initial choice with its outcome."""
        return [(c, self.run(self.initial, self.zero, c)) for c in self.choices(self.initial)]

    def holds(self, prop: Any, state: Sequence[int], after: Sequence[int] | None = None) -> bool:
        """A property (or goal) of plain states."""
        views = [
            self._reader([leaf.value(v) for leaf, v in zip(self.leaves, part, strict=True)])
            for part in (state, after)
            if part is not None
        ]
        value = prop.function(*views)
        if well_defined(value) is not True:
            text = f"{prop.name} has no value in this state"
            raise self._at(prop.function, EvaluationError(text))
        return bool(value)

    # plain data

    def decode(self, state: Sequence[int]) -> dict[str, Any]:
        """A state as plain data by variable."""
        tree = self._tree([leaf.value(v) for leaf, v in zip(self.leaves, state, strict=True)])
        return {name: kind.show(tree[name]) for name, kind in self.storage.items()}

    def encode(self, data: Mapping[str, Any]) -> tuple[int, ...]:
        """The state of plain data; raises `BadValue` or `UnknownName`."""
        return encode(self.storage, data, "state variable")

    def decode_choices(self, transition: Transition, choices: Sequence[int]) -> dict[str, Any]:
        """An action's choices as plain data by name."""
        plain = [leaf.value(v) for leaf, v in zip(transition.choices, choices, strict=True)]
        leaves, kinds = iter(plain), transition.action.choices
        return {name: kind.show(kind.build(lambda: next(leaves))) for name, kind in kinds.items()}

    def encode_choices(self, transition: Transition, data: Mapping[str, Any]) -> tuple[int, ...]:
        """The choices of plain data; raises `BadValue` or `UnknownName`."""
        return encode(transition.action.choices, data, "choice")


def _leaves(kinds: Mapping[str, Type]) -> Iterator[Leaf]:
    for variable, kind in kinds.items():
        leaves = zip(kind.leaves(variable, variable), kind.binders(), strict=True)
        for (name, path, scalar), binders in leaves:
            sort = scalar if isinstance(scalar, Index) and scalar.unbounded else None
            yield Leaf(name, path, scalar.low, scalar.high, scalar.boolean, sort, binders)


def _range_limits(leaves: Sequence[Leaf], updates: Sequence[Scalar]) -> list[tuple[str, Any]]:
    """For each path: where one of its leaves would leave its declared range."""
    broken: dict[str, list[Any]] = {leaf.path: [] for leaf in leaves}
    for leaf, value in zip(leaves, updates, strict=True):
        outside = leaf.outside(value)
        if outside is not False:
            broken[leaf.path].append(closed_over(leaf.binders, outside, every=False))
    return [(path, Or(parts)) for path, parts in broken.items() if parts]


def _settled(leaf: Leaf, value: Scalar) -> Term:
    """An update as a term; where the text is undefined any value will do, there is no step."""
    any_value = 0 if infinite(leaf.low) else leaf.low
    term: Term = lift(leaf.value(any_value) if isinstance(value, Undefined) else value)
    return term


def _distinct(undefined: Sequence[tuple[str, Scalar]]) -> Iterator[UndefinedAt]:
    """Each condition once, under its first name: a value that is read again is undefined again."""
    seen: set[int] = set()
    kept = [(what, lift(reached).expr) for what, reached in undefined]
    for what, reached in kept:
        if reached.get_id() not in seen:
            seen.add(reached.get_id())
            yield UndefinedAt(what, reached)


def _terms(truths: Sequence[Scalar]) -> Iterator[z3.BoolRef]:
    for value in truths:
        if value is not True:
            yield lift(value).expr


def _ranges(leaves: Sequence[Leaf]) -> list[z3.BoolRef]:
    """The declared ranges, before and after a step, as terms."""
    return [fact for leaf in leaves for var in (leaf.var, leaf.primed) for fact in leaf.facts(var)]


__all__ = [
    "Action",
    "Check",
    "Leaf",
    "Limit",
    "Outcome",
    "System",
    "Transition",
    "UndefinedAt",
]
