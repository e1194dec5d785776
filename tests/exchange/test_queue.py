"""The workbook that an expert fills in: what is on it, how it prints, and that its cells stay text."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import fastexcel
import pytest
from PIL import Image

from takingstock.exchange.queue import ANSWERS, ARABIC, CHOICES, GIVEN, write_queue
from takingstock.exchange.resolving import Resolver
from takingstock.records import Awaiting, BadFileError, DateRange, Place, Precision, Quantity
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory


def awaiting(id: str, *evidence: str) -> Awaiting:
    return Awaiting(
        sighting=id,
        evidence=evidence,
        holder="islamic-state",
        place=Place(name="Mosul", precision=Precision.LOCALITY),
        when=DateRange.parse("2014-06"),
        quantity=Quantity.exact(1),
        ready=True,
    )


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name, size in (("a", (512, 300)), ("b", (200, 512)), ("c", (64, 64))):
        Image.new("RGB", size, "green").save(tmp_path / f"{name}.jpg")
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    return tmp_path


def written(pictures: Path, language: str, *items: Awaiting) -> dict[str, str]:
    """The parts of the workbook by name; the sheet to fill in is the second."""

    def picture(id: str) -> Path | None:
        return pictures / f"{id}.jpg" if (pictures / f"{id}.jpg").is_file() else None

    out = write_queue(pictures / "q.xlsx", "B. & C.", items, taxonomy(), language=language, picture=picture)
    with zipfile.ZipFile(out) as book:
        return {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}


def test_a_row_prints_on_two_landscape_sheets_with_picture_and_heads_on_both(pictures: Path) -> None:
    parts = written(pictures, "en", awaiting("s-1", "a"), awaiting("s-2", "b", "c"))
    sheet = parts["xl/worksheets/sheet2.xml"]
    assert '<pageSetup paperSize="9" scale="72"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'pageOrder="overThenDown"' in sheet
    names = parts["xl/workbook.xml"]
    assert re.search(r"Print_Titles[^>]*>identifications!\$A:\$B,identifications!\$1:\$1<", names)
    heads = ["picture", *(name for name in ARABIC if name != "picture")]
    # What only the program needs (the hashes, the expert's name) is not printed.
    last = chr(ord("A") + heads.index("treaty_category"))
    assert f"identifications!$A$1:${last}$3<" in names
    assert set(heads[heads.index("treaty_category") + 1 :]) == {"evidence", "expert"}
    broken = re.search(r'<colBreaks[^>]*><brk id="(\d+)"', sheet)
    assert broken is not None
    cut = int(broken[1])
    assert heads[cut - 1] == "reason"
    # Both fit: a character takes at most 8.5 pixels of 96 to the inch, whatever font stands in for the usual one.
    widths = [float(width) for width in re.findall(r'<col min="\d+" max="\d+" width="([\d.]+)"', sheet)]
    groups = re.findall(r'<col min="(\d+)" max="(\d+)"', sheet)
    wide = [width for width, (low, high) in zip(widths, groups, strict=True) for _ in range(int(low), int(high) + 1)]
    inches = (297 / 25.4) - 0.6
    printed = heads.index("treaty_category") + 1
    for chars in (sum(wide[:cut]), sum(wide[:2]) + sum(wide[cut:printed])):
        assert chars * 8.5 / 96 * 0.72 <= inches


def test_pictures_come_first_at_most_four_and_what_is_missing_is_said(pictures: Path) -> None:
    parts = written(
        pictures,
        "en",
        awaiting("s-1", "a", "b", "c", "a", "b", "c"),
        awaiting("s-2", "broken", "gone"),
        awaiting("s-3", "b"),
    )
    drawn = parts["xl/drawings/drawing1.xml"]
    assert drawn.count("<xdr:pic>") == 5
    assert set(re.findall(r"<xdr:from><xdr:col>(\d+)</xdr:col>", drawn)) == {"0"}
    # Each ends in its own row and column: none lies over another answer.
    for start, end in re.findall(r"<xdr:from>(.*?)</xdr:from><xdr:to>(.*?)</xdr:to>", drawn):
        rows = [re.search(r"<xdr:row>(\d+)<", part) for part in (start, end)]
        columns = [re.search(r"<xdr:col>(\d+)<", part) for part in (start, end)]
        assert len({match[1] for match in rows if match}) == 1
        assert len({match[1] for match in columns if match}) == 1
    rows = fastexcel.read_excel(pictures / "q.xlsx").load_sheet("identifications").to_polars()
    assert rows["picture"].to_list() == ["2 more file(s)", "no picture of broken\nno picture of gone", None]
    assert 'descr="s-3 1"' in drawn


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_cell_to_fill_in_is_text(pictures: Path, language: str) -> None:
    parts = written(pictures, language, awaiting("s-1", "a"))
    sheet, styles = parts["xl/worksheets/sheet2.xml"], parts["xl/styles.xml"]
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])
    row = re.search(r'<row r="2".*?</row>', sheet)
    assert row is not None
    cells = dict(re.findall(r'<c r="([A-Z])2" s="(\d+)"', row[0]))
    heads = [name for name in ARABIC if name != "picture"]
    for place, name in enumerate(heads, start=1):
        assert formats[int(cells[chr(ord("A") + place)])] == "49", name
    # So is a whole column, for a row added by hand.
    for style in re.findall(r'<col min="(?:[2-9]|1\d|20)" max="\d+" width="[\d.]+" style="(\d+)"', sheet):
        assert formats[int(style)] == "49"
    assert {*GIVEN, *ANSWERS} == set(heads)


def test_an_arabic_sheet_runs_from_right_to_left_and_offers_arabic_words(pictures: Path) -> None:
    parts = written(pictures, "ar", awaiting("s-1", "a"))
    for number in (1, 2, 3):
        assert 'rightToLeft="1"' in parts[f"xl/worksheets/sheet{number}.xml"]
    sheet = parts["xl/worksheets/sheet2.xml"]
    for words in CHOICES.values():
        assert f'"{",".join(words.values())}"' in sheet.replace("&quot;", '"')
    assert "'الأصناف'!$A$1:$A$" in sheet.replace("&apos;", "'")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_class_that_is_offered_is_understood(pictures: Path, language: str) -> None:
    from takingstock.exchange.cells import Cells

    written(pictures, language, awaiting("s-1", "a"))
    book = fastexcel.read_excel(pictures / "q.xlsx")
    offered = book.load_sheet(2, header_row=None, dtypes="string").to_polars().rows()
    names, ids = Resolver(taxonomy(), directory()), {one.id for one in taxonomy().all()}
    assert len(offered) == len(ids)
    for choice, other in offered:
        found = names.item(Cells({"item": choice}))
        assert found is not None, choice
        assert found.id == (choice if choice in ids else other)
    if language == "ar":
        assert sum(choice not in ids for choice, _ in offered) > len(ids) / 2


def test_a_language_that_is_not_there_is_named(pictures: Path) -> None:
    with pytest.raises(BadFileError, match="choose en, ar"):
        written(pictures, "fr", awaiting("s-1", "a"))


@pytest.mark.parametrize(("language", "ending"), [("en", "xlsx"), ("ar", "xlsx"), ("en", "csv"), ("ar", "csv")])
def test_what_is_written_reads_back_as_not_answered(tmp_path: Path, language: str, ending: str) -> None:
    from takingstock.exchange.queue_reading import read_queue

    out = write_queue(tmp_path / f"q.{ending}", "B.", [awaiting("s-1", "a")], taxonomy(), language=language)
    made = read_queue(out, "B.", Resolver(taxonomy(), directory()), ["s-1"])
    assert (made.read, made.unanswered, made.answers, made.rejects, made.notes) == (1, 1, (), (), ())
