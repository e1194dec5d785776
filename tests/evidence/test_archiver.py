"""The auto-archiver's sheet: its files with their links, what it names in vain, and sheets that are none or worse."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from small import picture

from takingstock.evidence import archiver
from takingstock.evidence.archiver import check_workbook, read_rows, sheets_of
from takingstock.evidence.containers import Apart
from takingstock.evidence.sources import Incoming, incoming
from takingstock.records import BadFileError, Rejected, StepOutcome

HEAD = "Link,Archive status,Archive location,Archive date,Upload timestamp,Upload title,Hash\n"


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart() as made:
        yield made


def result(top: Path, text: str, *, encoding: str = "utf-8") -> Path:
    folder = top / "result"
    folder.mkdir()
    (folder / "one.png").write_bytes(picture(1))
    (folder / "sheet.csv").write_text(text, encoding=encoding)
    return folder


def found(*paths: Path) -> tuple[dict[str, Incoming], list[Rejected]]:
    taken, passed = {}, []
    for one in incoming(paths):
        if isinstance(one, Incoming):
            taken[one.fields["path"]] = one
        else:
            passed.append(one)
    return taken, passed


def book(path: Path, *rows: list[str]) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def test_a_sheet_saved_by_a_spreadsheet_program(tmp_path: Path) -> None:
    """With a byte order mark, other columns in Arabic, and a title in Arabic over two lines."""
    text = HEAD.strip() + ",ملاحظات,الحالة\n" + 'https://e.org/1,ok,one.png,,2014-06-10,"صورة\nثانية",,مهم,تم\n'
    taken, passed = found(result(tmp_path, text, encoding="utf-8-sig"))
    assert passed == []
    one = taken["result/one.png"]
    assert (one.fields["url"], one.fields["operator_note"]) == ("https://e.org/1", "صورة\nثانية")
    assert str(one.fields["claimed_when"]) == "2014-06-10"
    assert taken["result/sheet.csv"].steps[0].words == "1 rows of an auto-archiver sheet"


def test_headings_in_arabic_alone_make_no_result(tmp_path: Path, apart: Apart) -> None:
    folder = result(tmp_path, "الرابط,الموقع\nhttps://e.org/1,one.png\n")
    assert sheets_of(folder, apart) == []
    taken, passed = found(folder)
    assert passed == []
    assert taken.keys() == {"result/one.png", "result/sheet.csv"}
    assert "url" not in taken["result/one.png"].fields


def test_a_file_that_is_named_and_missing_is_said_with_its_line(tmp_path: Path) -> None:
    folder = result(tmp_path, HEAD + "https://e.org/1,ok,one.png,,,,\nhttps://e.org/2,ok,gone.png,,,,\n")
    taken, passed = found(folder)
    assert [(one.line, one.reason) for one in passed] == [
        (3, "archive location is on a server or not beside the sheet: gone.png; copy the file there and run it again")
    ]
    assert taken.keys() == {"result/one.png", "result/sheet.csv"}


@pytest.mark.parametrize(
    "place",
    [
        "../outside.png",
        "{top}/outside.png",
        "file://{top}/outside.png",
        "link.png",
        "way/outside.png",
        "..%2Foutside.png",
        "\\..\\outside.png",
    ],
)
def test_nothing_outside_of_the_folder_is_taken(tmp_path: Path, place: str) -> None:
    (tmp_path / "outside.png").write_bytes(picture(9))
    folder = result(tmp_path, HEAD + f"https://e.org/1,ok,{place.format(top=tmp_path)},,,,\n")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    (folder / "way").symlink_to(tmp_path, target_is_directory=True)
    taken, passed = found(folder)
    assert taken.keys() == {"result/one.png", "result/sheet.csv"}
    assert any("not beside the sheet" in one.reason for one in passed)


def test_a_sheet_alone_and_its_folder_give_the_same_places(tmp_path: Path) -> None:
    folder = result(tmp_path, HEAD + "https://e.org/1,ok,one.png,,,,\n")
    assert found(folder)[0].keys() == found(folder / "sheet.csv")[0].keys()


def test_a_line_without_end_costs_neither_memory_nor_files(tmp_path: Path) -> None:
    row = "https://e.org/1,ok,one.png,,,,\n"
    taken, passed = found(result(tmp_path, HEAD + row + "x" * (archiver.LINE + 5)))
    assert taken["result/one.png"].fields["url"] == "https://e.org/1"
    step = taken["result/sheet.csv"].steps[0]
    assert step.outcome is StepOutcome.FAILED
    assert "a line has more than" in step.words
    assert [one.reason for one in passed] == [step.words]


def test_more_than_a_sheet_may_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiver, "ROWS", 3)
    path = result(tmp_path, HEAD + "https://e.org/1,ok,one.png,,,,\n" * 5) / "sheet.csv"
    rows = read_rows(str(path))
    assert [number for number, row in rows if isinstance(row, dict)] == [2, 3]
    assert "split it" in str(rows[-1][1])
    monkeypatch.setattr(archiver, "TEXT", 10)
    assert "split it" in str(read_rows(str(path))[0][1])


def test_a_workbook_with_a_document_type_is_not_read(tmp_path: Path) -> None:
    """The definition stands across the border of two blocks, in either encoding."""
    honest = book(tmp_path / "a.xlsx", HEAD.strip().split(","))
    check_workbook(honest)
    for coding in ("utf-8", "utf-16"):
        evil = shutil.copy(honest, tmp_path / f"{coding}.xlsx")
        with zipfile.ZipFile(evil, "a") as package:
            bomb = " " * (1024**2 - 4) + '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
            package.writestr("xl/extra.xml", bomb.encode(coding))
        with pytest.raises(BadFileError, match=r"xl/extra\.xml holds a document type definition"):
            check_workbook(Path(evil))


def test_workbooks_that_are_none_are_kept_and_explained(tmp_path: Path) -> None:
    folder = result(tmp_path, "a,b\n")
    (folder / "torn.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    # One cell in the first corner and one in the last: a reader makes room for all between them.
    with xlsxwriter.Workbook(str(folder / "wide.xlsx")) as made:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "x")
        sheet.write(1048575, 16383, "x")
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", bytes(40 * 1024**2))
    book(folder / "z.xlsx", HEAD.strip().split(","), ["https://e.org/1", "ok", "one.png"])
    taken, _ = found(folder)
    words = {path.partition("/")[2]: one.steps[0] for path, one in taken.items() if one.steps}
    assert words.keys() == {"torn.xlsx", "wide.xlsx", "bomb.xlsx", "z.xlsx"}
    assert "it is no workbook" in words["torn.xlsx"].words
    assert "the sheet cannot be read on from here" in words["wide.xlsx"].words
    assert "as in a bomb" in words["bomb.xlsx"].words
    # The process that was lost is replaced: the sheet after it is read.
    assert words["z.xlsx"].outcome is StepOutcome.DONE
    assert taken["result/one.png"].fields["url"] == "https://e.org/1"
