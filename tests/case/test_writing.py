"""Writing: identity by key, content by digest, one event per change, all or nothing."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from takingstock.case import Case, Delta, Rows, rows_written
from takingstock.case.rows import TABLES
from takingstock.records import (
    BadValueError,
    CaseOpened,
    ConflictError,
    Population,
    RowsImported,
    RowsWritten,
    Unit,
    canonical_json,
    sealed,
)
from takingstock.records.merkle import MerkleRoot, leaf_of

WHO: dict[str, Any] = {"actor": "analyst", "reason": "first entry"}


def expected_root(rows: Rows) -> str:
    tree = MerkleRoot()
    for table in TABLES:
        for record in sorted(rows.table(table), key=lambda r: r.id):
            tree.push(leaf_of(table, record.canonical()))
    return tree.hex()


def test_the_first_event(case: Case, make: Any) -> None:
    (event,) = case.events()
    assert (event.seq, event.kind, event.at) == (1, "case-opened", "2026-01-02T03:04:05Z")
    assert event.payload == (
        '{"kind":"case-opened","rules":{"authority":"","authority_root":"","recipient":"","redaction":"public",'
        '"review":{"experts":2,"experts_named":[],"people":2},"trust":""},"schema_version":"0004","title":"A case"}'
    )
    assert event.previous == "0" * 64
    assert event.digest == sealed(1, event.kind, event.actor, event.at, event.reason, event.payload, event.previous)
    assert (case.revision, case.head) == (1, event.digest)


def test_write_and_read_every_table(case: Case, make: Any) -> None:
    rows = make.every_table()
    delta = case.write(rows, now=make.at(1), **WHO)
    twice = {"sightings", "sources", "statements"}
    assert delta.added == tuple((table, 2 if table in twice else 1) for table in TABLES)
    assert delta.revised == delta.unchanged == ()
    assert delta.written == delta.added
    assert delta.added_root == expected_root(rows)
    assert delta.retired_root == ""
    ledger, archive = case.ledger(), case.archive()
    for table in TABLES:
        stored = getattr(ledger if table in type(ledger).model_fields else archive, table)
        assert stored == tuple(sorted(rows.table(table), key=lambda r: r.id)), table
    assert (ledger.title, ledger.revision, ledger.head) == ("A case", 2, case.head)
    assert case.verify() == ()


def test_the_event_of_a_write(case: Case, make: Any) -> None:
    opened = case.head
    delta = case.write(make.statements(3), now=make.at(1), **WHO)
    event = case.events()[-1]
    assert delta.event == event
    assert (event.seq, event.kind, event.actor, event.reason) == (2, "rows-written", "analyst", "first entry")
    assert event.at == "2026-01-02T03:05:05Z"
    assert event.previous == opened
    body = RowsWritten(added=(("statements", 3),), added_root=delta.added_root)
    assert event.payload == canonical_json(body.model_dump(mode="json"))


def test_the_same_again_changes_nothing(case: Case, make: Any) -> None:
    rows = make.every_table()
    case.write(rows, **WHO)
    before = (case.revision, case.head, case.events(), case.ledger())
    delta = case.write(rows, **WHO)
    assert delta.event is None
    assert not delta.changes
    assert (delta.added, delta.revised, delta.added_root) == ((), (), "")
    assert dict(delta.unchanged) == {table: len(rows.table(table)) for table in TABLES}
    assert (case.revision, case.head, case.events(), case.ledger()) == before


def test_nothing_at_all_changes_nothing(case: Case) -> None:
    assert case.write(Rows(), **WHO) == Delta()
    assert case.revision == 1


def test_other_content_retires_the_earlier_version(case: Case, make: Any) -> None:
    case.write(make.statements(3), **WHO)
    old, new = make.statement(2), make.statement(2, to_party="SYR")
    delta = case.write(Rows(statements=(make.statement(1), new, make.statement(9))), **WHO)
    assert (delta.added, delta.revised, delta.unchanged) == tuple(((("statements", 1)),) for _ in range(3))
    assert delta.written == (("statements", 2),)
    assert delta.added_root == expected_root(Rows(statements=(new, make.statement(9))))
    assert delta.retired_root == expected_root(Rows(statements=(old,)))
    assert case.ledger().statements == (make.statement(1), new, make.statement(3), make.statement(9))
    assert case.ledger(as_of_revision=2).statements == (make.statement(1), old, make.statement(3))
    assert case.verify() == ()


def test_an_earlier_content_can_come_back(case: Case, make: Any) -> None:
    for item in ("pistol", "machine-gun", "pistol"):
        case.write(make.statements(1, item=item), **WHO)
    assert [case.ledger(as_of_revision=n).statements[0].item for n in (2, 3, 4)] == ["pistol", "machine-gun", "pistol"]
    assert case.verify() == ()


def test_order_of_the_input_is_of_no_account(
    case: Case, make: Any, tmp_path: Any, database: str | None, request: pytest.FixtureRequest
) -> None:
    from takingstock.case import create

    rows = make.statements(50)
    turned = Rows(statements=tuple(reversed(rows.statements)))
    first = case.write(rows, now=make.at(1), **WHO)
    other = None if database is None else request.getfixturevalue("postgres")()
    with create(tmp_path / "other", "A case", database=other, now=make.clock) as second:
        assert second.write(turned, now=make.at(1), **WHO) == first
        assert second.ledger() == case.ledger()


def test_a_row_twice_is_one_and_a_contradiction_is_refused(case: Case, make: Any) -> None:
    one = make.statement(1)
    assert case.write(Rows(statements=(one, one)), **WHO).added == (("statements", 1),)
    with pytest.raises(ConflictError, match="'s-00002' comes twice"):
        case.write(Rows(statements=(make.statement(2), make.statement(2, item="pistol"))), **WHO)
    assert case.revision == 2
    assert case.ledger().statements == (one,)


def test_doubles_across_batches(case: Case, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("takingstock.case.writing.BATCH", 2)
    rows = tuple(make.statement(n) for n in (1, 2, 2, 2, 2, 2, 3))
    delta = case.write(Rows(statements=rows), **WHO)
    assert delta.added == (("statements", 3),)
    assert case.verify() == ()
    with pytest.raises(ConflictError, match="comes twice"):
        case.write(Rows(statements=(*rows[:5], make.statement(2, item="pistol"))), **WHO)


def test_batches_give_the_root_of_the_whole(case: Case, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("takingstock.case.writing.BATCH", 7)
    rows = make.statements(40)
    assert case.write(rows, **WHO).added_root == expected_root(rows)
    new = make.statements(45, item="pistol")
    delta = case.write(new, **WHO)
    assert (delta.added, delta.revised) == ((("statements", 5),), (("statements", 40),))
    assert delta.added_root == expected_root(new)
    assert delta.retired_root == expected_root(rows)
    assert case.verify() == ()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_memory_is_bounded_by_a_batch(case: Case, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("takingstock.case.writing.BATCH", 200)
    rows = make.statements(6000)
    texts = sum(len(record.canonical()) for record in rows)
    case.write(make.statements(1), **WHO)
    tracemalloc.start()
    try:
        case.write(rows, **WHO)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Holding all rows as columns and text at once would take several times their text.
    assert peak < texts


def test_an_import_is_one_event(case: Case, make: Any) -> None:
    def body(delta: Delta) -> RowsImported:
        return RowsImported(
            reader="template",
            file="register.csv",
            file_sha256="0" * 64,
            read=4,
            ledger=3,
            review=0,
            rejected=1,
            added=delta.written,
            added_root=delta.added_root,
            retired=delta.retired,
            retired_root=delta.retired_root,
        )

    delta = case.write(make.statements(3), body, **WHO)
    assert delta.event is not None
    assert delta.event.kind == "rows-imported"
    assert '"rejected":1' in delta.event.payload
    assert case.verify() == ()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda d: RowsWritten(added=(("statements", 99),), added_root=d.added_root),
        lambda d: RowsWritten(added=d.written, added_root="0" * 64),
        lambda d: RowsWritten(added=d.written, added_root=d.added_root, retired=(("statements", 1),)),
        lambda d: CaseOpened(title="again", schema_version="0001"),
    ],
)
def test_an_event_that_says_something_else_is_refused(case: Case, make: Any, wrong: Callable[[Delta], Any]) -> None:
    with pytest.raises(BadValueError, match="does not say what was written"):
        case.write(make.statements(1), wrong, **WHO)
    assert case.revision == 1
    assert case.ledger().statements == ()


def test_an_exception_in_the_middle_undoes_everything(case: Case, make: Any) -> None:
    case.write(make.statements(2), **WHO)
    before = (case.events(), case.ledger())

    def broken(delta: Delta) -> RowsWritten:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        case.write(make.statements(20, item="pistol"), broken, **WHO)
    assert (case.events(), case.ledger()) == before
    assert case.verify() == ()


def test_preview_says_what_a_write_would_do(case: Case, make: Any) -> None:
    case.write(make.statements(2), **WHO)
    head = case.head
    rows = Rows(statements=(make.statement(1), make.statement(2, item="pistol"), make.statement(3)))
    preview = case.preview(rows)
    assert case.head == head
    assert preview.event is None
    delta = case.write(rows, **WHO)
    assert (preview.added, preview.revised, preview.unchanged) == (delta.added, delta.revised, delta.unchanged)
    assert (preview.added_root, preview.retired_root) == (delta.added_root, delta.retired_root)
    assert rows_written(preview) == rows_written(delta)


@pytest.mark.parametrize("who", [{"actor": " ", "reason": "r"}, {"actor": "a", "reason": ""}])
def test_actor_and_reason_are_needed(case: Case, make: Any, who: dict[str, str]) -> None:
    with pytest.raises(BadValueError, match="actor and a reason"):
        case.write(make.statements(1), **who)


@pytest.mark.parametrize("reason", ["a\x00b", "import of \udcff.csv"])
def test_a_reason_that_is_no_text_is_refused(case: Case, make: Any, reason: str) -> None:
    with pytest.raises(BadValueError, match="the reason holds a character that is no text"):
        case.write(make.statements(1), actor="a", reason=reason)
    assert case.revision == 1


def test_blanks_around_actor_and_reason_do_not_break_the_chain(case: Case, make: Any) -> None:
    case.write(make.statements(1), actor=" analyst ", reason="\tfirst entry\n")
    assert (case.events()[-1].actor, case.events()[-1].reason) == ("analyst", "first entry")
    assert case.verify() == ()


def test_time_is_kept_in_utc_and_needs_a_zone(case: Case, make: Any) -> None:
    baghdad = datetime(2026, 5, 1, 12, 0, tzinfo=timezone(timedelta(hours=3)))
    case.write(make.statements(1), now=baghdad, **WHO)
    assert case.events()[-1].at == "2026-05-01T09:00:00Z"
    with pytest.raises(BadValueError, match="time zone"):
        case.write(make.statements(2), now=datetime(2026, 5, 1), **WHO)
    assert case.revision == 2
    case.write(make.statements(2), **WHO)
    written = datetime.strptime(case.events()[-1].at, "%Y-%m-%dT%H:%M:%S%z")
    assert abs(datetime.now(UTC) - written) < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"id": ""}, "1 to 500 characters"),
        ({"id": "x" * 501}, "1 to 500 characters"),
        ({"item": "a\x00b"}, "item holds a NUL"),
        ({"remark": "a\x00b"}, "'s-00002': remark holds a NUL"),
        ({"marks": ("lot 7", "a\x00")}, r"marks\.2 holds a NUL"),
        ({"place": {"name": "a\x00b"}}, r"place\.name holds a NUL"),
    ],
)
def test_rows_that_cannot_be_stored_are_refused_alike(case: Case, make: Any, fields: Any, words: str) -> None:
    with pytest.raises(BadValueError, match=words):
        case.write(Rows(statements=(make.statement(1), make.statement(2, **fields))), **WHO)
    assert case.revision == 1


def test_the_longest_id_and_every_kind_of_text(case: Case, make: Any) -> None:
    rows = Rows(
        statements=(
            make.statement(1, id="ق" * 500, remark="a b \\u0000 \U0001f9e8 'quote' \"double\" %s :x"),
            make.statement(2, id="Ä", from_party=None, quantity="?", when=""),
            make.statement(3, id="Z; DROP TABLE history; --"),
        )
    )
    case.write(rows, **WHO)
    assert set(case.ledger().statements) == set(rows.statements)
    assert [s.id for s in case.ledger().statements] == sorted(s.id for s in rows.statements)
    assert case.verify() == ()


def test_same_chain_on_both_engines(case: Case, make: Any) -> None:
    """The head of a fixed history, pinned: the same on every engine, and on every later version of the package
    that has this schema (the first event names it)."""
    case.write(make.every_table(), now=make.at(1), **WHO)
    case.write(Rows(statements=(make.statement(1, item="pistol"),)), actor="محلل", reason="تصحيح", now=make.at(2))
    assert case.revision == 3
    assert case.head == "fdc7b33429f520eca9ae4dedca9fa4868e8542aa80338c91ba43b7c8ce970f2d"


def test_rows_that_only_go_are_retired_with_what_is_revised(case: Case, make: Any) -> None:
    """What a later release does not hold goes, what it corrects is revised: one event, one root, both kept."""
    case.write(Rows(statements=tuple(make.statement(number) for number in range(1, 8))), now=make.at(1), **WHO)
    revised = (make.statement(5, item="pistol"), make.statement(1, item="pistol"))
    ids = [make.statement(number).id for number in (3, 7)]
    rows = Rows(statements=revised, gone=tuple(("statements", id) for id in ids))
    assert case.preview(rows).gone == (("statements", 2),)
    delta = case.write(rows, now=make.at(2), **WHO)
    assert (delta.gone, delta.revised, delta.retired) == (
        (("statements", 2),),
        (("statements", 2),),
        (("statements", 4),),
    )
    assert {s.id for s in case.ledger().statements}.isdisjoint(ids)
    assert {s.id for s in case.ledger(as_of_revision=2).statements}.issuperset(ids)
    assert case.verify() == ()
    assert case.write(rows, **WHO).event is None
    back = case.write(Rows(statements=(make.statement(3),)), now=make.at(3), **WHO)
    assert back.added == (("statements", 1),)
    assert case.verify() == ()
    with pytest.raises(ConflictError, match="to be written and to be taken out"):
        case.write(Rows(statements=(make.statement(2),), gone=(("statements", make.statement(2).id),)), **WHO)


def test_parts_written_together_are_as_one_by_one(case: Case, make: Any, tmp_path: Any) -> None:
    """Events, roots, deltas and what is stored: with new ids, an id that stands, one that comes again, what goes."""
    from takingstock.case import create

    def part(*numbers: int, **fields: Any) -> Rows:
        return Rows(statements=tuple(make.statement(number, **fields) for number in numbers))

    rows: Rows = make.every_table()
    parts = [
        part(12, 11),
        Rows(evidence=rows.evidence, collections=rows.collections),
        part(13),
        Rows(),
        part(11),  # stands by then
        part(12, item="pistol"),  # revises what a part before it wrote
        part(14),
        Rows(gone=(("statements", make.statement(13).id),)),
        part(14, 15),
    ]
    together = case.write_each([(one, rows_written) for one in parts], now=make.at(1), **WHO)
    with create(tmp_path / "other", "A case", now=make.clock) as other:
        singly = tuple(other.write(one, now=make.at(1), **WHO) for one in parts)
        assert together == singly
        assert (case.events(), case.ledger(), case.archive()) == (other.events(), other.ledger(), other.archive())
        assert [case.rows_of(seq) for seq in range(1, 12)] == [other.rows_of(seq) for seq in range(1, 12)]
    assert [delta.event is None for delta in together] == [k in {3, 4} for k in range(len(parts))]
    assert case.verify() == ()


def test_nothing_of_parts_written_together_is_kept_if_one_is_refused(case: Case, make: Any) -> None:
    parts = [(make.statements(1), rows_written), (Rows(statements=(make.statement(2, id="x" * 501),)), rows_written)]
    with pytest.raises(BadValueError, match="1 to 500 characters"):
        case.write_each(parts, **WHO)
    assert (case.revision, case.ledger().statements) == (1, ())


def test_a_population_with_the_id_of_the_team_s_own_is_refused(case: Case) -> None:
    one = Population(id="own-sightings-2014", title="t", holder="group", unit=Unit.ITEMS, source="s")
    with pytest.raises(BadValueError, match="give the population another id"):
        case.write(Rows(populations=(one,)), **WHO)
