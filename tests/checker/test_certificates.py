"""Certificates: what is read back, and everything that must be refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.certificates import binding as bindings
from checker.certificates import second, shape
from checker.certificates.binding import binding, pinned
from checker.certificates.file import Rejected, compose, parse, quoted, read, unquoted
from checker.certificates.second import Second
from checker.certificates.verify import verify
from checker.files import InputError, ToolError
from checker.smt.certificate import certificate_of
from checker.smt.theorem import prove
from tests.checker.certificate_toys import (
    CLAIM,
    INDUCTION,
    again,
    block,
    claim,
    honest_majority,
    induction,
    text,
    written,
)

TEXT, INDUCTIVE = text(), text(INDUCTION, induction())


# reading back


@pytest.mark.parametrize(("pairs", "made"), [(CLAIM, claim), (INDUCTION, induction)])
def test_what_is_written_is_read_back(pairs, made):
    found = parse(text(pairs, made()))
    assert found.head.pairs[1:-2] == tuple(pairs)
    for question, one in zip(found.questions, made(), strict=True):
        assert (question.name, question.kind, question.expected) == (
            one.name,
            one.kind,
            one.expected,
        )
        assert question.labels == tuple(part.label for part in one.parts)


@given(st.text())
def test_any_text_is_a_string_in_ascii(words):
    literal = quoted(words)
    assert literal.isascii()
    assert literal.isprintable()
    assert unquoted(literal) == words


def test_an_obligation_alone_has_only_what_it_needs():
    found = parse(INDUCTIVE).questions[0].script
    assert "level@1" in found
    assert "level@0" not in found


@pytest.mark.parametrize("content", [TEXT, INDUCTIVE])
def test_the_second_solver_answers_as_expected(tmp_path, content):
    checked = verify(written(tmp_path, content))
    assert checked.code == 0
    assert [r.status for _, r in checked.replies] == [q.expected for q, _ in checked.replies]


# changes by accident


def test_every_single_altered_character_is_refused():
    for place, old in enumerate(TEXT):
        for new in {" ", chr(ord(old) ^ 1)} - {old}:
            with pytest.raises(Rejected):
                parse(TEXT[:place] + new + TEXT[place + 1 :])


@given(st.integers(0, len(TEXT)), st.binary(max_size=3), st.integers(0, 3))
def test_inserted_and_missing_bytes_are_refused(tmp_path_factory, place, new, gone):
    data = TEXT.encode()
    changed = data[:place] + new + data[place + gone :]
    path = tmp_path_factory.mktemp("certificates") / "proof.cert.smt2"
    path.write_bytes(changed)
    if changed == data:
        read(path)
        return
    with pytest.raises((Rejected, InputError)):
        read(path)


# changes on purpose, with digests made anew


def code_and_problem(folder, content):
    """The exit status, and what is said."""
    try:
        checked = verify(written(folder, content))
    except ToolError as error:
        return error.exit_code, str(error)
    return checked.code, checked.problem


def test_a_weakened_obligation_is_refused_by_the_answer(tmp_path):
    weaker = again(TEXT, "(not (< (* f 2) n))", "(not (< (* f 4) n))")
    code, problem = code_and_problem(tmp_path, weaker)
    assert code == 32
    assert problem == "claim most_are_honest: must be unsat, cvc5 answers sat"


def test_premises_that_contradict_are_refused_by_the_answer(tmp_path):
    code, problem = code_and_problem(tmp_path, again(TEXT, "(= n 4)", "(= n 2)"))
    assert (code, problem) == (32, "premises can be true: must be sat, cvc5 answers unsat")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (TEXT, "claim most_are_honest", "does not prove most_are_honest"),
        (TEXT, "step some_are_honest", "before that is proved"),
        (TEXT, "premises can be true", "nothing shows that its premises can be true"),
        (INDUCTIVE, "initiation of even", "initiation of even is missing"),
        (INDUCTIVE, "consecution under drain of not_full", "not_full under drain is missing"),
        (INDUCTIVE, "consecution under fill of even", "even under fill is missing"),
    ],
)
def test_a_dropped_obligation_is_refused_by_the_shape(tmp_path, content, name, said):
    code, problem = code_and_problem(tmp_path, again(content, block(content, name)))
    assert code == 32
    assert said in problem


def test_all_obligations_of_a_lemma_dropped(tmp_path):
    content = INDUCTIVE
    for question in parse(INDUCTIVE).questions:
        if question.name.endswith(" of even"):
            content = again(content, block(content, question.name))
    assert "assumes even, which is not proved" in code_and_problem(tmp_path, content)[1]


@pytest.mark.parametrize(
    ("content", "old", "new", "said"),
    [
        (TEXT, "(set-info :status unsat)", "(set-info :status sat)", "must be unsat"),
        (TEXT, "(set-info :status sat)", "(set-info :status unsat)", "must be sat"),
        (TEXT, ':kind "claim"', ':kind "hope"', "has no hope"),
        (TEXT, ':kind "claim"', ':kind "premises"', "must be sat"),
        (TEXT, "|given fewer_", "|given many_", "which the head does not name"),
        (TEXT, "|range n from below|", "|where n|", "assumes 'where n'"),
        (TEXT, "(check-sat)\n", "", "expected (assert (! ... :named ...))"),
        (TEXT, "(pop 1)\n", "(reset)\n(pop 1)\n", "expected (pop 1)"),
        (TEXT, "(assert (!", "(assert true) (assert (!", "expected one command"),
        (TEXT, "(declare-const n Int)", "(declare-const n Int) (exit)", "one command"),
        (TEXT, "(declare-const n Int)", "(declare-const n Int) ; end", "one command"),
        (TEXT, "(declare-const n Int)", '(set-option :x "y")', "(push 1)"),
        (TEXT, "(declare-const n Int)", "(define-sort n () Int)", "no declaration"),
        (TEXT, "(declare-const n Int)\n", "", "cvc5 cannot read it"),
        (INDUCTIVE, "|not goal not_full|", "|not goal not_empty|", "not_full, which is not proved"),
        (INDUCTIVE, "(assert (! ?1 :named model))", "(assert (! ?1 :named |lemma even|))",
         "assumes even, which is not proved"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_format_or_the_method_is_refused(tmp_path, content, old, new, said):
    code, problem = code_and_problem(tmp_path, again(content, old, new))
    assert code == 32
    assert said in problem


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"method": "intuition"}, "no method 'intuition'"),
        ({"verdict": ""}, "does not say :verdict"),
        ({"property": "all_are_honest"}, "does not prove all_are_honest"),
        ({"assumption": "nothing"}, "the head does not name"),
    ],
)
def test_a_head_that_says_something_else_is_refused(tmp_path, head, said):
    code, problem = code_and_problem(tmp_path, again(TEXT, **head))
    assert code == 32
    assert said in problem


def test_another_version_is_refused_with_both_named():
    other = TEXT.replace("parascope-certificate 1", "parascope-certificate 9")
    with pytest.raises(Rejected, match="altered"):
        parse(other)


def test_an_action_that_the_head_names_needs_its_consecution(tmp_path):
    content = compose([*INDUCTION, ("action", "leak")], INDUCTIVE[INDUCTIVE.index("(set-logic") :])
    code, problem = code_and_problem(tmp_path, content)
    assert code == 32
    assert "under leak is missing" in problem


def test_a_part_of_a_property_may_not_be_missing():
    names = ["not_full, part 1 of 3", "not_full, part 3 of 3"]
    with pytest.raises(Rejected, match="2 of 3 parts"):
        shape._whole("not_full", names)


# the second solver


def test_a_worker_that_dies_is_an_unknown_and_not_the_end():
    solver = Second()
    question = parse(TEXT).questions[0]
    assert solver.ask(question, 10).status == "unsat"
    solver._process.kill()
    solver._process.wait()
    reply = solver._once(question.script, {}, 10)
    assert reply.status == "unknown"
    assert "cvc5 ended" in reply.reason
    assert solver.ask(question, 10).status == "unsat"
    solver.close()


def test_a_worker_that_overruns_is_ended(monkeypatch):
    monkeypatch.setattr(second, "GRACE", -10.0)
    solver = Second()
    reply = solver._once(parse(TEXT).questions[0].script, {}, 10.0)
    assert (reply.status, reply.reason) == ("unknown", "seconds")
    assert solver._process is None


def test_no_answer_is_31_with_its_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(second, "ask", lambda *_: second.Reply("unknown", "seconds"))
    code, problem = code_and_problem(tmp_path, TEXT)
    assert code == 31
    assert "seconds; allow more with --seconds" in problem


# the model


@pytest.fixture
def toys_theorem(monkeypatch):
    def chosen(times):
        monkeypatch.setattr("checker.subjects.theorems", lambda: (honest_majority(times),))

    chosen(2)
    return chosen


def test_a_certificate_is_bound_to_its_model(tmp_path, toys_theorem):
    path = written(tmp_path, certificate_of(prove(honest_majority())).text)
    checked = verify(path)
    assert (checked.code, checked.bound.status) == (0, "bound")


def test_another_model_is_noticed(tmp_path, toys_theorem):
    path = written(tmp_path, certificate_of(prove(honest_majority())).text)
    toys_theorem(3)
    checked = verify(path)
    assert (checked.code, checked.bound.status) == (32, "changed")
    assert "the model has changed since" in checked.problem


def test_a_theorem_that_is_gone_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr("checker.subjects.theorems", tuple)
    checked = verify(written(tmp_path, certificate_of(prove(honest_majority())).text))
    assert checked.code == 32
    assert checked.problem == "the model has no proof of most_are_honest"


def test_what_is_pinned_counts_where_there_is_no_model(tmp_path, monkeypatch):
    monkeypatch.setattr(bindings, "has_model", lambda: False)
    found = parse(TEXT)
    pins = tmp_path / "proofs.toml"
    assert binding(found, tmp_path).status == "loose"
    pins.write_text(f'[[proof]]\nname = "most_are_honest"\nobligations = "{found.digest}"\n')
    assert pinned("most_are_honest", tmp_path) == found.digest
    assert pinned("another", tmp_path) is None
    assert binding(found, tmp_path).status == "pinned"
    pins.write_text('[[proof]]\nname = "most_are_honest"\nobligations = "0"\n')
    assert binding(found, tmp_path).status == "changed"
    pins.write_text("[[proof")
    with pytest.raises(InputError):
        pinned("most_are_honest", tmp_path)
