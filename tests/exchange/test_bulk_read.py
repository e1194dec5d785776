"""Blocks are the cells of the whole file: whatever the csv module and the other readers see, they see."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.exchange import bulk_read
from takingstock.exchange.bulk_read import Block, Stream, open_stream, score_of
from takingstock.exchange.tabular import TableSpec, read_table
from takingstock.records import BadFileError

WANTED = ("a", "b")
SPEC = TableSpec(dict.fromkeys(("a", "b", "c"), ()), WANTED)

Cells = tuple[tuple[str, str], ...]


def rows(stream: Stream) -> list[tuple[int, Cells]]:
    """Every row, bad ones too, by line: (line, cells as they stood)."""
    found: list[tuple[int, Cells]] = []
    for block in stream.blocks():
        found += [(line, stream.original(cells)) for line, *cells in block.frame.iter_rows()]
        found += [(row.line, row.row) for row in block.bad]
    return sorted(found)


def whole(path: Path) -> list[tuple[int, Cells]]:
    """The same by the reader that holds all of the file; cells that a row does not reach are empty."""
    found = []
    for row in read_table(path, SPEC).rows:
        missing = [(name, "") for name in ("a", "b", "c")[len(row.original) :]]
        found.append((row.line, (*row.original, *missing)))
    return found


cell = st.text(alphabet=st.sampled_from("ab\"',; \t\n\r\ufeff\u200b\xa0é\u2028٣#="), max_size=5)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.lists(cell, max_size=5), max_size=8),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    piece=st.integers(1, 30),
)
def test_a_csv_is_read_as_the_reader_of_whole_files_reads_it(
    tmp_path: Path, lines: list[list[str]], end: str, piece: int
) -> None:
    """Cells go in unquoted, so that stray quotation marks, ends of line and delimiters are met too."""
    path = tmp_path / "x.csv"
    path.write_bytes(end.join(["a,b,c", *(",".join(cells) for cells in lines), ""]).encode())
    before = bulk_read.PIECE, bulk_read.SAMPLE
    try:
        bulk_read.PIECE, bulk_read.SAMPLE = piece, 7
        try:
            expected: object = whole(path)
        except BadFileError as error:
            expected = str(error).split(";")[0]
        try:
            found: object = rows(open_stream(path, WANTED))
        except BadFileError as error:
            found = str(error).split(";")[0]
    finally:
        bulk_read.PIECE, bulk_read.SAMPLE = before
    assert found == expected


def test_the_fast_way_and_the_csv_module_agree(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "before\n\na;b;c\r\n" + "".join(f" {n} ;x{n};;;\n" for n in range(3000)) + "1;2;3;surplus\n\n;;\na;b;c\n7;8\n"
    )
    path = write("x.csv", text)
    monkeypatch.setattr(bulk_read, "PIECE", 1000)
    fast = rows(open_stream(path, WANTED))
    assert fast == whole(path)
    assert len(fast) == 3002
    assert fast[-1] == (3008, (("a", "7"), ("b", "8"), ("c", "")))
    monkeypatch.setattr(bulk_read._Reader, "_split", lambda self, text, header, name: None)
    quoted = write("q.csv", text.replace("\n7;8\n", '\n"7";"8"\n'))
    monkeypatch.setattr(bulk_read, "PIECE", 10**9)
    assert rows(open_stream(quoted, WANTED)) == fast


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(write: Callable[..., Path], encoding: str) -> None:
    path = write("x.csv", "a,b\nFrançais,é\n".encode(encoding))
    stream = open_stream(path, WANTED)
    assert rows(stream) == [(2, (("a", "Français"), ("b", "é")))]
    assert bool(stream.notes) == (encoding in {"cp1252", "utf-16-le"}), "what had to be guessed is said"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n\0", "binary"),
        (b"x,y\n1,2\n", "no header"),
        (b'a,b\n1,"2\n3,4\n', "opened in line 2 is never closed"),
        (b"a,b\n1,2\n3", "half a file"),
        ("a,b\n1,2\n".encode("utf-16")[:-1], "not whole UTF-16"),
    ],
)
def test_what_is_no_table(write: Callable[..., Path], content: bytes, said: str) -> None:
    with pytest.raises(BadFileError, match=said):
        rows(open_stream(write("x.csv", content), WANTED))


def test_json_lines(write: Callable[..., Path]) -> None:
    lines = [
        json.dumps({"a": 1, "b": {"c": 2.0, "d": [True, "x;y"]}, "e": None}),
        "",
        "{broken",
        json.dumps({"a": "\ud800"}),
        json.dumps({"b": "2", "list": [{"n": 1}]}),
    ]
    stream = open_stream(write("x.txt", "\n".join(lines)), WANTED)
    assert stream.header == ("a", "b.c", "b.d", "e", "b", "list.0.n")
    found = rows(stream)
    assert [line for line, _ in found] == [1, 3, 4, 5]
    assert dict(found[0][1]) == {"a": "1", "b.c": "2", "b.d": "true; x\\;y", "e": "", "b": "", "list.0.n": ""}
    assert found[1][1] == (("line", "{broken"),)
    bad = [row for block in stream.blocks() for row in block.bad]
    assert all("no JSON object" in row.reason for row in bad)


def test_parquet(tmp_path: Path) -> None:
    import datetime

    table = pa.table(
        {
            "a": [" x ", None, "z"],
            "b": [1.0, 2.5, None],
            "when": [datetime.date(2014, 6, 10), None, None],
            "at": [datetime.datetime(2014, 6, 10, 1, 2), None, None],
            "who": [{"name": "n", "age": 3}, None, None],
            "yes": [True, None, False],
        }
    )
    pq.write_table(table, tmp_path / "x.bin")
    stream = open_stream(tmp_path / "x.bin", WANTED)
    found = rows(stream)
    assert dict(found[0][1]) == {
        **{"a": "x", "b": "1", "when": "2014-06-10", "at": "2014-06-10 01:02:00"},
        **{"who.name": "n", "who.age": "3", "yes": "true"},
    }
    assert [line for line, _ in found] == [1, 2, 3]
    (tmp_path / "cut").write_bytes((tmp_path / "x.bin").read_bytes()[:-50])
    with pytest.raises(BadFileError, match="no whole Parquet file"):
        open_stream(tmp_path / "cut", WANTED)


def test_a_workbook_and_its_best_sheet(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        one, two = book.add_worksheet("one"), book.add_worksheet("two")
        one.write_row(0, 0, ["a", "z"])
        two.write_row(1, 0, ["b", "a"])
        two.write_row(3, 0, [7, "x"])
    stream = open_stream(tmp_path / "x.xlsx", WANTED)
    assert (stream.name, rows(stream)) == ("two", [(4, (("b", "7"), ("a", "x")))])


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "is a folder"), (tmp_path / "x", "there is no file")):
        with pytest.raises(BadFileError, match=said):
            open_stream(path, WANTED)


def test_the_score_is_of_what_is_wanted() -> None:
    assert score_of(("Year of order", "B"))(["YEAR-OF-ORDER", "x", "b ", "b"]) == 2
    assert len(Block(bulk_read._frame([1], [["x"]]))) == 1
