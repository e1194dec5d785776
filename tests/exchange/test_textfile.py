"""Delimited text: encodings, delimiters, cut-off and binary files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.exchange.columns import header_score
from takingstock.exchange.textfile import decode, read_text
from takingstock.records import BadFileError

Write = Callable[..., Path]
TEXT = "id,title,publisher\ns1,Bericht über Mosul,Müller\ns2,تقرير,x\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(write: Write, encoding: str) -> None:
    grid = read_text(write("sources.csv", TEXT.encode(encoding)), header_score)
    assert grid.rows[1] == (2, ("s1", "Bericht über Mosul", "Müller"))
    assert grid.rows[2][1][1] == "تقرير"
    assert grid.rows[0][1][0] == "id"


def test_windows_1252_is_read_and_said(write: Write) -> None:
    grid = read_text(write("sources.csv", "id,title\ns1,“Müller” – 5 €\n".encode("cp1252")), header_score)
    assert grid.rows[1][1][1] == "“Müller” – 5 €"
    assert "Windows-1252" in grid.notes[0]


def test_latin_1_bytes_that_windows_1252_lacks() -> None:
    assert decode(b"a\x81b", "x")[0] == "a\x81b"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(write: Write, delimiter: str) -> None:
    grid = read_text(write("sources.csv", TEXT.replace(",", delimiter)), header_score)
    assert [len(cells) for _, cells in grid.rows] == [3, 3, 3]


def test_lines_are_those_of_the_file(write: Write) -> None:
    grid = read_text(write("sources.csv", '\n\nid,title\r\n\r\ns1,"two\nlines"\r\n,,\ns2,b'), header_score)
    assert [line for line, _ in grid.rows] == [3, 5, 8]


def test_a_lone_carriage_return_ends_a_line(write: Write) -> None:
    assert len(read_text(write("sources.csv", "id,title\rs1,a\rs2,b\r"), header_score).rows) == 3


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\n \n,,\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (b"%PDF-1.7\n\x01\x02\x03\x04\x05\x06\x07\x0e", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"id,title,kind\ns1,Some title,audit\ns2,An", "half a file"),
        (b'id,title\ns1,"never closed\ns2,b\n', "line 2 is never closed"),
        ("id,title\ns1,a\n".encode("utf-16")[:-1], "cut off"),
    ],
)
def test_what_is_no_whole_table_is_refused(write: Write, content: bytes, word: str) -> None:
    with pytest.raises(BadFileError, match=word):
        read_text(write("sources.csv", content), header_score)


def test_a_whole_last_line_needs_no_end(write: Write) -> None:
    assert len(read_text(write("sources.csv", "id,title\ns1,a"), header_score).rows) == 2


def test_a_huge_cell_is_read(write: Write) -> None:
    grid = read_text(write("sources.csv", "id,title\ns1," + "x" * 200_000 + "\n"), header_score)
    assert len(grid.rows[1][1][1]) == 200_000


def test_a_huge_file_with_a_stray_quotation_mark_names_its_line(write: Write) -> None:
    with pytest.raises(BadFileError, match="line 2 is never closed"):
        read_text(write("sources.csv", 'id,title\ns1,"' + "x,y\n" * 60_000), header_score)


def test_marks_of_no_width_are_kept_inside_a_cell_and_are_none_alone(write: Write) -> None:
    grid = read_text(write("sources.csv", "id,title,publisher\n\u200bs1, \ufeff ,\u200ba\n\u200b,,\n"), header_score)
    assert [cells for _, cells in grid.rows[1:]] == [("\u200bs1", "", "\u200ba")]
