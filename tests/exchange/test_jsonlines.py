"""JSON lines and Parquet are tables like any other, for every reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.exchange.conftest import SOURCES, STATEMENTS

from takingstock.case import Case
from takingstock.exchange import load
from takingstock.exchange.files import read_grids
from takingstock.exchange.jsonlines import text_of
from takingstock.records import BadFileError


def objects(text: str) -> list[dict[str, str]]:
    header, *rows = (line.split(",") for line in text.splitlines())
    return [dict(zip(header, row, strict=False)) for row in rows]


def test_the_template_as_json_lines_and_parquet(case: Case, write: Callable[..., Path], tmp_path: Path) -> None:
    import polars as pl

    rows = [row for row in objects(STATEMENTS) if row["to"] != "depot-n"]
    load(case, write("sources.csv", SOURCES))
    text = "\n".join([json.dumps(row) for row in rows] + ["{not json"])
    report = load(case, write("statements.jsonl", text), reader="template")
    assert (report.ledger, report.rejected) == (1, 1)
    assert report.rejects[0].line == 2
    assert any("line 2: no JSON object" in note for note in report.notes)
    pl.DataFrame(rows).write_parquet(tmp_path / "statements.parquet")
    again = load(case, tmp_path / "statements.parquet", reader="template")
    assert (again.ledger, again.unchanged) == (1, 1)


def test_grids(write: Callable[..., Path], tmp_path: Path) -> None:
    grids, notes = read_grids(write("x", '\ufeff {"a": {"b": 1}}\n\n[1]\n{"c": [1, 2]}\n'), lambda _: 0)
    assert grids[0].rows == ((0, ("a.b", "c")), (1, ("1", "")), (3, ("", "", "[1]")), (4, ("", "1; 2")))
    assert len(notes) == 1
    with pytest.raises(BadFileError, match="not one line is a JSON object"):
        read_grids(write("x", "{\n}"), lambda _: 0)
    (tmp_path / "p").write_bytes(b"PAR1 and no more")
    with pytest.raises(BadFileError, match="no whole Parquet file"):
        read_grids(tmp_path / "p", lambda _: 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (5.0, "5"), (0.25, "0.25"), (10**20, str(10**20)), (b"\xff", "\ufffd")],
)
def test_values_as_cells(value: object, text: str) -> None:
    assert text_of(value) == text


def test_nested_beyond_measure(write: Callable[..., Path]) -> None:
    deep = '{"a":' * 100_000
    grids, notes = read_grids(write("x", '{"a": 1}\n' + deep + "\n" + '{"a":' * 30 + "1" + "}" * 30), lambda _: 0)
    assert len(grids[0].rows) == 4
    assert len(notes) == 2
