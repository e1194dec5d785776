"""Keys and erasing: what is refused, and that nothing is touched then."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.case import open_case
from takingstock.records import BadValueError, ConflictError, UnknownNameError
from takingstock.verbs.evidence import erase, make_key, reveal


def test_a_key_lies_outside_the_case_and_is_made_once(case: Path, tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="outside the case"):
        make_key(case, case / "evidence" / "case.key")
    assert make_key(case, tmp_path / "case.key") == str(tmp_path / "case.key")
    key = (tmp_path / "case.key").read_bytes()
    with open_case(case) as opened:
        assert opened.settings.recipient.startswith("age1")
    with pytest.raises(ConflictError, match="has a key already"):
        make_key(case, tmp_path / "other.key")
    assert (tmp_path / "case.key").read_bytes() == key
    assert not (tmp_path / "other.key").exists()


def test_what_is_no_secret_is_neither_revealed_nor_erased(case: Path, tmp_path: Path) -> None:
    make_key(case, tmp_path / "case.key")
    with open_case(case) as opened:
        before = opened.revision
    with pytest.raises(BadValueError, match="no secret item"):
        reveal(case, "a.jpg", tmp_path / "out.jpg", key=tmp_path / "case.key")
    with pytest.raises(BadValueError, match="no secret item"):
        erase(case, "a.jpg", person="A", reason="r")
    with pytest.raises(UnknownNameError):
        erase(case, "b.jpg", person="A", reason="r")
    with open_case(case) as opened:
        assert opened.revision == before
    assert not (tmp_path / "out.jpg").exists()
