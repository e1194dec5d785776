"""load: one event or none, counts that add up, rejects beside the case, and a case that bad input leaves alone."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest

import takingstock
from takingstock.case import Case, create
from takingstock.exchange import load, write_template
from takingstock.records import BODY, BadFileError, ConflictError, DateRange, RowsImported, UnknownNameError

Write = Callable[..., Path]
HEAD = "id,source,item,from,to,quantity,when,mode\n"
SOURCES = "id,title\nsrc,A source\n"
GOOD = "a,src,tank,USA,Iraq,1,2010,export\n"
BAD = "b,src,tank,Atlantis,Iraq,-1,2010-02-30,export\n"
REGISTER = "Deal ID,Seller,Buyer,Designation,Description,Numbers delivered,Delivery year\n"


def exported(case: Case, folder: Path) -> dict[str, bytes]:
    write_template(case.ledger(), folder)
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_a_file_is_one_event(case: Case, folder: Path) -> None:
    report = load(case, folder, actor="Ada")
    assert (report.reader, report.read, report.ledger, report.review, report.rejected) == ("template", 5, 5, 0, 0)
    assert (report.rejects_file, report.unchanged, report.revised) == (None, 0, 0)
    assert len(case.ledger().statements) == 2
    event = case.events()[-1]
    body = BODY.validate_json(event.payload)
    assert isinstance(body, RowsImported)
    assert (event.actor, body.read, body.ledger, dict(body.added)["statements"]) == ("Ada", 5, 5, 2)
    assert case.verify() == ()


def test_again_changes_nothing_and_leaves_no_event(case: Case, folder: Path) -> None:
    load(case, folder)
    before, revision = case.ledger(), case.revision
    report = load(case, folder)
    assert (report.ledger, report.unchanged, report.revised) == (5, 5, 0)
    assert (case.ledger(), case.revision) == (before, revision)


def test_a_changed_row_is_revised(case: Case, folder: Path) -> None:
    load(case, folder)
    text = (folder / "statements.csv").read_text()
    (folder / "statements.csv").write_text(text.replace("140", "138"))
    report = load(case, folder)
    assert (report.unchanged, report.revised) == (4, 1)
    assert case.ledger().statement_by_id["s1"].quantity.low == 138


def test_a_dry_run_writes_nothing(case: Case, write: Write) -> None:
    path = write("t", sources=SOURCES, statements=HEAD + GOOD + BAD)
    report = load(case, path, dry_run=True)
    assert (report.dry_run, report.read, report.ledger, report.rejected) == (True, 3, 2, 1)
    assert report.rejects_file is None
    assert "Atlantis" in report.rejects[0].reason
    assert case.revision == 1
    assert case.ledger().sources == ()
    assert not (case.folder / "imports").exists()


def test_rejects_lie_beside_the_case_and_can_be_mended(case: Case, write: Write) -> None:
    path = write("t", sources=SOURCES, statements=HEAD + GOOD + BAD)
    report = load(case, path)
    assert report.rejects_file
    file = Path(report.rejects_file)
    assert file.parent == case.folder / "imports"
    assert file.name.startswith("t-")
    assert file.name.endswith(".rejects.csv")
    (row,) = csv.DictReader(file.read_text().splitlines())
    assert (row["sheet"], row["line"], row["id"], row["from"]) == ("statements", "3", "b", "Atlantis")
    assert "negative quantity" in row["reason"]
    first = file.read_bytes()
    load(case, path)
    assert file.read_bytes() == first
    mended = file.read_text().replace("Atlantis", "Jordan").replace("'-1", "1").replace("2010-02-30", "2010")
    assert load(case, write("statements.csv", mended)).ledger == 1
    assert case.ledger().statement_by_id["b"].from_party == "JOR"


def test_another_folder_for_rejects(case: Case, write: Write, tmp_path: Path) -> None:
    report = load(case, write("t", sources=SOURCES, statements=HEAD + GOOD + BAD), rejects_dir=tmp_path / "bad")
    assert report.rejects_file
    assert Path(report.rejects_file).parent == tmp_path / "bad"


def test_a_sheet_of_which_nothing_can_be_taken_is_refused_whole(case: Case, write: Write) -> None:
    with pytest.raises(BadFileError) as error:
        load(case, write("t", sources=SOURCES, statements=HEAD + BAD + BAD.replace("b,", "c,")))
    text = str(error.value)
    assert "\n" not in text
    assert "no row of statements can be taken; line 2: " in text
    assert "Atlantis" in text
    assert "every reason is in" in text
    (file,) = (case.folder / "imports").iterdir()
    assert file.name in text
    assert case.revision == 1
    assert case.ledger().sources == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"id,title\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0",
        b"PK\x03\x04 and no more",
        b"apples,pears\n1,2\n",
        (HEAD.replace("item,", "") + "a,src,USA,Iraq,1,2010,export\n").encode(),
        (HEAD + GOOD + "b,src,tank,US").encode(),
        (HEAD + BAD).encode(),
        (HEAD + GOOD.replace("2010", "2010-13")).encode(),
        (HEAD + GOOD.replace(",1,", ",-1,")).encode(),
        (REGISTER + "1,Hungary,Iraq,T-72M1,tank,-1,2005\n").encode(),
        (REGISTER.replace(",Delivery year", "") + "1,Hungary,Iraq,T-72M1,tank,1\n").encode(),
    ],
)
def test_bad_input_leaves_the_case_as_it_was(
    case: Case, write: Write, folder: Path, tmp_path: Path, content: bytes
) -> None:
    load(case, folder)
    before, revision = exported(case, tmp_path / "before"), case.revision
    with pytest.raises(BadFileError) as error:
        load(case, write("bad.csv", content))
    assert "\n" not in str(error.value)
    assert exported(case, tmp_path / "after") == before
    assert case.revision == revision


def test_a_reader_may_be_named(case: Case, write: Write) -> None:
    path = write("x.csv", REGISTER + "1,Hungary,Iraq,T-72M1,tank,1,2005\n")
    with pytest.raises(UnknownNameError, match="template, sipri"):
        load(case, path, reader="palantir")
    with pytest.raises(BadFileError):
        load(case, path, reader="template")
    assert load(case, path, reader="sipri", coverage=DateRange.parse("1995..")).ledger == 1
    cover = case.ledger().sources[0].coverage
    assert cover
    assert cover.period == DateRange.parse("1995..")


def test_a_wider_register_is_one_revised_source(case: Case, write: Write) -> None:
    row = "1,Hungary,Iraq,T-72M1,tank,1,2005\n"
    early, late = (
        write("a.csv", REGISTER + row),
        write("b.csv", REGISTER + row + row.replace("1,H", "2,H").replace("5", "9")),
    )
    load(case, early)
    report = load(case, late)
    assert (report.ledger, report.unchanged) == (2, 1)
    assert any("now covers 2005..2009; before: 2005" in note for note in report.notes)
    (source,) = case.ledger().sources
    assert source.coverage
    assert source.coverage.period == DateRange.parse("2005..2009")
    revision = case.revision
    for file in (early, late):
        load(case, file)
    assert case.revision == revision
    assert case.verify() == ()


def test_rejects_for_an_error_in_a_cell_stay_rejected_until_mended(case: Case, write: Write) -> None:
    report = load(
        case, write("t", sources=SOURCES, statements=HEAD + GOOD + GOOD.replace("a,", "b,").replace("2010", "#REF!"))
    )
    assert report.rejects_file
    text = Path(report.rejects_file).read_text()
    with pytest.raises(BadFileError, match="the cell holds the error #REF!"):
        load(case, write("statements.csv", text))
    assert load(case, write("statements.csv", text.replace(",#REF!", ",2010"))).ledger == 1


def test_review_rows_are_kept_and_said(case: Case, write: Write) -> None:
    text = REGISTER + "1,Hungary,Atlantis rebels*,T-72M1,tank,1,2005\n2,Hungary,Iraq,T-72M1,tank,1,2005\n"
    report = load(case, write("x.csv", text))
    assert (report.read, report.ledger, report.review, report.rejected) == (2, 1, 1, 0)
    (file,) = (case.folder / "imports").iterdir()
    assert file.name.endswith(".review.csv")
    assert "Atlantis rebels" in file.read_text()
    assert any(file.name in note and "line 2" in note for note in report.notes)


def test_the_register_in_its_other_layout_would_count_twice(case: Case, write: Write) -> None:
    load(case, write("a.csv", REGISTER + "1,Hungary,Iraq,T-72M1,tank,1,2005\n"))
    head = (
        "Recipient,Supplier,Year of order,,Number ordered,,Weapon designation,Weapon description,Number delivered,,"
        "Year(s) of delivery\n"
    )
    revision = case.revision
    with pytest.raises(ConflictError, match="other layout"):
        load(case, write("b.csv", head + "Iraq,Hungary,2004,,1,,T-72M1,tank,1,,2005\n"))
    assert case.revision == revision


def test_the_extract_twice_and_shuffled_is_the_same_ledger(extract: Path, tmp_path: Path) -> None:
    head, *rows = extract.read_text().splitlines()
    random.Random(7).shuffle(rows)
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([head, *rows]) + "\n")
    with create(tmp_path / "one", "T") as one, create(tmp_path / "two", "T") as two:
        first = load(one, extract)
        assert (first.read, first.ledger + first.review + first.rejected) == (1538, 1538)
        ledger, revision = one.ledger(), one.revision
        again = load(one, shuffled)
        assert (again.unchanged, again.revised) == (first.ledger, 0)
        assert (one.ledger(), one.revision) == (ledger, revision)
        load(two, shuffled)
        assert two.ledger().statements == ledger.statements
        assert two.ledger().sources == ledger.sources


def test_the_extract_over_the_bundled_case_speaks_of_the_same_movements(extract: Path, tmp_path: Path) -> None:
    bundled = Path(takingstock.__file__).parent / "cases" / "iraq"
    with create(tmp_path / "iraq", "Iraq") as made:
        assert load(made, bundled).rejected == 0
        before = made.ledger()
        report = load(made, extract)
        after = made.ledger()
    assert (report.rejected, report.revised) == (0, 0)
    assert after.sources == before.sources
    entered_by_hand = [s for s in before.statements if s.source == "sipri-2026" and s.movement.startswith("sipri-")]
    theirs = {s.movement: s for s in entered_by_hand}
    ours = {s.movement: s for s in after.statements if s.id.startswith("sipri-at-")}
    assert len(theirs) > 50
    assert set(theirs) <= set(ours)
    for key, entered in theirs.items():
        imported = ours[key]
        assert imported.source == entered.source, key
        assert (imported.from_party, imported.quantity.best, imported.when) == (
            entered.from_party,
            entered.quantity.best,
            entered.when,
        ), key
