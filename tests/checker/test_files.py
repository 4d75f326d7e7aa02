"""Files are written whole or not at all, and every failure says what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from checker import files
from checker.files import InputError, OutputError, read_text, write_text


def test_what_is_written_is_read_back(tmp_path):
    write_text(tmp_path / "a.txt", "§ ä\n")
    assert read_text(tmp_path / "a.txt") == "§ ä\n"


def test_nothing_else_is_left_in_the_folder(tmp_path):
    write_text(tmp_path / "a.txt", "one")
    write_text(tmp_path / "a.txt", "two")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_new_file_has_ordinary_permissions(tmp_path):
    old = os.umask(0o022)
    try:
        write_text(tmp_path / "a.txt", "")
    finally:
        os.umask(old)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


def test_permissions_of_a_replaced_file_stay(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("")
    path.chmod(0o600)
    write_text(path, "new")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_device_is_not_replaced():
    write_text("/dev/null", "gone")
    assert not Path("/dev/null").is_file()


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(OutputError, match="folder does not exist") as caught:
        write_text(tmp_path / "no" / "a.txt", "")
    assert caught.value.exit_code == 153


def test_a_folder_is_no_file_to_write(tmp_path):
    with pytest.raises(OutputError, match="folder"):
        write_text(tmp_path, "")


def test_a_name_with_a_zero_byte_is_an_error(tmp_path):
    with pytest.raises(OutputError):
        write_text(f"{tmp_path}/a\0b", "")
    with pytest.raises(InputError):
        read_text(f"{tmp_path}/a\0b")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "read-only"),
    ],
)
def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch, number, words):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(OutputError, match=words) as caught:
        write_text(path, "new")
    assert caught.value.exit_code == 153
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_an_interrupt_leaves_no_temporary_file(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_text(tmp_path / "a.txt", "new")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file") as caught:
        read_text(tmp_path / "a.txt")
    assert caught.value.exit_code == 151


def test_a_folder_is_no_file_to_read(tmp_path):
    with pytest.raises(InputError, match="folder"):
        read_text(tmp_path)


def test_bytes_that_are_no_text_are_located(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"abc\xff")
    with pytest.raises(InputError, match=r"byte 3: expected UTF-8 text, found the byte 0xff"):
        read_text(tmp_path / "a.txt")


def test_a_dash_is_standard_output(capfdbinary):
    write_text("-", "§\n")
    assert capfdbinary.readouterr().out == "§\n".encode()
