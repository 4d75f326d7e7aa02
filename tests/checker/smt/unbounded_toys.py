"""Systems of every size for tests, each with what it promises and with one mistake at a time.

`build(sizes, mistake)` runs the same bodies over sorts without a size (`None`) and finite ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from model.language import (
    Action,
    And,
    Array,
    Bool,
    Enum,
    Implies,
    Index,
    Nat,
    Not,
    Or,
    Record,
    Set,
    System,
    exists,
    forall,
    parameter,
)
from properties.kinds import Property, invariant, step

FREE, OCCUPIED = CORE = Enum("free occupied")


@dataclass(frozen=True)
class Toy:
    """A system, a goal with its lemmas, and mistakes that break it."""

    build: Callable[..., System]
    goal: Property
    mistakes: tuple[str, ...]
    sizes: tuple[Mapping[str, int], ...]


def config(sizes: Mapping[str, int] | None, **least: int) -> SimpleNamespace:
    """A sort of each name, of the given size or of none."""
    numbers = sizes or {name: parameter(f"{name}s", low) for name, low in least.items()}
    return SimpleNamespace(**{name: Index(name, numbers[name]) for name in least})


# a lock


def lock(sizes: Any, mistake: str = "") -> System:
    """Clients that take a lock and give it back."""

    def start(s: Any) -> None:
        s.unlocked = mistake != "starts taken" or exists(s.cfg.client, lambda _: True)
        s.holds = s.cfg.client.set(lambda _: mistake == "starts taken")

    def take(s: Any, client: Any) -> None:
        if mistake != "no check":
            s.require(s.unlocked, "Locked")
        s.unlocked = mistake == "stays open"
        s.holds[client] = True

    def give_back(s: Any, client: Any) -> None:
        if mistake != "anyone gives back":
            s.require(s.holds[client], "NotHeld")
        s.holds[client] = False
        s.unlocked = True

    cfg = config(sizes, client=1)
    actions = [Action(take, client=cfg.client), Action(give_back, client=cfg.client)]
    return System("lock", cfg, dict(unlocked=Bool, holds=Set(cfg.client)), start, actions)


@invariant("")
def unlocked_means_held_by_none(s: Any) -> Any:
    """Nobody holds an unlocked lock."""
    return Implies(s.unlocked, Not(exists(s.cfg.client, lambda c: s.holds[c])))


@invariant("", lemmas=[unlocked_means_held_by_none])
def at_most_one_holds(s: Any) -> Any:
    """Two clients never hold the lock."""
    clients = s.cfg.client
    return forall(
        clients,
        lambda c: forall(clients, lambda d: Implies(And(s.holds[c], s.holds[d]), c == d)),
    )


# cores that are pending exactly when they are occupied, with votes


def cores(sizes: Any, mistake: str = "") -> System:
    """Cores are backed, voted for, freed and time out; a block ends for all of them at once."""

    def start(s: Any) -> None:
        pass

    def back(s: Any, core: Any, para: Any) -> None:
        if mistake != "backs an occupied core":
            s.require(s.kind[core] == FREE, "NotFree")
        s.kind[core] = OCCUPIED
        s.pending[core] = dict(some=mistake != "nothing pending", para=para)
        if mistake == "shared candidate":
            for c in s.each(s.cfg.core):
                s.pending[c].some = True

    def vote(s: Any, core: Any, validator: Any) -> None:
        s.require(Or(s.pending[core].some, mistake == "votes for a free core"), "NotPending")
        s.pending[core].votes[validator] = True

    def end_block(s: Any, gone: Any) -> None:
        for c in s.each(s.cfg.core):
            freed = And(gone[c], s.pending[c].some)
            with s.when(freed):
                s.kind[c] = FREE
                s.pending[c].some = False
                s.pending[c].para = 0
            if mistake != "keeps votes":
                with s.when(freed):
                    s.pending[c].votes = set()

    cfg = config(sizes, core=0, validator=0, para=1)
    pending = Record(some=Bool, para=cfg.para, votes=Set(cfg.validator))
    actions = [
        Action(back, core=cfg.core, para=cfg.para),
        Action(vote, core=cfg.core, validator=cfg.validator),
        Action(end_block, gone=Set(cfg.core)),
    ]
    storage = dict(kind=Array(cfg.core, CORE), pending=Array(cfg.core, pending))
    return System("cores", cfg, storage, start, actions)


@invariant("")
def pending_iff_occupied(s: Any) -> Any:
    """A candidate is pending exactly on the occupied cores."""
    return forall(s.cfg.core, lambda c: s.pending[c].some == (s.kind[c] == OCCUPIED))


@invariant("", lemmas=[pending_iff_occupied])
def free_cores_are_empty(s: Any) -> Any:
    """A free core has no votes and no para."""
    return forall(
        s.cfg.core,
        lambda c: Implies(
            s.kind[c] == FREE,
            And(
                s.pending[c].para == 0,
                forall(s.cfg.validator, lambda v: Not(s.pending[c].votes[v])),
            ),
        ),
    )


# votes that are not withdrawn


def ballot(sizes: Any, mistake: str = "") -> System:
    """Validators vote, any number at once, and a core's ballot is closed."""

    def start(s: Any) -> None:
        pass

    def vote(s: Any, core: Any, by: Any) -> None:
        s.votes[core] = s.votes[core] | by
        if mistake == "withdraws":
            s.votes[core] = s.votes[core] & by

    def close(s: Any, core: Any) -> None:
        s.closed[core] = True
        if mistake == "clears":
            for v in s.each(s.cfg.validator):
                s.votes[core][v] = False
        if mistake == "clears others":
            for c in s.each(s.cfg.core):
                with s.when(c != core):
                    s.votes[c] = s.cfg.validator.set(lambda _: False)

    cfg = config(sizes, core=1, validator=1)
    storage = dict(votes=Array(cfg.core, Set(cfg.validator)), closed=Set(cfg.core))
    actions = [
        Action(vote, core=cfg.core, by=Set(cfg.validator)),
        Action(close, core=cfg.core),
    ]
    return System("ballot", cfg, storage, start, actions)


