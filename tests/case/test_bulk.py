"""A stream is a write: the same rows, roots, events and refusals, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from takingstock.case import Case, Rows
from takingstock.case.bulk import Batch, LeafRoot, columns
from takingstock.case.schema import typed
from takingstock.records import BadValueError, ConflictError, NotACaseError, RowsWritten
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


def test_a_trigger_that_drops_rows_is_noticed(case: Case, make: Any, tamper: Callable[..., None]) -> None:
    if not case.settings.sqlite:
        tamper(case, "CREATE RULE lost AS ON INSERT TO statements WHERE new.id = 's-00002' DO INSTEAD NOTHING")
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
