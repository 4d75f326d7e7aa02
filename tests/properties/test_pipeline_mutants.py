"""Properties of §2.3 and of §1.3's figure can fail, and do not all fail for the same reason."""

from __future__ import annotations

import pytest

from tests.properties.mutation import Faulty, failing, found, sampled, stated_sets
from tests.properties.overall_process_mutants import MUTANTS as FIGURES
from tests.properties.pipeline_mutants import APART, MUTANTS, TWO_PARAS

LEAST_DISTINCT = 42
LEAST_DISTINCT_OF_FIGURE = 12
TOTAL = {"well_defined"}  # no step of either section is partial


def test_without_a_fault_nothing_fails():
    assert failing(Faulty("pipeline", ())) == set()
    assert failing(Faulty("overall_process", ())) == set()


def test_a_block_and_its_child_need_room_for_two_candidates_of_a_para():
    assert failing(Faulty("pipeline", (), sizes=TWO_PARAS)) == set(APART)


@pytest.mark.parametrize("name", sampled(MUTANTS))
def test_a_mutant_of_the_pipeline_is_found_by_its_properties(name):
    assert found(MUTANTS, name) == set(MUTANTS[name].fails)


@pytest.mark.parametrize("name", FIGURES)
def test_a_mutant_of_the_figure_is_found_by_its_properties(name):
    assert found(FIGURES, name) == set(FIGURES[name].fails)


@pytest.mark.parametrize(
    ("system", "mutants", "distinct"),
    [
        ("pipeline", MUTANTS, LEAST_DISTINCT),
        ("overall_process", FIGURES, LEAST_DISTINCT_OF_FIGURE),
    ],
)
def test_every_property_fails_somewhere_and_most_fail_on_different_mutants(
    system, mutants, distinct
):
    where = stated_sets(system, mutants)
    assert {name for name, failed in where.items() if not failed} == TOTAL
    assert len({names for names in where.values() if names}) >= distinct, where
