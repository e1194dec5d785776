"""Small files to read, and the place of the real extract where it is at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from takingstock.case import Case, create

EXTRACT = Path(__file__).resolve().parents[3] / "shared" / "data" / "sipri" / "trade_register_extract.csv"

SOURCES = "id,title,kind,reliability\naudit,An audit,audit,B\npress,A newspaper,press,\n"
PARTIES = "id,name,kind,part_of\ndepot-n,Northern depot,depot,iraqi-army\n"
STATEMENTS = (
    "id,movement,source,item,from,to,quantity,unit,when,mode,grade\n"
    "s1,m1,audit,tank.m1.m1a1,USA,iraqi-army,140,,2010..2012,export,B2\n"
    "s2,m2,press,rifle.assault.ak,Iraq,depot-n,>=40,,2014-06,issue,\n"
)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file (bytes or text) or, with keywords, a folder of CSV files; gives its path."""

    def make(name: str = "template", content: str | bytes = "", **sheets: str) -> Path:
        path = tmp_path / name
        if sheets:
            path.mkdir(exist_ok=True)
            for sheet, text in sheets.items():
                (path / f"{sheet}.csv").write_text(text, encoding="utf-8", newline="")
            return path
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    """A sound template folder: two sources, a party, two statements."""
    return write("good", sources=SOURCES, parties=PARTIES, statements=STATEMENTS)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with create(tmp_path / "case", "A case") as made:
        yield made


@pytest.fixture
def extract() -> Path:
    """The real extract of the register; it may not ship."""
    if not EXTRACT.exists():
        pytest.skip("the extract of the SIPRI register (shared/data/sipri) is not beside this checkout")
    return EXTRACT
