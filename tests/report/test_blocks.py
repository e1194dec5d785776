"""Data files of tables: what is in them, and that nothing in them runs."""

import base64
import csv
import io
import json

from markupsafe import Markup

from takingstock.report.blocks import Column, Row, Table, as_csv, cell, script_json


def table(*values, limit=0):
    rows = tuple(Row((cell(value), cell(n, number=True)), plain=(("extra", n * 2),)) for n, value in enumerate(values))
    columns = (Column("name", Markup("Name")), Column("n", Markup("N"), True))
    return Table("t", Markup("T"), columns, rows, limit=limit, about=(("unit", "items"),))


def decoded(link):
    head, _, body = link.partition(",")
    assert head.startswith("data:")
    return base64.b64decode(body).decode()


def test_csv_and_json_hold_every_row_even_where_few_are_printed():
    made = table(*"abcde", limit=2)
    assert len(made.printed) == 2
    rows = list(csv.DictReader(io.StringIO(decoded(made.csv_link).removeprefix("\ufeff"))))
    assert [row["name"] for row in rows] == list("abcde")
    assert rows[3] == {"name": "d", "n": "3", "extra": "6"}
    body = json.loads(decoded(made.json_link))
    assert body["unit"] == "items"
    assert body["rows"][4] == {"name": "e", "n": 4, "extra": 8}


def test_a_formula_is_made_harmless():
    for bad in ("=1+1", "+1", "-1", "@x", "\tx"):
        assert f"'{bad}" in as_csv([{"a": bad}])
    assert as_csv([{"a": -1}]).splitlines()[1] == "-1"


def test_json_in_a_script_cannot_close_it():
    text = script_json({"a": "</script><!--\u2028&"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><!--\u2028&"}
