"""Ingest into a real case: killed anywhere and finished by the next run; a bad file ends itself; sources stay apart."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from small import picture

from takingstock.case import Case, create, open_case
from takingstock.evidence.checking import check
from takingstock.evidence.ingest import IngestReport, ingest
from takingstock.evidence.sources import incoming
from takingstock.evidence.vault import Vault
from takingstock.verbs.evidence.adding import _commit

RUN = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from takingstock.case import open_case
from takingstock.evidence import ingest as room
from takingstock.evidence.sources import incoming
from takingstock.evidence.vault import Vault
from takingstock.verbs.evidence.adding import _commit
room.BATCH = 3
if __name__ == "__main__":
    with open_case({case!r}) as case:
        archive = case.archive()
        room.ingest(Vault(case.folder), incoming([Path({folder!r})]), known={{one.id for one in archive.evidence}},
                    collections={{one.id for one in archive.collections}}, common={{"collector": "A"}}, cores=1,
                    commit=lambda intakes: _commit(case, intakes, "A"), examine="naughty:examine")
"""


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with create(tmp_path / "case", "A case") as made:
        yield made


def take(case: Case, *paths: Path, examine: str = "naughty:examine", **more: Any) -> IngestReport:
    archive = case.archive()
    options = {"common": {"collector": "A"}, "cores": 2} | more
    return ingest(
        Vault(case.folder),
        incoming(paths),
        known={one.id for one in archive.evidence},
        collections={one.id for one in archive.collections},
        commit=lambda intakes: _commit(case, intakes, "A"),
        examine=examine,
        **options,
    )


def sound(case: Case) -> None:
    assert case.verify() == ()
    checked = check(Vault(case.folder), case.archive())
    assert checked.faults == ()


def test_killed_at_twenty_places(case: Case, pictures: Callable[[int], Path], tmp_path: Path) -> None:
    """kill -9 when n files are visible: none is half-written, each has its row; the next run finishes the rest."""
    total = 63
    folder = pictures(total)
    script = tmp_path / "run.py"
    script.write_text(RUN.format(tests=str(Path(__file__).parent), case=str(case.folder), folder=str(folder)))
    vault = Vault(case.folder)
    kills = 0
    for wanted in range(3, total, 3):
        running = subprocess.Popen([sys.executable, str(script)])
        while len(list(vault.ids())) < wanted and running.poll() is None:
            time.sleep(0.002)
        kills += running.poll() is None
        running.send_signal(signal.SIGKILL)
        running.wait()
        known = {one.id for one in case.archive().evidence}
        assert set(vault.ids()) <= known
        # What was committed and not yet placed lies whole in incoming: a remark, not a fault.
        sound(case)
    assert kills >= 18
    subprocess.run([sys.executable, str(script)], check=True)
    assert len(list(vault.ids())) == total == len(case.archive().evidence)
    checked = check(vault, case.archive())
    assert (checked.faults, checked.remarks) == ((), ())
    assert list(vault.incoming.iterdir()) == []
    added = [event for event in case.events() if event.kind == "evidence-added"]
    assert len(added) == total
    sound(case)


def test_again_adds_nothing_and_another_source_is_another_record(
    case: Case, pictures: Callable[[int], Path], tmp_path: Path
) -> None:
    folder = pictures(5)
    assert take(case, folder).count("added") == 5
    revision = case.revision
    again = take(case, folder)
    assert (again.count("known"), case.revision) == (5, revision)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(folder / "p000.png", elsewhere / "repost.png")
    other = take(case, elsewhere, common={"collector": "B", "url": "https://example.org/repost"})
    assert other.count("another source") == 1
    archive = case.archive()
    assert len(archive.evidence) == 5
    twice = next(rows for rows in archive.collections_of.values() if len(rows) == 2)
    assert {one.collector for one in twice} == {"A", "B"}
    assert {one.url for one in twice} == {"", "https://example.org/repost"}
    sound(case)


