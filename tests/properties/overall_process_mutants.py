"""Systems in which properties of the figure of §1.3 fail."""

from __future__ import annotations

from collections.abc import Mapping

from model import overall_process
from tests.properties.mutation import Faulty
from tests.properties.planting import Fault


def Mutant(  # noqa: N802 - a mutant of the figure
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    sizes: Mapping[str, int] | None = None,
) -> Faulty:
    """A figure with one fault, or without its amendment."""
    return Faulty("overall_process", fails, fault, without, sizes or {})


def _model(routine: str, old: str, new: str) -> Fault:
    return Fault(overall_process, routine, old, new)


MUTANTS: dict[str, Faulty] = {
    "who makes a receipt does not sign it": Mutant(
        (
            "a_candidate_can_be_backable",
            "a_candidate_can_be_proposed",
            "what_the_group_finds_valid_is_backable",
            "who_finds_it_valid_attests_it",
        ),
        without="made-receipt-is-signed",
    ),
    "the maker of a receipt among three does not sign it": Mutant(
        (
            "what_the_group_finds_valid_is_backable",
            "who_finds_it_valid_attests_it",
        ),
        without="made-receipt-is-signed",
        sizes={"group": 3},
    ),
    "what was not seen is signed": Mutant(
        ("only_a_receipt_that_was_seen_is_signed",), _model("sign", ", s.seen[v]", "")
    ),
    "nobody sees a receipt": Mutant(
        (
            "deadlock_free",
            "the_process_ends",
        ),
        _model("sign", "s.seen[v]", "False"),
    ),
    "an invalid block is not broadcast": Mutant(
        (
            "the_figure_follows_the_lifecycle",
            "the_process_ends",
            "validators_can_disagree",
            "who_finds_it_invalid_says_so",
        ),
        _model("broadcast", "= BROADCAST", "= WAITING"),
    ),
    "an invalid block is signed": Mutant(
        (
            "only_a_receipt_that_was_seen_is_signed",
            "validators_can_disagree",
            "who_finds_it_invalid_says_so",
        ),
        _model("broadcast", "= BROADCAST", "= SIGNED"),
    ),
    "a block is never found invalid": Mutant(
        ("validators_can_disagree",), _model("run", "If(valid, VALID, INVALID)", "VALID")
    ),
    "a proof is sent before there is a block": Mutant(
        (
            "every_end_follows_a_run",
            "only_what_was_sent_is_run",
            "the_figure_follows_the_lifecycle",
        ),
        _model("send", "s.made, ", ""),
    ),
    "what was not sent is run": Mutant(
        ("only_what_was_sent_is_run",),
        _model(
            "run",
            "s.place[v] == RECEIVED",
            "And(s.made, Or(s.place[v] == WAITING, s.place[v] == RECEIVED))",
        ),
    ),
    "the next block leaves somebody behind": Mutant(
        (
            "every_end_follows_a_run",
            "the_figure_follows_the_lifecycle",
        ),
        _model("next_block", "s.place[v] = WAITING", "s.place[v] = s.place[v]"),
    ),
    "only one makes a receipt": Mutant(
        ("everybody_can_make_a_receipt",),
        _model(
            "generate_receipt",
            "Not(s.seen[v])",
            "Not(exists(s.cfg.validator, lambda w: s.place[w] == GENERATED))",
        ),
    ),
    "a receipt is withdrawn": Mutant(
        (
            "an_end_is_an_end",
            "the_figure_follows_the_lifecycle",
            "who_finds_it_valid_attests_it",
        ),
        _model("sign", "= SIGNED", "= SIGNED\n    s.place[0] = BROADCAST"),
    ),
}