@step("")
def votes_stay(before: Any, after: Any) -> Any:
    """A vote is never withdrawn."""
    return forall(before.cfg.core, lambda c: before.votes[c] <= after.votes[c])


# numbers without bound


def counter(sizes: Any, mistake: str = "") -> System:
    """A clock that is wound up by any number and runs down; what is left is never above the sum."""
    number = Nat(sizes["number"]) if sizes else Nat()

    def start(s: Any, length: Any) -> None:
        s.most = length

    def wind(s: Any, by: Any) -> None:
        s.require(s.left + by <= s.most + (1 if mistake == "one too many" else 0), "TooFar")
        s.left = s.left + by

    def run_down(s: Any) -> None:
        if mistake != "below zero":
            s.require(s.left > 0, "Stopped")
        s.left = s.left - 1

    storage = dict(most=number, left=number)
    actions = [Action(wind, by=number), Action(run_down)]
    return System("counter", SimpleNamespace(), storage, Action(start, length=number), actions)


@invariant("")
def never_above_the_most(s: Any) -> Any:
    """What is left is at most what it was built for."""
    return s.left <= s.most


TOYS = {
    "lock": Toy(
        lock,
        at_most_one_holds,
        ("no check", "stays open", "anyone gives back", "starts taken"),
        tuple({"client": n} for n in (1, 2, 3)),
    ),
    "cores": Toy(
        cores,
        free_cores_are_empty,
        ("nothing pending", "shared candidate", "votes for a free core", "keeps votes"),
        tuple({"core": n, "validator": m, "para": 2} for n, m in ((1, 1), (2, 1), (1, 2), (2, 2))),
    ),
    "ballot": Toy(
        ballot,
        votes_stay,
        ("withdraws", "clears", "clears others"),
        tuple({"core": n, "validator": m} for n, m in ((1, 1), (2, 2), (3, 1))),
    ),
    "counter": Toy(
        counter,
        never_above_the_most,
        ("one too many", "below zero"),
        tuple({"number": n} for n in (1, 2, 3)),
    ),
}
