"""What several properties of §2.5.4 speak of."""

from model.language import And, Implies, Not, forall
from model.past_code import past_code_key


def every_para(s, body):
    """Whether the body is true of every para."""
    return forall(s.cfg.para, body)


def every_replacement(s, para, body):
    """Whether the body is true of every kept replacement of a para's code."""
    times = s.PastCodeMeta[para].upgrade_times
    return And([Implies(k < times.len, body(times[k])) for k in range(s.cfg.past_codes)])


def replacements(s, para):
    """How many replacements of a para's code are known."""
    return s.PastCodeMeta[para].upgrade_times.len


def session_changes(before, after):
    """Whether the step is a session change."""
    return And(Not(before.changed), after.changed)


def is_enacted(before, after, para):
    """Whether the step enacts a candidate of the para."""
    return And(before.pending[para].available, Not(after.pending[para].available))


def is_replaced(before, after, para):
    """Whether the step notes that a code of the para was replaced."""
    return replacements(after, para) > replacements(before, para)


def latest(s, para, body):
    """Whether the body is true of the latest known replacement, if there is one."""
    times = s.PastCodeMeta[para].upgrade_times
    last = [Implies(times.len == k + 1, body(times[k])) for k in range(s.cfg.past_codes)]
    return And(last)


def keeps(s, para, times, code):
    """Whether the code of a replacement is kept under its number."""
    return s.PastCode[para].any(block=past_code_key(s, times), code=code)
