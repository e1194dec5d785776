"""The workbook of an application: drop-down lists that a spreadsheet takes, text that stays text, equal bytes."""

import zipfile

import pytest

from takingstock.exchange.application_sheet import write_application
from takingstock.exchange.applications import read_application
from takingstock.records import (
    Application,
    BadFileError,
    ControlKind,
    Goods,
    Question,
    Reply,
    ReplyValue,
    Undertaking,
)
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory


def application(**more):
    return Application(id="a", exporter="DEU", goods=(Goods(item="rifle.assault.ak.akm"),), **more)


@pytest.mark.filterwarnings("error")
def test_the_lists_are_within_what_a_spreadsheet_takes(tmp_path):
    book = write_application(tmp_path / "a.xlsx", application())
    with zipfile.ZipFile(book) as parts:
        sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
        strings = parts.read("xl/sharedStrings.xml").decode()
    assert sheets.count("<dataValidation ") == 4
    assert all(kind.value in strings for kind in ControlKind)


def test_a_formula_is_text(tmp_path):
    app = application(end_use="=1+1", remark="+49 30")
    book = write_application(tmp_path / "a.xlsx", app)
    assert read_application(book, directory(), taxonomy()).end_use == "=1+1"


def test_questions_that_are_answered_keep_their_answer(tmp_path):
    reply = Reply(question="q.1", value=ReplyValue.UNKNOWN, reason="asked", source="s", person="p")
    app = application(replies=(reply,), undertakings=(Undertaking(control=ControlKind.VISITS),))
    questions = (Question(id="q.1", text="First?"), Question(id="q.2", text="Second?"))
    book = write_application(tmp_path / "a.xlsx", app, questions)
    again = read_application(book, directory(), taxonomy())
    assert again == app.model_copy(
        update={"goods": (app.goods[0].model_copy(update={"designation": "rifle.assault.ak.akm"}),)}
    )
    with zipfile.ZipFile(book) as parts:
        strings = parts.read("xl/sharedStrings.xml").decode()
    assert "First?" in strings
    assert "Second?" in strings


def test_a_folder_that_is_missing(tmp_path):
    with pytest.raises(BadFileError, match="cannot be written"):
        write_application(tmp_path / "none" / "a.xlsx", application())


def test_equal_bytes(tmp_path):
    one = write_application(tmp_path / "a.xlsx", application()).read_bytes()
    assert write_application(tmp_path / "b.xlsx", application()).read_bytes() == one
