"""The object cache: what is in it is checked before it is run."""

from __future__ import annotations

import ctypes

import pytest

from checker.compile import cache, native

TEXT = """define i64 @answer(i64 %x) {
  %y = add i64 %x, 41
  ret i64 %y
}
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PARASCOPE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def answer(text=TEXT):
    code = native.compile_module(text, ("answer",))
    call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(code.addresses["answer"])
    return call(1), code.cached


def test_an_object_is_made_once_and_loaded_afterwards(own_cache):
    assert answer() == (42, False)
    assert answer() == (42, True)
    assert (own_cache / "objects").stat().st_mode & 0o777 == 0o700


def test_another_text_is_another_object():
    answer()
    assert answer(TEXT.replace("41", "42")) == (43, False)


def test_a_damaged_object_is_compiled_again(own_cache):
    answer()
    (path,) = (own_cache / "objects").glob("*.o")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert answer() == (42, False)
    assert answer() == (42, True)


def test_a_file_that_others_may_write_is_not_run(own_cache):
    answer()
    (path,) = (own_cache / "objects").glob("*.o")
    path.chmod(0o666)
    assert answer() == (42, False)


def test_a_directory_that_others_may_write_is_not_used(own_cache):
    answer()
    (own_cache / "objects").chmod(0o777)
    assert cache.private_directory("objects") is None
    assert answer() == (42, False)


def test_without_a_place_to_write_everything_still_works(monkeypatch):
    monkeypatch.setenv("PARASCOPE_CACHE", "/proc/nowhere")
    assert answer() == (42, False)


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.delenv("PARASCOPE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.cache_root() == tmp_path / "parascope"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.cache_root() == tmp_path / ".cache" / "parascope"
