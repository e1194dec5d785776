"""A draft of a mapping is one that imports, or says what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.case import Case
from takingstock.exchange import load
from takingstock.exchange.mapping import read_mapping
from takingstock.exchange.suggesting import suggest_mapping
from takingstock.records import BadFileError

SIMPLE = "Licence no,Exporter,Country of destination,Weapon,Number,Shipped,Value (EUR),Note\n" + "".join(
    f'L-{n},Bulgaria,{("Iraq", "Egypt")[n % 2]},AK-47,{n + 1},{n % 28 + 1:02}.06.2014,"1.{n:03},50",x\n'
    for n in range(40)
)


def test_a_simple_table_imports_as_drafted(case: Case, write: Callable[..., Path]) -> None:
    file = write("x.csv", SIMPLE)
    draft = suggest_mapping(file)
    assert "It imports as it stands; of the first 40 rows: 40 to the ledger." in draft
    assert "decide: is it? export, aid" in draft
    mapping = write("m.yaml", draft)
    (query,) = read_mapping(mapping).queries
    assert query.entity.keys == ("Licence no",)
    report = load(case, file, mapping=mapping)
    assert (report.ledger, report.rejected, report.review) == (40, 0, 0)
    statement = case.ledger().statements[0]
    assert (statement.from_party, statement.to_party, str(statement.when)) == ("BGR", "IRQ", "2014-06-01")
    assert statement.value
    assert (statement.value.amount.low, statement.value.currency) == (1000.5, "EUR")


def test_columns_are_found_by_what_they_hold(case: Case, write: Callable[..., Path]) -> None:
    text = "A,B,C,D\n" + "".join(f"Russia,Iraq,T-72M1,{2000 + n}\n" for n in range(9))
    file = write("x.csv", text)
    draft = suggest_mapping(file)
    assert 'from: {column: "A"}  # decide: parties are named in it' in draft
    assert 'item: {column: "C"}  # decide: found by its values' in draft
    assert "no few columns tell rows apart" in draft
    assert load(case, file, mapping=write("m.yaml", draft)).ledger == 9


def test_what_is_missing_is_said(write: Callable[..., Path]) -> None:
    file = write("x.csv", "Year,Buyer,Thing\n2014,Iraq,some\n2015,Iraq,other\n")
    draft = suggest_mapping(file)
    assert "It does NOT import as it stands: no column was found for item." in draft
    assert "# decide: item: {column: …}" in draft
    assert '# not used: "Thing"' in draft
    with pytest.raises(BadFileError, match=r"properties\.item: is missing"):
        read_mapping(write("m.yaml", draft))


def test_faults_of_the_rows_are_said(write: Callable[..., Path]) -> None:
    file = write("x.csv", SIMPLE.replace("AK-47,3,", "AK-47,many,").replace("L-7,Bulgaria", "L-7,Atlantis"))
    draft = suggest_mapping(file)
    assert "38 to the ledger" in draft
    assert "# First rejected: quantity: not a quantity: 'many'" in draft
    assert "# First to review: from: unknown party: 'Atlantis'" in draft


def test_dates_that_can_be_read_in_two_ways(write: Callable[..., Path]) -> None:
    draft = suggest_mapping(
        write("x.csv", "ref,from,to,item,date\n1,USA,Iraq,AK-47,01/02/2014\n2,USA,Iraq,AK-47,03/04/2014\n")
    )
    assert "%d/%m/%Y and %m/%d/%Y both fit" in draft


@pytest.mark.parametrize(
    ("header", "row", "schema"),
    [
        ("id,holder,item,quantity,date", "1,Iraq,AK-47,5,2014", "Count"),
        ("id,from account,to account,amount EUR,currency,when", "1,AAA,BBB,5,EUR,2014", "Payment"),
        ("id,from,to,item,quantity", "1,USA,Iraq,AK-47,5", "Statement"),
    ],
)
def test_the_kind_of_record(write: Callable[..., Path], header: str, row: str, schema: str) -> None:
    assert f"schema: {schema}\n" in suggest_mapping(write("x.csv", f"{header}\n{row}\n"))


def test_a_table_without_header_or_rows(write: Callable[..., Path]) -> None:
    assert "looks like a row" in suggest_mapping(write("x.csv", "1,2,USA\n2,3,USA\n"))
    with pytest.raises(BadFileError, match="has a header but no rows"):
        suggest_mapping(write("y.csv", "id,from,to\n"))
