"""The bulk lane gives what the rule gives row by row, byte for byte, in any order; a case takes all of it or none."""

from __future__ import annotations

import csv
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.case import Case, create, open_case
from takingstock.case.bulk import columns
from takingstock.case.schema import typed
from takingstock.exchange import bulk, bulk_merge, bulk_read, load
from takingstock.exchange.mapping import mapping_of, read_mapping
from takingstock.exchange.mapping_fields import Names
from takingstock.exchange.mapping_rows import Given, chosen, rules
from takingstock.exchange.readers import Asked
from takingstock.exchange.reading import Reading
from takingstock.exchange.tabular import Row, Table, collect
from takingstock.records import BadFileError, DateRange, Ledger, Record, RowsImported, UnknownNameError
from takingstock.reference.parties import directory
from takingstock.reference.plain_yaml import parsed

HEADER = ("No", "Line", "Goods", "From", "To", "Number", "Unit", "Date", "Value", "Currency", "Note", "Marks", "State")
MAPPING = """\
exports:
  source: {id: reg, title: A register, kind: official}
  queries:
    - filters: {State: [done, Open]}
      filters_not: {Note: skip}
      entities:
        one:
          schema: Statement
          keys: [No, Line]
          key_literal: ex
          properties:
            item: {column: Goods}
            from: {column: From}
            to: {column: To}
            quantity: {column: Number}
            unit: {column: Unit, map: {pieces: items, "": items}}
            when: {column: Date}
            value: {column: Value}
            currency: {column: Currency}
            remark: {column: Note}
            designation: {columns: [Goods, Note], join: " – "}
            locator: {template: "line {{Line}} of {{No}}"}
            marks: {column: Marks, split: ","}
            mode: {column: State, map: {done: export, open: destruction, "": aid}}
            stage: {literal: delivered}
            grade: {literal: B2}
    - filters: {State: paid}
      entities:
        two:
          schema: Payment
          id_column: No
          properties:
            from_account: {column: From, required: true}
            to_account: {column: To}
            value: {column: Value, decimal: ","}
            currency: {literal: EUR}
            when: {column: Date}
            at: {column: Date}
            kind: {column: Note}
    - filters: {State: counted}
      entities:
        three:
          schema: Count
          keys: No
          properties:
            holder: {column: From}
            item: {column: Goods}
            quantity: {column: Number, required: true}
            unit: {column: Unit}
            when: {column: Date, format: "%Y-%m-%d"}
            basis: {literal: books}
            marks: {column: Marks}
            materiality: {column: Value}
    - filters_not: {State: other}
      entities:
        four:
          schema: Sighting
          keys: [No]
          properties:
            holder: {column: To}
            item: {column: Goods}
            quantity: {column: Number}
            share: {column: Value}
            made_in: {column: From}
            made: {column: Date}
            place: {column: Note}
            latitude: {column: Line}
            longitude: {column: Line}
"""

POOLS = {
    "No": [
        "L-1",
        "L-2",
        "L-3",
        "a/b",
        "50%",
        "'=x",
        " two  blanks ",
        "é",
        "",
        "#N/A",
        "x" * 130,
        "\ufeffz",
        "-1",
        'q"q',
    ],
    "Line": ["1", "2", "", "007", "Err:502", "90.5"],
    "Goods": ["T-72M1", "AK-47", "rifle.assault.ak", "7.62x39mm", "no such thing", "", "tank"],
    "From": ["Russia", "USSR", "Yugoslavia", "Iraq", "nobody at all", "", "ΕΛΛΑΔΑ", "#REF!"],
    "To": ["Iraq", "Iran", "Germany", "USA", "", "islamic-state", "Iraq "],
    "Number": [
        "1",
        "007",
        "0",
        "12.5",
        "1,000",
        "1.000",
        "2..3",
        "~5",
        ">=4",
        "",
        "-1",
        "?",
        "1e3",
        "99999999999999",
        "٣",
    ],
    "Unit": ["", "pieces", "rounds", "items", "tonnes", "boxes"],
    "Date": [
        "1985",
        "1991-12-25",
        "1991-12-26",
        "1992",
        "2014-06-10",
        "2014/6/1",
        "",
        "13.13.2013",
        "2004..2006",
        "1985-01-01",
    ],
    "Value": ["100", "12.50", "1.000,5", "", "x", "3", "0"],
    "Currency": ["USD", "EUR", "", "us dollars", 'q"', "73856093179424"],
    "Note": [
        "",
        "note",
        'with "quotes"',
        "back\\slash",
        "two\nlines",
        "\x01",
        "'=1+1",
        "#DIV/0!",
        "skip",
        "عربي",
        "a,b",
    ],
    "Marks": ["", "a", "a,b", "a;b", "x\\;y", "1, 2"],
    "State": ["done", "Open", "open", "", "paid", "counted", "other", "seen"],
}

