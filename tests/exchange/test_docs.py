"""docs/template.md and docs/readers.md say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from takingstock.case import create
from takingstock.exchange import READERS, load, read_template, recognise
from takingstock.exchange.columns import SHEETS
from takingstock.exchange.sheet_spec import SheetSpec
from takingstock.records import DateRange, voice

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEMPLATE = (DOCS / "template.md").read_text(encoding="utf-8")


def table(sheet: str) -> list[tuple[str, bool, str]]:
    """The rows of a sheet's table in the document: column, required, meaning."""
    section = TEMPLATE.split(f"\n### {sheet}\n", 1)[1].split("\n#", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return [(column, required == "**yes**", meaning) for column, required, meaning in rows[2:]]


@pytest.mark.parametrize("spec", SHEETS, ids=lambda spec: spec.name)
def test_every_column_is_described(spec: SheetSpec) -> None:
    described = table(spec.name)
    assert [(column, required) for column, required, _ in described] == [
        (column.name, column.required) for column in spec.columns
    ]
    meanings = {column: meaning for column, _, meaning in described}
    for column in spec.columns:
        if len(column.choices) > 2 and column.name != "reliability":
            listed = set(re.findall(r"`([a-z-]+)`", meanings[column.name]))
            assert listed == set(column.choices), column.name


def test_the_words_that_are_said_to_be_understood_are() -> None:
    (listed,) = re.findall(r"call a column \((.*?)\)\.", TEMPLATE, re.DOTALL)
    statements = next(spec for spec in SHEETS if spec.name == "statements")
    for group in listed.split(";"):
        *words, target = re.findall(r"`([^`]+)`", group)
        for word in words:
            assert statements.column(word) == target, word


def test_the_worked_example_goes_in(tmp_path: Path) -> None:
    example = TEMPLATE.split("## A worked example", 1)[1]
    blocks = re.findall(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", example, re.DOTALL)
    assert [name for name, _ in blocks] == [f"{spec.name}.csv" for spec in SHEETS[:6]]
    for name, text in blocks:
        (tmp_path / name).write_text(text, encoding="utf-8")
    reading = read_template(tmp_path)
    assert reading.rejected == ()
    assert (reading.read, reading.ledger) == (10, 10)
    sources = {source.id: source for source in reading.sources}
    assert {voice(statement.source, sources) for statement in reading.statements} == {"audit-9"}
    assert reading.statements[0].to_party == "depot-n"
    assert reading.parties[1].part_of == "iraqi-army"


def test_every_reader_is_described() -> None:
    text = (DOCS / "readers.md").read_text(encoding="utf-8")
    for reader in READERS:
        assert f"| `{reader}` |" in text


EXAMPLES = re.findall(r"```csv\n(.*?)```", (DOCS / "readers.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.splitlines()[0][:30])
def test_every_worked_example_of_a_reader_goes_in(tmp_path: Path, text: str) -> None:
    """Recognised from its content, and no row of it is lost."""
    path = tmp_path / "exports.csv"
    path.write_text(text, encoding="utf-8")
    with create(tmp_path / "case", "A case") as case:
        report = load(case, path, coverage=DateRange.parse("2015"), reporter="Serbia")
    assert report.reader in READERS
    assert report.ledger == report.read == len(text.splitlines()) - 1


def test_every_reader_has_a_worked_example(tmp_path: Path) -> None:
    found = set()
    for number, text in enumerate(EXAMPLES):
        path = tmp_path / f"{number}.csv"
        path.write_text(text, encoding="utf-8")
        found.add(recognise(path))
    assert found == set(READERS) - {"template"}
