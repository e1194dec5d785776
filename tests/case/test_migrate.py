"""The migrations lead to the schema of the code; an older database is upgraded by an explicit call only."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from takingstock.case import TABLES, Case, Rows, migrate, open_case, schema, upgrade
from takingstock.records import NotACaseError

FIRST = ("counts", "parties", "populations", "sightings", "sources", "statements")
WHO: dict[str, Any] = {"actor": "analyst", "reason": "entry"}

SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("statements") as batch:
        batch.add_column(sa.Column("payer", sa.Text))
        batch.alter_column("mode", nullable=True, existing_type=sa.Text)
"""


def test_the_list_of_versions_is_that_of_the_migrations() -> None:
    script = ScriptDirectory.from_config(migrate.config())
    assert tuple(step.revision for step in reversed(list(script.walk_revisions()))) == schema.VERSIONS
    assert script.get_current_head() == schema.SCHEMA


def test_the_migrations_make_the_schema_of_the_code(case: Case) -> None:
    with case._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.METADATA) == []
        assert migrate.versions(connection) == (schema.SCHEMA,)


def test_a_newer_schema_is_refused(case: Case, folder: Path, tamper: Callable[..., None]) -> None:
    tamper(case, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NotACaseError, match=r"newer version \(schema 9999\); update takingstock"):
        open_case(folder)
    with pytest.raises(NotACaseError, match="newer version"):
        upgrade(folder)


def test_an_older_schema_is_upgraded_when_asked(
    case: Case, folder: Path, make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.write(make.every_table(), now=make.at(1), **WHO)
    before = (case.events(), case.ledger())
    later = tmp_path / "migrations"
    shutil.copytree(migrate.folder(), later)
    (later / "versions" / "v0005_fifth.py").write_text(SECOND)
    monkeypatch.setattr(migrate, "folder", lambda: later)
    monkeypatch.setattr(schema, "VERSIONS", ("0001", "0002", "0003", "0004", "0005"))
    monkeypatch.setattr(schema, "SCHEMA", "0005")
    with pytest.raises(NotACaseError, match=r"older version \(schema 0004, now 0005\).*upgrade"):
        open_case(folder)
    upgrade(folder)
    upgrade(folder)
    with open_case(folder) as again:
        assert (again.events(), again.ledger()) == before
        assert again.verify() == ()
        assert again.write(make.statements(1, item="pistol"), **WHO).revised == (("statements", 1),)
        assert again.verify() == ()


def test_a_failed_upgrade_leaves_the_case_as_it_was(
    case: Case, folder: Path, make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.write(make.every_table(), **WHO)
    later = tmp_path / "migrations"
    shutil.copytree(migrate.folder(), later)
    (later / "versions" / "v0005_fifth.py").write_text(SECOND + '    raise RuntimeError("power cut")\n')
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "folder", lambda: later)
        patch.setattr(schema, "VERSIONS", ("0001", "0002", "0003", "0004", "0005"))
        with pytest.raises(RuntimeError, match="power cut"):
            upgrade(folder)
    with open_case(folder) as again:
        assert again.verify() == ()


def test_a_case_of_the_first_schema_is_upgraded(case: Case, folder: Path, make: Any, tamper: Any) -> None:
    rows = make.every_table()
    first = Rows(**{name: rows.table(name) for name in FIRST})
    case.write(first, now=make.at(1), **WHO)
    before = (case.events(), case.ledger())
    tamper(case, *(f"DROP TABLE {name}" for name in TABLES if name not in FIRST))
    tamper(case, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(NotACaseError, match="schema 0001, now 0004"):
        open_case(folder)
    upgrade(folder)
    with open_case(folder) as again:
        assert (again.events(), again.ledger()) == before
        assert again.verify() == ()
        again.write(rows, **WHO)
        assert again.verify() == ()
