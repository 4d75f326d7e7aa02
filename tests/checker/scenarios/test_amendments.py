"""What a step hangs on, and the options that choose a text."""

from __future__ import annotations

import pytest

from checker.scenarios import amendments, text
from checker.scenarios.amendments import hangs
from checker.scenarios.run import Word
from checker.subjects import UsageError
from impl.rules import ALL_READINGS, AMENDMENTS
from tests.checker.scenarios.scenes import AMENDED, WRITTEN, observe, play, step

CONFIG = {"parathread_cores": 1, "scheduling_lookahead": 1, "group_rotation_frequency": 10}
TWO = {"paras": [{"para": 1, "parachain": True}, {"para": 2, "parachain": True}]}
BEGIN = step(
    "advance_to_block",
    to=1,
    modules=["paras", "scheduler"],
    session_changes=[{"at": 1, "validators": 3, "new_config": "same"}],
)


def test_a_reading_is_named_with_its_option():
    result = play(BEGIN, observe(scheduled_len=2), config=CONFIG, setup=TWO)
    [hang] = hangs(result)
    assert (hang.place, hang.passes) == ("steps[1]", ())
    assert hang.fails == ("with schedule-covers-free-cores read as 'freed'",)


def test_amendments_that_only_help_together_are_named_together():
    steps = [
        BEGIN,
        step("scheduler.occupied", cores=[0]),
        step("scheduler.schedule", freed=[{"core": 0, "reason": "concluded"}]),
        observe(core_occupied=[False] * 3, validator_group_sizes=[1, 1, 1]),
    ]
    result = play(*steps, under=WRITTEN, config=CONFIG, setup=TWO)
    assert result.word is Word.FAILED
    [hang] = hangs(result)
    assert hang.passes == ("with freed-core-cleared and groups-per-core together",)
    assert {"with freed-core-cleared", "with groups-per-core"} <= set(hang.differs)


def test_a_step_that_fails_under_every_text_hangs_on_nothing():
    [hang] = hangs(play(observe(session_index=4)))
    assert hang.empty


def test_a_long_scenario_is_not_run_again(monkeypatch):
    monkeypatch.setattr(amendments, "BLOCKS_LIMIT", 10)
    long = step("advance_to_block", to=3, modules=["paras"])
    [hang] = hangs(play(long, observe(session_index=4)))
    assert hang.unknown.startswith("not asked")


def test_the_default_is_everything_amended():
    rules = AMENDED.rules()
    assert rules.amendments == AMENDMENTS
    assert not WRITTEN.rules().amendments


def test_a_reading_that_is_not_amended_is_chosen():
    rules = text.chosen(without=["scheduled-core-entry"]).rules()
    assert rules.reading("scheduled-core-entry") == "some"
    rules = text.chosen(as_written=True, settings=["returned-claim-core=next"]).rules()
    assert rules.reading("returned-claim-core") == "next"
    assert rules.reading("claims-return-to-back") == "back"
    assert text.chosen(settings=["timeout_rule=prose"]).rules().variant("timeout_rule") == "prose"


def test_every_amendment_is_toggled_once_or_once_for_each_rival():
    options = {name: len(rivals) - 1 for name, rivals in ALL_READINGS.items()}
    count = sum(options.get(name, 1) for name in AMENDMENTS)
    assert len(list(AMENDED.toggled())) == len(list(WRITTEN.toggled())) == count


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"without": ["groups-per-cor"]}, "did you mean 'groups-per-core'?"),
        ({"only": ["groups-per-cor"]}, "did you mean 'groups-per-core'?"),
        ({"without": ["groups-per-core"], "as_written": True}, "give one of them"),
        ({"settings": ["timeout_rule"]}, "write name=value"),
        ({"settings": ["timeout_role=prose"]}, "did you mean 'timeout_rule'?"),
        ({"settings": ["timeout_rule=poetry"]}, "option of timeout_rule"),
        ({"settings": ["returned-claim-core=next"]}, "take it away with --without"),
    ],
)
def test_a_wrong_choice_is_wrong_usage(options, said):
    with pytest.raises(UsageError) as wrong:
        text.chosen(**options)
    assert said in str(wrong.value)
