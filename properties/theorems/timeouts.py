"""The three statements of the timeout rule, by block numbers: when a core is late, and never later.

Claims about `availability_timeout` of the scheduler's model itself.  A core that is occupied in a
block is free again in the first block that is at least its availability period later and in which
the rule lets timeouts fire at all: in the first `window` blocks of a rotation.
"""

from types import SimpleNamespace
from typing import Any

from model.core_clock import RULES
from model.language import And, If, Implies, Max, Nat, Not, Or
from model.scheduler import availability_timeout
from properties.theorem import assumption, theorem

from .division import divides_as, grows


def window(rule, chain, thread, period, frequency):
    """In how many blocks of a rotation, from its first on, timeouts fire."""
    return {
        "predicate": Max(chain, thread),  # §2.5.5/availability_timeout_predicate.3
        "prose": period - 1,  # §2.5.5/description.5.6
        "algorithm": frequency,  # §1.7.1/alg-10.4: always
    }[rule]


def longest(period, width, frequency):
    """The most blocks for which a core stays occupied: its period, and then to the next window."""
    return Max(period, 1) + Max(0, frequency - width)


CLOCK = dict(chain=Nat(), thread=Nat(), parachains=Nat(1), frequency=Nat(), block=Nat(), age=Nat())


def late(rule, block, age, *, chain, thread, parachains, frequency):
    """Whether core 0 times out in a block, occupied for `age` blocks."""
    cfg = SimpleNamespace(
        chain_availability_period=chain,
        thread_availability_period=thread,
        group_rotation_frequency=frequency,
        variant=lambda _name: rule,
    )
    state: Any = SimpleNamespace(cfg=cfg, block=block, parachains=parachains)
    return availability_timeout(state, 0, age)


@assumption("§2.5.5/description.4.1")
def rotations_take_time(frequency):
    """group_rotation_frequency > 0: there are intervals at which groups rotate."""
    return frequency > 0


@assumption("§2.5.5/description.5.5")
def some_period_is_positive(chain, thread):
    """One of the two availability periods is positive."""
    return Or(chain > 0, thread > 0)


@assumption("§2.5.5/description.5.5")
def each_period_is_positive(chain, thread):
    """Both availability periods are positive."""
    return And(chain > 0, thread > 0)


@assumption("§2.5.5/description.5.6")
def each_period_exceeds_one(chain, thread):
    """Both availability periods are at least two blocks."""
    return And(chain > 1, thread > 1)


@assumption("§2.5.5/description.5")
def the_core_has_waited(age):
    """The core was occupied in an earlier block."""
    return age > 0


def _next_block(block, frequency):
    """The quotients of two blocks that follow each other differ by less than two."""
    step = (block + 1) / frequency - block / frequency
    return And(grows(frequency, step), grows(frequency, step - 1))


def _rotation(block, frequency):
    """The next block is in the same rotation, or the first of the next one."""
    whole, rest = block / frequency, block % frequency
    return And(
        divides_as(block + 1, frequency, whole, rest + 1),
        divides_as(block + 1, frequency, whole + 1, 0),
    )


@theorem(
    "§2.5.5/availability_timeout_predicate.3",
    item=12,
    subject="scheduler",
    over=CLOCK,
    given=[rotations_take_time],
    steps=[_next_block, _rotation],
    small=3,
)
def a_clock_may_count_from_the_last_rotation(chain, thread, parachains, frequency, block, age):
    """All three rules see a block only as the blocks since a rotation, and these go on by one,
    or start anew.
    """
    core = dict(chain=chain, thread=thread, parachains=parachains, frequency=frequency)
    since, later = block % frequency, block % frequency + 1
    return And(
        (block + 1) % frequency == If(later < frequency, later, 0),
        *(late(rule, block, age, **core) == late(rule, since, age, **core) for rule in RULES),
    )


# the block in which a core times out, if nothing frees it before: `due` is the one in which its
# period is over, `age` any number of blocks for which it has been occupied


def _of_core(chain, thread, parachains):
    """Its period by its kind, and the least age at which it can be asked whether it is late."""
    period = If(parachains > 0, chain, thread)
    return period, Max(period, 1)


def _rotation_after(due, frequency):
    """How the quotients of the block in which a core is due and of the next rotation differ."""
    return grows(frequency, (due + frequency - due % frequency) / frequency - due / frequency - 1)


def _rotation_begins(due, frequency):
    """The next rotation begins with rest 0."""
    after = due + frequency - due % frequency
    return divides_as(after, frequency, due / frequency + 1, 0)


def _some_block(due, frequency, chain, thread, parachains, age):
    """How the quotients of the block in which a core is due and of any other differ."""
    _, least = _of_core(chain, thread, parachains)
    return grows(frequency, (due - least + age) / frequency - due / frequency)


def _rests_grow(due, frequency, chain, thread, parachains, age):
    """Until the next rotation the rests grow with the blocks."""
    _, least = _of_core(chain, thread, parachains)
    rest = due % frequency + age - least
    return divides_as(due - least + age, frequency, due / frequency, rest)


