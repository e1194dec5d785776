"""The sheet of names that wait: what goes in it, and what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.exchange.files import read_grids
from takingstock.exchange.leftovers import write_leftovers
from takingstock.exchange.names_sheet import (
    HEADS,
    SPEC,
    Found,
    in_leftovers,
    read_sheet,
    under_broad,
    waiting,
    write_sheet,
)
from takingstock.exchange.tabular import read_table
from takingstock.linkage.namings import Names, naming_id
from takingstock.records import (
    BadFileError,
    Ledger,
    Mode,
    NameKind,
    Naming,
    Quantity,
    Rejected,
    Statement,
)
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory

LEDGER = Ledger(title="A case", revision=1, head="0")


def names(*namings: Naming) -> Names:
    return Names(taxonomy(), directory(), namings)


def statement(id: str, designation: str, item: str = "tank", remark: str = "tank; ordered 2004") -> Statement:
    return Statement(
        id=id,
        movement=id,
        source="s",
        item=item,
        quantity=Quantity(),
        mode=Mode.EXPORT,
        designation=designation,
        remark=remark,
    )


def test_names_are_found_in_the_reasons_of_rows_that_wait(tmp_path: Path) -> None:
    rows = [
        Rejected(line=3, reason="unknown party: 'O\\'Land'; did you mean IRL?", row=(("Supplier", "O'Land"),)),
        Rejected(line=4, reason="from: unknown party: \"Free 'State\"; check; item: unknown item: 'X-99'; nearest: y"),
        Rejected(line=5, reason="'Guinea' fits several parties: GIN, GNQ; write the id"),
        Rejected(line=6, reason="no class for the description 'ray gun' (RG-1); add the class, import again"),
        Rejected(line=7, reason="no item class 'tonk'; did you mean tank?"),
        Rejected(line=8, reason="the year is missing"),
        Rejected(line=9, reason="no class for the system 'Zubr'; say in the sheet namings which class it is"),
        Rejected(line=10, reason="category 'XI' is none of I to VIII; say which class it is"),
    ]
    write_leftovers(tmp_path / "register-0a1b2c3d.review.csv", rows)
    (tmp_path / "broken-11111111.review.csv").write_bytes(b"\xff\xfe\x00")
    found = list(in_leftovers(tmp_path, {"0a1b2c3d": "sipri"}))
    assert [(one.kind.value, one.name, one.usage) for one in found] == [
        ("party", "O'Land", "sipri"),
        ("party", "Free 'State", "sipri"),
        ("item", "X-99", "sipri"),
        ("party", "Guinea", "sipri"),
        ("item", "RG-1", "sipri/ray gun"),
        ("item", "tonk", "sipri"),
        ("item", "Zubr", "sipri"),
        ("item", "XI", "sipri"),
    ]
    assert found[0].example == "register-0a1b2c3d.review.csv line 3"


def test_statements_under_a_broad_class_wait_too() -> None:
    ledger = LEDGER.model_copy(
        update={
            "statements": (
                statement("a", "T-99Z"),
                statement("b", "T-99Z"),
                statement("c", ""),
                statement("d", "T-72M1", "tank.t-72.t-72m1"),
            )
        }
    )
    found = list(under_broad(ledger, names(), {"a": "sipri", "b": "sipri"}))
    (row,) = waiting(found, names())
    assert (row.name, row.usage, row.times, row.examples) == ("T-99Z", "sipri/tank", 2, ("statement a", "statement b"))
    assert len(row.candidates) == 3
    decided = Naming(
        id=naming_id(NameKind.ITEM, "T-99Z", "sipri"), kind=NameKind.ITEM, text="T-99Z", usage="sipri", person="Ann"
    )
    assert waiting(found, names(decided)) == ()


def test_a_name_that_is_known_by_now_waits_no_more() -> None:
    found = [
        Found(NameKind.PARTY, "Iraq", "sipri", "x"),
        Found(NameKind.ITEM, "T-72M1", "sipri", "x"),
        Found(NameKind.PARTY, "Atlantis", "sipri", "x"),
    ]
    assert [row.name for row in waiting(found, names())] == ["Atlantis"]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_out_and_in_again(tmp_path: Path, ending: str) -> None:
    found = [
        Found(NameKind.ITEM, "=BTR-82A(M)", "oryx", "statement a"),
        Found(NameKind.PARTY, "Atlantis", "oryx", "line 2"),
        Found(NameKind.PARTY, "Lemuria", "oryx", "line 3"),
        Found(NameKind.PARTY, "Mu", "oryx", "line 4"),
    ]
    path = write_sheet(tmp_path / f"names.{ending}", waiting(found, names()))
    table = read_table(path, SPEC)
    assert [row.get("name") for row in table.rows] == ["'=BTR-82A(M)", "Atlantis", "Lemuria", "Mu"] or ending == "xlsx"
    assert len(table.rows) == 4
    filled = {
        "BTR-82A(M)": {"meaning": "BTR-82A", "reason": "same hull", "person": "Ben"},
        "Atlantis": {"not known": "yes"},
        "Lemuria": {"meaning": "Iraqq"},
    }
    _fill(path, filled)
    reading = read_sheet(path, names(), LEDGER, person="Ann")
    assert (reading.read, reading.ledger, len(reading.rejected)) == (4, 3, 1)
    by_text = {naming.text: naming for naming in reading.namings}
    assert {text.lstrip("=") for text in by_text} == {"BTR-82A(M)", "Atlantis"}
    item = next(naming for naming in reading.namings if naming.kind is NameKind.ITEM)
    assert (item.meaning, item.person, item.reason, item.usage) == ("ifv.btr-82a", "Ben", "same hull", "oryx")
    assert (by_text["Atlantis"].meaning, by_text["Atlantis"].person) == (None, "Ann")
    assert "unknown party: 'Iraqq'" in reading.rejected[0].reason
    assert "IRQ" in reading.rejected[0].reason


def _fill(path: Path, filled: dict[str, dict[str, str]]) -> None:
    """As a person would: the sheet opened, cells filled in, saved."""
    from takingstock.exchange.csvtext import csv_rows

    grids, _ = read_grids(path, SPEC.score)
    grid = next(one for one in grids if one.header(SPEC.score) is not None)
    rows = [list(cells[: len(HEADS)]) + [""] * (len(HEADS) - len(cells)) for _, cells in grid.rows]
    for row in rows[1:]:
        for head, value in filled.get(row[1].lstrip("'="), {}).items():
            row[HEADS.index(head)] = value
    if path.suffix == ".csv":
        path.write_text(csv_rows(rows), encoding="utf-8", newline="")
        return
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("names")
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(line, column, value)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("item,X,tonk,,", "no item class 'tonk'; did you mean tank"),
        ("item,X,tank,yes,", "both filled"),
        ("vehicle,X,tank,,", "kind: 'vehicle' is none; write party or item"),
        ("item,,tank,,", "name is empty"),
        ("item,X,tank,,2015..2001", "ends before it starts"),
        ("party,X,Atlantis,,", "unknown party: 'Atlantis'"),
    ],
)
def test_a_row_that_cannot_be_taken_says_what_to_do(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "names.csv"
    path.write_text(f"kind,name,meaning,not known,when\n{row}\nitem,Y,tank,,\n", encoding="utf-8")
    reading = read_sheet(path, names(), LEDGER, person="Ann")
    assert [naming.text for naming in reading.namings] == ["Y"]
    (rejected,) = reading.rejected
    assert reason in rejected.reason
    assert rejected.line == 2


def test_two_meanings_for_one_name_take_neither(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("kind,name,meaning\nitem,X 1,tank\nitem,X-1,ifv\n", encoding="utf-8")
    reading = read_sheet(path, names(), LEDGER, person="Ann")
    assert reading.namings == ()
    assert len(reading.rejected) == 2


def test_another_file_is_no_sheet_of_names(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadFileError, match="no header with kind, name, meaning"):
        read_sheet(path, names(), LEDGER, person="Ann")


def test_a_candidate_copied_with_its_score_is_its_id(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("kind,name,meaning\nitem,X,ifv.btr-82a (35): the same designation\n", encoding="utf-8")
    assert read_sheet(path, names(), LEDGER, person="Ann").namings[0].meaning == "ifv.btr-82a"
