"""The system *backing*: each check alone, and the sentences of §1.4 on states made by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from model.config import Rules
from model.language import Outcome, System
from model.systems import family
from properties.catalogue import known_ids
from tests.model.language import helpers

IDS = known_ids()
WRITTEN: frozenset[str] = frozenset()
READINGS = ("root_goes_unheeded", "author_may_pass", "disagreement_stays_private")
NOTHING = {"some": False, "candidate": 0, "backers": frozenset()}


@cache
def system(amendments: frozenset[str] = IDS, threshold: str = "majority") -> System:
    rules = Rules(amendments, IDS, {"backing_threshold": threshold})
    return family("backing").system("tiny", rules)


def group(members: int, faulty: int = 0, **changes: Any) -> dict[str, Any]:
    """A group of the first validators; changes to one candidate stand without its brackets."""
    lists = {"held", "signed", "against", "block"}
    wrapped = {k: [v] if k in lists else v for k, v in changes.items()}
    return {"members": members, "faulty": faulty, **wrapped}


def include(before: dict[str, Any], bits: set[int], pool: int = 0, **of: Any) -> Outcome:
    return helpers.run(system(**of), "include", before, c=0, pool=pool, bits=bits)


def announced(worth: str, amendments: frozenset[str] = IDS, **readings: bool) -> str:
    """What an honest validator says of a block that it holds."""
    taken = dict.fromkeys(READINGS, False) | readings
    reading = {} if amendments == IDS else {"reading": taken}
    block = [worth] * len(system(amendments).cfg.parent)
    before = group(1, held={0}, block=block) | reading
    after = helpers.after(system(amendments), "validate", before, v=0, c=0, parent=0)
    return "for" * (0 in after["signed"][0][0]) + "against" * (0 in after["against"][0])


def relay_block(
    before: dict[str, Any], amendments: frozenset[str] = IDS, **choices: Any
) -> Outcome:
    chosen = {"renewed": set(), "worth": ["valid"], "honest": False, "settled": False, **choices}
    return helpers.run(system(amendments), "relay_block", before, **chosen)


def test_a_majority_of_the_group_is_backed():
    found = include(group(3, signed=[{0, 1}]), {0, 1})
    backed = system().decode(found.state)["backed"]
    assert backed == {"some": True, "candidate": 0, "backers": {0, 1}}


def test_a_pending_candidate_keeps_others_away():
    pending = {"some": True, "candidate": 0, "backers": {0, 1}}
    refused = include(group(3, signed=[{0, 1}], backed=pending), {0, 1}).refused
    assert refused == "CandidateNotScheduled"


def test_a_backer_has_signed():
    assert include(group(3, signed=[{0, 1}]), {0, 2}).refused == "BadBackingSignature"


def test_a_backer_is_a_member():
    assert include(group(1, signed=[{0, 1}]), {0, 1}).refused == "BadBackingSignature"


@pytest.mark.parametrize(("size", "least"), [(1, 1), (2, 2), (3, 2)])
def test_fewer_than_a_majority_are_not_enough(size, least):
    few, enough = set(range(least - 1)), set(range(least))
    signed = group(size, signed=[set(range(size))])
    assert include(signed, few).refused == "NotEnoughBacking"
    assert include(signed, enough).state is not None


def test_an_empty_group_backs_nothing_by_majority_and_anything_by_two_thirds():
    assert include(group(0, signed=[{0}]), set()).refused == "NotEnoughBacking"
    assert include(group(0, signed=[{0}]), set(), threshold="two_thirds").state is not None


def test_the_chain_refuses_statements_of_another_relay_parent():
    kept = IDS - {"proposals-lapse"}
    before = group(1, signed=[set(), {0}])
    assert include(before, {0}, pool=1, amendments=kept).refused == "CandidateOfAnotherBlock"
    taken = include(before, {0}, pool=1, amendments=kept - {"candidate-on-parent"})
    assert taken.state is not None


def test_an_honest_author_takes_only_proposals():
    one_of_three = group(3, signed=[{0}], honest_author=True)
    assert include(one_of_three, {0}).outside
    assert include(group(3, signed=[{0, 1, 2}], honest_author=True), {0, 1}).outside
    assert include(group(3, signed=[{0, 1}], honest_author=True), {0, 1}).state is not None


def test_a_valid_block_is_signed_and_another_is_not():
    assert [announced(w) for w in ("valid", "wrong_root", "invalid")] == [
        "for",
        "against",
        "against",
    ]


def test_as_written_a_wrong_root_may_go_unheeded():
    assert announced("wrong_root", WRITTEN) == "against"
    assert announced("wrong_root", WRITTEN, root_goes_unheeded=True) == "for"
    assert announced("invalid", WRITTEN, root_goes_unheeded=True) == "against"


def test_what_is_signed_is_put_to_the_whole_group():
    before = group(2, held={0}, block=["valid"])
    after = helpers.after(system(), "validate", before, v=0, c=0, parent=0)
    assert after["held"] == [{0, 1}]


def test_only_members_validate_and_each_once():
    run = lambda before: helpers.run(system(), "validate", before, v=1, c=0, parent=0)  # noqa: E731
    assert run(group(1, held={1})).outside
    assert run(group(2, held={1}, signed=[{1}])).outside
    assert run(group(2, held={0})).outside
    assert run(group(2, 2, held={1})).outside
    assert run(group(2, 1, held={1})).state is not None


def test_members_who_disagree_start_a_dispute():
    before = group(3, 1, signed=[{1}])
    after = helpers.after(system(), "misbehave", before, v=0, c=0, valid=False)
    assert after["disputed"] == {0}
    alone = helpers.after(system(), "misbehave", group(3, 1), v=0, c=0, valid=False)
    assert alone["disputed"] == set()


def test_an_outsiders_statement_starts_none():
    after = helpers.after(system(), "misbehave", group(2, signed=[{1}]), v=2, c=0, valid=False)
    assert after["disputed"] == set()


def test_a_relay_block_ends_what_was_said_at_its_parent():
    state = system().decode(relay_block(group(2, signed=[{0}], against={1})).state)
    assert (state["signed"], state["against"]) == ([[set()]], [set()])


def test_as_written_statements_stay():
    reading = {"reading": dict.fromkeys(READINGS, False)}
    state = relay_block(group(2, signed=[{0}], against={1}) | reading, WRITTEN).state
    assert system(WRITTEN).decode(state)["signed"] == [[{0}]]


def test_an_honest_author_does_not_pass_over_a_proposal():
    assert relay_block(group(1, signed=[{0}], honest_author=True)).outside
    assert not relay_block(group(1, signed=[{0}])).outside
    pending = {"some": True, "candidate": 0, "backers": {0}}
    assert not relay_block(group(1, signed=[{0}], honest_author=True, backed=pending)).outside


def test_a_pending_candidate_keeps_its_place_until_it_is_settled():
    pending = group(1, backed={"some": True, "candidate": 0, "backers": {0}})
    assert relay_block(pending, renewed={0}).outside
    state = system().decode(relay_block(pending, renewed={0}, settled=True).state)
    assert state["backed"] == NOTHING
    assert relay_block(group(1), settled=True).outside