row = st.tuples(*(st.sampled_from(POOLS[name]) for name in HEADER))


def text_of(rows: Iterable[Iterable[str]], header: Iterable[str] = HEADER) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([tuple(header), *rows])
    return out.getvalue()


def by_bulk(path: Path, ledger: Ledger | None = None) -> tuple[bulk._Work, dict[str, list[tuple[Any, ...]]]]:
    """What the bulk lane would give to a case."""
    plan = mapping_of(parsed(MAPPING.encode(), "m")[0], "m")
    stream = bulk_read.open_stream(path, plan.reads)
    names = Names(ledger, ["reg"])
    with tempfile.TemporaryDirectory() as scratch:
        work = bulk._Work(
            stream,
            rules(plan, stream.header, Given(), path.name),
            names,
            None,
            Path(scratch),
            path.parent / "left",
            path,
            True,
            None,
        )
        work.read()
        found: dict[str, list[tuple[Any, ...]]] = {}
        try:
            for batch in work.batches():
                found.setdefault(batch.table, []).extend(zip(*batch.columns, strict=True))
        except BadFileError:
            assert work.ledger == work.review.rows == 0
        finally:
            work.close()
        work.first = [*work._all_rejected()]
        work.later = [*work.review]  # type: ignore[attr-defined]
    return work, found


def one_by_one(path: Path) -> Reading:
    """The same by the rule for one row, and by what every reader does with its rows."""
    plan = mapping_of(parsed(MAPPING.encode(), "m")[0], "m")
    names = Names(None, ["reg"])
    stream = bulk_read.open_stream(path, plan.reads)
    queries = rules(plan, stream.header, Given(), path.name)
    table = Table(
        stream.name,
        tuple(Row(line, {}, tuple(zip(stream.header, cells, strict=True))) for line, cells in bulk_read.all_of(stream)),
        (),
        (),
    )

    def take(row: Row) -> list[Record]:
        cells = dict(enumerate(cell for _, cell in row.original))
        return [chosen(queries, cells).record(cells, names)]

    return collect("mapping", path, table, take, Asked(Ledger(title="", revision=1, head="")))


def stored(table: str, record: Any) -> tuple[Any, ...]:
    values = typed(record) | {"record": record.canonical()}
    return tuple(values[name] for name in columns(table))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(row, min_size=1, max_size=25), block=st.sampled_from([3, 10**6]))
def test_both_lanes_are_one_rule(tmp_path: Path, rows: list[tuple[str, ...]], block: int) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text_of(rows), encoding="utf-8", newline="")
    expected = one_by_one(path)
    before = bulk_read.PIECE, bulk_merge.CHUNK, bulk_merge.GIVEN
    try:
        bulk_read.PIECE, bulk_merge.CHUNK, bulk_merge.GIVEN = before if block > 3 else (40, 2, 3)
        work, found = by_bulk(path)
    finally:
        bulk_read.PIECE, bulk_merge.CHUNK, bulk_merge.GIVEN = before
    for table in ("statements", "payments", "counts", "sightings"):
        records = [stored(table, record) for record in expected.rows(table)]
        assert found.get(table, []) == records, table
    assert (work.read_rows, work.ledger) == (expected.read, expected.ledger)
    assert [(one.line, one.reason) for one in work.first] == [(one.line, one.reason) for one in expected.rejected]
    later = work.later  # type: ignore[attr-defined]
    assert [(one.line, one.reason) for one in later] == [(one.line, one.reason) for one in expected.review]


@settings(max_examples=100, deadline=None)
@given(
    name=st.sampled_from(["Russia", "USSR", "Yugoslavia", "Germany", "Zaire", "Yemen", "Czechoslovakia", "Sudan"]),
    first=st.one_of(st.none(), st.dates(min_value=DateRange.parse("1940").first)),  # type: ignore[arg-type]
    days=st.one_of(st.none(), st.integers(0, 4000)),
)
def test_a_moment_stands_for_its_days(name: str, first: Any, days: int | None) -> None:
    from datetime import date, timedelta

    names = Names()
    last = None if days is None else min((first or date(1990, 1, 1)).toordinal() + days, date.max.toordinal())
    when = DateRange(first=first, last=last and date.fromordinal(last))
    key = names.moment(when)
    for step in (1, 3, 40):
        moved = (
            DateRange(
                first=when.first and when.first + timedelta(days=step),
                last=when.last and when.last + timedelta(days=step)
                if when.last and when.last < date(9999, 1, 1)
                else when.last,
            )
            if not (when.first and when.first > date(9999, 1, 1))
            else when
        )
        if names.moment(moved) == key:
            assert directory().find(name, moved) == directory().find(name, when)


