"""Rows sort records into their tables."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from takingstock.case import TABLES, Rows
from takingstock.records import Archive, BadValueError, Ledger, Place


def test_records_find_their_tables(make: Any) -> None:
    rows = make.every_table()
    again = Rows.of(*rows)
    assert again == rows
    assert len(again) == 32
    assert len(Rows()) == 0


def test_a_record_without_a_table() -> None:
    with pytest.raises(BadValueError, match="no table for Place"):
        Rows.of(Place(name="Mosul"))  # type: ignore[arg-type]


def test_the_tables_are_those_of_the_ledger_in_order() -> None:
    assert list(TABLES) == sorted(TABLES)
    assert set(TABLES) == (set(Ledger.model_fields) | set(Archive.model_fields)) - {
        "title",
        "revision",
        "head",
        "erased",
    }


def test_importing_the_room_does_not_import_the_database() -> None:
    code = "import sys, takingstock.case; print(*sorted({'sqlalchemy', 'alembic', 'psycopg'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
