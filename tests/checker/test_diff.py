"""What changed, down to the field and the member."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checker.diff import cells, diff, without_indices

QUEUES = frozenset({"queue"})


def shown(before, after):
    return [(c.path, c.before, c.after) for c in diff(before, after, queues=QUEUES)]


def test_equal_values_have_no_changes():
    assert diff({"a": [1, {2}]}, {"a": [1, {2}]}) == []


def test_a_record_field_is_named():
    before = {"core": [{"on": False, "age": 0}, {"on": False, "age": 0}]}
    after = {"core": [{"on": False, "age": 0}, {"on": True, "age": 2}]}
    assert shown(before, after) == [("core[1].on", False, True), ("core[1].age", 0, 2)]


def test_set_members_come_and_go():
    (change,) = diff({"s": frozenset({1, 2})}, {"s": frozenset({2, 5, 3})})
    assert (change.path, change.added, change.removed, change.kind) == (
        "s",
        (3, 5),
        (1,),
        "updated",
    )


def test_a_set_that_grows_is_added():
    assert diff({"s": frozenset()}, {"s": frozenset({0})})[0].kind == "added"
    assert diff({"s": frozenset({0})}, {"s": frozenset()})[0].kind == "removed"


def test_an_optional_value_is_one_change():
    before, after = {"p": {"some": False, "age": 0}}, {"p": {"some": True, "age": 3}}
    assert shown(before, after) == [("p", before["p"], after["p"])]


def test_a_field_of_an_optional_value_is_its_own_change():
    before, after = {"p": {"some": True, "age": 0}}, {"p": {"some": True, "age": 3}}
    assert shown(before, after) == [("p.age", 0, 3)]


def test_a_queue_is_compared_as_a_sequence():
    (change,) = diff({"queue": [1, 2, 3]}, {"queue": [2, 3, 1]}, queues=QUEUES)
    assert (change.added, change.removed) == ((1,), (1,))
    assert (change.before, change.after) == ([1, 2, 3], [2, 3, 1])


def test_an_array_is_compared_place_by_place():
    assert shown({"a": [1, 2]}, {"a": [2, 1]}) == [("a[0]", 1, 2), ("a[1]", 2, 1)]


def test_taking_the_first_entry_is_one_removed():
    (change,) = diff({"queue": [{"t": 1}, {"t": 2}]}, {"queue": [{"t": 2}]}, queues=QUEUES)
    assert (change.added, change.removed, change.kind) == ((), ({"t": 1},), "removed")


def test_indices_are_dropped_from_a_path():
    assert without_indices("core[12].claim[0].thread") == "core.claim.thread"


def test_cells_stop_at_queues_sets_and_optional_values():
    state = {
        "queue": [1],
        "s": frozenset({1}),
        "p": [{"some": True, "age": 1}],
        "core": [{"age": 1}],
        "none": [],
    }
    assert [path for path, _ in cells(state, queues=QUEUES)] == [
        "queue",
        "s",
        "p[0]",
        "core[0].age",
    ]


scalar = st.booleans() | st.integers(-3, 3) | st.sampled_from(["idle", "busy"])
values = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["idle", "busy"]),
        "seen": st.frozensets(st.integers(0, 4)),
        "queue": st.lists(st.fixed_dictionaries({"t": st.integers(0, 2)}), max_size=4),
        "core": st.lists(
            st.fixed_dictionaries({"some": st.booleans(), "age": st.integers(0, 2)}),
            min_size=3,
            max_size=3,
        ),
    }
)


@given(values, values)
def test_the_changes_make_one_value_of_the_other(before, after):
    result = {**before, "core": [dict(core) for core in before["core"]]}
    for change in diff(before, after, queues=QUEUES):
        name, _, rest = change.path.partition("[")
        if not rest:
            assert result[name] == change.before
            result[name] = change.after
            continue
        place, _, field = rest.partition("]")
        if field:
            result[name][int(place)][field[1:]] = change.after
        else:
            result[name][int(place)] = change.after
    assert result == after


@given(values, values)
def test_what_came_and_went_accounts_for_the_difference(before, after):
    for change in diff(before, after, queues=QUEUES):
        if change.path == "seen":
            assert (change.before | set(change.added)) - set(change.removed) == change.after
        if change.path == "queue":
            grown = len(change.before) + len(change.added) - len(change.removed)
            assert grown == len(change.after)
