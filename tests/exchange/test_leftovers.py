"""Rejects as CSV: stable names, columns of several sheets side by side, nothing that runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.exchange.leftovers import fingerprint, leftover_path, leftovers_text, write_leftovers
from takingstock.records import BadFileError, Rejected

ROWS = (
    Rejected(sheet="sources", line=3, reason="why", row=(("id", "s"), ("title", "=1+1"))),
    Rejected(sheet="counts", line=9, reason="because, of; this", row=(("id", "c"), ("holder", "x\ny"))),
)


def test_columns_of_all_sheets() -> None:
    first, second = csv.DictReader(leftovers_text(ROWS).splitlines(keepends=True))
    assert list(first) == ["sheet", "line", "reason", "id", "title", "holder"]
    assert (first["title"], first["holder"]) == ("'=1+1", "")
    assert (second["reason"], second["holder"], second["line"]) == ("because, of; this", "x\ny", "9")


def test_a_cell_keeps_its_meaning() -> None:
    """What is guarded already is not guarded twice, an error stays one, and an end of line of any kind is quoted."""
    cells = ("'=1", "-1", "#DIV/0!", "a\rb", "# b")
    row = Rejected(sheet="s", line=2, reason="why", row=tuple((f"c{n}", cell) for n, cell in enumerate(cells)))
    _, (*_, a, b, c, d, e) = csv.reader(io.StringIO(leftovers_text([row]), newline=""))
    assert (a, b, c, d, e) == ("'=1", "'-1", "#DIV/0!", "a\rb", "'# b")


def test_the_name_follows_the_content(write: Callable[..., Path], folder: Path) -> None:
    one, two = write("a b.csv", "x"), write("c.csv", "x")
    assert fingerprint(one) == fingerprint(two)
    name = leftover_path(Path("imports"), one, fingerprint(one), "rejects")
    assert name == Path("imports") / f"a-b-{fingerprint(one)[:8]}.rejects.csv"
    before = fingerprint(folder)
    (folder / "statements.csv").write_text("other")
    assert fingerprint(folder) != before


def test_a_place_that_cannot_be_written_is_one_clear_error(write: Callable[..., Path]) -> None:
    with pytest.raises(BadFileError, match="cannot be written"):
        write_leftovers(write("file", "x") / "below" / "r.csv", ROWS)
