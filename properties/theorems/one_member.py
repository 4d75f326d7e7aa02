"""Routines of the scheduler's model at one member of every sort, over numbers without bound.

A routine that loops over cores, places or claims does to each what it does to any one of them,
and what may refuse it or leave it undefined is said of one at a time.  So it is run here on one
core, one validator, one claim, each given by terms that stand for any; the others are seen
only through what a routine asks of them all: how many there are, and how long the queue is.

This is not a state of the language: only what the routines of §2.5.5 need is here.
"""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from model import scheduler
from model.config import Config, Rules
from model.language import And, If, Index, Not, Or
from model.language.plain import number
from model.language.terms import possibly, surely, well_defined
from model.scheduler import NONE
from model.scheduler_system import IDLE, VARIANTS
from properties.catalogue import amendments

KNOWN = frozenset(a.id for a in amendments())
AS_WRITTEN, AS_AMENDED = Rules(frozenset(), KNOWN), Rules(KNOWN, KNOWN)


class One(Index):
    """A sort seen at one member; loops that count places count to `n`."""

    member: Any

    def __init__(self, name, member, n=1):
        super().__init__(name, n)
        object.__setattr__(self, "member", member)

    def __iter__(self):
        return iter((self.member,))

    def set(self, member):
        """A set of which one member is known."""
        return Entries(None, member(self.member))


class Run:
    """A state and what became of the routines that were run on it."""

    def __init__(self, cfg, **variables):
        put = object.__setattr__
        put(self, "cfg", cfg)
        put(self, "path", [])
        put(self, "gaps", [])
        put(self, "refusals", [])
        put(self, "exclusions", [])
        put(self, "_fields", _owned(self, variables))

    # what the routines do

    def __getattr__(self, name):
        return self._fields[name]

    def __setattr__(self, name, value):
        self._fields[name] = self.merged(self._fields[name], value)

    @contextmanager
    def when(self, condition):
        """The effects inside happen only where the condition holds."""
        self.note(condition)
        self.path.append(surely(condition))
        try:
            yield
        finally:
            self.path.pop()

    def each(self, index):
        """The one member that is seen."""
        return iter(index)

    def require(self, condition, _error):
        """A check: the routine is refused where it fails."""
        self.note(condition)
        self.refusals.append(And(*self.path, Not(possibly(condition))))

    def assume(self, condition):
        """A restriction of the environment."""
        self.exclusions.append(And(*self.path, Not(condition)))

    def note(self, *values):
        """Remember where one of the values is undefined."""
        self.gaps.extend(And(*self.path, Not(well_defined(value))) for value in values)

    def merged(self, old, new):
        """What a variable is after an assignment on the running path."""
        if isinstance(old, (Fields, Entries)):
            old.assign(new)
            return old
        self.note(new)
        return If(And(*self.path), new, old) if self.path else new

    # what became of them

    @property
    def undefined(self):
        """Whether the text says nothing of what some routine does."""
        return Or(*self.gaps)

    @property
    def refused(self):
        """Whether a check failed."""
        return Or(*self.refusals)

    @property
    def goes_on(self):
        """Whether there is a step: defined, allowed by the environment and not refused."""
        return Not(Or(*self.gaps, *self.exclusions, *self.refusals))


class Fields:
    """A record."""

    def __init__(self, run, fields):
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_own", fields)

    def __getattr__(self, name):
        return self._own[name]

    def __setattr__(self, name, value):
        self._own[name] = self._run.merged(self._own[name], value)

    def assign(self, new):
        """A whole record is replaced; a field that is left out becomes its zero."""
        for name, old in self._own.items():
            zero = 0 if not _boolean(old) else False
            setattr(self, name, new.get(name, zero))


class Entries:
    """An array or a set, of which one entry is known; `number` is how many a set has."""

    def __init__(self, run, entry, number=None):
        self._run, self._entry, self._number = run, entry, number

    def __getitem__(self, _member):
        return self._entry

    def __setitem__(self, _member, value):
        self._entry = self._run.merged(self._entry, value)

    def size(self):
        """How many members a set has."""
        return self._number

    def assign(self, new):
        """All of a set is replaced."""
        self._entry = self._run.merged(self._entry, new[None])
        self._number = self._run.merged(self._number, new.size())


class Queue:
    """A queue of `len` claims, of which one is known: the one asked for, if `there`."""

    def __init__(self, run, entry, there, length):
        self._run, self._entry, self._there, self.len = run, entry, there, length

    def __getitem__(self, _place):
        return self._entry

    def any(self, test=None, /, **_fields):
        """Whether the known claim is there and passes."""
        return And(self._there, True if test is None else test(self._entry))

    def take(self, **_fields):
        """The known claim; its place is taken by others."""
        return SimpleNamespace(thread=self._entry.thread, retries=self._entry.retries)

    def push(self, entry=None, **fields):
        """One claim more; its numbers must be defined."""
        self._run.note(*(entry or fields).values())

    push_front = push

    def retain(self, test):
        """If any claim stays it is the known one, which stands for any that does."""
        self.len = If(And(self._there, test(self._entry)), self.len, 0)


def _owned(run: Run, variables: dict[str, Any]) -> dict[str, Any]:
    """The variables, with records and arrays that write through their run."""

    def owned(value):
        if isinstance(value, dict):
            return Fields(run, {name: owned(part) for name, part in value.items()})
        if isinstance(value, tuple):
            word, *parts = value
            return {"entries": Entries, "queue": Queue}[word](run, *map(owned, parts))
        return number(value)

    return {name: owned(value) for name, value in variables.items()}


def _boolean(value):
    return isinstance(value, bool) or getattr(value, "boolean", False)


class Cores:
    """A list of cores: its first ones, its length, and whether the known core is listed."""

    def __init__(self, *first, length=0, listed=False):
        self._first, self._listed, self.len = first, listed, length

    def __getitem__(self, place):
        return self._first[place] if place < len(self._first) else 0

    def any(self, _test):
        """Whether the known core is listed."""
        return self._listed


def configured(rules, *, core=0, place=0, **members):
    """A configuration of any members, over one core, one validator's place and one parathread."""
    sorts = dict(core=One("core", core), validator=One("validator", place), thread=One("thread", 0))
    numbers = dict(
        group_rotation_frequency=1,
        chain_availability_period=1,
        thread_availability_period=1,
        scheduling_lookahead=0,
        parathread_retries=0,
        session_length=1,
        max_cores=0,
        age_bound=0,
    )
    plain = {name: number(value) for name, value in {**numbers, **members}.items()}
    return Config({}, rules, VARIANTS, {**sorts, **plain})


def running(cfg, *, kind=NONE, scheduled=False, retries=0, queued=False, length=0, **variables):
    """A state of the scheduler between two blocks, but for what is said otherwise."""
    claim = dict(thread=0, retries=retries)
    readings = dict.fromkeys(scheduler.READINGS.values(), False)
    state = dict(
        phase=IDLE,
        reading=readings,
        block=0,
        parachains=0,
        parathread_cores=0,
        parathreads=("entries", True, 0),
        validators=0,
        groups=0,
        ValidatorGroups=("entries", 0),
        ParathreadQueue=dict(queue=("queue", dict(claim, core=0), queued, length), next_core=0),
        AvailabilityCores=("entries", dict(claim, kind=kind)),
        ParathreadClaimIndex=("entries", False, 0),
        Scheduled=("entries", dict(claim, some=scheduled, group=0)),
        pending=("entries", dict(some=False, thread=0, age=0)),
        returned=("entries", 0),
        claims_at_start=0,
    )
    return Run(cfg, **{**state, **variables})
