"""Verification names what was done to a case behind its back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from takingstock.case import Case, Fault, Rows
from takingstock.records import RowsWritten, canonical_json, sealed

WHO: dict[str, Any] = {"actor": "analyst", "reason": "entry"}
Tamper = Callable[..., None]


@pytest.fixture
def full(case: Case, make: Any) -> Case:
    case.write(make.every_table(), now=make.at(1), **WHO)
    case.write(make.statements(4), now=make.at(2), **WHO)
    case.write(Rows(statements=(make.statement(1, item="pistol"),)), now=make.at(3), **WHO)
    assert case.verify() == ()
    return case


def named(faults: tuple[Fault, ...]) -> set[tuple[str, str, str]]:
    return {(fault.table, fault.key, fault.what) for fault in faults}


@pytest.mark.parametrize("column", ["kind", "actor", "at", "reason", "payload"])
def test_an_edited_event(full: Case, tamper: Tamper, column: str) -> None:
    tamper(full, f"UPDATE history SET {column} = {column} || 'x' WHERE seq = 3")
    assert ("history", "3", "digest") in named(full.verify())


def test_an_event_edited_with_a_new_digest(full: Case, tamper: Tamper) -> None:
    event = full.events()[2]
    digest = sealed(3, event.kind, "somebody else", event.at, event.reason, event.payload, event.previous)
    tamper(full, "UPDATE history SET actor = 'somebody else', digest = :d WHERE seq = 3", d=digest)
    assert named(full.verify()) == {("history", "4", "previous")}


def test_an_event_deleted_in_the_middle(full: Case, tamper: Tamper) -> None:
    tamper(full, "DELETE FROM history WHERE seq = 3")
    found = named(full.verify())
    assert {("history", "4", "seq"), ("history", "4", "previous")} <= found
    assert ("statements", "s-00003", "added_event") in found


def test_the_first_event_deleted(full: Case, tamper: Tamper) -> None:
    tamper(full, "DELETE FROM history WHERE seq = 1")
    assert ("history", "2", "previous") in named(full.verify())
    assert ("history", "2", "kind") in named(full.verify())


def test_events_reordered(full: Case, tamper: Tamper) -> None:
    tamper(
        full,
        "UPDATE history SET seq = 99 WHERE seq = 2",
        "UPDATE history SET seq = 2 WHERE seq = 3",
        "UPDATE history SET seq = 3 WHERE seq = 99",
    )
    assert {("history", "2", "digest"), ("history", "3", "digest"), ("history", "2", "previous")} <= named(
        full.verify()
    )


def test_an_event_inserted(full: Case, tamper: Tamper) -> None:
    tamper(
        full,
        "UPDATE history SET seq = seq + 10 WHERE seq >= 3",
        "INSERT INTO history SELECT 3, kind, actor, at, reason, payload, previous, digest FROM history WHERE seq = 2",
        "UPDATE history SET seq = seq - 9 WHERE seq > 10",
    )
    assert {("history", "3", "digest"), ("history", "4", "digest")} <= named(full.verify())


def test_a_well_sealed_event_that_changes_nothing(full: Case, tamper: Tamper) -> None:
    payload = canonical_json(RowsWritten(added=(), added_root="").model_dump(mode="json"))
    fields = (5, "rows-written", "a", "2026-01-01T00:00:00Z", "r", payload, full.head)
    columns = dict(zip(("seq", "kind", "actor", "at", "reason", "payload", "previous"), fields, strict=True))
    tamper(
        full,
        "INSERT INTO history VALUES (:seq, :kind, :actor, :at, :reason, :payload, :previous, :digest)",
        digest=sealed(*fields),
        **columns,
    )
    assert named(full.verify()) == {("history", "5", "empty")}


def test_the_end_cut_off_shows_only_against_a_noted_head(full: Case, tamper: Tamper) -> None:
    noted = full.head
    tamper(
        full,
        "DELETE FROM statements WHERE added_event = 4",
        "UPDATE statements SET retired_event = NULL WHERE retired_event = 4",
        "DELETE FROM history WHERE seq = 4",
    )
    assert named(full.verify()) == {("history", "3", "witness")}
    (full.folder / "head.txt").unlink()
    assert named(full.verify()) == {("history", "3", "witness")}
    # Whoever rewrites the folder's memory too is found by a head that was noted elsewhere only.
    (full.folder / "head.txt").write_text(f"{full.head}\n")
    assert full.verify() == ()
    assert named(full.verify(expected_head=noted)) == {("history", "3", "head")}


def test_an_older_copy_of_the_database_is_noticed(full: Case, make: Any) -> None:
    if not full.stated.sqlite:
        pytest.skip("the file of a SQLite case is copied")
    file = full.stated.file(full.folder)
    older = file.read_bytes()
    full.write(make.statements(9), **WHO)
    assert full.verify() == ()
    file.write_bytes(older)
    assert named(full.verify()) == {("history", "4", "witness")}


@pytest.mark.parametrize("text", ["", "no digest", "0" * 64, "\x00\xff"])
def test_a_memory_that_is_no_head_is_named(full: Case, text: str) -> None:
    (full.folder / "head.txt").write_text(text, encoding="latin-1")
    assert named(full.verify()) == {("history", "4", "witness")}


def test_a_noted_head_stays_good_while_the_case_grows(full: Case, make: Any) -> None:
    noted = full.head
    full.write(make.statements(9), **WHO)
    assert full.verify(expected_head=noted) == ()
    assert full.verify(expected_head=full.head.upper()) == ()
    assert named(full.verify(expected_head="0" * 64)) == {("history", "5", "head")}


def test_the_last_event_cut_off_with_its_rows_left(full: Case, tamper: Tamper) -> None:
    tamper(full, "DELETE FROM history WHERE seq = 4")
    assert named(full.verify()) == {
        ("statements", "s-00001", "added_event"),
        ("statements", "s-00001", "retired_event"),
        ("history", "3", "witness"),
    }


def test_a_changed_record(full: Case, tamper: Tamper) -> None:
    tamper(full, "UPDATE counts SET record = replace(record, '170000', '17000')")
    found = named(full.verify())
    assert ("counts", "c-1", "digest") in found
    assert ("counts", "c-1", "low") in found
    assert ("history", "2", "added root") in found


def test_a_record_changed_with_its_digest_and_columns(full: Case, tamper: Tamper) -> None:
    record = full.ledger().counts[0].canonical().replace("170000", "17000")
    tamper(
        full,
        "UPDATE counts SET record = :record, digest = :digest, low = 17000, high = 17000",
        record=record,
        digest=hashlib.sha256(record.encode()).hexdigest(),
    )
    assert named(full.verify()) == {("history", "2", "added root")}


COLUMNS = {
    "sources": ["title", "kind", "first", "last", "reliability", "digest"],
    "parties": ["name", "kind", "part_of", "country", "digest"],
    "statements": ["movement", "source", "item", "from_party", "to_party", "unit", "first", "last", "mode", "stage"],
    "counts": ["source", "holder", "item", "unit", "basis", "first"],
    "populations": ["source", "holder", "unit", "last"],
    "sightings": ["source", "holder", "item", "population", "unit", "made_in"],
}


def test_a_changed_column_is_named(full: Case, tamper: Tamper) -> None:
    for table, columns in COLUMNS.items():
        key = full.ledger().model_dump()[table][0]["id"]
        for column in columns:
            stands = f"{table} WHERE id = :key AND retired_event IS NULL"
            tamper(full, f"CREATE TABLE kept AS SELECT {column} FROM {stands}", key=key)
            tamper(full, f"UPDATE {stands.replace(' WHERE', f' SET {column} = :new WHERE')}", key=key, new="x")
            faults = full.verify()
            assert named(faults) == {(table, key, column)}
            assert column in str(faults[0])
            back = f" SET {column} = (SELECT {column} FROM kept) WHERE"
            tamper(full, f"UPDATE {stands.replace(' WHERE', back)}", "DROP TABLE kept", key=key)
    assert full.verify() == ()


def test_a_changed_number_is_named(full: Case, tamper: Tamper) -> None:
    numbers = {("statements", "s-00004", "low"): 4, ("statements", "s-00004", "high"): 14.5}
    numbers |= {("sightings", "g-1", "share"): 0.435, ("counts", "c-1", "low"): 170000}
    for (table, key, column), value in numbers.items():
        for new in (value + 1, None):
            tamper(full, f"UPDATE {table} SET {column} = :new WHERE id = :key", key=key, new=new)
            assert named(full.verify()) == {(table, key, column)}
        tamper(full, f"UPDATE {table} SET {column} = :value WHERE id = :key", key=key, value=value)
    assert full.verify() == ()


def test_a_missing_row(full: Case, tamper: Tamper) -> None:
    tamper(full, "DELETE FROM parties")
    assert named(full.verify()) == {("history", "2", "added count"), ("history", "2", "added root")}


def test_a_row_that_no_event_vouches_for(full: Case, tamper: Tamper, make: Any) -> None:
    record = make.statement(77)
    values = {"record": record.canonical(), "digest": record.fingerprint()}
    tamper(
        full,
        "INSERT INTO statements (id, added_event, movement, source, item, from_party, to_party, unit, first, last, "
        "mode, stage, low, high, digest, record) VALUES ('s-00077', 9, 'm-00077', 'register', 'rifle.assault.ak', "
        "'USA', 'IRQ', 'items', '2004-01-01', '2006-03-31', 'export', 'delivered', 77, 87.5, :digest, :record)",
        **values,
    )
    assert named(full.verify()) == {("statements", "s-00077", "added_event")}
    tamper(full, "UPDATE statements SET added_event = 3 WHERE id = 's-00077'")
    assert named(full.verify()) == {("history", "3", "added count"), ("history", "3", "added root")}


def test_a_retired_version_brought_back(full: Case, tamper: Tamper) -> None:
    tamper(
        full,
        "UPDATE statements SET retired_event = 4 WHERE added_event = 4",
        "UPDATE statements SET retired_event = NULL WHERE id = 's-00001' AND added_event = 2",
    )
    found = named(full.verify())
    assert ("statements", "s-00001", "retired_event") in found
    assert ("statements", "s-00001", "version") in found
    assert ("history", "4", "retired root") in found


def test_a_row_moved_to_another_event(full: Case, tamper: Tamper) -> None:
    tamper(full, "UPDATE statements SET added_event = 2 WHERE id = 's-00003'")
    assert {("history", "2", "added root"), ("history", "3", "added root")} <= named(full.verify())


def test_two_records_that_changed_places(full: Case, tamper: Tamper) -> None:
    """Same rows, same event, other keys: the key is part of the record, so the column gives it away."""
    tamper(
        full,
        "UPDATE statements SET id = 'zzz' WHERE id = 's-00003'",
        "UPDATE statements SET id = 's-00003' WHERE id = 's-00004'",
        "UPDATE statements SET id = 's-00004' WHERE id = 'zzz'",
    )
    assert ("statements", "s-00003", "id") in named(full.verify())


def test_a_record_that_is_no_json(full: Case, tamper: Tamper) -> None:
    tamper(full, "UPDATE sources SET record = 'x' WHERE id = 'paper'")
    assert {("sources", "paper", "record"), ("sources", "paper", "digest")} <= named(full.verify())


def test_a_missing_table(full: Case, tamper: Tamper) -> None:
    tamper(full, "DROP TABLE parties")
    found = named(full.verify())
    assert ("parties", "", "unreadable") in found
    assert ("history", "2", "added count") in found


def test_a_missing_history(full: Case, tamper: Tamper) -> None:
    tamper(full, "DELETE FROM history")
    assert ("history", "", "missing") in named(full.verify())
    tamper(full, "DROP TABLE history")
    assert named(full.verify()) == {("history", "", "unreadable")}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestSqliteOnly:
    """SQLite keeps any type in any column, and its file can be damaged."""

    def test_bytes_where_text_belongs(self, full: Case, tamper: Tamper) -> None:
        tamper(full, "UPDATE sources SET record = CAST(record AS BLOB) WHERE id = 'paper'")
        assert ("sources", "paper", "record") in named(full.verify())

    def test_bytes_in_the_history(self, full: Case, tamper: Tamper) -> None:
        tamper(full, "UPDATE history SET payload = CAST(payload AS BLOB) WHERE seq = 2")
        assert ("history", "2", "type") in named(full.verify())

    def test_text_that_is_no_text(self, full: Case, tamper: Tamper) -> None:
        tamper(full, "UPDATE sources SET title = CAST(x'ff00fe' AS TEXT) WHERE id = 'paper'")
        assert full.verify() != ()

    def test_a_damaged_page(self, full: Case) -> None:
        path = full.stated.file(full.folder)
        data = bytearray(path.read_bytes())
        at = data.index(b"A register") - 40
        data[at : at + 30] = b"\x00" * 30
        path.write_bytes(bytes(data))
        assert full.verify() != ()