GOODS = ("T-72M1", "AK-47", "PKM", "RPG-7")


def sound_rows(number: int) -> list[tuple[str, ...]]:
    return [
        (
            f"L-{n}",
            "1",
            GOODS[n % 4],
            "Russia",
            "Iraq",
            str(n + 1),
            "",
            f"{1995 + n % 20}",
            "",
            "",
            f"note {n}",
            "",
            "done",
        )
        for n in range(number)
    ]


@pytest.fixture
def mapping(write: Callable[..., Path]) -> Path:
    return write("m.yaml", MAPPING)


def export(case: Case) -> list[tuple[str, str, str]]:
    """Every standing row: what an export holds."""
    ledger = case.ledger()
    return [
        (table, record.id, record.canonical())
        for table in ("sources", "statements", "counts", "payments", "sightings")
        for record in getattr(ledger, table)
    ]


def test_a_file_goes_into_the_case_as_one_event(case: Case, write: Callable[..., Path], mapping: Path) -> None:
    rows = sound_rows(300)
    rows[7] = (*rows[7][:2], "no such thing", *rows[7][3:])
    rows[9] = (*rows[9][:5], "many", *rows[9][6:])
    rows.append(rows[0])
    rows.append((*rows[1][:5], "999", *rows[1][6:]))
    steps: list[tuple[int, int]] = []
    report = load(case, write("x.csv", text_of(rows)), mapping=mapping, progress=lambda *step: steps.append(step))
    assert (report.read, report.ledger, report.review, report.rejected) == (302, 298, 1, 3)
    assert [one.line for one in report.rejects] == [3, 11, 303]
    assert (
        report.rejects[0].reason == "lines 3, 303 are one and the same entry with different content; keep the right one"
    )
    assert report.rejects[1].row[5] == ("Number", "many")
    event = case.events()[-1]
    body = RowsImported.model_validate_json(event.payload)
    assert (event.seq, body.added, body.read, body.ledger) == (2, (("sources", 1), ("statements", 297)), 302, 298)
    assert case.verify() == ()
    assert steps[-1][0] == steps[-1][1]
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    lines = Path(report.rejects_file or "").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("sheet,line,reason,No,Line,Goods")
    assert len(lines) == 4
    (review,) = (case.folder / "imports").glob("*.review.csv")
    assert "no such thing" in review.read_text(encoding="utf-8")
    assert any("not in the mapping and not read" not in note for note in report.notes)
    assert any("1 rows repeat an earlier row" in note for note in report.notes)


def test_the_same_ledger_whatever_the_order(tmp_path: Path, write: Callable[..., Path], mapping: Path) -> None:
    rows = sound_rows(200)
    order = list(range(len(HEADER)))
    random.Random(1).shuffle(order)
    turned = [tuple(row[at] for at in order) for row in random.Random(2).sample(rows, len(rows))]
    files = [write("a.csv", text_of(rows)), write("b.csv", text_of(turned, [HEADER[at] for at in order]))]
    found = []
    for number, file in enumerate(files):
        with create(tmp_path / f"case{number}", "A case") as case:
            load(case, file, mapping=mapping)
            body = RowsImported.model_validate_json(case.events()[-1].payload)
            found.append((export(case), body.added_root))
    assert found[0] == found[1]
    assert len(found[0][0]) == 201


def test_again_and_a_release_with_changes(case: Case, write: Callable[..., Path], mapping: Path) -> None:
    rows = sound_rows(50)
    load(case, write("x.csv", text_of(rows)), mapping=mapping)
    head = case.head
    again = load(case, write("y.csv", text_of(rows[::-1])), mapping=mapping)
    assert (again.unchanged, again.revised, case.head) == (50, 0, head)
    rows[3] = (*rows[3][:5], "77", *rows[3][6:])
    file = write("z.csv", text_of([*rows, rows[3]]))
    tried = load(case, file, mapping=mapping, dry_run=True)
    assert (tried.unchanged, tried.revised, tried.ledger, case.head) == (49, 2, 51, head)
    done = load(case, file, mapping=mapping, released=DateRange.parse("2021-03-04"))
    assert (done.unchanged, done.revised) == (49, 2)
    assert RowsImported.model_validate_json(case.events()[-1].payload).released == "2021-03-04"
    assert case.verify() == ()
    assert {s.quantity.low for s in case.ledger().statements if s.id == "ex/L-3/1"} == {77.0}
    assert {s.quantity.low for s in case.ledger(2).statements if s.id == "ex/L-3/1"} == {4.0}


