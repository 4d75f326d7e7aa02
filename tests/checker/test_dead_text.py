"""What has no effect is found: planted in a small system, and accounted for in the real ones."""

from __future__ import annotations

import pytest

from checker import dead_reads, dead_routines, dead_text, subjects
from checker.citations import load_outline
from checker.dead_text import CHECK, UNCALLED, UNREAD, UNSET, Dead, Judged
from checker.space import Space
from model.config import Config, Rules
from model.language import Action, Array, Bool, Index, Nat, Record, System
from properties.findings import Excuse, Finding


def planted(**switches: bool) -> System:
    """A counter with something dead of each kind; each switch brings one of them to life."""
    slot = Index("slot", 2)

    def start(s) -> None:
        s.level = 1

    def fill(s, slot) -> None:
        """§2.5.5/schedule.1: one more."""
        s.require(s.level < 3, "Full")
        s.require(s.level < 4, "FullLater")  # never alone
        if switches.get("ask"):
            s.require(s.note < 1, "Noted")
        s.level = s.level + 1
        s.seen = s.level
        s.note = s.seen if switches.get("note") else 0
        s.slots[slot].used = True
        s.slots[slot].tally = s.slots[slot].tally  # written, but never with anything else

    def count(s) -> None:
        s.require(s.level > 1, "Empty")
        s.age = (s.age + 1) % 3  # reads only itself
        if switches.get("use"):
            s.level = s.age
        with s.when(s.slots[0].used):
            s.level = s.level - 1

    kinds = dict(
        level=Nat(3),
        seen=Nat(3),
        note=Nat(3),
        age=Nat(2),
        slots=Array(slot, Record(used=Bool, tally=Nat(1))),
    )
    actions = [Action(fill, slot=slot), Action(count)]
    return System("planted", Config({}, Rules(), {}), kinds, start, actions)


def test_what_nothing_reads_is_found():
    assert dead_reads.unread(planted()) == ["seen", "note", "age", "slots.tally"]


def test_what_is_read_only_by_something_unread_or_in_the_step_that_sets_it_is_not_read():
    assert dead_reads.unread(planted(note=True)) == ["seen", "note", "age", "slots.tally"]


def test_a_check_and_another_variable_are_readers():
    assert "note" not in dead_reads.unread(planted(note=True, ask=True))
    assert dead_reads.unread(planted(use=True)) == ["seen", "note", "slots.tally"]


def test_checks_that_never_refuse_alone_and_variables_that_stay_as_they_are():
    checks, unset, stopped, states = dead_text._explored(planted())
    assert (checks, stopped) == (["fill.FullLater"], "")
    assert unset == ["note", "slots.tally"]
    assert states > 1


def test_a_check_is_judged_with_the_others_passing():
    checks, _, _, _ = dead_text._explored(planted(note=True, ask=True))
    assert checks == ["fill.Full", "fill.FullLater"]  # a full one was noted before


def test_the_probes_change_neither_states_nor_steps_of_the_system():
    system = planted()
    before = [t.action.name for t in system.transitions]
    dead_text._explored(system)
    assert [t.action.name for t in system.transitions] == before


def test_a_search_that_stops_early_calls_nothing_dead(monkeypatch):
    family = subjects.family("scheduler")
    monkeypatch.setattr(dead_text, "_explored", lambda _s: (["a"], ["b"], "budget: states", 9))
    assert family.section
    judged = dead_text.judge("scheduler")
    assert (judged.dead, judged.undecided) == ((), "budget: states")


def test_the_routines_of_a_section_are_its_routines_and_how_it_is_notified():
    found = dead_routines.routines("§2.5.6", load_outline())
    assert [token.partition("/")[2] for token in found] == [
        "session-change",
        "process_bitfields",
        "process_candidates",
        "enact_candidate",
        "collect_pending",
    ]
    assert dead_routines.routines("§1.7.1", load_outline()) == ["§1.7.1/alg-10"]
    assert dead_routines.routines("§1.5", load_outline()) == []  # left open


def test_a_routine_is_called_if_an_action_runs_a_function_that_cites_it():
    called = dead_routines.called("scheduler")
    for name in ("schedule", "occupied", "add_parathread_claim", "finalization"):
        assert f"§2.5.5/{name}" in called
    assert "§2.5.5/group_validators" not in called  # only properties ask


def test_tracing_builds_the_system_and_leaves_no_trace():
    import sys

    system, functions = dead_routines.traced(Space("scheduler", "tiny"))
    assert system.name == "scheduler"
    assert any(file.endswith("scheduler.py") for file, _ in functions)
    assert not any("language" in file for file, _ in functions)
    assert sys.getprofile() is None


ONE = Judged("scheduler", (Dead("scheduler", UNREAD, "a"), Dead("scheduler", CHECK, "b.C")), "all")


@pytest.fixture
def accounts(monkeypatch):
    """Puts findings and excuses about items in place of those of the files."""

    def put(findings: tuple[str, ...], excuses: tuple[str, ...]) -> None:
        found = tuple(
            Finding(n, "§2.5.5", "dead", "a.", "b.", "clarity", (f"dead:{n}",)) for n in findings
        )
        monkeypatch.setattr(dead_text, "findings", lambda: found)
        monkeypatch.setattr(dead_text, "excuses", lambda: (Excuse(excuses, "Not so."),))

    return put


def test_a_dead_item_is_a_finding_or_excused(accounts):
    accounts(("scheduler/unread:a",), ("scheduler/check:b.C",))
    assert dead_text.differences([ONE]) == []
    assert list(dead_text.told(ONE))[1:] == [
        "  dead  scheduler/unread:a: no later step reads it",
        "        finding scheduler/unread:a",
        "  dead  scheduler/check:b.C: refuses nothing that the other checks of its action let pass",
        "        Not so.",
    ]


def test_a_new_dead_item_a_wrong_excuse_and_a_strange_system_are_named(accounts):
    accounts(("scheduler/unread:a", "nowhere/unset:x"), ("scheduler/uncalled:d",))
    assert dead_text.differences([ONE]) == [
        "nowhere/unset:x: findings or excuses speak of it, and no such system",
        "scheduler/check:b.C: dead, and neither a finding nor excused",
        "scheduler/uncalled:d: a finding or excused, and not dead",
    ]


def test_items_are_named_by_system_kind_and_name():
    kinds = [Dead("s", kind, "n").item for kind in (UNSET, UNREAD, CHECK, UNCALLED)]
    assert kinds == ["s/unset:n", "s/unread:n", "s/check:n", "s/uncalled:n"]


@pytest.mark.parametrize("name", dead_text.with_text())
def test_what_is_dead_in_a_system_is_accounted_for(name):
    judged = dead_text.judge(name)
    assert not judged.undecided
    assert dead_text.differences([judged]) == []
