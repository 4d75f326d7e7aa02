"""A storage with a variable of every kind, and what the tests of misuse ask of an error."""

import pytest

from model.language import Array, Bool, Enum, Int, Nat, Record, Seq, Set
from tests.model.language.helpers import CORE, THREAD, message, system

FREE, BUSY = STATUS = Enum("free busy")
TABLE = [0, 1, 2, 3]

STORAGE = dict(
    x=Nat(3),
    y=Int(-2, 2),
    flag=Bool,
    status=STATUS,
    core=Array(CORE, Record(status=STATUS, age=Nat(3))),
    votes=Set(CORE),
    voters=Set(THREAD),
    grid=Array(CORE, Array(CORE, Nat(3))),
    queue=Seq(Record(core=CORE, age=Nat(3)), 2),
    line=Seq(Nat(3), 2),
    lines=Array(CORE, Seq(Nat(3), 2)),
)


def of(function, error, *words):
    """Build a system around the function; its error has the words and the author's line."""
    with pytest.raises(error) as caught:
        system(STORAGE, function)
    text = message(caught.value, function)
    for word in words:
        assert word in text, text
    return text
