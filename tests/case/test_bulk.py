"""A stream is a write: the same rows, roots, events and refusals, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from takingstock.case import Case, Rows, create
from takingstock.case.bulk import Batch, Gone, LeafRoot, columns
from takingstock.case.schema import typed
from takingstock.records import BadValueError, ConflictError, NotACaseError, RowsImported, RowsWritten
from takingstock.records.merkle import MerkleRoot


def batches(rows: Rows, size: int = 3) -> Iterator[Batch]:
    """Rows as a stream, a few to a batch."""
    for table in ("parties", "sources", "statements"):
        ordered = sorted(rows.table(table), key=lambda record: record.id)
        for start in range(0, len(ordered), size):
            yield Batch(table, columns_of(table, ordered[start : start + size]))


def columns_of(table: str, records: list[Any]) -> list[list[Any]]:
    made = [typed(record) | {"record": record.canonical()} for record in records]
    return [[row[name] for row in made] for name in columns(table)]


def test_a_stream_is_a_write(case: Case, make: Any) -> None:
    rows = make.statements(10)
    body: list[Any] = []
    delta = case.write_stream(
        batches(rows), lambda one: body.append(one) or written(one), actor="A", reason="stream", now=make.at(1)
    )
    assert delta.added == (("statements", 10),)
    assert case.verify() == ()
    assert case.write(rows, actor="A", reason="again").changes is False
    assert {s.id for s in case.ledger().statements} == {s.id for s in rows.statements}
    assert case.events()[-1].digest == case.head


def written(delta: Any) -> RowsWritten:
    return RowsWritten(
        added=delta.written, added_root=delta.added_root, retired=delta.retired, retired_root=delta.retired_root
    )


def test_the_same_delta_and_roots_as_a_write(case: Case, make: Any) -> None:
    first, second = make.statements(8), make.statements(9, remark="mended")
    case.write(first, actor="A", reason="first")
    second = Rows(statements=(*second.statements[:4], *first.statements[4:], make.statement(99)))
    expected = case.preview(second)
    seen: list[tuple[str, frozenset[str], frozenset[str]]] = []
    tried = case.write_stream(batches(second), actor="A", reason="x", dry_run=True)
    assert tried == expected
    assert case.revision == 2
    done = case.write_stream(
        batches(second, 100), actor="A", reason="second", seen=lambda *told: seen.append(told), now=make.at(5)
    )
    assert (done.added, done.revised, done.unchanged) == (expected.added, expected.revised, expected.unchanged)
    assert (done.added_root, done.retired_root) == (expected.added_root, expected.retired_root)
    assert [(table, len(same), len(other)) for table, same, other in seen] == [("statements", 4, 4)]
    assert case.verify() == ()
    assert len(case.ledger(2).statements) == 8
    assert {s.remark for s in case.ledger().statements if s.id == "s-00001"} == {"mended"}


def test_nothing_changed_leaves_no_event(case: Case, make: Any) -> None:
    case.write(make.statements(4), actor="A", reason="first")
    assert case.write_stream(batches(make.statements(4)), actor="A", reason="again").event is None
    assert case.write_stream(iter(()), actor="A", reason="nothing").event is None
    assert case.revision == 2


def test_tables_come_in_order_and_names_are_read_alone(case: Case, make: Any) -> None:
    every = make.every_table()
    rows = Rows(sources=every.sources, parties=every.parties, statements=every.statements)
    case.write_stream(batches(rows), actor="A", reason="x")
    names = case.names()
    assert (len(names.sources), len(names.parties), len(names.statements)) == (2, 1, 0)
    with pytest.raises(BadValueError, match="parties comes after sources"):
        case.write_stream(reversed(list(batches(every))[:-1]), actor="A", reason="x")


def spoiled(make: Any, what: str) -> list[Batch]:
    good = list(batches(make.statements(6)))
    one = columns_of("statements", [make.statement(1)])
    match what:
        case "twice":
            return [good[0], good[0]]
        case "order":
            return [good[1], good[0]]
        case "text":
            one[columns("statements").index("record")] = ['{"id":"s-00001"}']
        case "spaced":
            at = columns("statements").index("record")
            one[at] = [one[at][0].replace(":", ": ", 1)]
        case "column":
            one[columns("statements").index("item")] = ["pistol"]
        case "table":
            return [Batch("nothing", one)]
        case "long":
            one = columns_of("statements", [make.statement(1, id="x" * 501)])
        case "nul":
            return [
                Batch("statements", columns_of("statements", [make.statement(1), make.statement(2, remark="a\0b")]))
            ]
    return [Batch("statements", one)]


@pytest.mark.parametrize(
    ("what", "error", "said"),
    [
        ("twice", BadValueError, "comes after"),
        ("order", BadValueError, "sorted by id"),
        ("text", BadValueError, "no record of this table"),
        ("spaced", BadValueError, "not canonical"),
        ("column", BadValueError, "columns say something else"),
        ("table", BadValueError, "no table 'nothing'"),
        ("long", BadValueError, "1 to 500 characters"),
        ("nul", BadValueError, "remark holds a NUL"),
    ],
)
def test_what_cannot_be_stored_changes_nothing(
    case: Case, make: Any, what: str, error: type[Exception], said: str
) -> None:
    head = case.head
    with pytest.raises(error, match=said):
        case.write_stream(iter(spoiled(make, what)), actor="A", reason="x")
    assert case.head == head
    assert case.ledger().statements == ()
    assert case.verify() == ()


def test_an_id_that_comes_twice_in_a_row(case: Case, make: Any) -> None:
    both = columns_of("statements", [make.statement(1), make.statement(1, remark="other")])
    with pytest.raises(ConflictError, match="comes twice"):
        case.write_stream([Batch("statements", both)], actor="A", reason="x")


def test_an_error_in_the_stream_or_the_event_undoes_all(case: Case, make: Any) -> None:
    def broken() -> Iterator[Batch]:
        yield from batches(make.statements(7))
        raise KeyError("late")

    with pytest.raises(KeyError):
        case.write_stream(broken(), actor="A", reason="x")
    wrong = RowsWritten(added=(("statements", 3),), added_root="")
    with pytest.raises(BadValueError, match="does not say what was written"):
        case.write_stream(batches(make.statements(7)), lambda _: wrong, actor="A", reason="x")
    with pytest.raises(BadValueError, match="needs an actor"):
        case.write_stream(batches(make.statements(7)), actor=" ", reason="x")
    assert case.revision == 1
    assert case.ledger().statements == ()


def on_insert(does: str) -> tuple[str, str]:
    """SQL that makes a trigger on PostgreSQL."""
    return (
        f"CREATE FUNCTION lose() RETURNS trigger AS $$ BEGIN {does}; RETURN new; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER lost BEFORE INSERT ON statements FOR EACH ROW EXECUTE FUNCTION lose()",
    )


@pytest.mark.postgres
def test_the_lane_of_postgres_passes_by_rules_and_names_its_errors(
    tmp_path: Path, postgres: Callable[[], str], make: Any, tamper: Callable[..., None]
) -> None:
    """A rule that would drop rows does not see them; a trigger that raises ends the import with a named error."""
    with create(tmp_path / "case", "A case", database=postgres()) as case:
        tamper(case, "CREATE RULE lost AS ON INSERT TO statements WHERE new.id = 's-00002' DO INSTEAD NOTHING")
        case.write_stream(batches(make.statements(5)), actor="A", reason="x")
        assert len(case.ledger().statements) == 5
        assert case.verify() != ()
        tamper(case, "DROP RULE lost ON statements")
        assert case.verify() == ()
        tamper(case, *on_insert("RAISE EXCEPTION 'no'"))
        with pytest.raises(NotACaseError, match=r"cannot be used \(no\)"):
            case.write_stream(batches(make.statements(9)), actor="A", reason="x")
        assert case.revision == 2


@pytest.mark.parametrize(
    "odd",
    ["tab\there", "line\nbreak", "back\\slash", "\\N", "\\.", "'quote\"", "قضية ☢ 𐍈", " blanks ", "comma, semi; pipe|"],
)
def test_every_text_comes_through_as_it_is(case: Case, make: Any, odd: str) -> None:
    rows = Rows(statements=(make.statement(1, remark=odd, designation=odd),))
    case.write_stream(batches(rows), actor="A", reason="x")
    assert case.ledger().statements == rows.statements
    assert case.verify() == ()


def test_a_trigger_that_drops_rows_is_noticed(case: Case, make: Any, tamper: Callable[..., None]) -> None:
    if not case.settings.sqlite:
        tamper(case, *on_insert("IF new.id = 's-00002' THEN RETURN NULL; END IF"))
    else:
        tamper(
            case,
            "CREATE TRIGGER lost AFTER INSERT ON statements WHEN new.id = 's-00002' "
            "BEGIN UPDATE statements SET record = '{}' WHERE id = new.id; END",
        )
    with pytest.raises(NotACaseError, match="nothing was changed"):
        case.write_stream(batches(make.statements(5)), actor="A", reason="x")
    assert case.revision == 1


@pytest.mark.parametrize("sizes", [(1, 2, 3), (5000,), (1024, 1, 1023, 4096, 7), (700, 700, 2000)])
def test_many_leaves_at_once_give_the_root_of_one_by_one(sizes: tuple[int, ...]) -> None:
    at_once, singly, number = LeafRoot(), MerkleRoot(), 0
    for size in sizes:
        leaves = [f"leaf {number + k}".encode() for k in range(size)]
        number += size
        at_once.extend(leaves)
        for leaf in leaves:
            singly.push(leaf)
        assert (at_once.hex(), len(at_once)) == (singly.hex(), len(singly))


@pytest.mark.parametrize("size", [1, 3, 100])
def test_what_a_whole_release_lacks_goes_as_by_a_write(case: Case, make: Any, size: int) -> None:
    first = make.statements(9)
    case.write(first, actor="A", reason="first")
    kept = frozenset({("statements", first.statements[7].id)})
    second = Rows(
        statements=(*make.statements(9, remark="mended").statements[2:4], first.statements[5], make.statement(99))
    )
    lost = tuple(("statements", first.statements[n].id) for n in (0, 1, 4, 6, 8))
    expected = case.preview(Rows(statements=second.statements, gone=lost))
    sources = frozenset(one.source for one in first.statements)
    lacks = Gone(sources, ("counts", "sightings", "statements"), kept)
    counted = case.write_stream(
        batches(second, size), actor="A", reason="x", gone=replace(lacks, take=False), dry_run=True
    )
    assert (counted.gone, counted.lacking) == ((), 5)
    assert case.write_stream(batches(second, size), actor="A", reason="x", gone=lacks, dry_run=True) == expected
    other = case.write_stream(
        batches(second, size), actor="A", reason="x", gone=Gone(frozenset({"?"}), lacks.tables), dry_run=True
    )
    assert not other.gone
    done = case.write_stream(batches(second, size), actor="A", reason="second", gone=lacks, now=make.at(5))
    assert (done.gone, done.retired_root, done.added_root) == (
        expected.gone,
        expected.retired_root,
        expected.added_root,
    )
    assert case.verify() == ()
    assert len(case.ledger().statements) == 5
    # What nothing follows goes too, and a stream of nothing takes all.
    assert case.write_stream(iter(()), actor="A", reason="third", gone=Gone(sources, ("statements",))).gone
    assert case.ledger().statements == ()
    assert case.verify() == ()


def test_which_releases_touched_a_register(case: Case, make: Any) -> None:
    def dated(day: str) -> Callable[[Any], RowsImported]:
        return lambda delta: RowsImported(
            reader="r", file="f", file_sha256="0" * 64, read=1, ledger=1, review=0, rejected=0, added=delta.written,
            added_root=delta.added_root, retired=delta.retired, retired_root=delta.retired_root, released=day,
        )  # fmt: skip

    rows = make.statements(3)
    source = rows.statements[0].source
    assert case.releases({source}, ["statements"]) == ()
    case.write(rows, dated(""), actor="A", reason="undated")
    case.write(make.statements(3, remark="mended"), dated("2015-01-01"), actor="A", reason="dated")
    gone = Rows(gone=(("statements", rows.statements[0].id),))
    case.write(gone, dated("2016-01-01"), actor="A", reason="only takes out")
    assert [day for _, day in case.releases({source}, ["statements"])] == ["2015-01-01", "2016-01-01"]
    assert case.releases({"another"}, ["statements"]) == case.releases({source}, ["counts"]) == ()
