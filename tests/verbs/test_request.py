"""request on a real case: the draft, what it lacks, the letter, its steps, and an answer that becomes a statement."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from takingstock.case import Rows, open_case
from takingstock.cli.app import app
from takingstock.records import (
    BadValueError,
    ConflictError,
    DateRange,
    Mode,
    Place,
    ProvenanceLevel,
    Quantity,
    RequestStatus,
    Sighting,
    Source,
    SourceKind,
    Statement,
    TraceRequest,
    UnknownNameError,
)
from takingstock.verbs import init
from takingstock.verbs.request import answer, draft, letter, requests, step
from takingstock.verbs.requested import FOLLOWS, missing
from takingstock.verbs.trace import trace

DAY = date(2016, 3, 1)
FULL = {"make": "Cugir", "circumstances": "found", "why_illicit": "embargo", "intended_use": "to publish"}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    rifle = "rifle.assault.ak.akm"
    rows = Rows(
        sources=(Source(id="team", title="Field team", kind=SourceKind.FIELD),),
        sightings=(
            Sighting(
                id="s1", source="team", holder="islamic-state", item=rifle, quantity=Quantity.exact(1), made_in="ROU",
                made=DateRange.parse("1978"),
                marks=("serial: AB 4471", "triangle", "import: US 04", "serial: [removed]"),
                place=Place(name="Ramadi"), when=DateRange.parse("2016-02-09"),
            ),
            Sighting(id="s2", source="team", holder="islamic-state", item="ammunition.cartridge", marks=("7-12",)),
        ),
        statements=(
            Statement(
                id="d1", movement="m1", source="team", item=rifle, from_party="ROU", to_party="iraqi-army",
                quantity=Quantity.exact(500), when=DateRange.parse("2004"), mode=Mode.EXPORT, marks=("lot 9",),
            ),
        ),
    )  # fmt: skip
    with open_case(folder) as opened:
        opened.write(rows, actor="A", reason="r")
    return folder


def drafted(case: Path, **fields: str) -> str:
    made = draft(case, to="Romania", requester="Centre", person="A", sighting="s1", fields=fields, today=DAY)
    return made.request.id


def status(case: Path, day: date = DAY) -> RequestStatus:
    (found,) = requests(case, today=day)
    return found.status


def test_a_draft_is_prefilled_and_says_what_is_missing(case: Path) -> None:
    made = draft(case, to="Romania", requester="Centre", person="A", sighting="s1", today=DAY)
    row = made.request
    assert (row.serial, row.import_marks, row.marks) == ("AB 4471", "US 04", ("triangle", "serial: [removed]"))
    assert (row.model, row.calibre, row.made_in, str(row.made)) == ("AKM", "7.62×39 mm", "ROU", "1978")
    assert (row.place, str(row.found), row.sightings, str(row.drafted)) == (
        "Ramadi",
        "2016-02-09",
        ("s1",),
        "2016-03-01",
    )
    assert [(one.field, one.paragraph) for one in made.missing if one.required] == [
        ("circumstances", "17"),
        ("why_illicit", "17"),
        ("intended_use", "17"),
    ]
    assert made.words == ()


def test_a_mark_that_was_removed_stands_for_nothing() -> None:
    row = TraceRequest(
        id="r", recipient="ROU", requester="C", item="pistol", made_in="ROU", marks=("serial: [removed]",)
    )
    assert {"make", "serial"} <= {one.field for one in missing(row) if one.required}
    coded = row.model_copy(update={"marks": ("triangle 386",)})
    assert not {"make", "serial"} & {one.field for one in missing(coded)}


def test_a_draft_again_revises_it(case: Path) -> None:
    first = drafted(case, why_illicit="an embargo")
    again = draft(case, to="ROU", requester="Centre", person="A", sighting="s1", fields={"make": "Cugir"}, today=DAY)
    assert (again.request.id, again.request.why_illicit, again.request.make) == (first, "an embargo", "Cugir")
    assert len(requests(case, today=DAY)) == 1


def test_ammunition_and_companies_are_outside_the_instrument(case: Path) -> None:
    made = draft(case, to="Romania", requester="Centre", person="A", sighting="s2", today=DAY)
    assert made.request.lot == "7-12"
    assert "outside it" in made.words[0]
    assert {one.paragraph for one in made.missing} == {""}
    old = draft(case, to="SUN", requester="Centre", person="A", sighting="s1", today=DAY)
    assert "is no more" in old.words[0]


def test_a_draft_from_a_movement(case: Path) -> None:
    made = draft(case, to="ROU", requester="Centre", person="A", movement="m1", today=DAY)
    assert (made.request.lot, made.request.movement, made.request.item) == ("9", "m1", "rifle.assault.ak.akm")
    assert "serial" in [one.field for one in made.missing if one.required]


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"sighting": "nope"}, UnknownNameError, "release it first"),
        ({"movement": "nope"}, UnknownNameError, "no movement"),
        ({}, BadValueError, "--sighting ID, or --movement KEY"),
        ({"sighting": "s1", "fields": {"colour": "x"}}, BadValueError, "no field colour"),
        ({"sighting": "s1", "fields": {"language": "xx"}}, BadValueError, "en, ar"),
        ({"sighting": "s1", "fields": {"due": "soon"}}, BadValueError, "soon"),
        ({"sighting": "s1", "requester": " "}, BadValueError, "--by"),
    ],
)
def test_a_bad_draft_says_what_to_do(case: Path, given: dict[str, object], error: type[Exception], says: str) -> None:
    call: dict[str, object] = {"to": "ROU", "requester": "Centre", "person": "A"} | given
    with pytest.raises(error, match=says):
        draft(case, **call)  # type: ignore[arg-type]
    assert requests(case, today=DAY) == ()


def test_sent_only_when_filled_or_for_a_reason(case: Path) -> None:
    id_ = drafted(case, circumstances="found")
    with pytest.raises(BadValueError, match="still empty: why_illicit, intended_use"):
        step(case, id_, "sent", when="2016-03-02", person="A")
    with pytest.raises(BadValueError, match="--reason"):
        step(case, id_, "sent", when="2016-03-02", person="A", incomplete=True)
    made = step(case, id_, "sent", when="2016-03-02", person="A", incomplete=True, reason="urgent", note="by fax")
    assert made.step.note == "sent without why_illicit, intended_use: urgent. by fax"
    with pytest.raises(ConflictError, match="was sent already"):
        drafted(case, make="x")


def test_every_step_goes_forward_and_no_other(case: Path) -> None:
    id_ = drafted(case, **FULL)
    reached, day = RequestStatus.DRAFTED, 2
    for going in (RequestStatus.SENT, RequestStatus.ACKNOWLEDGED, RequestStatus.REFUSED, RequestStatus.ANSWERED):
        for wrong in set(RequestStatus) - FOLLOWS[reached]:
            with pytest.raises(BadValueError, match=r"cannot follow|no step"):
                step(case, id_, wrong.value, when=f"2016-03-{day:02}", person="A", note="n")
        step(case, id_, going.value, when=f"2016-03-{day:02}", person="A", note="n")
        reached, day = going, day + 1
        assert status(case) is going


def test_a_refusal_has_its_reasons_and_dates_do_not_run_back(case: Path) -> None:
    id_ = drafted(case, **FULL)
    step(case, id_, "sent", when="2016-03-02", person="A")
    with pytest.raises(BadValueError, match="reasons"):
        step(case, id_, "refused", when="2016-04-02", person="A")
    with pytest.raises(BadValueError, match="what the answer is"):
        step(case, id_, "answered", when="2016-04-02", person="A")
    with pytest.raises(BadValueError, match="before the step sent"):
        step(case, id_, "refused", when="2016-02-01", person="A", note="secret")
    with pytest.raises(UnknownNameError, match="no trace request"):
        step(case, "tr-none", "sent", when="2016", person="A")
    step(case, id_, "refused", when="2016-04-02", person="A", note="a court case is running")
    (found,) = requests(case, today=DAY, status="refused")
    assert found.steps[-1].note == "a court case is running"


def test_nothing_comes_before_the_draft(case: Path) -> None:
    id_ = drafted(case, **FULL)
    for name in ("acknowledged", "answered", "refused"):
        with pytest.raises(BadValueError, match="the request is drafted, and"):
            step(case, id_, name, when="2016-03-02", person="A", note="n")
    with pytest.raises(BadValueError, match="the request is drafted, and answered cannot follow; what can: sent"):
        answer(case, id_, when="2016-05-02", person="A", from_party="ROU", to_party="IRQ")
    with pytest.raises(BadValueError, match="2016-02-28 is before 2016-03-01, the day of the draft: nothing was sent"):
        step(case, id_, "sent", when="2016-02-28", person="A")
    assert status(case) is RequestStatus.DRAFTED
    # The month in which it was drafted may be that day or a later one.
    step(case, id_, "sent", when="2016-03", person="A")
    with pytest.raises(BadValueError, match=r"2016-02 is before the step sent of 2016-03"):
        step(case, id_, "acknowledged", when="2016-02", person="A")


def test_a_letter_of_the_past_is_drafted_on_its_day(case: Path) -> None:
    """Drafting again on a later day leaves the day of the first writing; an earlier one puts it right."""
    id_ = drafted(case, **FULL)
    again = {"to": "Romania", "requester": "Centre", "person": "A", "sighting": "s1"}
    assert str(draft(case, **again, today=date(2016, 4, 1)).request.drafted) == "2016-03-01"  # type: ignore[arg-type]
    assert str(draft(case, **again).request.drafted) == "2016-03-01"  # type: ignore[arg-type]
    assert str(draft(case, **again, today=date(2015, 1, 9)).request.drafted) == "2015-01-09"  # type: ignore[arg-type]
    step(case, id_, "sent", when="2015-02-01", person="A")


def test_overdue_is_computed_for_a_day(case: Path) -> None:
    id_ = drafted(case, **FULL, due="2016-06-01")
    assert status(case, date(2017, 1, 1)) is RequestStatus.DRAFTED
    step(case, id_, "sent", when="2016-03-02", person="A")
    assert status(case, date(2016, 6, 1)) is RequestStatus.SENT
    assert status(case, date(2016, 6, 2)) is RequestStatus.OVERDUE
    assert len(requests(case, today=date(2016, 6, 2), status="sent")) == 1
    step(case, id_, "answered", when="2016-07-02", person="A", note="no record of it")
    assert status(case, date(2017, 1, 1)) is RequestStatus.ANSWERED


def test_an_answer_becomes_a_statement_in_one_event(case: Path) -> None:
    id_ = drafted(case, **FULL)
    step(case, id_, "sent", when="2016-03-02", person="A")
    with open_case(case) as opened:
        before = opened.revision
    made = answer(
        case, id_, when="2016-05-02", person="A", from_party="Romania", to_party="Iraq", quantity="500",
        date_of="2004-03", reference="R-1", note="from stock", movement="m1", authorised=False,
    )  # fmt: skip
    assert made.revision == before + 1
    statement, source = made.statement, made.source
    assert statement is not None
    assert source is not None
    assert statement.level is ProvenanceLevel.CONFIRMED
    assert (statement.from_party, statement.to_party, str(statement.when)) == ("ROU", "IRQ", "2004-03")
    assert (statement.marks, statement.reporter, statement.authorised) == (
        ("serial: AB 4471", "import: US 04", "triangle", "serial: [removed]"),
        "ROU",
        False,
    )
    assert (source.kind, str(source.published), statement.source) == (SourceKind.REPLY, "2016-05-02", source.id)
    assert made.step.statement == statement.id
    more = answer(case, id_, when="2016-05-09", person="A", from_party="ROU", to_party="IRQ", quantity="2")
    assert more.statement is not None
    assert more.statement.movement == f"{id_}/transfer"
    # What was answered is in the trace from now on.
    assert trace(case, "IRQ", draws=0).items


def test_an_answer_of_a_company_that_did_not_export_confirms_nothing(case: Path) -> None:
    made = draft(case, to="islamic-state", requester="C", person="A", sighting="s1", fields=FULL, today=DAY)
    assert "no state" in made.words[0]
    step(case, made.request.id, "sent", when="2016-03-02", person="A")
    said = answer(case, made.request.id, when="2016-05-02", person="A", from_party="ROU", to_party="IRQ")
    assert said.statement is not None
    assert said.statement.level is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "names a party"),
        ({"from_party": "ROU", "to_party": "ROU"}, "needs two holders"),
        ({"from_party": "ROU", "to_party": "IRQ", "mode": "gift"}, "--mode"),
        ({"from_party": "ROU", "quantity": "many"}, "many"),
        ({"from_party": "ROU", "movement": "nope"}, "no movement"),
        ({"from_party": "ROU", "to_party": "IRQ", "when": "2016-01-01"}, "before the step sent"),
    ],
)
def test_a_bad_answer_writes_nothing(case: Path, given: dict[str, str], says: str) -> None:
    id_ = drafted(case, **FULL)
    step(case, id_, "sent", when="2016-03-02", person="A")
    call = {"when": "2016-05-02", "person": "A"} | given
    with pytest.raises((BadValueError, UnknownNameError), match=says):
        answer(case, id_, **call)  # type: ignore[arg-type]
    with open_case(case) as opened:
        assert len(opened.ledger().statements) == 1


def test_the_letter_is_written_whole_or_not(case: Path, tmp_path: Path) -> None:
    id_ = drafted(case, **FULL, language="ar")
    made = letter(case, id_, tmp_path / "out" / "a.html")
    assert made.language == "ar"
    assert 'lang="ar"' in Path(made.out).read_text("utf-8")
    letter(case, id_, tmp_path / "a.txt", language="en")
    assert "Request for tracing" in (tmp_path / "a.txt").read_text("utf-8")
    with pytest.raises(BadValueError, match="print the page to PDF"):
        letter(case, id_, tmp_path / "a.pdf")


def test_the_commands(case: Path, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["request", *words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    made = json.loads(
        run(
            "draft", str(case), "--to", "Romania", "--by", "Centre", "--sighting", "s1", "--why-illicit", "w",
            "--circumstances", "c", "--use", "u", "--due", "2016-06-01", "--today", "2016-03-01", "--format", "json",
        )
    )  # fmt: skip
    id_ = made["request"]["id"]
    assert made["request"]["drafted"] == "2016-03-01"
    run("letter", str(case), id_, "--out", str(tmp_path / "l.html"))
    assert "sent" in run("step", str(case), id_, "sent", "--when", "2016-03-02")
    (row,) = json.loads(run("list", str(case), "--today", "2016-07-01", "--format", "json"))["requests"]
    assert (row["status"], row["before"]) == ("overdue", "sent")
    said = run(
        "answer", str(case), id_, "--when", "2016-07-02", "--from", "Romania", "--to", "Iraq", "--quantity", "1",
        "--not-authorised",
    )  # fmt: skip
    assert "confirmed-by-exporter" in said
    assert "answered" in run("list", str(case), "--format", "csv")
