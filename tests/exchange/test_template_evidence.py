"""The template's sheets on evidence: incidents, verifications, and rows that name files which the case lacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.case import Case, Rows
from takingstock.exchange import blank_template, load, read_template, write_template
from takingstock.exchange.workbook import read_workbook
from takingstock.records import Answer, Aspect, Evidence

Write = Callable[..., Path]
HELD, LACKING = "a1" * 32, "b2" * 32
SOURCES = "id,title\nsrc,A source\n"
SIGHTINGS = (
    "id,source,holder,item,quantity,minimum,evidence,known_by,same_as\n"
    f"one,src,islamic-state,pistol,4,3,{HELD.upper()},seen in the picture,\n"
    f"two,src,islamic-state,pistol,4,,{HELD}; {LACKING},,\n"
    "three,src,islamic-state,pistol,4,,,,one\n"
)
INCIDENTS = (
    "id,source,what,qualified_by,when,place,parties,sightings\n"
    "in-1,src,An attack,a commission,2014-07,Mosul,Islamic State,one; three\n"
    "in-2,src,An attack,a commission,2014-08,,,two\n"
    "in-3,src,An attack,a commission,2014-08,,,thre\n"
    "in-4,src,An attack,,2014-08,,,\n"
    "in-5,src,An attack,a court,2014-08,,John Doe,\n"
)
VERIFICATIONS = (
    "id,sha256,person,aspect,answer,method,reason,finding\n"
    f",{HELD},Anna  K.,Place,CONFIRMED,satellite pictures,the wall agrees,Mosul\n"
    f",{LACKING},Anna K.,time,confirmed,shadows,they agree,2014-07\n"
    ",abc,Anna K.,time,confirmed,shadows,they agree,\n"
    f",{HELD},Anna K.,time,perhaps,shadows,,\n"
)


@pytest.fixture
def path(write: Write) -> Path:
    return write("t", sources=SOURCES, sightings=SIGHTINGS, incidents=INCIDENTS, verifications=VERIFICATIONS)


def test_what_names_a_file_that_is_not_there_waits(path: Path) -> None:
    reading = read_template(path, evidence={HELD})
    assert [one.id for one in reading.sightings] == ["one", "three"]
    one, three = reading.sightings
    assert (one.minimum, one.evidence, one.known_by, three.same_as) == (3, (HELD,), "seen in the picture", "one")
    assert [(row.sheet, row.line) for row in reading.review] == [
        ("incidents", 3), ("sightings", 3), ("verifications", 3),
    ]  # fmt: skip
    incident, sighting, verification = (row.reason for row in reading.review)
    assert LACKING in sighting
    assert HELD not in sighting
    assert "evidence add" in verification
    assert "'two'" in incident
    (taken,) = reading.verifications
    assert taken.id == f"{HELD}/place/anna k."
    assert (taken.aspect, taken.answer, taken.person) == (Aspect.PLACE, Answer.CONFIRMED, "Anna  K.")
    reasons = {(row.sheet, row.line): row.reason for row in reading.rejected}
    assert set(reasons) == {
        ("incidents", 4),
        ("incidents", 5),
        ("incidents", 6),
        ("verifications", 4),
        ("verifications", 5),
    }
    assert "did you mean three" in reasons["incidents", 4]
    assert "qualified_by: is empty" in reasons["incidents", 5]
    assert "John Doe" in reasons["incidents", 6], "a private person is no party, and none is made"
    assert "no SHA-256" in reasons["verifications", 4]
    assert "answer" in reasons["verifications", 5]
    assert "reason: is empty" in reasons["verifications", 5]


def test_without_a_case_files_are_not_asked_for(path: Path) -> None:
    reading = read_template(path)
    assert reading.review == ()
    assert [one.id for one in reading.incidents] == ["in-1", "in-2"]


def test_into_a_case_again_and_out_again(path: Path, case: Case, tmp_path: Path) -> None:
    without = load(case, path, dry_run=True)
    case.write(Rows.of(Evidence(id=HELD, size=1)), actor="a test", reason="a file")
    report = load(case, path)
    assert (report.review, report.ledger, report.rejected) == (3, 5, 5)
    assert without.review > report.review
    leftovers = list((case.folder / "imports").glob("*.review.csv"))
    assert len(leftovers) == 1
    assert load(case, path).unchanged == report.ledger
    ledger = case.ledger()
    for out in (tmp_path / "out", tmp_path / "out.xlsx"):
        back = read_template(write_template(ledger, out))
        assert (back.incidents, back.verifications, back.sightings) == (
            ledger.incidents, ledger.verifications, ledger.sightings,
        )  # fmt: skip


@pytest.mark.parametrize(("first", "second", "kept"), [("b", "a", set()), ("a", "", {"b"}), ("nobody", "a", set())])
def test_a_sighting_that_is_the_same_as_itself_or_as_nobody(
    write: Write, first: str, second: str, kept: set[str]
) -> None:
    rows = f"id,source,holder,item,same_as\na,src,islamic-state,pistol,{first}\nb,src,islamic-state,pistol,{second}\n"
    reading = read_template(write("t", sources=SOURCES, sightings=rows))
    assert {one.id for one in reading.sightings} == kept
    assert all(row.reason.startswith("same_as: ") for row in reading.rejected)


def test_arabic_headers(write: Write) -> None:
    rows = f"الدليل,القائم بالتحقق,الجانب,النتيجة,الطريقة,السبب,ما تبيّن\n{HELD},ليلى,origin,confirmed,بحث,نعم,الموصل\n"
    (one,) = read_template(write("التحقق.csv", rows)).verifications
    assert (one.person, one.finding) == ("ليلى", "الموصل")
    incidents = "id,المصدر,الانتهاك,من وصفه,التاريخ,المكان,الأطراف\nin,src,هجوم,لجنة,2014,الموصل,IRQ\n"
    (two,) = read_template(write("t", sources=SOURCES, incidents=incidents)).incidents
    assert (two.what, two.qualified_by, two.parties) == ("هجوم", "لجنة", ("IRQ",))


def test_the_blank_workbook_has_the_sheets(tmp_path: Path) -> None:
    grids = {grid.name: grid for grid in read_workbook(blank_template(tmp_path / "blank.xlsx"))}
    assert {"incidents", "verifications"} <= set(grids)


def test_rows_without_an_id_are_each_their_own(write: Write) -> None:
    head = "evidence,person,aspect,answer,method,reason\n"
    rows = "".join(f"{HELD},{who},{aspect},confirmed,m,r\n" for who in ("Ana", "Bo") for aspect in Aspect)
    reading = read_template(write("verifications.csv", head + rows + f"{HELD},ANA,origin,refuted,m,r\n"))
    assert len(reading.verifications) == 5
    assert [row.line for row in reading.rejected] == [2, 8], "one person, two answers in one file: neither is taken"
    assert "line 8 with other content" in reading.rejected[0].reason
