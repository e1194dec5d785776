"""Embargoes: dated look-ups, exemptions, contradicting sources side by side; the table's invariants."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from takingstock.records import DateRange, Embargo
from takingstock.reference import embargoes as room
from takingstock.reference import tables, tables_version
from takingstock.reference.embargoes import (
    EXPORTS_FROM,
    NON_GOVERNMENTAL,
    WHOLE_TERRITORY,
    applicable,
    binding,
    embargoes,
    exemptions,
    fits,
)
from takingstock.reference.parties import directory

SHARED = Path(__file__).resolve().parents[3] / "shared"
ARCHIVE = SHARED / "data" / "embargoes" / "sipri_embargo_archive_2020.csv"


def when(text: str) -> DateRange:
    return DateRange.parse(text)


def of(territory: str, date: str, **options: bool) -> dict[str, str]:
    return {embargo.id: fit for embargo, fit in applicable(embargoes(), territory, when(date), **options)}


def record(id: str) -> Embargo:
    return next(embargo for embargo in embargoes() if embargo.id == id)


def open_exemptions(id: str, date: str) -> dict[str, str]:
    return {exemption.reference: fit for exemption, fit in exemptions(record(id), when(date))}


# -- Iraq (domain.md, V10) --------------------------------------------------------------------------------------------


def test_iraq_the_day_before_resolution_1546_is_barred_but_for_the_authority() -> None:
    assert of("IRQ", "2004-06-07")["un-iraq-1990"] == "within"
    assert "un-iraq-2004-ngf" not in of("IRQ", "2004-06-07")
    assert open_exemptions("un-iraq-1990", "2004-06-07") == {"S/RES/1483 (2003)": "within"}


def test_iraq_the_day_after_the_government_needs_the_purpose_and_others_stay_barred() -> None:
    assert of("IRQ", "2004-06-09")["un-iraq-2004-ngf"] == "within"
    assert open_exemptions("un-iraq-1990", "2004-06-09")["S/RES/1546 (2004), para. 21"] == "within"
    assert "purposes of resolution 1546" in record("un-iraq-1990").exemptions[1].condition


def test_iraq_a_year_that_straddles_both_rules_says_so() -> None:
    assert of("IRQ", "2004")["un-iraq-2004-ngf"] == "may overlap"
    assert set(open_exemptions("un-iraq-1990", "2004").values()) == {"may overlap"}


def test_iraq_non_governmental_forces_in_2010() -> None:
    assert record("un-iraq-2004-ngf").target == NON_GOVERNMENTAL
    assert of("IRQ", "2010")["un-iraq-2004-ngf"] == "within"


def test_iraq_before_the_embargo_and_without_a_date() -> None:
    assert of("IRQ", "1989") == {}
    assert of("IRQ", "1990-08-03") == {}
    assert of("IRQ", "1990")["un-iraq-1990"] == "may overlap"
    assert set(of("IRQ", "").values()) == {"may overlap"}


def test_iraq_the_two_statements_on_the_eu_embargo_are_both_kept() -> None:
    assert "eu-iraq-1990" not in of("IRQ", "2010")
    assert of("IRQ", "2010")["eu-iraq-1990-b"] == "within"
    assert open_exemptions("eu-iraq-1990-b", "2010")["2004/553/CFSP"] == "within"
    assert record("eu-iraq-1990").when.last == datetime(2004, 7, 23).date()


# -- known errors of the archive, not carried over --------------------------------------------------------------------


def test_syria_the_eu_ban_ended_in_june_2013() -> None:
    assert of("SYR", "2012")["eu-syria-2011"] == "within"
    later = of("SYR", "2013-06-01")
    assert "eu-syria-2011" not in later
    assert not binding(record("eu-syria-2013"))
    assert "National Coalition" in record("eu-syria-2013").exemptions[0].condition
    assert of("SYR", "2013")["eu-syria-2011"] == "may overlap"


def test_yugoslavia_1991_is_resolution_713() -> None:
    assert all("2216" not in embargo.reference for embargo in embargoes() if "yugoslavia" in embargo.id)
    assert record("un-yugoslavia-1991").reference.startswith("S/RES/713 (1991)")
    for state in ("BIH", "HRV", "MKD", "SCG", "SVN", "YUG"):
        assert of(state, "1992-06")["un-yugoslavia-1991"] == "within"
    assert "un-yugoslavia-1991" not in of("SRB", "2010")


def test_yugoslavia_two_ends_are_both_kept() -> None:
    between = of("BIH", "1996-08")
    assert "un-yugoslavia-1991" in between
    assert "un-yugoslavia-1991-b" not in between


# -- targets and directions -------------------------------------------------------------------------------------------


def test_a_named_group_is_found_by_its_own_id() -> None:
    assert of("islamic-state", "2016")["un-isil-2015"] == "within"
    assert of("islamic-state", "2014-09")["un-isil-2014"] == "within"
    assert of("islamic-state", "2014-06") == {"un-isil-2004": "within"}
    assert not record("un-isil-2004").verified
    assert of("houthis", "2016")["un-yemen-2015"] == "within"
    assert of("YEM", "2016")["un-yemen-2015"] == "within"
    assert "un-isil-2015" not in of("IRQ", "2016")


def test_a_ban_on_exports_is_no_ban_on_imports() -> None:
    assert "un-iran-2007-exports" not in of("IRN", "2012")
    assert of("IRN", "2012")["un-iran-2010"] == "within"
    assert of("IRN", "2012", as_supplier=True) == {"un-iran-2007-exports": "within"}
    assert of("IRN", "2022", as_supplier=True) == {}


def test_iran_after_the_return_of_2025() -> None:
    assert "un-iran-2010" not in of("IRN", "2021")
    assert of("IRN", "2025-09-28")["un-iran-2025"] == "within"


def test_sierra_leone_the_government_is_free_after_june_1998() -> None:
    assert record("un-sierra-leone-1997").target == WHOLE_TERRITORY
    assert "un-sierra-leone-1997" not in of("SLE", "1999")
    assert record("un-sierra-leone-1998").target == NON_GOVERNMENTAL


def test_liberia_goes_from_the_whole_territory_to_non_governmental_forces() -> None:
    targets = {record(id).target for id in of("LBR", "2005") if id.startswith("un-")}
    assert targets == {WHOLE_TERRITORY}
    targets = {record(id).target for id in of("LBR", "2012") if id.startswith("un-")}
    assert targets == {NON_GOVERNMENTAL}
    assert list(of("LBR", "2016-05-26")) == ["un-liberia-2009-b", "eu-liberia-2001"]


def test_joined_territories_are_only_certain_when_each_is_covered() -> None:
    assert of("SCG+YUG", "1993")["eu-yugoslavia-1991"] == "within"
    assert of("RUS+SUN", "2016")["eu-russia-2014"] == "may overlap"
    assert of("RUS", "2016")["eu-russia-2014"] == "within"


def test_no_territory_finds_nothing() -> None:
    assert of("", "2016") == {}
    assert of("+", "2016") == {}
    assert of("CHE", "2016") == {}


@pytest.mark.parametrize(
    ("period", "date", "fit"),
    [
        ("2000..2005", "2003", "within"),
        ("2000..2005", "2005..2006", "may overlap"),
        ("2000..2005", "2006", None),
        ("2000..", "2030-01-01", "within"),
        ("2000..", "1999..2001", "may overlap"),
        ("..2005", "1950", "within"),
        ("2000..2005", "", "may overlap"),
        ("2000..2005", "2003..", "may overlap"),
    ],
)
def test_how_a_date_lies_to_a_period(period: str, date: str, fit: str | None) -> None:
    assert fits(when(period), when(date)) == fit


def test_what_is_only_called_for_does_not_bind() -> None:
    loose = {embargo.id for embargo in embargoes() if not binding(embargo)}
    assert {"un-afghanistan-1996", "un-south-africa-1963", "un-azerbaijan-1993", "eu-syria-2013"} <= loose
    assert "un-iraq-1990" not in loose
    assert "un-south-africa-1977" not in loose


# -- the table --------------------------------------------------------------------------------------------------------


def test_ids_are_unique_and_begin_with_the_body() -> None:
    ids = [embargo.id for embargo in embargoes()]
    assert len(ids) == len(set(ids))
    prefixes = {"un": "United Nations", "eu": "European Union", "las": "League of Arab States", "osce": "OSCE"}
    for embargo in embargoes():
        assert prefixes.get(embargo.id.split("-")[0], "ECOWAS") == embargo.body


def test_territories_and_targets_are_parties() -> None:
    book = directory()
    fixed = {WHOLE_TERRITORY, NON_GOVERNMENTAL, EXPORTS_FROM, "listed persons and entities"}
    for embargo in embargoes():
        assert embargo.target in fixed or book.has(embargo.target), embargo.id
        if embargo.territory:
            assert book.get(embargo.territory).id == embargo.territory, embargo.id
            assert book.alive(embargo.territory, embargo.when) is not False, embargo.id
        else:
            assert book.has(embargo.target), embargo.id


def test_every_record_has_its_source_and_a_first_day() -> None:
    for embargo in embargoes():
        assert all((embargo.source, embargo.reference, embargo.scope)), embargo.id
        assert embargo.when.first, embargo.id


def test_general_knowledge_alone_is_never_called_verified() -> None:
    for row in (*tables.read("embargoes.csv"), *tables.read("embargo_exemptions.csv")):
        assert row["verified"] in {"yes", "no"}
        if row["verified"] == "yes":
            assert "general knowledge" not in row["source"], row


def test_exemptions_lie_inside_their_embargo() -> None:
    ids = {embargo.id for embargo in embargoes()}
    assert {row["embargo"] for row in tables.read("embargo_exemptions.csv")} <= ids
    assert sum(len(embargo.exemptions) for embargo in embargoes()) == len(tables.read("embargo_exemptions.csv"))
    for embargo in embargoes():
        for exemption in embargo.exemptions:
            assert exemption.when.within(embargo.when), (embargo.id, exemption.reference)
            assert exemption.condition
            assert exemption.reference


def test_records_that_contradict_each_other_name_each_other() -> None:
    known = {embargo.id: embargo for embargo in embargoes()}
    second = [id for id in known if id.endswith("-b")]
    assert len(second) >= 5
    for id in second:
        first = known[id.removesuffix("-b")]
        assert id in first.note, first.id
        assert first.id in known[id].note.replace(id, ""), id
        assert first.when != known[id].when
        assert (first.body, first.target, first.territory) == (known[id].body, known[id].target, known[id].territory)


def test_the_version_covers_the_whole_room() -> None:
    assert room.version() == tables.digest(*room.TABLES)
    assert len(tables_version()) == 64
    assert tables_version() == tables_version()
    assert tables_version() not in {room.version(), directory().version}


# Rows of the archive that have no record of ours: the body or the document is not in the extract.
LEFT_OUT = {("Burundi", "6-Aug-96"), ("Nigeria", "24-Apr-96"), ("Togo", "25-Feb-05"), ("Togo", "19-Feb-05")}
SPELLED = {
    "Southern Rhodesia": "ZWE",
    "ISIL, Al-Qaeda and associated individuals and entities": "al-qaida",
    "Al-Qaeda, Taliban, Osama Bin Laden": "al-qaida",
}


@pytest.mark.skipif(not ARCHIVE.exists(), reason="the SIPRI archive lies beside the checkout and is not shipped")
def test_no_embargo_of_the_archive_is_forgotten() -> None:
    """Each row's first day is the first day of a record on that territory or group."""
    with ARCHIVE.open(encoding="utf-8-sig") as handle:
        rows = [row for row in csv.DictReader(handle) if row["Target"]]
    assert len(rows) == 79
    missing = []
    for row in rows:
        if (row["Target"], row["Entry into force"]) in LEFT_OUT:
            continue
        began = datetime.strptime(row["Entry into force"], "%d-%b-%y").date()
        # Two-digit years run from 63 to 20; the standard library puts 63 into this century.
        began = began.replace(year=began.year - 100) if began.year > 2020 else began
        party = directory().resolve(SPELLED.get(row["Target"], row["Target"]), DateRange.day(began)).id
        starts = {
            embargo.when.first
            for embargo in embargoes()
            if {party, *party.split("+")} & {*embargo.territory.split("+"), embargo.target}
        }
        if began not in starts:
            missing.append((row["Target"], began, sorted(str(day) for day in starts)))
    assert not missing
