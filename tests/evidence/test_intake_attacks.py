"""Intake under attack and in dirt: names, links, full disks, captures and sheets that nobody made for us."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from small import picture

from takingstock.case import Case, create
from takingstock.evidence import ingest as room
from takingstock.evidence import secrets
from takingstock.evidence import vault as files
from takingstock.evidence.ingest import IngestReport, Intake, ingest
from takingstock.evidence.sources import incoming
from takingstock.evidence.vault import Vault
from takingstock.evidence.workers import Pool
from takingstock.records import ConflictError, TakingStockError
from takingstock.verbs.evidence import add
from takingstock.verbs.evidence.adding import _commit


class Killed(BaseException):
    """What a kill looks like from inside: nothing catches it."""


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with create(tmp_path / "case", "A case") as made:
        yield made


def take(case: Case, *paths: Path, **more: Any) -> IngestReport:
    archive = case.archive()
    options = {"commit": lambda intakes: _commit(case, intakes, "A"), "common": {"collector": "A"}, "cores": 1} | more
    return ingest(
        Vault(case.folder),
        incoming(paths),
        known={one.id for one in archive.evidence},
        collections={one.id for one in archive.collections},
        examine="naughty:examine",
        **options,
    )


def names(case: Case) -> list[str]:
    return sorted(one.name for one in case.archive().evidence)


def warc(urls: Sequence[str], *, packed: bool = True) -> bytes:
    """Responses with one picture each. By hand: a writer would refuse the addresses that are meant here."""
    whole = b""
    for seed, url in enumerate(urls):
        body = picture(seed)
        http = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url)}>\r\n"
            f"WARC-Date: 2015-03-01T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        record = head.encode() + http + b"\r\n\r\n"
        whole += gzip.compress(record) if packed else record
    return whole


@pytest.mark.skipif(os.name == "nt", reason="names there are always text")
def test_a_name_that_is_no_text_ends_nothing(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/m\xff\xe4.png")).write_bytes(picture(1))
    (folder / "z.png").write_bytes(picture(2))
    take(case, folder)
    assert names(case) == ["m\\xff\\xe4.png", "z.png"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_pipe_is_not_waited_for(case: Case, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert [one.reason for one in take(case, tmp_path / "pipe").rejects] == ["no regular file"]


def test_a_full_disk_stops_the_run_for_small_files_too(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_bytes(picture(1))
    monkeypatch.setattr(files.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(TakingStockError, match="make room"):
        take(case, tmp_path / "a.png")


def test_an_address_that_is_none_costs_no_other_resource(case: Case, tmp_path: Path) -> None:
    urls = ["http://e.org/1.png", "http://[e.org/2.png", "http://e.org/\0.png", "http://e.org/3.png"]
    (tmp_path / "c.warc.gz").write_bytes(warc(urls))
    take(case, tmp_path / "c.warc.gz")
    assert names(case) == ["1.png", "2.png", "3.png", "\\x00.png", "c.warc.gz"]


def test_a_capture_is_known_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    with create(tmp_path / "case", "A case"):
        pass
    (tmp_path / "capture.dat").write_bytes(warc(["http://e.org/1.png", "http://e.org/2.png"]))
    added = add(tmp_path / "case", [tmp_path / "capture.dat"], collector="A")
    assert {one.sha256 for one in added.files} >= {hashlib.sha256(picture(seed)).hexdigest() for seed in (0, 1)}


@pytest.mark.parametrize("table", ['{"resources": ["x"]}', "[]", "{", '{"resources": {}}', " " * (64 * 1024**2 + 1)])
def test_a_table_of_hashes_that_is_none_costs_no_resource(case: Case, tmp_path: Path, table: str) -> None:
    with zipfile.ZipFile(tmp_path / "c.wacz", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("archive/data.warc.gz", warc(["http://e.org/1.png"]))
        package.writestr("datapackage.json", table)
    take(case, tmp_path / "c.wacz")
    assert names(case) == ["1.png", "c.wacz"]


def test_a_damaged_package_ends_only_itself(case: Case, tmp_path: Path) -> None:
    inner = warc([f"http://e.org/{number}.png" for number in range(40)], packed=False)
    with zipfile.ZipFile(tmp_path / "c.wacz", "w") as package:
        package.writestr("archive/data.warc", inner)
        package.writestr("datapackage.json", json.dumps({"resources": []}))
    damaged = bytearray((tmp_path / "c.wacz").read_bytes())
    damaged[len(inner) - 200] ^= 1
    (tmp_path / "c.wacz").write_bytes(damaged)
    (tmp_path / "z.png").write_bytes(picture(99))
    report = take(case, tmp_path / "c.wacz", tmp_path / "z.png")
    assert "z.png" in names(case)
    assert any("CRC" in one.reason for one in report.rejects)


def test_no_link_in_a_case_leads_out_of_it(case: Case, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture(1))
    precious = tmp_path / "precious.txt"
    precious.write_text("precious")
    vault = Vault(case.folder)
    vault.folder.mkdir(exist_ok=True)
    (vault.folder / ".lock").symlink_to(precious)
    with pytest.raises(ConflictError):
        take(case, tmp_path / "a.png")
    assert precious.read_text() == "precious"
    (vault.folder / ".lock").unlink()
    outside = tmp_path / "outside"
    outside.mkdir()
    vault.originals.mkdir(exist_ok=True)
    (vault.originals / hashlib.sha256(picture(1)).hexdigest()[:2]).symlink_to(outside)
    with pytest.raises(ConflictError, match="symbolic link"):
        take(case, tmp_path / "a.png")
    assert list(outside.iterdir()) == []


def test_a_second_name_is_recorded_after_its_file(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "BATCH", 1)
    for name in "ab":
        (tmp_path / f"{name}.png").write_bytes(picture(1))
    order: list[bool] = []

    def commit(intakes: Sequence[Intake]) -> None:
        order.extend(one.evidence is not None for one in intakes)
        _commit(case, intakes, "A")

    take(case, tmp_path / "a.png", tmp_path / "b.png", commit=commit, cores=2)
    assert order == [True, False]


def test_a_killed_run_leaves_no_preview_of_a_secret(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient = secrets.new_identity(tmp_path / "key")
    (tmp_path / "a.png").write_bytes(picture(1))
    (tmp_path / "b.png").write_bytes(picture(2))
    vault = Vault(case.folder)

    def killed(self: Any, key: Any, result: Any) -> None:
        vault.working(key, "thumb.jpg").write_bytes(b"what nobody may see")
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(room._Run, "examined", killed)
        with pytest.raises(Killed):
            take(case, tmp_path / "a.png", recipient=recipient)
    assert list(vault.working_folder.rglob("*.jpg"))
    take(case, tmp_path / "b.png", recipient=recipient)
    assert not list(vault.working_folder.rglob("*.jpg"))


def test_a_worker_ended_by_a_signal_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "realtime.py").write_text(
        "import os\ndef f(n):\n    os.kill(os.getpid(), n) if n else None\n    return n\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Pool("realtime:f", cores=1) as pool:
        found = dict(pool.run((number, (number,)) for number in (35, 0)))
    assert "signal 35" in found[35].words
    assert found[0] == 0


HEAD = "Link,Archive status,Archive location,Hash\n"


def result(tmp_path: Path, rows: str, top: str = "result") -> Path:
    """A folder as local storage with paths by link leaves it: one folder for each link."""
    folder = tmp_path / top
    for number in (1, 2):
        own = folder / f"https-t-me-x-{number}"
        own.mkdir(parents=True)
        (own / "page.html").write_text(f"<html>{number}</html>")
        (own / "photo.png").write_bytes(picture(number))
    (folder / "sheet.csv").write_text(HEAD + rows, encoding="utf-8")
    return folder


def urls(case: Case) -> dict[str, str]:
    return {_below(one.path): one.url for one in case.archive().collections}


def _below(path: str) -> str:
    """Without the folder's own name."""
    return path.partition("/")[2]


