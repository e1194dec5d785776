"""A filled-in queue: nothing the expert wrote is lost, and what a spreadsheet program changed is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from takingstock.exchange.csvtext import csv_rows
from takingstock.exchange.leftovers import write_leftovers
from takingstock.exchange.queue_reading import QueueReading, read_queue
from takingstock.exchange.resolving import Resolver
from takingstock.records import BadFileError
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory

AKM = "rifle.assault.ak.akm"
GOOD = {"sighting": "s-1", "level": "model", "item": AKM, "confidence": "high", "reason": "The rear sight block"}


@pytest.fixture(scope="module")
def names() -> Resolver:
    return Resolver(taxonomy(), directory())


def read(path: Path, names: Resolver, awaited: Sequence[str] = ("s-1", "s-2", "s-3")) -> QueueReading:
    return read_queue(path, "Expert X", names, awaited)


def csv(tmp_path: Path, *rows: Mapping[str, str]) -> Path:
    heads = list(dict.fromkeys(name for row in rows for name in row))
    file = tmp_path / "answers.csv"
    file.write_text(csv_rows([heads, *([row.get(head, "") for head in heads] for row in rows)]), encoding="utf-8")
    return file


def workbook(tmp_path: Path, *rows: Mapping[str, Any]) -> Path:
    """Cells by their type: text, number, or date."""
    heads = list(dict.fromkeys(name for row in rows for name in row))
    path = tmp_path / "answers.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("identifications")
        sheet.write_row(0, 0, heads)
        for line, row in enumerate(rows, start=1):
            for column, head in enumerate(heads):
                if head in row:
                    sheet.write(line, column, row[head])
    return path


def test_a_reject_keeps_the_row_as_it_was_written(tmp_path: Path, names: Resolver) -> None:
    """The file's own headers, columns that the queue does not have, cells under no header."""
    file = tmp_path / "a.csv"
    heads = ["Sighting", "LEVEL", "item", "الثقة", "reason", "My remark", "My remark", ""]
    row = ["s-1", "model", "no such rifle", "عالية", "sight", "see page 3", "and 4", "loose"]
    file.write_text(csv_rows([heads, row]), encoding="utf-8")
    made = read(file, names)
    assert made.answers == ()
    (reject,) = made.rejects
    assert (reject.line, reject.sheet) == (2, "a")
    assert reject.row == (
        ("Sighting", "s-1"),
        ("LEVEL", "model"),
        ("item", "no such rifle"),
        ("الثقة", "عالية"),
        ("reason", "sight"),
        ("My remark", "see page 3"),
        ("My remark column 7", "and 4"),
        ("column 8", "loose"),
    )
    assert "no such rifle" in reject.reason
    # Mended, the file of rejects is read like the queue.
    kept = write_leftovers(tmp_path / "rejects.csv", made.rejects)
    kept.write_text(kept.read_text(encoding="utf-8").replace("no such rifle", AKM), encoding="utf-8")
    assert [one.identification.item for one in read(kept, names).answers] == [AKM]


def test_what_stands_in_other_columns_is_said(tmp_path: Path, names: Resolver) -> None:
    file = csv(tmp_path, GOOD | {"picture": "x", "comments": ""}, {"sighting": "s-2", "comments": "too dark"})
    made = read(file, names)
    assert (made.read, len(made.answers), made.unanswered) == (2, 1, 1)
    assert made.notes == ("'comments' is no column of the queue and was not taken (line 3); write it in reason",)


def test_two_columns_that_are_one_are_refused(tmp_path: Path, names: Resolver) -> None:
    with pytest.raises(BadFileError, match="'serial' and 'الرقم التسلسلي' are both read as serial"):
        read(csv(tmp_path, GOOD | {"serial": "1", "الرقم التسلسلي": "2"}), names)


@pytest.mark.parametrize(
    ("cell", "kept", "note", "reason"),
    [
        ("00123", "00123", "", ""),
        (123, "123", "zeros before it are lost", ""),
        ("12345.0", "12345.0", "looks like a number with a point", ""),
        ("1.23457E+12", None, "", "dropped figures"),
        (1234567890123456, None, "", "dropped figures"),
        (datetime(2014, 10, 3), None, "", "made a date"),
    ],
)
def test_a_serial_in_a_workbook(
    tmp_path: Path, names: Resolver, cell: Any, kept: str | None, note: str, reason: str
) -> None:
    row = GOOD | {"level": "serial", "made_in": "CHN", "serial": cell}
    made = read(workbook(tmp_path, row), names)
    assert [one.identification.serial for one in made.answers] == ([] if kept is None else [kept])
    assert [reason in one.reason for one in made.rejects] == ([True] if reason else [])
    if note:
        assert len(made.notes) == 1
        assert made.notes[0].startswith("line 2: serial: ")
        assert note in made.notes[0]
    else:
        assert made.notes == ()


def test_marks_and_makers_are_text_too(tmp_path: Path, names: Resolver) -> None:
    rows = [GOOD | {"marks": 66}, GOOD | {"sighting": "s-2", "maker": datetime(2014, 10, 3)}]
    made = read(workbook(tmp_path, *rows), names)
    assert [note[:14] for note in made.notes] == ["line 2: marks:"]
    assert [one.reason[:7] for one in made.rejects] == ["maker: "]


