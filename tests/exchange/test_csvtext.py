"""CSV text: read back as it was, whatever a cell holds, with one end of line."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from takingstock.exchange.csvtext import csv_rows

cells = st.text(st.characters(blacklist_categories=("Cs",)) | st.sampled_from('\r\n",;'), max_size=8)


@given(rows=st.lists(st.lists(cells, min_size=2, max_size=3)))
def test_what_is_written_reads_back(rows: list[list[str]]) -> None:
    assert list(csv.reader(io.StringIO(csv_rows(rows), newline=""))) == rows


def test_a_text_with_any_end_of_line_is_quoted_and_others_are_not() -> None:
    assert csv_rows([["a", "b c"], ["x\ry", "\r\n"], ["x\n", ""]]) == 'a,b c\n"x\ry","\r\n"\n"x\n",\n'