def _times_out(rule, token, given):
    """The theorem of one rule."""

    def body(chain, thread, parachains, frequency, due, age):
        core = dict(chain=chain, thread=thread, parachains=parachains, frequency=frequency)
        period, least = _of_core(chain, thread, parachains)
        width = window(rule, chain, thread, period, frequency)
        wait = frequency - due % frequency
        in_window = due % frequency < width
        first = If(in_window, least, least + wait)
        return And(
            Implies(in_window, late(rule, due, least, **core)),
            Implies(Not(in_window), late(rule, due + wait, least + wait, **core)),
            Implies(age < first, Not(late(rule, due - least + age, age, **core))),
            first <= longest(period, width, frequency),
        )

    body.__name__ = f"when_a_core_times_out_by_the_{rule}"
    body.__doc__ = """A core times out when its period is over or, if that is in no window, as the
    next rotation begins; not before, and within the bound."""
    over = {("due" if name == "block" else name): kind for name, kind in CLOCK.items()}
    steps: list[Any] = [_rotation_after, _rotation_begins, _some_block, _rests_grow]
    return theorem(
        token, item=12, subject="scheduler", over=over, given=given, steps=steps, small=4
    )(body)


PREDICATE = "§2.5.5/availability_timeout_predicate.3"
when_a_core_times_out_by_the_predicate = _times_out(
    "predicate", PREDICATE, [rotations_take_time, some_period_is_positive, the_core_has_waited]
)
when_a_core_times_out_by_the_prose = _times_out(
    "prose", "§2.5.5/description.5.6", [rotations_take_time, each_period_exceeds_one]
)


@theorem(
    "§1.7.1/alg-10.4.2",
    item=12,
    subject="scheduler",
    over=CLOCK,
    given=[the_core_has_waited],
    small=3,
)
def when_a_core_times_out_by_the_algorithm(chain, thread, parachains, frequency, block, age):
    """A core is late exactly from the end of its period on, in every block."""
    core = dict(chain=chain, thread=thread, parachains=parachains, frequency=frequency)
    period, least = _of_core(chain, thread, parachains)
    width = window("algorithm", chain, thread, period, frequency)
    is_late = late("algorithm", block, age, **core)
    return And(is_late == (age >= least), least == longest(period, width, frequency))


# the bound is the least: one block less is too few for a core occupied in the worst block


def _waits_that_long(rule, token, worst, given):
    """The theorem of one rule; `worst` is the block in which a core is best not occupied."""

    def body(chain, thread, parachains, frequency, age):
        core = dict(chain=chain, thread=thread, parachains=parachains, frequency=frequency)
        period, least = _of_core(chain, thread, parachains)
        width = window(rule, chain, thread, period, frequency)
        block = worst(width, least, frequency)
        soon = age < longest(period, width, frequency)
        return And(block >= 0, Implies(soon, Not(late(rule, block + age, age, **core))))

    body.__name__ = f"no_smaller_bound_will_do_by_the_{rule}"
    body.__doc__ = """In every configuration some core stays occupied for as long as the bound says,
    if its candidate never becomes available."""
    over = {name: kind for name, kind in CLOCK.items() if name != "block"}
    return theorem(token, item=12, subject="scheduler", over=over, given=given, small=5)(body)


no_smaller_bound_will_do_by_the_predicate = _waits_that_long(
    "predicate",
    PREDICATE,
    lambda width, least, _frequency: width - least,
    [rotations_take_time, some_period_is_positive, the_core_has_waited],
)
no_smaller_bound_will_do_by_the_prose = _waits_that_long(
    "prose",
    "§2.5.5/description.5.6",
    lambda _width, _least, frequency: frequency - 1,
    [rotations_take_time],
)
no_smaller_bound_will_do_by_the_algorithm = _waits_that_long(
    "algorithm",
    "§1.7.1/alg-10.4.2",
    lambda _width, _least, _frequency: 0,
    [the_core_has_waited],
)


# where there is no bound


def _at_rotation(rule, token):
    def body(chain, thread, parachains, frequency, block, age):
        core = dict(chain=chain, thread=thread, parachains=parachains, frequency=frequency)
        period, _ = _of_core(chain, thread, parachains)
        due = And(age >= period, block % frequency == 0)
        return Implies(due, late(rule, block, age, **core))

    body.__name__ = f"late_cores_are_freed_at_a_rotation_by_the_{rule}"
    body.__doc__ = """The first block of every rotation frees each core that has been occupied for
    its period."""
    given = [rotations_take_time, each_period_is_positive]
    return theorem(token, item=12, subject="scheduler", over=CLOCK, given=given, small=3)(body)


late_cores_are_freed_at_a_rotation_by_the_predicate = _at_rotation("predicate", PREDICATE)
late_cores_are_freed_at_a_rotation_by_the_prose = _at_rotation("prose", "§2.5.5/description.5.6")


@theorem(
    "§2.5.5/description.5.6",
    item=12,
    subject="scheduler",
    over=CLOCK,
    given=[rotations_take_time],
    small=3,
)
def a_period_of_one_has_no_bound_by_the_prose(chain, thread, parachains, frequency, block, age):
    """A core whose period is at most one block times out in no block and at no age, by the prose:
    in the first t - 1 blocks of a rotation there is none.
    """
    core = dict(chain=chain, thread=thread, parachains=parachains, frequency=frequency)
    period, _ = _of_core(chain, thread, parachains)
    return Implies(period <= 1, Not(late("prose", block, age, **core)))
