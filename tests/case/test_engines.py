"""One writes while others read; the second writer waits; a killed one leaves nothing; read-only media can be read."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from takingstock.case import Case, Delta, Rows, create, open_case, reading, rows_written
from takingstock.case.engines import _named
from takingstock.case.schema import HISTORY
from takingstock.records import ConflictError, NotACaseError, RowsWritten, TakingStockError

WHO: dict[str, Any] = {"actor": "analyst", "reason": "entry"}


def test_others_read_the_old_state_until_the_commit(case: Case, make: Any, folder: Path) -> None:
    case.write(make.statements(2), **WHO)
    before = case.ledger()
    seen: list[object] = []

    def body(delta: Delta) -> RowsWritten:
        with open_case(folder, wait=1) as other:
            seen.extend([other.revision, other.ledger(), other.verify(), other.preview(make.statements(2)).changes])
        return rows_written(delta)

    case.write(make.statements(4, item="pistol"), body, **WHO)
    assert seen == [2, before, (), False]
    with open_case(folder) as other:
        assert (other.revision, len(other.ledger().statements)) == (3, 4)


def test_a_reader_keeps_its_snapshot(case: Case, make: Any, folder: Path) -> None:
    case.write(make.statements(2), **WHO)
    before = case.ledger()
    with open_case(folder) as other, other._database.reading() as connection:
        assert reading.last(connection, "").seq == 2
        case.write(make.every_table(), **WHO)
        assert reading.ledger(connection, "", "A case", None) == before
    assert case.ledger() != before


def test_a_second_writer_is_told_to_try_again(case: Case, make: Any, folder: Path) -> None:
    def body(delta: Delta) -> RowsWritten:
        with (
            open_case(folder, wait=0.1) as other,
            pytest.raises(ConflictError, match=r"somebody else is writing.*nothing was changed, try again"),
        ):
            other.write(make.statements(9), **WHO)
        return rows_written(delta)

    case.write(make.statements(1), body, **WHO)
    assert case.revision == 2
    assert case.verify() == ()


def test_a_second_writer_waits_its_turn(case: Case, make: Any, folder: Path) -> None:
    inside, done = threading.Event(), threading.Event()
    deltas: list[Delta] = []

    def second() -> None:
        assert inside.wait(30)
        with open_case(folder, wait=30) as other:
            done.set()
            deltas.append(other.write(make.statements(3), **WHO))

    def body(delta: Delta) -> RowsWritten:
        inside.set()
        assert done.wait(30)
        return rows_written(delta)

    thread = threading.Thread(target=second)
    thread.start()
    first = case.write(make.statements(2), body, **WHO)
    thread.join()
    # What the first one wrote is there for the second one to compare with.
    assert (deltas[0].added, deltas[0].unchanged) == ((("statements", 1),), (("statements", 2),))
    assert first.event is not None
    assert deltas[0].event is not None
    assert [first.event.seq, deltas[0].event.seq] == [2, 3]
    assert case.verify() == ()


WRITER = """
import sys
from takingstock.case import Rows, open_case
from takingstock.records import Party
folder, name, number = sys.argv[1:]
with open_case(folder, wait=60) as case:
    for n in range(int(number)):
        case.write(Rows.of(Party(id=f"{name}-{n}", name="x", kind="unit")), actor=name, reason="turn")
        case.ledger()
"""


def test_writers_in_several_processes_make_one_chain(case: Case, folder: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name, "8"]) for name in ("a", "b")]
    while any(writer.poll() is None for writer in writers):
        ledger = case.ledger()
        assert len(ledger.parties) == ledger.revision - 1
    assert [writer.wait() for writer in writers] == [0, 0]
    assert case.revision == 17
    assert len(case.ledger().parties) == 16
    assert case.verify() == ()


KILLED = """
import sys, time
from takingstock.case import Rows, open_case
from takingstock.records import Party
folder, where = sys.argv[1:]
import takingstock.case.writing as writing
writing.BATCH = 10
batch = writing._batch
seen = []
def stop():
    print("inside", flush=True)
    time.sleep(60)
def counted(*args):
    batch(*args)
    seen.append(1)
    if where == "batch" and len(seen) == 5:
        stop()
writing._batch = counted
def body(delta):
    stop()
with open_case(folder) as case:
    rows = Rows.of(*(Party(id=f"{n:04}", name="new", kind="unit") for n in range(100)))
    case.write(rows, body, actor="a", reason="r")
