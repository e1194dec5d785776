"""What stands in the database beside the rows: named by a verification, and never able to swallow a write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from takingstock.case import Case, Rows, create, migrate, open_case
from takingstock.records import ConflictError, NotACaseError

WHO: dict[str, Any] = {"actor": "analyst", "reason": "entry"}
Tamper = Callable[..., None]


@pytest.fixture
def full(case: Case, make: Any) -> Case:
    case.write(make.every_table(), now=make.at(1), **WHO)
    case.write(make.statements(4), now=make.at(2), **WHO)
    return case


def named(case: Case) -> set[tuple[str, str, str]]:
    return {(fault.table, fault.key, fault.what) for fault in case.verify()}


def trigger(case: Case, table: str, action: str) -> list[str]:
    """A trigger named ``odd``, in the language of the engine; ``action`` runs before a row is put in."""
    if case.settings.sqlite:
        return [f"CREATE TRIGGER odd BEFORE INSERT ON {table} BEGIN {action}; END"]
    return [
        f"CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {action}; RETURN NEW; END $$",
        f"CREATE TRIGGER odd BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION odd()",
    ]


@pytest.mark.parametrize("table", ["statements", "history", "alembic_version"])
def test_a_trigger_is_named(full: Case, tamper: Tamper, table: str) -> None:
    tamper(full, *trigger(full, table, "DELETE FROM sources WHERE id = 'nobody'"))
    assert named(full) == {(table, "odd", "trigger")}
    assert "'odd'" in str(full.verify()[0])


def test_a_trigger_on_a_table_of_somebody_else_is_none_of_ours(full: Case, tamper: Tamper) -> None:
    tamper(full, "CREATE TABLE theirs (id TEXT)", *trigger(full, "theirs", "DELETE FROM theirs"))
    assert named(full) == set()


def test_a_view_in_place_of_a_table(full: Case, tamper: Tamper) -> None:
    tamper(full, "ALTER TABLE statements RENAME TO kept", "CREATE VIEW statements AS SELECT * FROM kept")
    assert named(full) == {("statements", "", "kind")}
    assert "is a view" in str(full.verify()[0])


def test_a_view_in_place_of_the_history(full: Case, tamper: Tamper) -> None:
    tamper(full, "ALTER TABLE history RENAME TO kept", "CREATE VIEW history AS SELECT * FROM kept")
    assert named(full) == {("history", "", "kind")}


@pytest.mark.parametrize(
    "instead",
    [
        "",
        "CREATE INDEX statements_current ON statements (id) WHERE retired_event IS NULL",
        "CREATE UNIQUE INDEX statements_current ON statements (id, digest) WHERE retired_event IS NULL",
        "CREATE UNIQUE INDEX statements_current ON statements (id) WHERE retired_event IS NOT NULL",
        "CREATE UNIQUE INDEX statements_current ON statements (id, added_event)",
    ],
)
def test_a_unique_index_that_is_gone_or_another_one(full: Case, tamper: Tamper, instead: str) -> None:
    tamper(full, "DROP INDEX statements_current", *filter(None, [instead]))
    assert named(full) == {("statements", "", "index")}
    assert "statements_current" in str(full.verify()[0])


def test_a_primary_key_that_is_gone(full: Case, tamper: Tamper) -> None:
    if full.stated.sqlite:
        tamper(full, "CREATE TABLE kept AS SELECT * FROM history", "DROP TABLE history")
        tamper(full, "ALTER TABLE kept RENAME TO history")
    else:
        tamper(full, "ALTER TABLE history DROP CONSTRAINT history_pkey")
    assert named(full) == {("history", "", "primary key")}


def test_a_sound_case_has_nothing_beside_its_rows(full: Case) -> None:
    assert full.verify() == ()


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
class TestPostgresOnly:
    def test_a_rule_is_named(self, full: Case, tamper: Tamper) -> None:
        tamper(full, "CREATE RULE odd AS ON INSERT TO counts DO INSTEAD NOTHING")
        assert named(full) == {("counts", "odd", "rule")}

    def test_rows_that_a_rule_swallows_are_not_said_to_be_added(self, full: Case, tamper: Tamper, make: Any) -> None:
        tamper(full, "CREATE RULE odd AS ON INSERT TO statements DO INSTEAD NOTHING")
        revision = full.revision
        with pytest.raises(NotACaseError, match=r"statements: the database stored 0 of 2 rows.*verify"):
            full.write(Rows(statements=(make.statement(8), make.statement(9))), **WHO)
        assert full.revision == revision

    def test_an_event_that_a_rule_swallows(self, full: Case, tamper: Tamper, make: Any) -> None:
        tamper(full, "CREATE RULE odd AS ON INSERT TO history DO INSTEAD NOTHING")
        before = full.ledger()
        with pytest.raises(NotACaseError, match="history: the database stored 0 of 1"):
            full.write(make.statements(9), **WHO)
        assert full.ledger() == before


def test_rows_that_a_trigger_drops(full: Case, tamper: Tamper, make: Any) -> None:
    action = "SELECT RAISE(IGNORE)" if full.stated.sqlite else "IF NEW.id = 's-00009' THEN RETURN NULL; END IF"
    tamper(full, *trigger(full, "statements", action))
    before = (full.revision, full.ledger())
    with pytest.raises(NotACaseError, match=r"statements: the database stored [01] of 2 rows"):
        full.write(Rows(statements=(make.statement(8), make.statement(9))), **WHO)
    assert (full.revision, full.ledger()) == before


def test_rows_that_a_trigger_changes(full: Case, tamper: Tamper, make: Any) -> None:
    if full.stated.sqlite:
        after = "UPDATE statements SET record = replace(record, 'USA', 'IRN') WHERE id = NEW.id"
        tamper(full, f"CREATE TRIGGER odd AFTER INSERT ON statements BEGIN {after}; END")
    else:
        tamper(full, *trigger(full, "statements", "NEW.record = replace(NEW.record, 'USA', 'IRN')"))
    before = full.ledger()
    with pytest.raises(NotACaseError, match="statements: the database stored 0 of 1 rows"):
        full.write(Rows(statements=(make.statement(8),)), **WHO)
    assert full.ledger() == before


def test_rows_that_stay_though_they_were_retired(full: Case, tamper: Tamper, make: Any) -> None:
    if full.stated.sqlite:
        tamper(full, "CREATE TRIGGER odd BEFORE UPDATE ON statements BEGIN SELECT RAISE(IGNORE); END")
    else:
        tamper(full, *(line.replace("INSERT", "UPDATE") for line in trigger(full, "statements", "RETURN NULL")))
    with pytest.raises(NotACaseError, match="statements: the database retired 0 of 1 rows"):
        full.write(Rows(statements=(make.statement(1, item="pistol"),)), **WHO)
    assert full.ledger().statement_by_id["s-00001"].item == "rifle.assault.ak"


def test_two_versions_of_the_schema(full: Case, folder: Path, tamper: Tamper) -> None:
    tamper(full, "INSERT INTO alembic_version VALUES ('0005')")
    with pytest.raises(NotACaseError, match=r"names 2 versions of its schema \(0004, 0005\)"):
        open_case(folder)
    with full._database.reading() as connection:
        assert migrate.versions(connection) == ("0004", "0005")


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_database_with_two_versions_is_not_empty(full: Case, tamper: Tamper, tmp_path: Path) -> None:
    tamper(full, "INSERT INTO alembic_version VALUES ('0005')")
    with pytest.raises(ConflictError, match="already holds a case"):
        create(tmp_path / "other", "Another", database=full.stated.database)
