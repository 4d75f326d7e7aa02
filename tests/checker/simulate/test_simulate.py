"""Runs with an adversary: what has to happen, what must not, and what a missing repair does."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from checker.scenarios.text import chosen
from checker.simulate import draw, honest, layouts, names
from checker.simulate.cast import SESSION_LENGTH, Settings
from checker.simulate.run import NoGenesis, simulate

SLOTS = 120


def run(*, without=(), slots=SLOTS, seed=1, **more):
    text = chosen(without=without)
    settings = Settings(text.rules(), slots=slots, seed=seed, label=text.label, **more)
    return simulate(settings)


@pytest.fixture(scope="module")
def amended():
    """Ten validators, four parachains, forks, every adversary, all amendments."""
    return run(forks=True)


def test_with_all_amendments_the_run_ends_well(amended):
    assert amended.faults == []
    assert layouts.code(amended) == 0
    assert amended.counts["lines against honest validators"] == 0
    charged = [
        entry.validator
        for leaf in amended.tree.get_leaves()
        for entry in amended.tree.get_state(leaf).validity.ledger.entries
        if entry.reason.name != "FOUND_INVALID"
    ]
    assert charged
    assert all(amended.cast.is_faulty(validator) for validator in charged)
    assert "honest validators slashed: none\nthe run ends well\n" in layouts.as_text(amended)


@pytest.mark.parametrize("name", names.ALL)
def test_every_misbehaviour_happens_and_something_follows(amended, name):
    assert amended.deeds[name] > 0
    assert sum(amended.outcomes[name].values()) > 0
    assert f"  {name}" in layouts.as_text(amended)


def test_what_follows_is_what_the_text_wants(amended):
    refused = {name: amended.outcomes[name] for name in names.FORGERIES}
    for name, outcomes in refused.items():
        assert sum(outcomes.values()) == amended.deeds[name]
        assert all(what.startswith("block refused, ") for what in outcomes)
    assert amended.outcomes[names.WITHHELD]["timed out"] > 0
    assert amended.outcomes[names.WITHHELD]["included"] == 0
    invalid = amended.outcomes[names.INVALID]
    assert invalid["found invalid"] > 0
    assert invalid["fork abandoned"] > 0
    assert invalid["found valid"] == 0
    assert amended.outcomes[names.ALARM]["found invalid"] == 0
    double = amended.outcomes[names.DOUBLE]
    assert double["charged: wrong side of a dispute"] > 0


def test_the_chain_goes_on(amended):
    counts = amended.counts
    assert counts["height"] > SLOTS // 3
    assert counts["session changes"] >= counts["height"] // SESSION_LENGTH
    assert counts["forks"] > 0
    assert counts["candidates included"] > counts["height"]
    assert not amended.dead & set(amended.tree.get_chain(amended.leaves()[0]))


def test_fewer_than_a_third_are_faulty():
    for validators in (4, 6, 7, 10, 12):
        cast = run(slots=1, validators=validators, parachains=2).cast
        assert 0 < 3 * len(cast.faulty) < validators


def test_the_seed_decides_everything():
    first, again, other = run(slots=25), run(slots=25), run(slots=25, seed=2)
    assert layouts.as_json(first) == layouts.as_json(again)
    assert draw.as_svg(first) == draw.as_svg(again)
    assert layouts.as_json(first) != layouts.as_json(other)


# ---- without one repair, and with nodes that err


@pytest.mark.parametrize(
    ("amendment", "said"),
    [
        ("dispute-code-of-receipt", "was charged over"),
        ("bitfields-of-parent", "was included although its data was withheld"),
        ("candidate-extends-head", "was included on a head that is not the para's"),
        ("candidate-on-parent", f"is accepted: {names.OLD_PARENT}"),
        ("collator-signs-candidate", f"is accepted: {names.FLIPPED_COLLATION}"),
        ("groups-per-core", "stands still"),
    ],
)
def test_without_a_repair_the_same_seed_ends_badly(amendment, said):
    world = run(without=[amendment], forks=True, slots=100)
    assert layouts.code(world) == 12
    assert any(said in fault for fault in world.faults)
    assert "ENDS BADLY; exit status 12" in layouts.as_text(world)


def test_honest_validators_pay_for_code_that_nobody_checked():
    world = run(without=["dispute-code-of-receipt"], forks=True, slots=100)
    assert world.counts["lines against honest validators"] > 0
    assert "honest validators slashed: none" not in layouts.as_text(world)


def test_honest_nodes_that_check_with_wrong_code_are_found_out(monkeypatch):
    monkeypatch.setattr(honest, "_code", lambda *_: b"not the code")
    world = run(slots=60)
    assert any("is valid and was found otherwise" in fault for fault in world.faults)
    assert world.counts["lines against honest validators"] > 0


def test_pieces_for_everybody_make_a_withheld_candidate_count(monkeypatch):
    monkeypatch.setattr(honest, "has_data", lambda *_: True)
    world = run(slots=60)
    assert any("although its data was withheld" in fault for fault in world.faults)


def test_a_text_without_a_first_state_is_said_so():
    text = chosen(as_written=True)
    with pytest.raises(NoGenesis, match=r"before it begins, as written: undefined") as caught:
        simulate(Settings(text.rules(), label=text.label))
    assert caught.value.exit_code == 12


# ---- the picture


def test_the_picture_has_every_block_in_a_place_of_its_own(amended):
    lanes, tree = draw.lanes(amended), amended.tree
    assert set(lanes) == set(tree)
    places = [(lane, tree.get_block(name).number) for name, lane in lanes.items()]
    assert len(set(places)) == len(places)
    boxes = ET.fromstring(draw.as_svg(amended)).findall("{http://www.w3.org/2000/svg}g")  # noqa: S314
    assert len(boxes) == len(tree)
    assert {box.get("class") for box in boxes} == {"good", "bad", "plain"}
    assert draw.as_dot(amended).count("label=") == len(tree)


def test_the_picture_tells_what_became_of_candidates(amended):
    drawn = draw.as_dot(amended)
    for end in ("backed:", "included:", "timed out:", "found invalid:"):
        assert end in drawn
    bad = [made.name for made in amended.made.values() if made.withheld]
    assert any(f"{name}!" in drawn for name in bad)


def test_the_story_is_short_and_json_has_all(amended):
    assert len(layouts.told(amended)) <= layouts.MOST < len(amended.events)
    assert layouts.as_json(amended).count('"slot":') == len(amended.events)
