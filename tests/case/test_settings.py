"""``case.toml`` is written for people and read back as it was."""

from __future__ import annotations

import tomllib
from pathlib import Path

from takingstock.case import Redaction, Settings, create, open_case
from takingstock.case.settings import read


def test_written_and_read_back(tmp_path: Path) -> None:
    settings = Settings(title='حالة "العراق"', scope="2003 to 2017\nIraq", redaction=Redaction.NONE)
    settings.write(tmp_path)
    assert read(tmp_path) == settings
    assert tomllib.loads((tmp_path / "case.toml").read_text(encoding="utf-8"))["title"] == 'حالة "العراق"'


def test_scope_and_redaction_reach_the_case(tmp_path: Path) -> None:
    create(tmp_path / "c", "A case", scope="Iraq", redaction=Redaction.NONE).close()
    with open_case(tmp_path / "c") as case:
        assert (case.settings.scope, case.settings.redaction) == ("Iraq", Redaction.NONE)
    create(tmp_path / "d", "A case").close()
    assert read(tmp_path / "d").redaction is Redaction.PUBLIC


def test_a_title_edited_by_hand_is_shown_and_moves_nothing(tmp_path: Path) -> None:
    with create(tmp_path / "c", "A case") as case:
        head = case.head
    path = tmp_path / "c" / "case.toml"
    path.write_text(path.read_text().replace("A case", "A better title"))
    with open_case(tmp_path / "c") as case:
        assert (case.title, case.ledger().title, case.head) == ("A better title", "A better title", head)
        assert case.verify() == ()


def test_another_name_for_the_database_file(tmp_path: Path) -> None:
    with create(tmp_path / "c", "A case", database="sqlite:///سجل one.db") as case:
        assert case.revision == 1
    assert (tmp_path / "c" / "سجل one.db").exists()


def test_the_driver_is_filled_in() -> None:
    assert Settings(title="t", database="postgresql://h/x").url == "postgresql+psycopg://h/x"
    assert Settings(title="t", database="postgresql+psycopg://h/x").url == "postgresql+psycopg://h/x"
