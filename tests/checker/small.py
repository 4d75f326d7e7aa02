"""A small system with one variable of every type, for tests of traces and pictures.

Items arrive, wait in a queue, are served in a slot and finish; `pay` divides by a rate that may be
zero; `balance` may leave its range.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from checker.trace import Step, Trace
from model.language import (
    Action,
    Array,
    Bool,
    Enum,
    Index,
    Int,
    Nat,
    Not,
    Record,
    Seq,
    Set,
    State,
    System,
    forall,
)
from properties.kinds import Property, invariant, leads_to, reachable, step

ITEM, SLOT = Index("item", 3), Index("slot", 2)
IDLE, BUSY = MODE = Enum("idle busy")


class Cfg:
    """Sizes, as a configuration has them."""

    item = ITEM
    slot = SLOT


def start(s: State, chosen) -> None:
    """§2.5.5/storage: the rate is chosen once."""
    s.rate = chosen


def arrive(s: State, item) -> None:
    """§2.5.5/add_parathread_claim: an item joins the queue."""
    s.require(Not(s.seen[item]), "AlreadySeen")
    s.queue.push(item)
    s.seen[item] = True


def serve(s: State, slot) -> None:
    """§2.5.5/schedule: the first item goes to a free slot."""
    s.require(s.queue.len > 0, "QueueEmpty")
    s.require(Not(s.slots[slot].some), "SlotTaken")
    s.slots[slot] = dict(some=True, item=s.queue.take(lambda _: True))
    s.mode = BUSY


def finish(s: State, slot) -> None:
    """§2.5.5/occupied: a slot is free again, and so is its item."""
    s.require(s.slots[slot].some, "SlotFree")
    s.seen[s.slots[slot].item] = False
    s.slots[slot] = {}
    s.balance = s.balance + 2


def pay(s: State) -> None:
    """§2.5.5/finalization: undefined where the rate is zero."""
    s.require(s.balance > 0, "NothingToPay")
    s.balance = s.balance - 4 / s.rate


@cache
def small() -> System:
    """The system; building it once is enough."""
    return System(
        "small",
        Cfg(),
        dict(
            mode=MODE,
            rate=Nat(2),
            balance=Int(-2, 4),
            queue=Seq(ITEM, 3),
            seen=Set(ITEM),
            slots=Array(SLOT, Record(some=Bool, item=ITEM)),
        ),
        Action(start, chosen=Nat(2)),
        [
            Action(arrive, actor="client", item=ITEM),
            Action(serve, actor="server", fair="weak", slot=SLOT),
            Action(finish, actor="server", slot=SLOT),
            Action(pay, actor="bank"),
        ],
    )


@invariant("§2.5.5/storage")
def slots_are_free(s):
    """No slot is ever taken."""
    return forall(s.cfg.slot, lambda k: Not(s.slots[k].some))


@step("§2.5.5/storage")
def balance_grows(before, after):
    """The balance never falls."""
    return after.balance >= before.balance


@reachable("§2.5.5/storage")
def two_wait(s):
    """Two items wait."""
    return s.queue.len == 2


@leads_to("§2.5.5/storage", each="item")
def seen_items_leave(s, item):
    """An item that was seen leaves."""
    return s.seen[item], Not(s.seen[item])


def run(*script: tuple[str, dict[str, Any]], rate: int = 1) -> tuple[list[Any], list[Step]]:
    """States and steps of a script of (action, choices as plain data) after `start`."""
    system = small()
    states, steps = [], []
    before = system.zero
    for name, data in (("start", {"chosen": rate}), *script):
        transition = system.transition(name)
        choices = system.encode_choices(transition, data)
        outcome = system.run(transition, before, choices)
        assert outcome.state is not None, (name, outcome)
        states.append(outcome.state)
        steps.append(Step(name, choices))
        before = outcome.state
    return states, steps


def trace_of(
    prop: Property | str, *script: Any, rate: int = 1, kind: str = "", **more: Any
) -> Trace:
    """A trace of `small` for a property, or for the name and kind of a built-in one."""
    states, steps = run(*script, rate=rate)
    named = prop if isinstance(prop, str) else prop.name
    return Trace(
        system="small",
        instance="tiny",
        amendments="all",
        variant="default",
        property=named,
        kind=kind or getattr(prop, "kind", "builtin"),
        token=getattr(prop, "token", ""),
        sentence=getattr(prop, "sentence", ""),
        engine="explicit",
        states=tuple(states),
        steps=tuple(steps),
        **more,
    )


ARRIVE = [("arrive", {"item": i}) for i in range(3)]
SERVE = [("serve", {"slot": i}) for i in range(2)]
FINISH = [("finish", {"slot": i}) for i in range(2)]
PAY = ("pay", {})


def violation() -> Trace:
    """Two steps to a taken slot."""
    return trace_of(slots_are_free, ARRIVE[1], SERVE[0])