@pytest.mark.parametrize("whole", [True, False])
def test_what_lies_beside_the_page_of_a_link_belongs_to_it(case: Case, tmp_path: Path, whole: bool) -> None:
    folder = result(tmp_path, "https://t.me/x/1,ok,https-t-me-x-1/page.html,\n")
    take(case, folder if whole else folder / "sheet.csv")
    found = urls(case)
    assert found["https-t-me-x-1/photo.png"] == "https://t.me/x/1"
    # Of a folder nothing is left behind; what no row names gets no address.
    assert found.get("https-t-me-x-2/photo.png") == ("" if whole else None)


@pytest.mark.parametrize(
    "place",
    [
        '"https-t-me-x-1/page.html\nhttps://bucket.example.org/page.html"',
        "local_archive/https-t-me-x-1/page.html",
        "https-t-me-x-1%2Fpage.html",
    ],
)
def test_locations_as_the_archiver_writes_them(case: Case, tmp_path: Path, place: str) -> None:
    report = take(case, result(tmp_path, f"https://t.me/x/1,ok,{place},\n", "local_archive"))
    assert report.rejects == []
    assert urls(case)["https-t-me-x-1/page.html"] == "https://t.me/x/1"


def test_a_hash_in_the_sheet_vouches_for_a_file_or_is_said_to_differ(case: Case, tmp_path: Path) -> None:
    good = hashlib.sha256(b"<html>1</html>").hexdigest()
    rows = (
        f"https://t.me/x/1,ok,/home/a/run/https-t-me-x-1/page.html,SHA-256:{good}\n"
        f"https://t.me/x/2,ok,https-t-me-x-2/page.html,SHA-256:{good}\n"
    )
    take(case, result(tmp_path, rows))
    assert urls(case)["https-t-me-x-1/page.html"] == "https://t.me/x/1"
    notes = {_below(one.path): one.operator_note for one in case.archive().collections}
    assert "not the hash" in notes["https-t-me-x-2/page.html"]


def test_a_location_elsewhere_is_not_taken_for_a_file_of_the_same_name(case: Case, tmp_path: Path) -> None:
    folder = result(tmp_path, "https://t.me/x/9,ok,elsewhere/https-t-me-x-1/page.html,\n")
    assert len(take(case, folder).rejects) == 1
    assert urls(case)["https-t-me-x-1/page.html"] == ""


def test_bytes_that_are_no_text_cost_no_row(case: Case, tmp_path: Path) -> None:
    folder = result(tmp_path, "")
    row = b"https://t.me/x/1,ok,https-t-me-x-1/page.html,\n"
    (folder / "sheet.csv").write_bytes(HEAD.encode() + row + b"https://t.me/x/2,caf\xe9,https-t-me-x-2/page.html,\n")
    take(case, folder)
    assert urls(case)["https-t-me-x-2/page.html"] == "https://t.me/x/2"


def test_a_sheet_saved_as_a_workbook(case: Case, tmp_path: Path) -> None:
    folder = result(tmp_path, "")
    (folder / "sheet.csv").unlink()
    with xlsxwriter.Workbook(str(folder / "sheet.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.strip().split(","))
        sheet.write_row(1, 0, ["https://t.me/x/1", "ok", "https-t-me-x-1/page.html", ""])
    take(case, folder)
    assert urls(case)["https-t-me-x-1/page.html"] == "https://t.me/x/1"