def test_a_month_that_became_a_day_is_said(tmp_path: Path, names: Resolver) -> None:
    made = read(workbook(tmp_path, GOOD | {"made": datetime(1985, 6, 1)}), names)
    assert str(made.answers[0].identification.made) == "1985-06-01"
    assert "read as the day 1985-06-01" in made.notes[0]
    assert read(workbook(tmp_path, GOOD | {"made": 1985}), names).notes == ()


def test_plain_text_cannot_show_lost_zeros_and_says_so(tmp_path: Path, names: Resolver) -> None:
    row = GOOD | {"level": "serial", "made_in": "CHN", "serial": "123"}
    made = read(csv(tmp_path, row), names)
    assert made.answers[0].identification.serial == "123"
    assert len(made.notes) == 1
    assert made.notes[0].startswith("line 2: a serial of figures only in a file of plain text")
    assert read(csv(tmp_path, row | {"serial": "UE 4471"}), names).notes == ()


@pytest.mark.parametrize(
    ("made_in", "made", "state"),
    [
        ("Yugoslavia", "1985", "YUG"),
        ("Yugoslavia", "1995", "SCG"),
        ("Soviet Union", "1985", "SUN"),
        ("Russia", "1995", "RUS"),
        ("روسيا", "1995", "RUS"),
        ("RUS+SUN", "1985..1995", "RUS+SUN"),
        ("Russia/USSR", "", "RUS+SUN"),
        ("China", "1985", "CHN"),
        ("China", "", "CHN"),
    ],
)
def test_a_state_by_the_date_of_manufacture(
    tmp_path: Path, names: Resolver, made_in: str, made: str, state: str
) -> None:
    reading = read(csv(tmp_path, GOOD | {"made_in": made_in, "made": made}), names)
    assert [one.identification.made_in for one in reading.answers] == [state]


@pytest.mark.parametrize(
    ("made_in", "made", "asked"),
    [
        ("Russia", "1985", r"Russia existed 1991-12-26\.\., not 1985; then it was .*\(SUN\): write that"),
        ("Serbia", "1985", r"then it was Yugoslavia.* \(YUG\)"),
        ("Serbia", "1995", r"\(SCG\)"),
        ("Ukraine", "1985", r"\(SUN\)"),
        ("Russia", "1985..1995", r"1985\.\.1995 reaches beyond .*\(SUN\).*; narrow made, or write RUS\+SUN"),
        ("USSR", "1995", r"existed \.\.1991-12-25, not 1995; then it was Armenia \(ARM\), .* …: write that"),
    ],
)
def test_a_state_that_was_not_there_is_asked_back(
    tmp_path: Path, names: Resolver, made_in: str, made: str, asked: str
) -> None:
    import re

    reading = read(csv(tmp_path, GOOD | {"made_in": made_in, "made": made}), names)
    assert reading.answers == ()
    assert re.search(asked, reading.rejects[0].reason), reading.rejects[0].reason


def test_a_successor_without_a_date_is_taken_and_said(tmp_path: Path, names: Resolver) -> None:
    reading = read(csv(tmp_path, GOOD | {"made_in": "Russia"}), names)
    assert reading.answers[0].identification.made_in == "RUS"
    assert "write RUS+SUN" in reading.notes[0]
    reading = read(csv(tmp_path, GOOD | {"made_in": "Yugoslavia"}), names)
    assert reading.answers[0].identification.made_in == "SCG+YUG"
    assert "taken as SCG+YUG" in reading.notes[0]


def test_a_sighting_answered_twice(tmp_path: Path, names: Resolver) -> None:
    """The same word for word counts once; differently, neither is known to be meant."""
    rows = [GOOD, GOOD, GOOD | {"sighting": "s-2"}, GOOD | {"sighting": "s-2", "item": "pistol", "level": "class"}]
    made = read(csv(tmp_path, *rows), names)
    assert [(one.identification.sighting, one.line) for one in made.answers] == [("s-1", 2)]
    assert made.repeated == 1
    assert [one.line for one in made.rejects] == [4, 5]
    assert "answered differently in lines 4, 5" in made.rejects[0].reason
    assert made.read == len(made.answers) + made.repeated + made.unanswered + len(made.rejects)


def test_every_sheet_of_answers_is_read(tmp_path: Path, names: Resolver) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, sighting in (("identifications", "s-1"), ("my own copy", "s-2")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(GOOD))
            sheet.write_row(1, 0, list((GOOD | {"sighting": sighting}).values()))
    assert [one.sheet for one in read(path, names).answers] == ["identifications", "my own copy"]


def test_another_experts_row_is_refused_whatever_its_letters(tmp_path: Path, names: Resolver) -> None:
    made = read(csv(tmp_path, GOOD | {"expert": "Eхpert X"}), names)  # a Cyrillic letter: the same person
    assert len(made.answers) == 1
    made = read(csv(tmp_path, GOOD | {"expert": "Expert Y"}), names)
    assert "is 'Expert Y''s" in made.rejects[0].reason.replace('"', "'")


def test_what_is_no_queue_is_refused(tmp_path: Path, names: Resolver) -> None:
    with pytest.raises(BadFileError, match="column level is missing"):
        read(csv(tmp_path, {"sighting": "s-1", "item": AKM}), names)
    with pytest.raises(BadFileError, match="no sheet of identifications"):
        read(csv(tmp_path, {"a": "1", "b": "2"}), names)
