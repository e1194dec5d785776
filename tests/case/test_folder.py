"""Making and opening case folders: whole or not at all, and one clear line for what is no case."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from takingstock.case import Case, create, open_case
from takingstock.records import BadValueError, ConflictError, NotACaseError, TakingStockError

WHO: dict[str, Any] = {"actor": "analyst", "reason": "entry"}


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def one_line(error: pytest.ExceptionInfo[TakingStockError]) -> str:
    words = str(error.value)
    assert "\n" not in words
    assert "Traceback" not in words
    return words


def test_what_a_case_is_made_of(case: Case, folder: Path, database: str | None) -> None:
    files = ["case.toml", "evidence", "head.txt"]
    files = ["case.db", *files] if database is None else files
    assert left_over(folder) == files
    assert left_over(folder.parent) == [folder.name]
    assert case.originals.is_dir()
    assert case.working.is_dir()
    assert (case.folder, case.title) == (folder, "A case")


def test_open_again(case: Case, make: Any, folder: Path) -> None:
    case.write(make.every_table(), **WHO)
    with open_case(str(folder)) as again:
        assert again.ledger() == case.ledger()
        assert again.events() == case.events()
        assert again.settings == case.settings


def test_a_folder_that_was_moved_is_the_same_case(case: Case, make: Any, folder: Path) -> None:
    case.write(make.every_table(), **WHO)
    case.close()
    moved = folder.rename(folder.with_name("moved"))
    with open_case(moved) as again:
        assert (again.head, again.verify()) == (again.events()[-1].digest, ())


def test_a_relative_path(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(folder)
    with open_case(".") as again:
        monkeypatch.chdir(tmp_path)
        assert again.revision == 1


def test_an_empty_folder_is_taken_and_stays_the_same_folder(
    tmp_path: Path, database: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    before = (tmp_path / "empty").stat().st_ino
    monkeypatch.chdir(tmp_path / "empty")
    with create(".", "A case", database=database) as case:
        assert case.revision == 1
    assert (tmp_path / "empty").stat().st_ino == before
    assert "case.toml" in left_over(Path())
    assert not [name for name in left_over(Path()) if name.startswith(".")]
    assert left_over(tmp_path) == ["empty"]


@pytest.mark.parametrize("there", [True, False])
def test_a_commit_that_fails_leaves_nothing(tmp_path: Path, database: str | None, there: bool) -> None:
    def broken(_connection: object) -> None:
        raise RuntimeError("power cut")

    if there:
        (tmp_path / "c").mkdir()
    event.listen(Engine, "commit", broken)
    try:
        with pytest.raises(RuntimeError, match="power cut"):
            create(tmp_path / "c", "A case", database=database)
    finally:
        event.remove(Engine, "commit", broken)
    assert left_over(tmp_path) == (["c"] if there else [])
    with create(tmp_path / "c", "A case", database=database) as case:
        assert case.verify() == ()


def test_create_refuses_what_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("keep me")
    with pytest.raises(ConflictError) as error:
        create(tmp_path / "full", "A case")
    assert "is not empty; choose" in one_line(error)
    assert (tmp_path / "full" / "letter.txt").read_text() == "keep me"
    with pytest.raises(ConflictError) as error:
        create(tmp_path / "full" / "letter.txt", "A case")
    assert "is a file; choose" in one_line(error)


def test_create_refuses_a_case(case: Case, folder: Path, make: Any) -> None:
    case.write(make.statements(1), **WHO)
    with pytest.raises(ConflictError) as error:
        create(folder, "Another")
    assert "is a case already; open it" in one_line(error)
    assert case.revision == 2


def test_create_refuses_a_database_that_holds_a_case(case: Case, tmp_path: Path, database: str | None) -> None:
    if database is None:
        pytest.skip("a SQLite case brings its own file")
    with pytest.raises(ConflictError, match="already holds a case; name an empty database"):
        create(tmp_path / "second", "Another", database=database)
    assert not (tmp_path / "second").exists()
    assert case.verify() == ()


def test_a_title_is_needed(tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="title of a case must not be empty"):
        create(tmp_path / "c", "  ")
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("address", ["mysql://x/y", "sqlite:////tmp/x.db", "sqlite:///../x.db", "case.db"])
def test_a_database_that_is_none_of_ours(tmp_path: Path, address: str) -> None:
    with pytest.raises(NotACaseError, match="database must be"):
        create(tmp_path / "c", "A case", database=address)
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("step", ["migrate.migrate", "writing.append", "folder._move"])
def test_a_failure_while_making_leaves_nothing(
    tmp_path: Path, database: str | None, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(f"takingstock.case.{step}", broken)
        with pytest.raises(RuntimeError, match="power cut"):
            create(tmp_path / "c", "A case", database=database)
    assert left_over(tmp_path) == []
    with create(tmp_path / "c", "A case", database=database) as case:
        assert case.verify() == ()


@pytest.mark.parametrize("there", [True, False])
def test_somebody_fills_the_place_while_the_case_is_made(
    tmp_path: Path, database: str | None, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    from takingstock.case import folder as module

    move = module._move

    def meanwhile(build: Path, target: Path, there: bool) -> None:
        target.mkdir(exist_ok=True)
        (target / "letter.txt").write_text("keep me")
        move(build, target, there)

    monkeypatch.setattr(module, "_move", meanwhile)
    if there:
        (tmp_path / "c").mkdir()
    with pytest.raises(ConflictError, match="is no longer empty" if there else "cannot be made"):
        create(tmp_path / "c", "A case", database=database)
    assert left_over(tmp_path) == ["c"]
    assert left_over(tmp_path / "c") == ["letter.txt"]


def spoil_nothing_there(folder: Path) -> None:
    shutil.rmtree(folder)


def spoil_toml_gone(folder: Path) -> None:
    (folder / "case.toml").unlink()


def spoil_toml_broken(folder: Path) -> None:
    (folder / "case.toml").write_text("title = ")


def spoil_toml_binary(folder: Path) -> None:
    (folder / "case.toml").write_bytes(b"\xff\xfe\x00")


def spoil_toml_without_title(folder: Path) -> None:
    (folder / "case.toml").write_text('database = "sqlite:///case.db"\n')


def spoil_toml_unknown_key(folder: Path) -> None:
    with (folder / "case.toml").open("a") as file:
        file.write("colour = 'red'\n")


def spoil_toml_of_the_future(folder: Path) -> None:
    text = (folder / "case.toml").read_text(encoding="utf-8").replace("format = 1", "format = 2")
    (folder / "case.toml").write_text(text, encoding="utf-8")


def spoil_db_gone(folder: Path) -> None:
    (folder / "case.db").unlink()


def spoil_db_empty(folder: Path) -> None:
    (folder / "case.db").write_bytes(b"")


def spoil_db_text(folder: Path) -> None:
    (folder / "case.db").write_text("this is no database, it is a text of some length" * 100)


def spoil_db_half(folder: Path) -> None:
    data = (folder / "case.db").read_bytes()
    (folder / "case.db").write_bytes(data[: len(data) // 2])


def spoil_db_is_a_folder(folder: Path) -> None:
    (folder / "case.db").unlink()
    (folder / "case.db").mkdir()


def spoil_db_of_another_program(folder: Path) -> None:
    (folder / "case.db").unlink()
    with contextlib.closing(sqlite3.connect(folder / "case.db")) as connection:
        connection.execute("CREATE TABLE notes (words TEXT)")


def spoil_db_without_events(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "case.db")) as connection:
        connection.execute("DELETE FROM history")
        connection.commit()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_nothing_there, "there is no folder"),
        (spoil_toml_gone, "is no case: it has no case.toml"),
        (spoil_toml_broken, "is not valid TOML"),
        (spoil_toml_binary, "cannot be read"),
        (spoil_toml_without_title, "title: Field required"),
        (spoil_toml_unknown_key, "colour"),
        (spoil_toml_of_the_future, "update takingstock"),
        (spoil_db_gone, "half a case"),
        (spoil_db_empty, "half a case"),
        (spoil_db_text, "is damaged"),
        (spoil_db_half, "damaged"),
        (spoil_db_is_a_folder, "restore"),
        (spoil_db_of_another_program, "holds no case"),
        (spoil_db_without_events, "has no history"),
    ],
)
def test_what_is_no_case(tmp_path: Path, spoil: Callable[[Path], None], words: str) -> None:
    folder = tmp_path / "c"
    create(folder, "A case").close()
    spoil(folder)
    with pytest.raises(NotACaseError) as error:
        open_case(folder)
    assert words in one_line(error)


def test_a_file_is_no_case(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("x")
    with pytest.raises(NotACaseError) as error:
        open_case(tmp_path / "c")
    assert "is a file; a case is a folder" in one_line(error)


@pytest.mark.postgres
def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    secret = "postgresql+psycopg://me:hush@/nobody?host=" + str(tmp_path)
    with pytest.raises(NotACaseError) as error:
        create(tmp_path / "c", "A case", database=secret)
    assert "cannot be used" in one_line(error)
    assert "hush" not in one_line(error)
    assert f"the database of {tmp_path / 'c'} " in one_line(error)
    assert left_over(tmp_path) == []


@pytest.mark.postgres
@pytest.mark.parametrize("address", ["postgresql+psycopg://h:port/x", "postgresql://h:1:2/x"])
def test_an_address_that_cannot_be_read(tmp_path: Path, address: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(NotACaseError, match="the address in case"):
        create(tmp_path / "c", "A case", database=address)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_where_nothing_may_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(TakingStockError, match="choose a folder that you may write to"):
        create(tmp_path / "c", "A case")
    tmp_path.chmod(0o755)
