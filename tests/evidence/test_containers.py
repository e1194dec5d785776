"""Containers: what a zip says of itself is held against what honest ones say; a process that is lost gives words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from takingstock.evidence.containers import Apart, bounded, check_zip, swollen
from takingstock.evidence.workers import Failure
from takingstock.records import BadFileError


def package(**parts: bytes) -> tuple[zipfile.ZipFile, int]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return zipfile.ZipFile(io.BytesIO(out.getvalue())), len(out.getvalue())


def test_an_honest_package_passes() -> None:
    # Much smaller packed, as texts are, and one that is tiny.
    made, size = package(a=b"word " * 1_000_000, b=b"")
    check_zip(made, size, fits=("a", "b"), total=6_000_000)


def test_too_many_or_too_large() -> None:
    made, size = package(a=b"1", b=b"2", c=bytes(1000))
    with pytest.raises(BadFileError, match="it holds 3 entries, more than 2"):
        check_zip(made, size, entries=2)
    with pytest.raises(BadFileError, match="unpacks to"):
        check_zip(made, size, total=1000)


def test_entries_that_share_their_bytes() -> None:
    made, size = package(a=b"0123456789" * 100)
    made.infolist().extend(made.infolist() * 50)
    with pytest.raises(BadFileError, match="share their bytes"):
        check_zip(made, size)


def test_an_entry_that_is_a_bomb() -> None:
    made, size = package(a=bytes(20 * 1024**2))
    assert "as in a bomb" in swollen(made.getinfo("a"))
    check_zip(made, size)
    with pytest.raises(BadFileError, match="as in a bomb"):
        check_zip(made, size, fits=("a",))


def test_a_line_is_bounded() -> None:
    lines = io.StringIO("short\n" + "x" * 50)
    assert bounded(lines.readline, 10) == "short\n"
    with pytest.raises(BadFileError, match="more than 10"):
        bounded(lines.readline, 10)


def test_what_is_not_there_gives_words(tmp_path: Path) -> None:
    with Apart() as apart:
        assert isinstance(apart.do("rows", tmp_path / "none.csv"), Failure)
        (tmp_path / "c.warc").write_bytes(b"x")
        # The folder is missing: the job raises, and the process lives on.
        assert isinstance(apart.do("unpack", tmp_path / "c.warc", str(tmp_path / "none")), Failure)
        (tmp_path / "a.csv").write_text("Link\n1\n")
        assert apart.do("rows", tmp_path / "a.csv") == [(2, {"link": "1"})]
