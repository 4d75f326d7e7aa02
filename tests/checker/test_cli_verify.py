"""`parascope verify` as it is used: what is printed, and the exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.cli import run
from tests.checker.certificate_toys import INDUCTION, again, induction, text, written

ROOT = Path(__file__).resolve().parents[2]


def call(capsys, *arguments):
    code = run(["verify", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_a_proof_is_verified(capsys, tmp_path):
    code, out, err = call(capsys, written(tmp_path, text()), "--list")
    assert (code, err) == (0, "")
    assert out.startswith("verified  most_are_honest of toys: proved\n  More than half \u00a7 are")
    assert "  under fewer_than_a_third_are_faulty\n" in out
    assert "    unsat    claim most_are_honest\n" in out
    assert "  cvc5 answers all 3 obligations as they must be: 2 unsat, 1 sat\n" in out
    assert "NOT BOUND" in out


def test_an_induction_is_verified(capsys, tmp_path):
    code, out, _ = call(capsys, written(tmp_path, text(INDUCTION, induction())))
    assert code == 0
    assert out.startswith("verified  not_full of tank tiny as amended: inductive\n")


def test_one_bad_proof_among_good_ones_decides_the_status(capsys, tmp_path):
    good, bad = text(), again(text(), "(* f 2)", "(* f 4)")
    paths = [written(tmp_path, t, f"{i}.cert.smt2") for i, t in enumerate([good, bad, good])]
    code, out, err = call(capsys, *paths)
    assert (code, err) == (32, "")
    assert out.count("verified  ") == 2
    assert "REFUSED  most_are_honest of toys: proved" in out
    assert "must be unsat, cvc5 answers sat" in out


def test_an_altered_file_is_refused(capsys, tmp_path):
    path = written(tmp_path, text().replace("proved", "proven"))
    code, out, err = call(capsys, path)
    assert (code, out) == (32, "")
    assert err == f"parascope: {path}: altered: the digest of its head is not the one it carries\n"


def test_a_truncated_file_is_refused(capsys, tmp_path):
    for length in (400, 900, len(text()) - 1):
        assert call(capsys, written(tmp_path, text()[:length]))[0] == 32


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: p.write_text(""), "this is no certificate"),
        (lambda p: p.write_text("(check-sat)"), "this is no certificate"),
        (lambda p: p.write_bytes(b"\xff\xfe\x00"), "this is no certificate"),
        (lambda p: p.write_bytes(text().encode() + b"\xe9"), "expected ASCII, found the byte 0xe9"),
        (lambda p: p.mkdir(), "this is a folder"),
        (lambda p: p.symlink_to("nowhere"), "there is no such file"),
        (lambda p: p.symlink_to(p), "Too many levels of symbolic links"),
        (lambda p: None, "there is no such file"),
        (lambda p: os.truncate(os.open(p, os.O_RDWR | os.O_CREAT), 100 << 20), "larger than 64"),
    ],
)
def test_what_is_no_certificate_has_a_message(capsys, tmp_path, make, said):
    path = tmp_path / "proof.cert.smt2"
    make(path)
    code, out, err = call(capsys, str(path))
    assert (code, out) == (151, "")
    assert err.startswith(f"parascope: {path}: ")
    assert said in err


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device without an end")
def test_a_device_without_an_end(capsys):
    code, _, err = call(capsys, "/dev/zero")
    assert code == 151
    assert "larger than 64 MiB" in err


@pytest.mark.parametrize("arguments", [[], ["x", "--seconds", "0"], ["x", "--seconds", "soon"]])
def test_wrong_use(capsys, arguments):
    assert call(capsys, *arguments)[0] == 2


WITHOUT = """
import sys
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"z3", "model", "properties"}:
            raise ImportError(f"no {name} here")
sys.meta_path.insert(0, Without())
from checker.cli import run
status = run(sys.argv[1:])
sys.exit(99 if "z3" in sys.modules else status)
"""


def without_z3(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, "verify", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_no_z3_is_needed(tmp_path):
    done = without_z3(written(tmp_path, text()))
    assert (done.returncode, done.stderr) == (0, "")
    assert "verified  most_are_honest" in done.stdout
    assert "NOT BOUND: not compared with the model, z3 is not installed" in done.stdout
    done = without_z3(written(tmp_path, again(text(), "(* f 2)", "(* f 4)")))
    assert done.returncode == 32


def test_without_cvc5_nothing_is_verified(tmp_path):
    (tmp_path / "cvc5.py").write_text("raise ImportError('none here')")
    done = without_z3(written(tmp_path, text()), PYTHONPATH=str(tmp_path))
    assert done.returncode == 31
    assert "UNDETERMINED" in done.stdout
    assert "pip install cvc5" in done.stdout
    assert "verified" not in done.stdout


def test_a_certificate_comes_through_a_pipe(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "checker", "verify", "-"],
        cwd=ROOT,
        input=text(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "verified" in done.stdout
