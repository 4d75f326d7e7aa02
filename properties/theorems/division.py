"""Facts about quotients that the solvers do not find by themselves; theorems state them as steps.

Nothing is assumed by what stands here: each use is a step, and every step is proved.
"""

from model.language import And, Implies


def at_least(divisor, factor, least):
    """A natural number times `least` or more is at least that many times the number."""
    return Implies(factor >= least, divisor * factor >= least * divisor)


def at_most(divisor, factor, most):
    """A natural number times `most` or less is at most that many times the number."""
    return Implies(factor <= most, divisor * factor <= most * divisor)


def grows(divisor, factor):
    """A multiple of a natural number by one at least is at least that number, up and down."""
    return And(at_least(divisor, factor, 1), at_most(divisor, factor, -1))


def divides_as(whole, divisor, quotient, rest):
    """What quotient and rest are once the whole is so many divisors and a rest below one."""
    return Implies(
        And(whole == divisor * quotient + rest, rest >= 0, rest < divisor),
        And(whole / divisor == quotient, whole % divisor == rest),
    )
