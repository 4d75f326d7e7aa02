"""Bounded model checking: the runs of at most `depth` steps, as formulas for a solver.

Depths are taken in order (Biere, Cimatti, Clarke, Zhu, 1999), and what is refuted at one depth is
assumed at the next, so a trace that is found is a shortest one.  A property that is left over
is `bounded`: every run of at most that many steps was examined, which is no proof.  If no run
has k steps at all, deeper answers would be vacuous; `exhausted` says so, and the search ends there.

Limits are as in every engine: a step that breaks one, not named in the system's cuts, ends the
search after its level; a cut is noted in `cuts_hit`.  Every trace is replayed in concrete mode.
Solver "unknown" and the end of the time are outcomes, never exceptions and never a success.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import z3

from checker.replay import DEADLOCK_FREE, LIMIT, WELL_DEFINED, TraceRefused, replay
from checker.trace import Trace

from .deadlock import Deadlock
from .encoding import BITS, Encoding
from .loops import Loops
from .outcome import (
    BOUNDED,
    EXHAUSTED,
    LEADS_TO,
    REACHED,
    SECONDS,
    UNDETERMINED,
    UNKNOWN,
    VIOLATED,
    BmcResult,
    Outcome,
    UnsoundRun,
)
from .unroll import Move, Unrolling

if TYPE_CHECKING:
    from checker.trace import Step
    from model.language import System

Progress = Callable[[str, int, float], None]
"""Called before each query with the phase, the depth and the seconds so far."""

NOT_BOUNDED = {
    "recoverable": "a bounded search cannot tell that a goal is out of reach for ever",
}


class _Stop(Exception):
    """The search cannot go on; its text is `BmcResult.stopped`."""


class _Unknown(Exception):
    """The solver gave no answer to one query; the text is why."""


def bmc(
    system: System,
    properties: Sequence[Any],
    depth: int,
    *,
    seconds: float | None = None,
    progress: Progress | None = None,
    encoding: Encoding = BITS,
) -> BmcResult:
    """Examine every run of at most `depth` steps for each of the properties.

    A property is a `properties.kinds.Property`, or anything with the same `kind` and `name`: the
    built-in ones have the names `deadlock_free` and `well_defined`.  Traces carry no instance,
    amendments or variant: the caller knows them.  Raises `ModelError` for a term that cannot be
    lowered to 63 bits, `UnsoundRun` if a trace does not replay.
    """
    return _Search(system, properties, seconds, progress, encoding).run(depth)


class _Search:
    """One solver that grows by a step per level.  Everything it is told is true of every run."""

    def __init__(
        self,
        system: System,
        properties: Sequence[Any],
        seconds: float | None,
        progress: Progress | None,
        encoding: Encoding,
    ) -> None:
        self.began, self.budget = time.monotonic(), seconds
        self.progress = progress or (lambda _phase, _depth, _seconds: None)
        self.progress("lowering", 0, 0.0)
        self.system, self.properties = system, tuple(properties)
        self.unrolling = Unrolling(system, encoding)
        self.solver = z3.SolverFor(encoding.logic)
        self.result = BmcResult()
        self.open = {p.name: p for p in self.properties if p.kind not in NOT_BOUNDED}
        self.terms = {
            name: self.unrolling.condition(system.term(p))
            for name, p in self.open.items()
            if p.kind != LEADS_TO and name not in {DEADLOCK_FREE, WELL_DEFINED}
        }
        promises = [p for p in self.open.values() if p.kind == LEADS_TO]
        self.loops = {p.name: Loops(self.unrolling, p) for p in promises}
        self.deadlock = Deadlock(self.unrolling) if self._may_end else None

    def run(self, depth: int) -> BmcResult:
        """All levels; then an outcome for what is still open."""
        try:
            for k in range(depth + 1):
                before = time.monotonic()
                self._level(k)
                self.result.depth = k
                self.result.depth_seconds.append(time.monotonic() - before)
                if not self.open or self.result.exhausted is not None:
                    break
            else:
                self._beyond(depth + 1)
        except _Stop as stop:
            self.result.stopped = str(stop)
        self._close()
        self.result.seconds = time.monotonic() - self.began
        return self.result

    def _close(self) -> None:
        r, stopped = self.result, self.result.stopped
        status = UNDETERMINED if r.limit is not None else UNKNOWN
        if not stopped:
            status = BOUNDED if r.exhausted is None else EXHAUSTED
        found = r.outcomes
        r.outcomes = {
            p.name: found[p.name]
            if p.name in found
            else Outcome(p.name, UNDETERMINED, -1, NOT_BOUNDED[p.kind])
            if p.kind in NOT_BOUNDED
            else Outcome(p.name, status, r.depth, stopped)
            for p in self.properties
        }

    # one level

    def _level(self, k: int) -> None:
        """Steps into nowhere from states k-1, then states k and the steps that lead to them."""
        limit = self._dead_ends(k)
        self.solver.add(self.unrolling.step(k) if k else self.unrolling.start())
        self._states(k)
        if limit:
            raise _Stop(f"{LIMIT}: {limit}")
        if self.open:
            # Without an answer nothing is lost: the next level asks again what follows from here.
            with contextlib.suppress(_Unknown):
                self.result.exhausted = k if self._check("run", k) is None else None

    def _beyond(self, k: int) -> None:
        """Whether the longest runs examined can go on at all, be it out of the model."""
        u = self.unrolling
        on = z3.Or(*(u.renamed(move.enabled, k) for move in u.moves))
        with contextlib.suppress(_Unknown, _Stop):
            self.result.exhausted = k if self._check("run", k - 1, on) is None else None

    def _dead_ends(self, k: int) -> str:
        """Steps k without a successor; returns the limit that ends the search, if one does."""
        limit = ""
        for target, model in self._found("dead ends", k, self._ends(k)):
            step = self._last(target, model, k)
            if target == WELL_DEFINED:
                self._record(target, self._trace(self.open[target], model, k - 1, step))
            elif target == LIMIT:
                limit = self._limit(model, k, step)
            else:
                self.result.cuts_hit = (*self.result.cuts_hit, target.removeprefix(_CUT))
        return limit

    def _ends(self, k: int) -> dict[str, z3.BoolRef]:
        targets = [LIMIT, *(_CUT + c for c in sorted(self.system.cuts - {*self.result.cuts_hit}))]
        if WELL_DEFINED in self.open:
            targets.append(WELL_DEFINED)
        u = self.unrolling
        place = u.first if k == 0 else lambda formula: u.renamed(formula, k)
        ends = {t: z3.Or(*(self._end(t, m) for m in self._moves(k))) for t in targets}
        formulas = {t: z3.simplify(end) for t, end in ends.items()}
        return {t: place(f) for t, f in formulas.items() if not z3.is_false(f)}

    def _moves(self, k: int) -> tuple[Move, ...]:
        return self.unrolling.moves if k else (self.unrolling.initial,)

    def _end(self, target: str, move: Move) -> z3.BoolRef:
        """Where the move ends in the target: undefined, a limit, or a certain cut."""
        if target == WELL_DEFINED:
            return move.undefined_here()
        if target == LIMIT:
            return move.limited_here(lambda name: name not in self.system.cuts)
        return move.limited_here(lambda name: _CUT + name == target)

    def _last(self, target: str, model: z3.ModelRef, k: int) -> Step:
        u = self.unrolling
        place = u.first if k == 0 else lambda formula: u.renamed(formula, k)
        for move in self._moves(k):
            if z3.is_true(model.eval(place(self._end(target, move)), model_completion=True)):
                return u.step_in(model, move, k)
        raise UnsoundRun(f"{target} at depth {k} by no action")

    def _limit(self, model: z3.ModelRef, k: int, final: Step) -> str:
        u = self.unrolling
        before = u.state_in(model, k - 1) if k else self.system.zero
        transition = self.system.transition(final.action) if k else self.system.initial
        name = self.system.run(transition, before, final.choices).limit
        self.result.limit = self._trace(_Limit(name), model, k - 1, final)
        return name

    def _states(self, k: int) -> None:
        """What is shown by state k, by step k, or by a loop that step k closes."""
        for name, model in self._found("states", k, self._shown(k)):
            self._record(name, self._trace(self.open[name], model, k))
        for name in [name for name in self.loops if name in self.open]:
            loops = self.loops[name]
            self.solver.add(*loops.facts(k))
            for _, model in self._found("loops", k, {name: loops.lasso(k)} if k else {}):
                closing = self.unrolling.taken_in(model, k)
                begin = loops.begin(model, k)
                trace = self._trace(self.open[name], model, k - 1, closing, begin)
                self._record(name, trace)

    @property
    def _may_end(self) -> bool:
        """Whether it matters that a run may end in a state without a step."""
        return DEADLOCK_FREE in self.open or bool(self.loops)

    def _shown(self, k: int) -> dict[str, z3.BoolRef]:
        u, formulas = self.unrolling, {}
        for name, term in self.terms.items():
            if name not in self.open:
                continue
            kind = self.open[name].kind
            if kind == "step" and k:
                formulas[name] = z3.Not(u.renamed(term, k))
            elif kind != "step":
                here = u.at(term, k)
                formulas[name] = here if kind == "reachable" else z3.Not(here)
        if self.deadlock and not self.deadlock.impossible:
            dead = z3.Bool(f"dead@{k}")
            self.solver.add(*(z3.Implies(dead, u.at(i, k)) for i in self.deadlock.instances))
            ends = {name: z3.And(dead, loops.open_in(k)) for name, loops in self.loops.items()}
            ends[DEADLOCK_FREE] = dead
            formulas |= {name: end for name, end in ends.items() if name in self.open}
        return formulas

    # solver

    def _found(
        self, phase: str, k: int, formulas: dict[str, z3.BoolRef]
    ) -> Iterator[tuple[str, z3.ModelRef]]:
        """Each formula that a run to here satisfies, with the run; the others are ruled out.

        All are asked at once; if that is too hard, one by one, and what stays too hard is given up.
        """
        left = dict(formulas)
        while left:
            try:
                model = self._check(phase, k, z3.Or(*left.values()))
            except _Unknown as unknown:
                if len(left) == 1:
                    self._give_up(next(iter(left)), k, str(unknown))
                    return
                for name, formula in left.items():
                    yield from self._found(phase, k, {name: formula})
                return
            if model is None:
                self.solver.add(*(z3.Not(f) for f in left.values()))
                return
            for name, formula in list(left.items()):
                if not z3.is_true(model.eval(formula, model_completion=True)):
                    continue
                if not self._confirmed(phase, name, model, k):
                    continue
                del left[name]
                yield name, model

    def _give_up(self, target: str, k: int, reason: str) -> None:
        """A property alone is unknown; a limit that cannot be excluded ends the search."""
        if target not in self.open:
            raise _Stop(reason)
        del self.open[target]
        self.result.outcomes[target] = Outcome(target, UNKNOWN, k - 1, reason)

    def _confirmed(self, phase: str, name: str, model: z3.ModelRef, k: int) -> bool:
        """Whether state k is a deadlock, or the loop fair; if not, the solver is told why."""
        try:
            if phase == "loops":
                return self._fair(self.loops[name], model, k)
            if name != DEADLOCK_FREE and name not in self.loops:
                return True
            assert self.deadlock is not None  # noqa: S101 - the property is open
            instance = self.deadlock.escape(self.unrolling.state_in(model, k), self._left())
        except TimeoutError as error:
            raise _Stop(_why(str(error))) from None
        if instance is None:
            return True
        self.solver.add(z3.Implies(z3.Bool(f"dead@{k}"), self.unrolling.at(instance, k)))
        return False

    def _fair(self, loops: Loops, model: z3.ModelRef, k: int) -> bool:
        mistaken = loops.mistaken(model, k, self._left())
        for action, instance in mistaken:
            loops.instances[action].append(instance)
        self.solver.add(*(fact for i in range(k + 1) for fact in loops.facts(i) if mistaken))
        return not mistaken

    def _left(self) -> float | None:
        if self.budget is None:
            return None
        left = self.budget - (time.monotonic() - self.began)
        if left <= 0:
            raise _Stop(SECONDS)
        return left

    def _check(self, phase: str, k: int, target: z3.BoolRef | None = None) -> z3.ModelRef | None:
        """A run that satisfies the target, or None; raises `_Unknown`.

        One query gets a third of the time left, so that a hard one does not starve the rest.
        """
        self.progress(phase, k, time.monotonic() - self.began)
        left = self._left()
        if left is not None:
            self.solver.set("timeout", max(1, int(left * 1000 / 3)))
        self.solver.push()
        if target is not None:
            self.solver.add(target)
        answer = self.solver.check()
        model = self.solver.model() if answer == z3.sat else None
        reason = self.solver.reason_unknown() if answer == z3.unknown else ""
        self.solver.pop()
        if answer == z3.unknown:
            raise _Unknown(_why(reason))
        return model

    # traces

    def _record(self, name: str, trace: Trace) -> None:
        status = REACHED if trace.kind == "reachable" else VIOLATED
        self.result.outcomes[name] = Outcome(name, status, trace.length, trace=trace)
        del self.open[name]

    def _trace(
        self,
        prop: Any,
        model: z3.ModelRef,
        last: int,
        final: Step | None = None,
        loop: int | None = None,
    ) -> Trace:
        u, stated = self.unrolling, prop.name in self.terms or prop.name in self.loops
        trace = Trace(
            system=self.system.name,
            instance="",
            amendments="",
            variant="",
            property=prop.name,
            kind=prop.kind,
            token=getattr(prop, "token", ""),
            sentence=getattr(prop, "sentence", ""),
            engine="bmc",
            states=tuple(u.state_in(model, k) for k in range(last + 1)),
            steps=tuple(u.taken_in(model, k) for k in range(last + 1)),
            final=final,
            loop=loop,
        )
        try:
            replay(trace, self.system, prop if stated else None)
        except TraceRefused as error:
            raise UnsoundRun(f"bmc, {prop.name}: {error}") from error
        return trace


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit in the place of a property."""

    name: str
    kind: str = LIMIT


_CUT = "cut "


def _why(reason: str) -> str:
    """The solver's reason; an interrupt from the keyboard is passed on, z3 having swallowed it."""
    if "interrupt" in reason:
        raise KeyboardInterrupt
    return SECONDS if reason in {"timeout", "canceled"} else f"solver: {reason}"