def test_every_kind_of_file_gives_the_same(tmp_path: Path, write: Callable[..., Path], mapping: Path) -> None:
    import json

    import polars as pl
    import xlsxwriter

    rows = sound_rows(30)
    frame = pl.DataFrame(rows, schema=list(HEADER), orient="row").with_columns(pl.col("Number").cast(pl.Int64))
    frame.write_parquet(tmp_path / "x.parquet")
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate([HEADER, *rows]):
            sheet.write_row(at, 0, cells)
    files = [
        write("x.csv", text_of(rows)),
        write("x.tsv", text_of(rows).replace(",", "\t")),
        write("x.jsonl", "\n".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in rows)),
        tmp_path / "x.parquet",
        tmp_path / "x.xlsx",
    ]
    exports = []
    for number, file in enumerate(files):
        with create(tmp_path / f"case{number}", "A case") as case:
            assert load(case, file, mapping=mapping).ledger == 30
            exports.append(export(case))
    assert all(one == exports[0] for one in exports)


def test_nothing_to_take_is_refused(case: Case, write: Callable[..., Path], mapping: Path) -> None:
    head = case.head
    row = sound_rows(1)[0]
    clash = [row, (*row[:5], "9", *row[6:])]
    for rows, said in (
        ([(*row[:-1], "other")], "left out by the mapping's filters: State is 'other'"),
        (clash, "lines 2, 3 are one and the same entry"),
        ([], "has a header but no rows"),
    ):
        with pytest.raises(BadFileError, match=said):
            load(case, write("x.csv", text_of(rows)), mapping=mapping)
    assert case.head == head
    assert case.ledger().sources == ()


def test_what_the_call_says(case: Case, write: Callable[..., Path]) -> None:
    text = MAPPING.replace("  source: {id: reg, title: A register, kind: official}\n", "  source: {id: reg}\n")
    mapping, file = write("n.yaml", text), write("x.csv", text_of(sound_rows(3)))
    with pytest.raises(BadFileError, match="has no source 'reg'"):
        load(case, file, mapping=mapping)
    with pytest.raises(UnknownNameError, match="has no source 'nope'"):
        load(case, file, mapping=mapping, source="nope")
    with pytest.raises(UnknownNameError, match="unknown party"):
        load(case, file, mapping=write("m.yaml", MAPPING), reporter="Nowhereland")
    coverage = DateRange.parse("1990..2000")
    load(case, file, mapping=write("m.yaml", MAPPING), reporter="Germany", coverage=coverage)
    ledger = case.ledger()
    assert {statement.reporter for statement in ledger.statements} == {"DEU"}
    assert [one.coverage and one.coverage.period for one in ledger.sources] == [coverage]


def test_a_killed_import_leaves_nothing(tmp_path: Path, write: Callable[..., Path], mapping: Path) -> None:
    """Killed while it writes; the second run gives what an undisturbed one gives."""
    file = write("x.csv", text_of(sound_rows(1500)))
    for name in ("killed", "sound"):
        create(tmp_path / name, "A case").close()
    script = (
        "import os, signal, sys\n"
        "from takingstock.case import bulk, open_case\n"
        "from takingstock.exchange import bulk_merge, load\n"
        "bulk_merge.CHUNK, bulk_merge.GIVEN = 100, 250\n"
        "store, calls = bulk._store, []\n"
        "def stop(*given):\n"
        "    store(*given)\n"
        "    calls.append(1)\n"
        "    if len(calls) == 4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "bulk._store = stop\n"
        "with open_case(sys.argv[1]) as case: load(case, sys.argv[2], mapping=sys.argv[3])\n"
    )
    environment = dict(os.environ) | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "killed"), str(file), str(mapping)], env=environment, check=False
    )
    assert done.returncode == -signal.SIGKILL
    exports = []
    for name in ("killed", "sound"):
        with open_case(tmp_path / name) as case:
            assert case.revision == 1
            assert case.ledger().statements == ()
            assert load(case, file, mapping=mapping).ledger == 1500
            assert case.verify() == ()
            exports.append(export(case))
    assert exports[0] == exports[1]


def test_the_mapping_of_the_tests_is_sound(mapping: Path) -> None:
    assert len(read_mapping(mapping).queries) == 4


def test_what_a_person_said_of_a_name_counts(case: Case, write: Callable[..., Path], mapping: Path) -> None:
    from takingstock.case import Rows
    from takingstock.records import NameKind, Naming

    said = Naming(
        id="n1", kind=NameKind.PARTY, text="Atlantis", meaning="EGY", person="A", when=DateRange.parse("..2001")
    )
    case.write(Rows(namings=(said,)), actor="A", reason="names")
    rows = [(*row[:4], "Atlantis", *row[5:]) for row in sound_rows(10)]
    report = load(case, write("x.csv", text_of(rows)), mapping=mapping)
    assert (report.ledger, report.review) == (7, 3), "until 2001 somebody said who it is"
    assert {(s.to_party, s.namings) for s in case.ledger().statements} == {("EGY", ("n1",))}
    assert case.verify() == ()
