"""A user's own priors: read by the names of their columns, from CSV and workbook."""

import pytest

from takingstock.exchange.priors import read_priors
from takingstock.records import BadFileError


def test_rows_by_column(tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("# mine\nMode,goods,low,high,source\nbattlefield-capture,portable,0.01,0.2,our files\n", "utf-8")
    assert read_priors(file) == [
        {"mode": "battlefield-capture", "goods": "portable", "low": "0.01", "high": "0.2", "source": "our files"}
    ]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "mode,source\nx,y\n", "\n"])
def test_no_table_of_priors(tmp_path, text):
    file = tmp_path / "p.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(BadFileError):
        read_priors(file)
