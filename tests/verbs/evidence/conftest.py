"""A case with one picture that is a row only: for verbs that do not open the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.case import Rows, open_case
from takingstock.records import Evidence
from takingstock.verbs import init

FILE = "3f" * 32


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    with open_case(folder) as opened:
        row = Evidence(id=FILE, name="a.jpg", media_type="image/jpeg", size=9)
        opened.write(Rows(evidence=(row,)), actor="A", reason="made for a test")
    return folder
