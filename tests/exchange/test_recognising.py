"""Which reader a file is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.exchange import READERS, blank_template, recognise, recognised
from takingstock.records import BadFileError

Write = Callable[..., Path]
REGISTER = "Deal ID,Seller,Buyer,Designation,Description,Numbers delivered,Delivery year\n"


def test_a_folder_a_sheet_and_a_workbook_are_the_template(folder: Path, tmp_path: Path) -> None:
    assert recognise(folder) == "template"
    assert recognise(folder / "statements.csv") == "template"
    assert recognise(blank_template(tmp_path / "b.xlsx")) == "template"


def test_the_register(write: Write) -> None:
    assert recognised(write("statements.csv", REGISTER)) == (
        "sipri",
        "a header of the SIPRI trade register, layout by deliveries",
    )


def test_a_register_that_lacks_a_column_is_still_one(write: Write) -> None:
    assert recognise(write("x.csv", REGISTER.replace(",Delivery year", ""))) == "sipri"


def test_a_template_sheet_that_lacks_a_column_says_so(write: Write) -> None:
    with pytest.raises(BadFileError, match="required column source, mode"):
        recognise(write("x.csv", "id,from,to,weapon,qty,funding,payer,via\n"))


def test_what_nobody_knows_names_what_is_known(write: Write) -> None:
    with pytest.raises(BadFileError) as error:
        recognise(write("x.csv", "apples,pears\n1,2\n"))
    for reader in READERS:
        assert reader in str(error.value)


def test_the_real_extract(extract: Path) -> None:
    assert recognise(extract) == "sipri"
