"""Writing a ledger in the template's form, and the empty template to fill in.

The same ledger gives the same bytes: rows by id, one line ending, no clock. Reading a folder back and writing it again
gives the same files.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from takingstock.exchange.columns import SHEETS
from takingstock.exchange.csvtext import csv_rows
from takingstock.exchange.rendering import NUMERIC, cells, header
from takingstock.exchange.sheet_spec import SheetSpec
from takingstock.records import BadFileError, Ledger, Record

if TYPE_CHECKING:
    import xlsxwriter

_LONGEST_CELL = 32_767
_MOST_ROWS = 1_048_576
_VALIDATED_ROWS = 5_000
_EPOCH = datetime(2000, 1, 1)

_READ_ME = (
    "takingstock: template for a case",
    "One sheet per kind of record; fill those you need. Column names may stand in any order.",
    "A line whose first cell begins with # is an example or a comment and is not read.",
    "Dates: 2004, 2004-06, 2004-06-08, 2004..2006, 1995.., ..2003; empty: unknown.",
    "Quantities: 40, ~185000, 2000..2300, 2000..2300~2100, >=40, <=52, ? for unknown.",
    "Lists inside a cell are parted by ; and yes/no columns take yes or no.",
    "from, to, via, payer, holder, made_in: an id or a name; add an unknown party to the sheet parties first.",
    "item: an id of the taxonomy or a name, for example rifle.assault.ak.ak-47 or AK-47.",
    "What you do not know stays empty. Zero means that a source says zero.",
    "Names of private persons are not stored; a witness or bearer is a role.",
)

_EXAMPLES: dict[str, dict[str, str]] = {
    "sources": {"id": "# audit-2007", "title": "Stabilizing Iraq (GAO-07-711)", "kind": "audit", "published": "2007"},
    "parties": {"id": "# depot-north", "name": "Northern depot", "kind": "depot", "part_of": "iraqi-army"},
    "statements": {
        "id": "# st-1",
        "movement": "m-1",
        "source": "audit-2007",
        "item": "pistol",
        "from": "USA",
        "to": "iraqi-army",
        "quantity": "~170000",
        "when": "2004..2005",
        "mode": "aid",
        "stage": "delivered",
        "grade": "B2",
    },
    "counts": {
        "id": "# c-1",
        "source": "audit-2007",
        "holder": "depot-north",
        "item": "pistol",
        "quantity": "12",
        "when": "2005-09",
        "basis": "books",
    },
    "populations": {
        "id": "# p-1",
        "title": "Pistols inspected at one site",
        "holder": "islamic-state",
        "unit": "items",
        "size": "20",
        "design": "purposive",
        "level": "physical-inspection",
        "source": "audit-2007",
    },
    "sightings": {
        "id": "# si-1",
        "source": "audit-2007",
        "holder": "islamic-state",
        "item": "pistol",
        "population": "p-1",
        "share": "0.25",
        "made_in": "USA",
    },
    "incidents": {
        "id": "# in-1",
        "source": "audit-2007",
        "what": "Attack on a market",
        "qualified_by": "who calls it a violation",
        "when": "2014-07",
        "place": "Mosul",
        "parties": "islamic-state",
        "sightings": "si-1",
    },
    "verifications": {
        "id": "# v-1",
        "evidence": "0" * 64,
        "person": "a member of the team",
        "aspect": "place",
        "answer": "confirmed",
        "method": "compared with satellite pictures",
        "reason": "the minaret and the road behind it agree",
    },
    "payments": {
        "id": "# pay-1",
        "source": "audit-2007",
        "from_account": "A-1",
        "to_account": "B-2",
        "amount": "1000",
        "currency": "USD",
        "when": "2005-09-30",
    },
    "adjustments": {
        "id": "# ad-1",
        "holder": "depot-north",
        "item": "pistol",
        "direction": "take-off",
        "quantity": "2",
        "when": "2005-10",
        "person": "a member of the team",
        "reason": "entered twice in the books",
    },
    "followups": {"id": "# id of a finding", "owner": "the depot's officer", "status": "in-work", "person": "auditor"},
    "requests": {
        "id": "# tr-1",
        "recipient": "ROU",
        "requester": "the panel",
        "item": "pistol",
        "serial": "as marked",
        "why_illicit": "found with a party under embargo",
    },
    "steps": {"id": "# tr-1/1", "request": "tr-1", "status": "sent", "when": "2020-01-02", "person": "a member"},
    "contacts": {"id": "# co-1", "party": "ROU", "kind": "asked", "when": "2020-01-02", "person": "a member"},
    "namings": {"id": "# na-1", "kind": "item", "text": "AK", "meaning": "rifle.assault.ak", "person": "an analyst"},
    "linkings": {
        "id": "# li-1",
        "kind": "merge",
        "movements": "m-1; m-2",
        "person": "an analyst",
        "reason": "both reports are of one shipment",
    },
    "figures": {
        "id": "# fi-1",
        "source": "audit-2007",
        "kind": "suppliers-of-both",
        "parties": "IRQ; IRN",
        "quantity": "28",
        "when": "1980..1988",
        "definition": "states, as the source counts them",
    },
    "indicators": {
        "id": "# iv-1",
        "measure": "cpi",
        "party": "IRQ",
        "when": "2013",
        "value": "1.6",
        "source": "audit-2007",
    },
    "marklinks": {
        "id": "# ml-1",
        "kind": "lot",
        "mark": "12-74",
        "receipt": "m-1",
        "issue": "m-2",
        "person": "a member of the team",
        "reason": "the same lot on the packing list and on the crates",
    },
    "embargoes": {
        "id": "# em-1",
        "body": "United Nations",
        "target": "non-governmental forces",
        "territory": "IRQ",
        "scope": "arms and related materiel",
        "when": "2004-06-08..",
        "reference": "S/RES/1546 (2004)",
        "source": "the address that was read",
    },
}


def write_template(ledger: Ledger, path: str | Path) -> Path:
    """Write the ledger as a folder of CSV files, one per sheet, or as one workbook if the path ends in ``.xlsx``.

    Raises BadFileError where the place cannot be written or a text is too long for a workbook."""
    path = Path(path)
    tables = {spec.name: tuple(sorted(getattr(ledger, spec.name), key=_id)) for spec in SHEETS}
    try:
        if path.suffix.casefold() == ".xlsx":
            path.parent.mkdir(parents=True, exist_ok=True)
            _workbook(tables, path)
        else:
            path.mkdir(parents=True, exist_ok=True)
            for spec in SHEETS:
                (path / f"{spec.name}.csv").write_text(csv_text(spec, tables[spec.name]), encoding="utf-8", newline="")
    except OSError as error:
        raise BadFileError(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def csv_text(spec: SheetSpec, records: Sequence[Record]) -> str:
    """One sheet as CSV text (commas, ``\\n``), records in the order given."""
    columns = header(spec, records)
    values = (cells(record) for record in records)
    return csv_rows([columns, *([row.get(column, "") for column in columns] for row in values)])


def blank_template(path: str | Path) -> Path:
    """Write an empty workbook: a sheet that says how to fill it, a header, lists of allowed values and one commented
    example per sheet. Raises BadFileError where the place cannot be written."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _new(path) as book:
            bold = book.add_format({"bold": True})
            grey = book.add_format({"font_color": "#808080", "italic": True})
            notes = book.add_worksheet("read me")
            notes.set_column(0, 0, 120)
            for line, text in enumerate(_READ_ME):
                notes.write_string(line, 0, text, bold if line == 0 else None)
            for spec in SHEETS:
                sheet = _sheet(book, spec.name, _fixed(spec), bold)
                for index, column in enumerate(_fixed(spec)):
                    if example := _EXAMPLES[spec.name].get(column):
                        sheet.write_string(1, index, example, grey)
                for index, choices in _choices(spec):
                    sheet.data_validation(
                        1, index, _VALIDATED_ROWS, index, {"validate": "list", "source": list(choices)}
                    )
    except OSError as error:
        raise BadFileError(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def _workbook(tables: dict[str, tuple[Record, ...]], path: Path) -> None:
    for name, records in tables.items():
        if len(records) >= _MOST_ROWS:
            raise BadFileError(f"{name}: {len(records)} rows are too many for a workbook; write a folder of CSV files")
        for record in records:
            for column, text in cells(record).items():
                if len(text) > _LONGEST_CELL:
                    raise BadFileError(
                        f"{name}: {column} of {_id(record)!r} is too long for a workbook; write a folder of CSV files"
                    )
    with _new(path) as book:
        bold = book.add_format({"bold": True})
        for spec in SHEETS:
            columns = header(spec, tables[spec.name])
            sheet = _sheet(book, spec.name, columns, bold)
            for line, record in enumerate(tables[spec.name], start=1):
                values = cells(record)
                for index, column in enumerate(columns):
                    text = values.get(column, "")
                    if column in NUMERIC and _survives(text):
                        sheet.write_number(line, index, float(text))
                    elif text:
                        sheet.write_string(line, index, text)


def _survives(text: str) -> bool:
    """Whether a number cell gives the figure back as it is: 15 digits, and the nine decimals that our reader of
    workbooks keeps. Otherwise it is written as text."""
    whole, _, decimals = text.lstrip("-").partition(".")
    return bool(text) and len(decimals) <= 9 and len(whole) + len(decimals) <= 15


def _new(path: Path) -> xlsxwriter.Workbook:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path), {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _EPOCH})
    return book


def _sheet(book: Any, name: str, columns: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 16)
    sheet.ignore_errors({"number_stored_as_text": "A1:AZ1048576"})
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column, bold)
    return sheet


def _fixed(spec: SheetSpec) -> tuple[str, ...]:
    return header(spec, ())


def _choices(spec: SheetSpec) -> list[tuple[int, tuple[str, ...]]]:
    by_name = {column.name: column.choices for column in spec.columns}
    return [(index, by_name[name]) for index, name in enumerate(_fixed(spec)) if by_name[name]]


def _id(record: Any) -> str:
    return str(record.id)
