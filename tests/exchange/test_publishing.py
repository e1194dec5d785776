"""Nothing leaves at redaction level public that nobody decided on, and no text that a person wrote."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from takingstock.case.rows import TABLES as MODELS
from takingstock.exchange import write_template
from takingstock.exchange.publishing import FIELDS, KEPT, LEFT_OUT, PUBLISHED, WITHHELD, public
from takingstock.exchange.reading import TABLES
from takingstock.records import (
    Adjustment,
    Basis,
    Contact,
    ContactKind,
    Count,
    Coverage,
    DateRange,
    FollowUp,
    FollowUpStatus,
    Incident,
    Ledger,
    Mode,
    Money,
    NameKind,
    Naming,
    Party,
    PartyKind,
    Payment,
    Place,
    Population,
    Precision,
    Quantity,
    Sighting,
    Source,
    SourceKind,
    Statement,
    TraceRequest,
    Unit,
    Verification,
)
from takingstock.records.linking import Linking, LinkKind
from takingstock.reference.parties import directory

MARK = "CANARY"
ONE = Quantity.exact(1) if hasattr(Quantity, "exact") else Quantity.parse("1")


@pytest.mark.parametrize("table", TABLES)
def test_every_field_of_every_record_is_decided(table: str) -> None:
    if table in WITHHELD:
        assert table not in FIELDS
        return
    assert set(FIELDS[table]) == set(MODELS[table].model_fields), f"decide on the fields of {table} in publishing.py"


def test_no_free_text_of_a_person_is_among_what_is_kept() -> None:
    free = {"remark", "note", "reason", "person", "locator", "condition", "claimant", "designation", "allegation"}
    free |= {"what", "qualified_by", "known_by", "marking_condition", "marks", "serial", "lot", "text", "aliases"}
    for table, fields in FIELDS.items():
        kept = {name for name, decision in fields.items() if decision == "kept"}
        # The condition of a statement is one of a few words, not a text.
        assert not kept & (free - ({"condition"} if table == "statements" else set())), table
    assert get_args(type(KEPT)) == ()


def place(**more: Any) -> Place:
    return Place(name=f"House of {MARK}, Mosul, Iraq", latitude=36.33512, longitude=43.11894, **more)


@pytest.fixture
def ledger() -> Ledger:
    """Every text that a person may write holds the mark."""
    when = DateRange.of(date(2016, 5, 1)) if hasattr(DateRange, "of") else DateRange.parse("2016-05-01")
    field = {"source": "field"}
    text = {"locator": MARK, "remark": MARK}
    return Ledger(
        title="t",
        revision=1,
        head="0" * 64,
        sources=(
            Source(
                id="field",
                title=f"Talk with {MARK}",
                publisher=MARK,
                kind=SourceKind.FIELD,
                url="https://maps.example/@36.33512,43.11894",
                note=MARK,
                coverage=Coverage(period=when, note=MARK),
            ),
            Source(id="un", title="A report", kind=SourceKind.OFFICIAL, url="https://un.example/doc?id=1", note=MARK),
            Source(id="map", title="Map", kind=SourceKind.PRESS, url="https://m.example/?q=36.33512,43.11894"),
        ),
        parties=(Party(id="p1", name="Unit 1", kind=PartyKind.UNIT, aliases=(MARK,), remark=MARK, source=MARK),),
        statements=(
            Statement(
                id="st",
                movement="m",
                item="rifle",
                mode=Mode.AID,
                quantity=ONE,
                marks=(MARK,),
                place=place(),
                chain=MARK,
                link=1,
                claimant=MARK,
                allegation=MARK,
                allegation_status=MARK,
                designation=MARK,
                **field,
                **text,
            ),
        ),
        counts=(
            Count(
                id="c",
                holder="p1",
                item="rifle",
                quantity=ONE,
                basis=Basis.BOOKS,
                place=place(),
                condition=MARK,
                claimant=MARK,
                marks=(MARK,),
                **field,
                **text,
            ),
        ),
        populations=(
            Population(
                id="po",
                title=MARK,
                holder="p1",
                unit=next(iter(Unit)),
                territory=(MARK, "IRQ"),
                note=MARK,
                locator=MARK,
                **field,
            ),
        ),
        sightings=(
            Sighting(
                id="s",
                holder="p1",
                item="rifle",
                recoverer=MARK,
                place=place(precision=Precision.EXACT),
                marks=(MARK,),
                marking_condition=MARK,
                known_by=MARK,
                chain=MARK,
                **field,
                **text,
            ),
        ),
        incidents=(Incident(id="i", what=MARK, qualified_by=MARK, place=place(), **field, **text),),
        verifications=(
            Verification(
                id="v", evidence="a" * 64, person=MARK, aspect="place", answer="confirmed", method=MARK, reason=MARK
            ),
        ),
        payments=(
            Payment(
                id="pay",
                from_account=MARK,
                to_account=f"{MARK} 2",
                amount=Money(amount=ONE, currency="USD"),
                at="2016-05-01T10:11:12Z",
                category=MARK,
                balance_from=4.0,
                **field,
                **text,
            ),
        ),
        adjustments=(
            Adjustment(
                id="ad",
                holder="p1",
                item="rifle",
                direction="add",
                quantity=ONE,
                when=when,
                person=MARK,
                reason=MARK,
                place=place(),
            ),
        ),
        followups=(FollowUp(id="f", owner=MARK, status=FollowUpStatus.OPEN, person=MARK, note=MARK),),
        requests=(TraceRequest(id="r", recipient="ROU", requester=MARK, item="rifle", serial=MARK),),
        contacts=(Contact(id="co", party="ROU", kind=ContactKind.ASKED, when=when, person=MARK, text=MARK),),
        namings=(Naming(id="n", kind=NameKind.ITEM, text=MARK, person=MARK),),
        linkings=(Linking(id="l", kind=LinkKind.MERGE, movements=("m", "m2"), person=MARK, reason=MARK),),
    )


@pytest.mark.parametrize("printed", [False, True])
def test_what_the_team_was_told_does_not_leave(ledger: Ledger, tmp_path: Path, printed: bool) -> None:
    out = public(ledger, directory(ledger.parties), printed=printed)
    text = out.model_copy(update={"sources": tuple(s for s in out.sources if s.id != "un")}).model_dump_json()
    for told in (MARK, "36.33", "43.11", "10:11:12"):
        assert told not in text
    write_template(out, tmp_path / "out")
    files = "".join(path.read_text() for path in (tmp_path / "out").glob("*.csv"))
    assert (MARK in files) is printed  # the note of the published source, which a report prints
    assert out.verifications == out.followups == out.requests == out.namings == ()


def test_what_is_needed_to_read_the_rows_is_kept(ledger: Ledger) -> None:
    out = public(ledger, directory(ledger.parties))
    assert [one.title for one in out.sources] == [LEFT_OUT, "A report", "Map"]
    assert [one.url for one in out.sources] == ["", "https://un.example/doc?id=1", ""]
    assert out.sources[0].coverage == Coverage(period=ledger.sources[0].coverage.period)  # type: ignore[union-attr]
    (row,) = out.statements
    assert (row.place, row.chain, row.link) == (Place(name="Iraq", precision=Precision.COUNTRY), "chain-1", 1)
    # One chain under one name, wherever it occurs.
    assert out.sightings[0].chain == "chain-1"
    assert out.populations[0].territory == ("IRQ",)
    assert (out.payments[0].from_account, out.payments[0].to_account) == ("account-1", "account-2")


def test_a_report_prints_what_a_published_source_says_and_where(ledger: Ledger) -> None:
    moved = ledger.statements[0].model_copy(update={"source": "un"})
    out = public(ledger.model_copy(update={"statements": (moved,)}), directory(ledger.parties), printed=True)
    (row,) = out.statements
    assert (row.locator, row.designation, row.chain) == (MARK, MARK, MARK)
    assert row.marks == ()
    assert SourceKind.FIELD not in PUBLISHED
    exact = moved.model_copy(update={"place": place(precision=Precision.EXACT)})
    out = public(ledger.model_copy(update={"statements": (exact,)}), directory(ledger.parties), printed=True)
    assert out.statements[0].place == Place(name="Iraq", precision=Precision.COUNTRY)
