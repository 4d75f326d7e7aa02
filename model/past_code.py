"""§2.5.4 Paras, of code that is out of date: how it is noted, found and pruned.

`PastCodeMeta` has the times of each replacement, `PastCode` the code, `PastCodePruning` what is to
be pruned.  Block numbers are relative to now: 0 is the current block (`model/paras.py`).
"""

from typing import Any, NamedTuple

from .config import Config
from .language import And, Bool, If, Min, Not, Or, Record, State

READINGS = {  # amendment that settles it -> the flag of the other reading
    "registrations-happen-once": "registrations_repeat",
    "cleanup-cancels-upcoming": "cleanup_waits_for_upcoming",
    "planned-upgrade-stays": "planned_upgrade_is_replaced",
    "removed-code-expected-now": "removed_code_expected_before",
    "past-code-key": "past_code_by_activation",
    "last-pruned-number": "pruned_by_activation",
}


class Found(NamedTuple):
    """What a lookup gives: a code, or none."""

    some: Any
    code: Any


def open_readings(cfg: Config):
    """The flags of the readings that are not settled, §2.5.4's all together."""
    return {flag: Bool for amendment, flag in READINGS.items() if not cfg.amended(amendment)}


def reads(s, amendment):
    """Whether this run takes the reading that the amendment rules out."""
    return False if s.cfg.amended(amendment) else getattr(s.reading, READINGS[amendment])


def replacement_times(cfg: Config):
    """§2.5.4/storage.ReplacementTimes, amended with the number that lookups need."""
    last_parent = dict(last_parent=cfg.height) if cfg.amended("lookup-by-last-parent") else {}
    return Record(expected_at=cfg.height, activated_at=cfg.height, **last_parent)


def serves_up_to(s, times):
    """The last relay height up to which a lookup takes the replaced code.

    §2.5.4/storage.ParaPastCodeMeta.upgrade_times means `expected_at` for that, though the code may
    serve later, if the para made no block then, or not as long, if the para goes.
    """
    if s.cfg.amended("lookup-by-last-parent"):
        return Min(times.expected_at, times.last_parent)
    return times.expected_at


def _serves(s, times, at):
    """Whether the replaced code is the one for a block in the context of a relay height."""
    if s.cfg.amended("lookup-by-last-parent"):
        return Or(at <= serves_up_to(s, times), at == times.last_parent)
    return at <= serves_up_to(s, times)


def past_code_key(s, times):
    """§2.5.4/storage.PastCode: the number under which past code is kept.

    Either time can be meant: when the code went out of date is not said, and both index the map.
    """
    return If(reads(s, "past-code-key"), times.activated_at, times.expected_at)


def note_past_code(s: State, para, expected_at, last_parent):
    """§2.5.4/session-change.1.2: the code in force enters the three records of past code.

    It was replaced now (§2.5.4/storage.ReplacementTimes.activated_at).  The latest replacement
    stands last, which keeps the list of what to prune in order (§2.5.4/storage.PastCodePruning.3).
    """
    noted = s.PastCodeMeta[para].upgrade_times
    noted.push(
        expected_at=expected_at,
        activated_at=0,
        **(dict(last_parent=last_parent) if s.cfg.amended("lookup-by-last-parent") else {}),
    )
    key = past_code_key(s, noted[noted.len - 1])
    s.PastCode[para].retain(lambda old: old.block != key)
    s.PastCode[para].push(block=key, code=s.ValidationCode[para].code)
    s.PastCodePruning.push(para=para, block=0)  # §2.5.4/storage.PastCodePruning.2


def prune(s: State):
    """§2.5.4/initialization.1: by the entries that are due (§2.5.4/storage.PastCodePruning.1)."""
    for para in s.cfg.para:
        times = s.PastCodeMeta[para].upgrade_times
        for place in range(s.cfg.past_codes):
            due = And(place < times.len, _is_due(s, para, times[place]))
            with s.when(due):
                _note_pruned(s, para, times[place])
        s.PastCode[para].retain(lambda old, para=para: Not(_is_key_of_due(s, para, old.block)))
        times.retain(lambda each, para=para: Not(_is_due(s, para, each)))
    s.PastCodePruning.retain(lambda entry: Not(is_over(s, entry.block)))


def is_over(s, replaced):
    """Whether past code that was replaced in a block is pruned in this one.

    The text compares that block itself with now, which keeps nothing; it is meant to cover the
    acceptance period (§2.5.4/storage.PastCodePruning.2).
    """
    if s.cfg.amended("past-code-covers-acceptance-period"):
        return replaced + s.cfg.acceptance_period < 0
    return replaced <= 0


def _is_due(s, para, times):
    """Whether an entry of `PastCodePruning` that is due corresponds to a replacement."""
    return And(
        is_over(s, times.activated_at),
        s.PastCodePruning.any(para=para, block=times.activated_at),
    )


def _is_key_of_due(s, para, block):
    return s.PastCodeMeta[para].upgrade_times.any(
        lambda times: And(past_code_key(s, times) == block, _is_due(s, para, times))
    )


def _note_pruned(s, para, times):
    """§2.5.4/storage.ParaPastCodeMeta.last_pruned: the highest one, by the number of its lookup.

    The text does not say which of its two times is tracked.
    """
    by_activation = reads(s, "last-pruned-number")
    block = If(by_activation, times.activated_at, serves_up_to(s, times))
    last = s.PastCodeMeta[para].last_pruned
    with s.when(Or(Not(last.some), last.block < block)):
        s.PastCodeMeta[para].last_pruned = dict(some=True, block=block)


def replaced_code(s, para, at, current: Found) -> Found:
    """The code that was replaced at a height or later, first: else the current one.

    §2.5.4/storage.UseCodeAt.ReplacedAt, §2.5.4/storage.UseCodeAt.Current; none if it is pruned.
    """
    found, meta = current, s.PastCodeMeta[para]
    for place in reversed(range(s.cfg.past_codes)):
        times = meta.upgrade_times[place]
        replaced = And(place < meta.upgrade_times.len, _serves(s, times, at))
        found = either(replaced, _kept(s, para, past_code_key(s, times)), found)
    pruned = And(meta.last_pruned.some, at <= meta.last_pruned.block)
    return either(pruned, Found(False, 0), found)  # §2.5.4/validation_code_at.4


def _kept(s, para, block) -> Found:
    """§2.5.4/storage.PastCode: the entry of a para under a number."""
    found, kept = Found(False, 0), s.PastCode[para]
    for place in range(s.cfg.past_codes):
        here = And(place < kept.len, kept[place].block == block)
        found = either(here, Found(True, kept[place].code), found)
    return found


def either(condition, one: Found, other: Found) -> Found:
    """One of two findings."""
    return Found(If(condition, one.some, other.some), If(condition, one.code, other.code))
