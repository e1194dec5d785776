"""What states report of themselves: one source a report, exports and imports apart, gaps said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from takingstock.exchange import recognise
from takingstock.exchange.readers import Asked
from takingstock.exchange.state_reports import ATT_READER, UNROCA_READER, category
from takingstock.exchange.tabular import NeedsPersonError
from takingstock.records import DateRange, Ledger, Stage

ASKED = Asked(ledger=Ledger(title="", revision=1, head=""))


def test_a_report_to_the_un_register(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(
        "Reporting State,Calendar year,Direction,Category,Final importer State,Number of items,State of origin,"
        "Intermediate location,Description of items,Comments\n"
        "Hungary,2005,Export,I. Battle tanks,Iraq,77,USSR,,T-72M1,donated\n"
        "Iraq,2005,Import,Category I,Hungary,77,,Kuwait,T-72,\n"
        "Hungary,2005,Export,IX,Iraq,1,,,,\nHungary,2005,Export,I,Iraq,,,,,\nHungary,2005,,I,Iraq,1,,,,\n"
    )
    assert recognise(path) == "unroca"
    reading = UNROCA_READER.read(path, ASKED)
    sent = next(s for s in reading.statements if s.reporter == "HUN" and s.designation)
    came = next(s for s in reading.statements if s.reporter == "IRQ")
    assert (sent.from_party, sent.to_party) == (came.from_party, came.to_party) == ("HUN", "IRQ")
    assert (sent.item, came.item) == ("tank.t-72.t-72m1", "tank.t-72")
    assert sent.made_in == "SUN"
    assert sent.movement != came.movement
    assert {source.id for source in reading.sources} == {"unroca-hun-2005", "unroca-irq-2005"}
    assert came.via == ("KWT",)
    assert [row.line for row in reading.review] == [4]
    assert [row.line for row in reading.rejected] == [5]


def test_an_annual_report_under_the_treaty(tmp_path: Path) -> None:
    path = tmp_path / "exports.csv"
    path.write_text(
        "Annual report;sensitive data withheld: yes\n"
        "Category of arms;Authorized or actual;Number of items;Value of items;Currency;Final importing state;"
        "State of origin;Description;Remarks\n"
        "VIII. Small arms 4. Assault rifles;Actual;1200;;;Iraq;;AK-47;\n"
        "VIII. Light weapons 7. Mortars of calibres less than 75 mm;Authorized;;50000;EUR;Jordan;-;;\n"
        "VIII. Revolvers and self-loading pistols;Actual;n/a;;;Jordan;;;\n",
        encoding="utf-8",
    )
    assert recognise(path) == "att"
    nobody = ATT_READER.read(path, ASKED)
    assert nobody.ledger == 0
    assert "import with --coverage" in nobody.rejected[0].reason
    asked = replace(ASKED, coverage=DateRange.parse("2015"), reporter="Serbia")
    reading = ATT_READER.read(path, asked)
    rifles, mortars = sorted(reading.statements, key=lambda s: s.item, reverse=True)
    assert (rifles.item, rifles.stage, rifles.to_party, rifles.from_party) == (
        "rifle.assault.ak.ak-47",
        Stage.DELIVERED,
        "IRQ",
        "SRB",
    )
    assert (mortars.item, mortars.stage, mortars.quantity.known) == ("mortar.light", Stage.AUTHORISED, False)
    assert mortars.value is not None
    assert mortars.value.currency == "EUR"
    assert [row.line for row in reading.rejected] == [5]
    (source,) = reading.sources
    assert source.coverage is not None
    assert "withheld" in source.coverage.note
    assert any("not zero" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("text", "description", "item"),
    [
        ("I", "", "tank"),
        ("Category VII", "", "missiles"),
        ("V. Attack helicopters", "Mi-24", "aircraft.helicopter"),
        ("VIII", "", "weapons"),
        ("III", "T-72", "artillery"),
        ("Sub-machine guns", "", "submachine-gun"),
        ("VIII. Heavy machine guns", "DShK", "machine-gun.heavy"),
    ],
)
def test_categories(text: str, description: str, item: str) -> None:
    found = category(text, description)
    assert found == item or found.startswith(f"{item}.")


@pytest.mark.parametrize("text", ["", "IX", "0", "tanks and more"])
def test_what_is_no_category(text: str) -> None:
    with pytest.raises(NeedsPersonError):
        category(text)


@pytest.mark.parametrize("extent", ["", "Both", "Refused", "authorized or actual"])
def test_what_is_neither_authorised_nor_actual_moves_nothing(tmp_path: Path, extent: str) -> None:
    path = tmp_path / "exports.csv"
    path.write_text(
        "Category of arms,Authorized or actual,Number of items,Final importing state\n" + f"I,{extent},5,Iraq\n"
    )
    reading = ATT_READER.read(path, replace(ASKED, coverage=DateRange.parse("2015"), reporter="Serbia"))
    assert (reading.ledger, len(reading.review)) == (0, 1)


def test_the_name_of_a_file_turns_no_transfer_round(tmp_path: Path) -> None:
    path = tmp_path / "important.csv"
    path.write_text("Category,Final importer State,Number of items,Intermediate location\nI,Iraq,77,\n")
    asked = replace(ASKED, coverage=DateRange.parse("2005"), reporter="Hungary")
    (statement,) = UNROCA_READER.read(path, asked).statements
    assert (statement.from_party, statement.to_party) == ("HUN", "IRQ")
