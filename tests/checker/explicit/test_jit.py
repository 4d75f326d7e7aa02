"""Every source of a kernel is in the digest that names numba's cache."""

from __future__ import annotations

import shutil
from pathlib import Path

from checker.explicit import jit

FOLDER = Path(jit.__file__).parent


def test_every_file_with_a_kernel_is_in_the_digest():
    words = ("@njit", "@intrinsic", "import njit")
    found = {p.name for p in FOLDER.glob("*.py") if any(w in p.read_text("utf-8") for w in words)}
    assert found <= set(jit.SOURCES)


def test_an_edit_in_any_of_them_changes_the_digest(tmp_path, monkeypatch):
    for name in jit.SOURCES:
        shutil.copy(FOLDER / name, tmp_path / name)
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "jit.py"))
    before = jit.kernel_digest()
    for name in jit.SOURCES:
        with (tmp_path / name).open("a", encoding="utf-8") as out:
            out.write("# edited\n")
        after = jit.kernel_digest()
        assert after != before
        before = after