def test_two_names_of_the_same_bytes_in_one_run(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(picture(1))
    report = take(case, folder)
    assert sorted(one.outcome for one in report.taken) == ["added", "another source"]
    assert len(case.archive().evidence) == 1
    assert {one.name for one in case.archive().collections} == {"a.png", "b.png"}
    sound(case)


def test_a_bad_file_ends_itself_only(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    for how in ("ok", "crash", "hang", "raise", "exit"):
        (folder / how).write_text(how)
    (folder / "empty").write_bytes(b"")
    (folder / ".hidden").write_text("x")
    (folder / "link").symlink_to(folder / "ok")
    report = take(case, folder, examine="naughty:examine_or_not", seconds=3)
    assert report.count("added") == 6
    reasons = {dict(one.row)["file"].rsplit("/", 1)[-1]: one.reason for one in report.rejects}
    assert set(reasons) == {".hidden", "link"}
    words = {one.name: one.words for one in report.taken}
    assert words["ok"] == words["empty"] == "examined"
    assert words["crash"] == "examination failed: the parser crashed (SIGSEGV)"
    assert words["hang"] == "examination failed: took more than 3 s: stopped"
    assert words["raise"] == "examination failed: ValueError: a file to be ashamed of"
    sound(case)


@pytest.mark.skipif(sys.platform == "win32", reason="file modes")
def test_a_file_that_cannot_be_read_is_a_reject(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    (folder / "a").write_text("a")
    (folder / "b").write_text("b")
    opened = os.open

    def refuse(path: Any, *args: Any, **more: Any) -> int:
        if Path(path) == folder / "b":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **more)

    monkeypatch.setattr(os, "open", refuse)
    report = take(case, folder)
    assert report.count("added") == 1
    assert [one.reason for one in report.rejects] == ["cannot be read: Permission denied"]


# The library's writer leaves its temporary files to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_capture_is_kept_whole_and_what_is_in_it_besides(case: Case, tmp_path: Path) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    capture = tmp_path / "page.warc.gz"
    with capture.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for name, kind, status, body in (
            ("post.html", "text/html", "200 OK", b"<!doctype html><p>post"),
            ("a.png", "image/png", "200 OK", picture(1)),
            ("gone.png", "image/png", "404 Not Found", b"no"),
            ("style.css", "text/css", "200 OK", b"p{}"),
        ):
            import io

            headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            address = f"https://example.org/{name}"
            date = {"WARC-Date": "2015-03-01T10:00:00Z"}
            writer.write_record(
                writer.create_warc_record(
                    address, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=date
                )
            )
    wacz = tmp_path / "page.wacz"
    with zipfile.ZipFile(wacz, "w") as package:
        package.writestr("archive/data.warc.gz", capture.read_bytes())
        package.writestr("datapackage.json", '{"resources": [{"path": "archive/data.warc.gz", "hash": "sha256:00"}]}')
    report = take(case, capture, wacz)
    archive = case.archive()
    assert {one.name for one in archive.evidence} == {"page.warc.gz", "page.wacz", "post.html", "a.png"}
    whole = {one.name: one.id for one in archive.evidence}
    inside = [one for one in archive.collections if one.within]
    assert {(one.name, one.within) for one in inside} == {
        (name, whole[capture]) for name in ("post.html", "a.png") for capture in ("page.warc.gz", "page.wacz")
    }
    assert {one.collected for one in inside} == {"2015-03-01T10:00:00Z"}
    assert next(one for one in inside if one.name == "a.png").url == "https://example.org/a.png"
    assert ["does not have the hash" in one.reason for one in report.rejects] == [True]
    assert take(case, capture, wacz).count("known") == 6
    sound(case)


def test_a_capture_that_breaks_off_is_kept_all_the_same(case: Case, tmp_path: Path) -> None:
    (tmp_path / "cut.wacz").write_bytes(b"PK\x03\x04 and then nothing")
    (tmp_path / "cut.warc").write_bytes(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99\r\n\r\nhalf")
    report = take(case, tmp_path / "cut.wacz", tmp_path / "cut.warc")
    assert report.count("added") == 2
    sound(case)


def test_a_sheet_of_the_auto_archiver(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "archived"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "one.png").write_bytes(picture(1))
    (tmp_path / "outside.png").write_bytes(picture(2))
    (folder / "sheet.csv").write_text(
        "Link,Archive status,Archive location,Archive date,Upload timestamp,Upload title\n"
        "https://example.org/1,success,files/one.png,2015-03-01T10:00:00+02:00,2014-06-10T08:00:00,A post\n"
        "https://example.org/2,nothing archived,,,,\n"
        "https://example.org/3,success,https://bucket.example.org/x.mp4,,,\n"
        "https://example.org/4,success,../outside.png,,,\n",
        encoding="utf-8",
    )
    report = take(case, folder)
    archive = case.archive()
    assert {one.name for one in archive.evidence} == {"sheet.csv", "one.png"}
    one = next(one for one in archive.collections if one.name == "one.png")
    assert (one.url, one.collected, str(one.claimed_when)) == (
        "https://example.org/1",
        "2015-03-01T08:00:00Z",
        "2014-06-10",
    )
    assert [(one.line, one.reason.split(":")[0]) for one in report.rejects] == [
        (3, "nothing was archived (nothing archived); archive the link again"),
        (4, "archive location is on a server or not beside the sheet"),
        (5, "archive location is on a server or not beside the sheet"),
    ]
    sound(case)


def test_no_room_stops_the_run_and_keeps_what_is_done(
    case: Case, pictures: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from takingstock.evidence import ingest as room
    from takingstock.evidence import vault as files
    from takingstock.records import TakingStockError

    monkeypatch.setattr(room, "BATCH", 2)
    written = files._written
    count = iter(range(100))

    def full(out: Any, block: bytes, where: Path) -> None:
        if next(count) == 6:
            raise TakingStockError("no room")
        written(out, block, where)

    monkeypatch.setattr(files, "_written", full)
    folder = pictures(10)
    with pytest.raises(TakingStockError, match="no room"):
        take(case, folder)
    assert len(case.archive().evidence) in range(2, 7)
    sound(case)
    monkeypatch.undo()
    take(case, folder)
    assert len(case.archive().evidence) == 10
    sound(case)


def test_the_head_of_an_open_case_is_never_behind(case: Case, pictures: Callable[[int], Path]) -> None:
    take(case, pictures(3))
    with open_case(case.folder) as again:
        assert again.verify(case.head) == ()
