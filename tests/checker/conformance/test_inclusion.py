"""The reference inclusion module and the model of §2.5.6 and §2.5.7 do the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.conformance import CONFIRMED, confirm
from checker.conformance.walk import walk
from checker.explicit.explore import explore
from impl.runtime import inclusion
from model.config import Rules
from model.systems import family
from properties import catalogue
from tests.properties.inclusion_mutants import ONE, WATCHED
from tests.properties.mutation import IDS
from tests.properties.planting import Fault, planted

REPAIRS = [a for a in catalogue.amendments() if a.kind == "repair" and a.system == "inclusion"]
STATED = {p.name: p for p in WATCHED}


def built(instance="tiny", *, amendments=IDS, sizes=None, **variants):
    return family("inclusion").system(instance, Rules(amendments, IDS, variants), sizes)


@pytest.mark.parametrize(
    "system",
    [
        pytest.param(built, id="as amended"),
        pytest.param(lambda: built(amendments=frozenset()), id="as written"),
        pytest.param(lambda: built(backing_threshold="two_thirds"), id="two thirds"),
        pytest.param(lambda: built("third"), id="third"),
    ],
)
def test_the_first_states_agree(system):
    done = walk(system(), states=40)
    assert done.divergences == []
    assert done.steps > 50


def test_all_states_of_one_core_agree():
    done = walk(built(sizes=ONE))
    assert done.divergences == []
    assert done.complete
    assert done.refusals.keys() >= {
        "AlreadyIncluded",
        "BadBitfieldSignature",
        "BadCollatorSignature",
        "BitfieldOfAnotherBlock",
        "BitfieldsNotAscending",
        "CandidateNotScheduled",
        "CandidateOfAnotherBlock",
        "DuplicateBitfield",
        "NotEnoughBacking",
        "NotOnCurrentHead",
        "Unrecoverable",
        "WrongBitfieldCount",
        "WrongBitfieldSize",
        "WrongCollator",
    }


@pytest.mark.parametrize("amendment", REPAIRS, ids=lambda a: a.id)
def test_the_trace_of_a_repair_is_confirmed(amendment):
    sizes = {} if amendment.id == "bitfields-of-parent" else ONE
    system = built(amendments=IDS - {amendment.id}, sizes=sizes)
    prop = STATED[amendment.refutes]
    trace = explore(system, [prop], stop_at_first=True).findings[prop.name].trace
    answer = confirm(replace(trace, property=prop.name, kind=prop.kind), system)
    assert answer is not None
    assert answer.remark == CONFIRMED


def test_a_fault_of_the_reference_is_a_divergence():
    with planted(Fault(inclusion, "compute_availability_threshold", "+ 1", "")):
        done = walk(built(sizes=ONE), most=1)
    assert done.divergences
