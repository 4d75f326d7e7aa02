"""A transition as guarded instances: some choices substituted, the others left to loops.

A choice used as an index would turn every variable it may select into a conditional, so
integer choices are substituted while the product stays small.  The others become nested
loops; substituting them as well would destroy sharing and cost seconds of compilation.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from checker.compile.convert import Converter
from checker.compile.errors import CompileError
from checker.compile.nodes import Graph, LeafLike, Node, substitute
from checker.compile.observe import Observations

MOST_INSTANCES = 64
MOST_NODES = 40_000  # of all instances of an action together
FEW = 16  # with so few choices everything is substituted
MOST_SUCCESSORS = 1 << 24  # of one state by one action


@dataclass(frozen=True, slots=True)
class Terms:
    """Nodes of a transition, or of one instance of it; `limits` and `steps` carry their bits."""

    guards: tuple[Node, ...]
    undefined: Node
    limits: tuple[tuple[int, Node], ...]
    updates: tuple[Node, ...]
    outside: Node
    steps: tuple[tuple[int, Node], ...]

    def conditions(self) -> list[Node]:
        """All Boolean terms that are needed where the choices are known."""
        return [
            self.undefined,
            *(n for _, n in self.limits),
            self.outside,
            *(n for _, n in self.steps),
        ]


@dataclass(frozen=True, slots=True)
class Loop:
    """A choice that is enumerated at run time."""

    node: Node
    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Plan:
    """An action ready to be emitted: loops from the outermost in, the same for all instances."""

    name: str
    loops: tuple[Loop, ...]
    instances: tuple[Terms, ...]

    @property
    def successors(self) -> int:
        """Most successors of one state."""
        return len(self.instances) * math.prod(x.hi - x.lo + 1 for x in self.loops)


@dataclass(slots=True)
class Planner:
    """Turns transitions into plans under one layout and one set of observations."""

    graph: Graph
    leaves: Sequence[LeafLike]
    observations: Observations
    step_terms: Sequence[Any]  # z3 terms of the step properties, in order
    most_instances: int = MOST_INSTANCES
    steps: list[Node] | None = None  # converted once, over leaves and successor leaves

    def plan(self, transition: Any, *, initial: bool = False) -> Plan:
        """Convert, choose what to substitute, substitute, and drop instances never enabled."""
        name = transition.action.name
        choices: Sequence[LeafLike] = transition.choices
        nodes = [self.graph.variable("choice", i, c) for i, c in enumerate(choices)]
        terms = self._convert(transition, nodes, name, initial=initial)
        unrolled = self._unrolled(choices, nodes, terms)
        looped = [n for i, n in enumerate(nodes) if n.op == "choice" and i not in unrolled]
        loops = tuple(Loop(n, n.lo, n.hi) for n in _loop_order(looped, terms.guards))
        found = []
        ranges = [range(choices[i].lo, choices[i].hi + 1) for i in unrolled]
        for values in itertools.product(*ranges):
            fixed = {
                nodes[i]: self._constant(nodes[i], v)
                for i, v in zip(unrolled, values, strict=True)
                if nodes[i].op == "choice"
            }
            instance = self._finish(self._substituted(terms, fixed), initial=initial)
            if not any(g.op == "const" and not g.value for g in instance.guards):
                found.append(instance)
        plan = Plan(name, loops, tuple(found))
        if plan.successors > MOST_SUCCESSORS:
            message = (
                f"{name}: {plan.successors:,} choices in one step; split the action into "
                f"several, at most {MOST_SUCCESSORS:,} can be enumerated"
            )
            raise CompileError(message)
        return plan

    def _constant(self, node: Node, value: int) -> Node:
        return self.graph.truth(bool(value)) if node.boolean else self.graph.const(value)

    def _convert(self, transition: Any, choices: list[Node], name: str, *, initial: bool) -> Terms:
        graph = self.graph
        variables = {c.name: n for c, n in zip(transition.choices, choices, strict=True)}
        for i, leaf in enumerate(self.leaves):
            if initial:  # runs once, from the all-zero state
                zero = graph.truth(False) if leaf.boolean else graph.const(0)
                variables[leaf.name] = zero
            else:
                variables[leaf.name] = graph.variable("leaf", i, leaf)
        convert = Converter(graph, variables)
        guards = [convert.node(t, f"{name}, domain of the choices") for t in transition.domain]
        guards += [convert.node(c.holds, f"{name}, check {c.label}") for c in transition.checks]
        undefined = [convert.node(u.reached, f"{name}, {u.what}") for u in transition.undefined]
        limits = tuple(
            (self.observations.limit_bit(x.name), convert.node(x.broken, f"{name}, limit {x.name}"))
            for x in transition.limits
        )
        updates = tuple(
            convert.node(t, f"{name}, update of {leaf.name}")
            for t, leaf in zip(transition.updates, self.leaves, strict=True)
        )
        false = graph.truth(False)
        return Terms(
            _conjuncts(graph.and_(guards)), graph.or_(undefined), limits, updates, false, ()
        )

    def _unrolled(self, choices: Sequence[LeafLike], nodes: list[Node], terms: Terms) -> list[int]:
        size = max(1, count_nodes([*terms.guards, *terms.conditions(), *terms.updates]))
        most = min(self.most_instances, MOST_NODES // size)
        total = math.prod(c.hi - c.lo + 1 for c in choices)
        if total <= min(FEW, most):
            return list(range(len(choices)))
        taken, product = [], 1
        for i, (choice, node) in enumerate(zip(choices, nodes, strict=True)):
            count = choice.hi - choice.lo + 1
            if not choice.boolean and node.op == "choice" and product * count <= most:
                taken.append(i)
                product *= count
        return taken

    def _substituted(self, terms: Terms, fixed: dict[Node, Node]) -> Terms:
        roots = [*terms.guards, terms.undefined, *(n for _, n in terms.limits), *terms.updates]
        found = substitute(self.graph, roots, fixed) if fixed else roots
        guards = found[: len(terms.guards)]
        undefined = found[len(guards)]
        limits = found[len(guards) + 1 : len(guards) + 1 + len(terms.limits)]
        bits = [bit for bit, _ in terms.limits]
        return Terms(
            _conjuncts(self.graph.and_(guards)),
            undefined,
            tuple((b, n) for b, n in zip(bits, limits, strict=True)),
            tuple(found[len(guards) + 1 + len(limits) :]),
            terms.outside,
            terms.steps,
        )

    def _finish(self, terms: Terms, *, initial: bool) -> Terms:
        """Add what depends on the successor: range checks not proved, step properties."""
        graph = self.graph
        outside = []
        for leaf, update in zip(self.leaves, terms.updates, strict=True):
            if update.lo < leaf.lo:
                outside.append(graph.lt(update, graph.const(leaf.lo)))
            if update.hi > leaf.hi:
                outside.append(graph.lt(graph.const(leaf.hi), update))
        steps = () if initial else self._steps(terms.updates)
        return Terms(
            terms.guards, terms.undefined, terms.limits, terms.updates, graph.or_(outside), steps
        )

    def _steps(self, updates: tuple[Node, ...]) -> tuple[tuple[int, Node], ...]:
        """Step properties with the updates for the variables of the successor, negated."""
        if self.steps is None:
            self.steps = self._converted_steps()
        graph = self.graph
        fixed = {
            graph.variable("next", i, leaf): update
            for i, (leaf, update) in enumerate(zip(self.leaves, updates, strict=True))
            if leaf.lo != leaf.hi
        }
        found = substitute(graph, self.steps, fixed)
        bits = self.observations.step_bits()
        return tuple((bit, graph.not_(node)) for bit, node in zip(bits, found, strict=True))

    def _converted_steps(self) -> list[Node]:
        graph = self.graph
        variables = {}
        for i, leaf in enumerate(self.leaves):
            variables[leaf.name] = graph.variable("leaf", i, leaf)
            variables[leaf.name + "'"] = graph.variable("next", i, leaf)
        convert = Converter(graph, variables)
        pairs = zip(self.observations.steps, self.step_terms, strict=True)
        return [convert.node(term, f"step property {name}") for name, term in pairs]


def _conjuncts(node: Node) -> tuple[Node, ...]:
    if node.op == "and":
        return node.args
    return () if node.op == "const" and node.value else (node,)


def count_nodes(roots: Iterable[Node]) -> int:
    """Distinct nodes below the roots."""
    seen: set[Node] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(node.args)
    return len(seen)


def _loop_order(choices: list[Node], guards: Sequence[Node]) -> list[Node]:
    """Order loops so that guards are decided as far out as possible, greedily."""
    order: list[Node] = []
    known = 0
    pending = [g.deps for g in guards]
    left = list(choices)
    while left:
        wanted = 0
        for c in left:
            wanted |= c.deps
        open_deps = [d & wanted & ~known for d in pending if d & wanted & ~known]
        best = min(open_deps, key=lambda d: (d.bit_count(), d), default=0)
        batch = [c for c in left if c.deps & best] or left[:]
        for c in batch:
            order.append(c)
            known |= c.deps
            left.remove(c)
    return order
