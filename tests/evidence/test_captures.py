"""Captures: what is in them comes out, with where it is from; what is broken or a bomb ends itself, and says so."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from capturing import packed, record, wacz
from small import picture

from takingstock.evidence import captures
from takingstock.evidence.captures import opened, unpack
from takingstock.evidence.containers import Apart
from takingstock.evidence.sources import Incoming
from takingstock.records import Rejected, StepOutcome, StepResult, TakingStockError


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart() as made:
        yield made


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


def taken(capture: Path, room: Path, apart: Apart) -> tuple[StepResult, dict[str, bytes], list[str]]:
    """The step, the resources by name, and the reasons for what was not taken."""
    step, found = opened(capture, room, apart)
    content, reasons = {}, []
    for one in found:
        if isinstance(one, Rejected):
            reasons.append(one.reason)
            continue
        with one.open() as path:
            content[one.name] = path.read_bytes()
    return step, content, reasons


def direct(capture: Path, room: Path) -> list[dict[str, Any]]:
    """Unpacked in this process, where limits can be made small."""
    assert unpack(str(capture), str(room)) is None
    return [json.loads(line) for line in (room / "index.jsonl").read_text().splitlines()]


def test_a_resource_has_its_address_time_and_place(tmp_path: Path, room: Path, apart: Apart) -> None:
    capture = wacz(tmp_path / "c.wacz", packed(record("https://e.org/a/1.png?x=1", picture(1))))
    step, found = opened(capture, room, apart)
    (one,) = found
    assert isinstance(one, Incoming)
    assert (one.name, one.whole) == ("1.png", capture)
    assert one.fields == {
        "url": "https://e.org/a/1.png?x=1",
        "collected": "2015-03-01T10:00:00Z",
        "method": "browser-capture",
        "path": "archive/data.warc.gz#0",
    }
    assert (step.outcome, step.words) == (StepOutcome.DONE, "1 resources taken in besides")
    with one.open() as path:
        assert path.read_bytes() == picture(1)
    assert not path.exists(), "it lies on the disk twice only while it is copied"


def test_only_what_was_found_and_shows_something_is_taken(tmp_path: Path, room: Path, apart: Apart) -> None:
    (tmp_path / "c.warc").write_bytes(
        record("https://e.org/1.png", picture(1))
        + record("https://e.org/2.png", b"no", status="404 Not Found")
        + record("https://e.org/3.css", b"p{}", kind="text/css")
        + record("https://e.org/", b"<html>", kind="text/html; charset=utf-8")
    )
    assert list(taken(tmp_path / "c.warc", room, apart)[1]) == ["1.png", "page.html"]


def test_a_record_that_breaks_off_costs_no_earlier_one(tmp_path: Path, room: Path, apart: Apart) -> None:
    whole = packed(record("https://e.org/1.png", picture(1)), record("https://e.org/2.png", picture(2)))
    (tmp_path / "c.warc.gz").write_bytes(whole[:-30])
    step, content, reasons = taken(tmp_path / "c.warc.gz", room, apart)
    assert content["1.png"] == picture(1)
    assert step.outcome is StepOutcome.FAILED
    assert picture(2).startswith(content["2.png"]), "what is there is kept"
    assert reasons[0].startswith("https://e.org/2.png (1) breaks off in the capture: ")
    damaged = bytearray(whole)
    damaged[len(whole) // 2 + 60] ^= 0xFF
    (tmp_path / "d.warc.gz").write_bytes(damaged)
    (tmp_path / "other").mkdir()
    step, content, reasons = taken(tmp_path / "d.warc.gz", tmp_path / "other", apart)
    assert content["1.png"] == picture(1)
    assert step.outcome is StepOutcome.FAILED
    assert reasons


def test_a_length_that_lies_is_said(tmp_path: Path, room: Path, apart: Apart) -> None:
    first = record("https://e.org/1.png", picture(1)).replace(b"Content-Length: ", b"Content-Length: 1", 1)
    (tmp_path / "c.warc").write_bytes(first + record("https://e.org/2.png", picture(2)))
    step, _, reasons = taken(tmp_path / "c.warc", room, apart)
    assert step.outcome is StepOutcome.FAILED
    assert any("breaks off" in one for one in reasons)
    short = record("https://e.org/1.png", picture(1) + b"x" * 5000)
    at = short.index(b"Content-Length: ")
    short = short[:at] + b"Content-Length: 300" + short[short.index(b"\r\n", at) :]
    (tmp_path / "d.warc").write_bytes(short + record("https://e.org/2.png", picture(2)))
    (tmp_path / "other").mkdir()
    step, _, reasons = taken(tmp_path / "d.warc", tmp_path / "other", apart)
    assert step.outcome is StepOutcome.FAILED
    assert any("do not end where they say" in one or "cannot be read to its end" in one for one in reasons)


def test_a_wrong_hash_is_named_and_the_content_taken(tmp_path: Path, room: Path, apart: Apart) -> None:
    capture = wacz(tmp_path / "c.wacz", packed(record("https://e.org/1.png", picture(1))), "0" * 64)
    step, content, reasons = taken(capture, room, apart)
    assert reasons == ["archive/data.warc.gz in the WACZ does not have the hash that its datapackage.json gives"]
    assert step.words == f"{reasons[0]}; 1 resources taken in besides"
    assert content == {"1.png": picture(1)}


def test_a_header_without_end_costs_no_memory(tmp_path: Path, room: Path, apart: Apart) -> None:
    """0.1 MB that unpack to one line of 100 MB."""
    with gzip.open(tmp_path / "c.warc.gz", "wb") as file:
        file.write(record("https://e.org/1.png", picture(1)))
    with (tmp_path / "c.warc.gz").open("ab") as raw, gzip.GzipFile(fileobj=raw, mode="wb") as file:
        file.write(b"WARC/1.0\r\nWARC-Target-URI: ")
        for _ in range(100):
            file.write(b"a" * 1024**2)
    step, content, _ = taken(tmp_path / "c.warc.gz", room, apart)
    assert "a line has more than 65536 characters" in step.words
    assert content == {"1.png": picture(1)}


def test_headers_without_end_are_not_read(tmp_path: Path, room: Path) -> None:
    head = b"WARC/1.0\r\n" + b"A: b\r\n" * (captures.HEADERS // 4)
    (tmp_path / "c.warc").write_bytes(record("https://e.org/1.png", picture(1)) + head)
    with pytest.raises(Exception, match="headers of one record have more than 1024 KB"):
        direct(tmp_path / "c.warc", room)


def test_many_chunks_are_no_headers(tmp_path: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "HEADERS", 1000)
    body = b"".join(b"1\r\n%c\r\n" % value for value in picture(1)) + b"0\r\n\r\n"
    chunked = record("https://e.org/1.png", body, more="Transfer-Encoding: chunked\r\n")
    (tmp_path / "c.warc").write_bytes(chunked + record("https://e.org/2.png", picture(2)))
    notes = direct(tmp_path / "c.warc", room)
    assert [note["name"] for note in notes] == ["1.png", "2.png"]
    assert (room / notes[0]["file"]).read_bytes() == picture(1)


def test_what_unpacks_to_too_much_is_left_and_said(tmp_path: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "LARGEST", 100_000)
    bomb = record("https://e.org/b.png", gzip.compress(bytes(10**6)), more="Content-Encoding: gzip\r\n")
    (tmp_path / "c.warc").write_bytes(bomb + record("https://e.org/1.png", picture(1)))
    notes = direct(tmp_path / "c.warc", room)
    assert "b.png (0): unpacks to more than" in notes[0]["passed"]
    assert notes[1]["name"] == "1.png"
    assert len(list(room.iterdir())) == 2, "nothing half-written stays"


def test_all_of_it_together_is_bounded(tmp_path: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "WHOLE", 5_000)
    monkeypatch.setattr(captures, "TIMES", 0)
    body = os.urandom(2000)
    (tmp_path / "c.warc").write_bytes(b"".join(record(f"https://e.org/{n}.png", body) for n in range(4)))
    notes = direct(tmp_path / "c.warc", room)
    assert [("passed" in note) for note in notes] == [False, False, True, True]
    assert "as a bomb does" in notes[2]["passed"]


def test_a_bomb_of_a_zip_is_not_opened(tmp_path: Path, room: Path, apart: Apart) -> None:
    with zipfile.ZipFile(tmp_path / "c.wacz", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("archive/a.warc", b"WARC/1.0\r\n" + bytes(40 * 1024**2))
        package.writestr("archive/b.warc.gz", packed(record("https://e.org/1.png", picture(1))))
    step, content, reasons = taken(tmp_path / "c.wacz", room, apart)
    assert any("times its size, as in a bomb: not opened" in one for one in reasons)
    assert content == {"1.png": picture(1)}
    assert step.outcome is StepOutcome.FAILED


def test_a_process_that_is_stopped_leaves_what_came_before(tmp_path: Path, room: Path) -> None:
    whole = packed(*(record(f"https://e.org/{number}.png", picture(number)) for number in range(3)))
    # A member of 5 GB in 5 MB, made of one block that is repeated.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 9000000000\r\n\r\n")
    head += packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(16 * 1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    (tmp_path / "c.warc.gz").write_bytes(whole + head + block * 320)
    with Apart(seconds=0.1) as slow:
        step, content, _ = taken(tmp_path / "c.warc.gz", room, slow)
    assert "took more than" in step.words
    assert [content[f"{number}.png"] for number in range(3)] == [picture(number) for number in range(3)]


def test_no_room_is_no_fault_of_the_capture(
    tmp_path: Path, room: Path, apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.warc").write_bytes(record("https://e.org/1.png", picture(1)))
    real = Path.open

    class Full(io.RawIOBase):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    def refuse(self: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        return Full() if mode == "xb" else real(self, mode, *args, **more)

    monkeypatch.setattr(Path, "open", refuse)
    found = unpack(str(tmp_path / "c.warc"), str(room))
    assert isinstance(found, OSError)
    monkeypatch.setattr(apart, "do", lambda *_: found)
    with pytest.raises(TakingStockError, match="make room"):
        opened(tmp_path / "c.warc", room, apart)


def test_nothing_of_a_capture_reaches_the_terminal(
    tmp_path: Path, room: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    short = record("https://e.org/1.png", picture(1)) + b"\x1b[2J not a record\r\n"
    (tmp_path / "c.warc").write_bytes(short + record("https://e.org/2.png", picture(2)))
    with Apart() as own:
        taken(tmp_path / "c.warc", room, own)
    assert "\x1b" not in capfd.readouterr().err
