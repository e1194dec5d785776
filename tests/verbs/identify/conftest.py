"""A case with one sighting on one file that two people verified, and answers to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from takingstock.case import Rows, open_case
from takingstock.exchange.csvtext import csv_rows
from takingstock.records import Answer, Aspect, Evidence, Sighting, Source, Verification, verification_id
from takingstock.verbs import init

FILE = "3f" * 32


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    said = tuple(
        Verification(
            id=verification_id(FILE, aspect, person),
            evidence=FILE,
            person=person,
            aspect=aspect,
            answer=Answer.CONFIRMED,
            method="reverse search",
            reason="first upload found",
        )
        for person in ("Ana", "Bo")
        for aspect in Aspect
    )
    rows = Rows(
        sources=(Source(id="field", title="Field"),),
        evidence=(Evidence(id=FILE, name="a.jpg", media_type="image/jpeg", size=9),),
        sightings=(Sighting(id="s-1", source="field", holder="islamic-state", item="rifle", evidence=(FILE,)),),
        verifications=said,
    )
    with open_case(folder) as opened:
        opened.write(rows, actor="A", reason="made for a test")
    return folder


@pytest.fixture
def answer(tmp_path: Path) -> Callable[..., Path]:
    """The queue of an expert, filled in, as CSV."""

    def make(expert: str, **cells: Any) -> Path:
        row = {"sighting": "s-1", "expert": expert, "level": "model", "item": "AKM", "made_in": "CHN"}
        row |= {"confidence": "high", "reason": "The rear sight block"} | cells
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        file.write_text(csv_rows([list(row), [str(cell) for cell in row.values()]]), encoding="utf-8")
        return file

    return make
