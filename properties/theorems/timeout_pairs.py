"""The three statements of the timeout rule, two by two: which removes what another removes.

One rule refines another if, in every block and for every age, it times out only what the other
times out.  Then whatever it has removed the other has removed by then: what is pending under
both was backed in the same block.  The prose refines the predicate, and both refine Algorithm 10;
the other way round that is so exactly if the window is as long as a rotation.
"""

from typing import Any

from model.language import And, If, Implies, Max, Not
from properties.theorem import theorem

from .timeouts import CLOCK, late, rotations_take_time, some_period_is_positive

TOKENS = {
    "prose": "§2.5.5/description.5.6",
    "predicate": "§2.5.5/availability_timeout_predicate.3",
    "algorithm": "§1.7.1/alg-10.4.2",
}


def _refines(one, other):
    """The theorem of one pair, for any numbers."""

    def body(chain, thread, parachains, frequency, block, age):
        core = dict(chain=chain, thread=thread, parachains=parachains, frequency=frequency)
        return Implies(late(one, block, age, **core), late(other, block, age, **core))

    body.__name__ = f"the_{one}_refines_the_{other}"
    body.__doc__ = f"""What times out by the {one} times out by the {other}, in every block and at
    every age."""
    given = [rotations_take_time]
    token = TOKENS[one]
    return theorem(token, item=12, subject="scheduler", over=CLOCK, given=given, small=3)(body)


the_prose_refines_the_predicate = _refines("prose", "predicate")
the_prose_refines_the_algorithm = _refines("prose", "algorithm")
the_predicate_refines_the_algorithm = _refines("predicate", "algorithm")


def window_of(rule, chain, thread, parachains):
    """The window that has to be as long as a rotation, so that the wider rule is refined, too."""
    period = If(parachains > 0, chain, thread)
    return Max(chain, thread) if rule == "predicate" else Max(period - 1, 0)


def _agree(one, other):
    """The theorem of one pair: when the wider rule refines the narrower one."""

    def body(chain, thread, parachains, frequency, block, age):
        core = dict(chain=chain, thread=thread, parachains=parachains, frequency=frequency)
        window = window_of(other, chain, thread, parachains)
        return Implies(
            And(window >= frequency, late(one, block, age, **core)),
            late(other, block, age, **core),
        )

    body.__name__ = f"the_{one}_refines_the_{other}_in_long_windows"
    body.__doc__ = f"""If the window of the {other} is as long as a rotation, what times out by the
    {one} times out by the {other}."""
    given = [rotations_take_time]
    token = TOKENS[other]
    return theorem(token, item=12, subject="scheduler", over=CLOCK, given=given, small=3)(body)


the_algorithm_refines_the_predicate_in_long_windows = _agree("algorithm", "predicate")
the_algorithm_refines_the_prose_in_long_windows = _agree("algorithm", "prose")
the_predicate_refines_the_prose_in_long_windows = _agree("predicate", "prose")


def _part(one, other):
    """The theorem of one pair: in shorter windows there is a block in which the two differ."""

    def body(chain, thread, parachains, frequency):
        core = dict(chain=chain, thread=thread, parachains=parachains, frequency=frequency)
        period = If(parachains > 0, chain, thread)
        block = window_of(other, chain, thread, parachains)  # the first block behind the window
        age = Max(period, 1)
        return Implies(
            block < frequency,
            And(late(one, block, age, **core), Not(late(other, block, age, **core))),
        )

    body.__name__ = f"the_{one}_times_out_more_than_the_{other}_in_short_windows"
    body.__doc__ = f"""If the window of the {other} is shorter than a rotation, the first block
    behind it tells the {one} and the {other} apart."""
    given = [some_period_is_positive] if one == "predicate" else []
    over: dict[str, Any] = {k: kind for k, kind in CLOCK.items() if k not in ("block", "age")}
    token = TOKENS[other]
    return theorem(token, item=12, subject="scheduler", over=over, given=given, small=4)(body)


the_algorithm_times_out_more_than_the_predicate_in_short_windows = _part("algorithm", "predicate")
the_algorithm_times_out_more_than_the_prose_in_short_windows = _part("algorithm", "prose")
the_predicate_times_out_more_than_the_prose_in_short_windows = _part("predicate", "prose")
