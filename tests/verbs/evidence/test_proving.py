"""What a proof needs before it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.records import BadValueError, ConflictError
from takingstock.verbs.evidence import prove


def test_a_case_that_was_never_sealed_proves_nothing(case: Path, tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="never sealed; run: takingstock seal CASE"):
        prove(case, "a.jpg", tmp_path / "proof.json")
    assert not (tmp_path / "proof.json").exists()


def test_nothing_is_overwritten(case: Path, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text("mine")
    with pytest.raises(ConflictError, match="choose another name"):
        prove(case, "a.jpg", tmp_path / "proof.json")
    assert (tmp_path / "proof.json").read_text() == "mine"
