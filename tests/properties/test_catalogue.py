"""The catalogue of amendments is read strictly: a slip in the file is named, never passed over."""

from __future__ import annotations

import pytest

from properties import catalogue
from properties.catalogue import CatalogueError, read

ENTRY = """
[[amendment]]
id = "one"
token = "§2.5.5/schedule.1"
kind = "repair"
written = "This."
amended = "That."
consequence = "It breaks."
harm = "safety"
system = "scheduler"
refutes = "something"
"""


def test_an_entry_is_read_field_by_field():
    (amendment,) = read(ENTRY + 'upstream = "there too"\n')
    assert (amendment.id, amendment.kind, amendment.upstream) == ("one", "repair", "there too")
    assert amendment.alternatives == ""


def test_a_reading_refutes_nothing():
    (amendment,) = read(ENTRY.replace('"repair"', '"reading"').replace('refutes = "something"', ""))
    assert (amendment.kind, amendment.refutes) == ("reading", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[amendment]", "amendments.toml: "),
        (ENTRY + "colour = 3\n", "amendment 'one': .*'colour'"),
        (ENTRY.replace('harm = "safety"\n', ""), "amendment 'one': .*'harm'"),
        (ENTRY.replace('id = "one"\n', ""), "amendment '\\?': .*'id'"),
        (ENTRY.replace('"repair"', '"repairs"'), "one: kind 'repairs' is not repair or reading"),
        (ENTRY.replace('"safety"', '"small"'), "one: harm 'small' is not safety or liveness or"),
        (ENTRY.replace('refutes = "something"', ""), "repair one names no property"),
        (
            ENTRY.replace('consequence = "It breaks."', ""),
            "repair one does not say what goes wrong",
        ),
        (ENTRY.replace("It breaks.", "x" * 241), "one: consequence is longer than 240"),
        (ENTRY + ENTRY, "'one' is listed twice"),
    ],
)
def test_a_malformed_catalogue_is_refused_with_the_entry_and_the_reason(text, message):
    with pytest.raises(CatalogueError, match=message) as error:
        read(text)
    assert error.value.exit_code == 151


def test_an_empty_catalogue_has_no_amendments():
    assert read("") == ()


def test_the_catalogue_says_what_the_text_has_and_what_takes_its_place():
    for amendment in catalogue.amendments():
        for text in (amendment.written, amendment.amended):
            assert text[0].isupper() or text.startswith("schedule"), text
            assert text.endswith("."), text
        assert amendment.written != amendment.amended
        assert amendment.token.startswith("§")


def test_properties_come_in_the_order_of_their_files():
    names = [p.name for p in catalogue.properties_of("scheduler")]
    assert len(names) == len(set(names))
    order = [
        "one_group_for_each_core",
        "occupied_exactly_while_pending",
        "indexed_exactly_while_claimed",
        "no_parathread_is_locked_out",
        "a_claim_is_retried",
    ]
    assert sorted(order, key=names.index) == order


def test_every_property_has_its_sentence_and_its_token():
    for system in ("scheduler", "corepipe"):
        for prop in catalogue.properties_of(system):
            assert prop.sentence.endswith("."), prop.name
            assert prop.token.startswith("§") or system == "corepipe"


def test_every_property_of_the_claims_file_is_listed():
    scheduler = {p.name for p in catalogue.properties_of("scheduler")}
    assert {p.name for p in catalogue.properties_of("scheduler_claims")} <= scheduler