"""


@pytest.mark.parametrize("where", ["batch", "event"])
def test_a_killed_writer_leaves_the_earlier_state(case: Case, make: Any, folder: Path, where: str) -> None:
    case.write(make.every_table(), **WHO)
    before = (case.events(), case.ledger())
    writer = subprocess.Popen([sys.executable, "-c", KILLED, str(folder), where], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    with writer, writer.stdout:
        assert writer.stdout.readline() == "inside\n"
        writer.kill()
    assert (case.events(), case.ledger()) == before
    assert case.verify() == ()
    with open_case(folder, wait=10) as again:
        assert again.write(make.statements(9), **WHO).event is not None
        assert again.verify() == ()


def test_a_reading_connection_cannot_write(case: Case) -> None:
    event = case.events()[0].model_copy(update={"seq": 2})
    with pytest.raises(TakingStockError, match="may only be read"), case._database.reading() as connection:
        connection.execute(insert(HISTORY), [event.model_dump()])
    assert case.revision == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_file_is_in_wal_mode_and_a_closed_case_is_one_file(case: Case, make: Any) -> None:
    case.write(make.statements(3), **WHO)
    with case._database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    assert sorted(path.name for path in case.folder.glob("*.db*")) == ["case.db"]


def test_closing_twice_and_using_again(case: Case) -> None:
    case.close()
    case.close()
    assert case.revision == 1


def test_the_database_goes_away(tmp_path: Path) -> None:
    case = create(tmp_path / "c", "A case")
    (tmp_path / "c" / "case.db").unlink()
    with pytest.raises(NotACaseError, match="half a case"):
        case.ledger()
    with pytest.raises(NotACaseError, match="cannot be used"):
        case.write(Rows(), **WHO)
    assert not (tmp_path / "c" / "case.db").exists()


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_FULL, TakingStockError, "no room is left"),
        (sqlite3.SQLITE_BUSY, ConflictError, "somebody else"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, ConflictError, "somebody else"),
        (sqlite3.SQLITE_READONLY_DBMOVED, TakingStockError, "may only be read"),
        (sqlite3.SQLITE_CORRUPT_INDEX, NotACaseError, "damaged"),
        (sqlite3.SQLITE_IOERR, NotACaseError, "cannot be used"),
    ],
)
def test_errors_of_sqlite_get_names(code: int, kind: type[TakingStockError], words: str) -> None:
    error = sqlite3.OperationalError("two\nlines")
    error.sqlite_errorcode = code
    made = _named("case.db", error)
    assert type(made) is kind
    assert words in str(made)
    assert "\n" not in str(made)


READER = """
import os, sys
from takingstock.case import Rows, create, open_case
from takingstock.records import Party, TakingStockError
rows = Rows.of(Party(id="p", name="x", kind="unit"))
warm, folder = sys.argv[1:]
with create(warm, "Warm") as case:
    case.write(rows, actor="a", reason="r")
    case.ledger(), case.verify(), case.preview(rows)
if os.geteuid() == 0:
    # Root may write anywhere; what is needed is imported by now, in case nobody else may read it.
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
try:
    with open_case(folder) as case:
        print(case.revision, len(case.ledger().statements), len(case.verify()))
        case.write(rows, actor="a", reason="r")
except TakingStockError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Callable[..., list[str]]]:
    """Copies the files of a case to where a reader may not write; gives what it saw."""
    root = Path(tempfile.mkdtemp(prefix="read only "))

    def run(case: Case, leave_out: str = "") -> list[str]:
        for path in case.folder.iterdir():
            if path.is_file() and not (leave_out and path.name.endswith(leave_out)):
                shutil.copy(path, root)
                (root / path.name).chmod(0o444)
        root.chmod(0o555)
        code = [sys.executable, "-c", READER, str(tmp_path / "warm"), str(root)]
        return subprocess.run(code, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()

    yield run
    root.chmod(0o755)
    shutil.rmtree(root)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of POSIX")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestReadOnly:
    def test_a_closed_case(self, case: Case, make: Any, read_only: Callable[..., list[str]]) -> None:
        case.write(make.statements(3), **WHO)
        numbers, refused = read_only(case)
        assert numbers == "2 3 0"
        assert refused.startswith("TakingStockError")
        assert "may only be read; get the right to write, or work on a copy" in refused

    def test_copied_while_somebody_wrote(self, case: Case, make: Any, read_only: Callable[..., list[str]]) -> None:
        with case._database.reading() as connection:
            reading.last(connection, "")
            case.write(make.statements(3), **WHO)
            # The open reader keeps the side files: the write lies in case.db-wal only.
            assert read_only(case)[0] == "2 3 0"

    def test_copied_without_the_index_of_the_log(
        self, case: Case, make: Any, read_only: Callable[..., list[str]]
    ) -> None:
        with case._database.reading() as connection:
            reading.last(connection, "")
            case.write(make.statements(3), **WHO)
            (refused,) = read_only(case, leave_out="-shm")
        assert refused.startswith("NotACaseError")
        assert "copy the folder to a place that can be written" in refused

    def test_changed_while_it_was_read(self, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda *_: False)
        assert case.revision == 1
        path = case.stated.file(case.folder)
        with pytest.raises(ConflictError, match="changed while it was read"), case._database.reading():
            os.utime(path, (1, 1))
