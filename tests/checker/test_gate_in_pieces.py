"""The gate in pieces: side by side, or broken off and taken up again; never less than all."""

from __future__ import annotations

import pytest

from checker import gate as checks
from checker import side_by_side
from checker.cli import run
from checker.files import InputError
from checker.ledger import FILE, parse_text
from properties.kinds import invariant
from tests.checker import toys as small

WHERE, LEDGER = "pins", "pieces"


@pytest.fixture
def pinned(toys, capsys):
    """A folder with the expected results of `tank`, just written."""
    (toys / WHERE).mkdir()
    code, _, _ = gate(capsys, "--update")
    assert code == 0
    return toys / WHERE


def gate(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["gate", "--expected", WHERE, "--system", "tank", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


@pytest.mark.skipif(side_by_side.cores() < 2, reason="one core, or processes cannot be forked")
def test_side_by_side_says_the_same(pinned, capsys):
    one, two = (gate(capsys, "--jobs", number) for number in ("1", "2"))
    assert one == two
    assert one[0] == 0


@pytest.mark.skipif(side_by_side.cores() < 2, reason="one core, or processes cannot be forked")
def test_side_by_side_finds_what_differs(pinned, capsys, monkeypatch):
    @invariant("")
    def never_full(s):
        """The tank is never full."""
        return s.level < s.cfg.capacity

    monkeypatch.setitem(small.STATED, "tank", (never_full,))
    outcomes = [gate(capsys, "--jobs", number) for number in ("1", "2")]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == 33


@pytest.mark.skipif(side_by_side.cores() < 2, reason="one core, or processes cannot be forked")
def test_what_fails_in_a_process_is_told_by_this_one(pinned, capsys, monkeypatch):
    here, real = [], side_by_side.run

    def fragile(space, *arguments, **more):
        if "meter" not in more:  # in a process of its own
            raise MemoryError
        here.append(space)
        return real(space, *arguments, **more)

    monkeypatch.setattr(side_by_side, "run", fragile)
    code, _, _ = gate(capsys, "--jobs", "2")
    assert (code, len(here)) == (0, 4)


def test_a_run_goes_on_where_it_was_broken_off(pinned, capsys, monkeypatch):
    real, left = checks.compare, [1, 1]

    def broken_off(*arguments):
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(checks, "compare", broken_off)
        code, _, _ = gate(capsys, "--resume", LEDGER, "--jobs", "1")
    assert code == 130
    assert len(parse_text((pinned.parent / LEDGER / FILE).read_text("utf-8"), FILE)) == 2
    code, out, _ = gate(capsys, "--resume", LEDGER)
    assert code == 0
    assert out.count("not explored again") == 2
    assert "2 spaces, 14 verdicts (and 2 passed over): all as expected" in out


def test_another_pin_makes_a_piece_count_no_more(pinned, capsys):
    gate(capsys, "--resume", LEDGER)
    path = pinned / "expected.toml"
    path.write_text(path.read_text("utf-8").replace("states = ", "states = 1", 1), "utf-8")
    code, out, _ = gate(capsys, "--resume", LEDGER)
    assert code == 33
    assert out.count("not explored again") == 3


def test_what_differs_is_no_piece(pinned, capsys):
    path = pinned / "expected.toml"
    path.write_text(path.read_text("utf-8").replace("states = ", "states = 1", 1), "utf-8")
    for _ in range(2):
        code, out, _ = gate(capsys, "--resume", LEDGER)
        assert code == 33
        assert "amendments: all: as expected on" not in out


def test_an_instance_of_which_nothing_is_pinned_is_no_success(pinned, capsys):
    (pinned / "expected.toml").write_text("", "utf-8")
    code, out, _ = gate(capsys)
    assert code == 33
    assert "nothing is pinned for tank tiny" in out


def test_an_update_explores_everything(pinned, capsys):
    code, _, err = gate(capsys, "--update", "--resume", LEDGER)
    assert code == 2
    assert "--update explores everything" in err


@pytest.mark.parametrize(
    ("text", "place"),
    [("[[piece]", ""), ("[[piece]]\nspace = 1", "piece 1"), ("piece = [3]", "piece 1")],
)
def test_a_malformed_ledger_is_refused(text, place):
    with pytest.raises(InputError) as error:
        parse_text(text, FILE)
    assert place in str(error.value)
