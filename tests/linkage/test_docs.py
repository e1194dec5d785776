"""docs/names.md says what the rules do, and its numbers are those of a run."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from takingstock.linkage.designations import AUTOMATIC, SAME_RULE
from takingstock.linkage.namings import Names
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "names.md").read_text(encoding="utf-8")
NAMES = Names(taxonomy(), directory())


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measure_names", ROOT / "scripts" / "measure_names.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure_names"] = module
    spec.loader.exec_module(module)
    return module


def _examples() -> list[tuple[str, str, str, str]]:
    section = PAGE.split("Each line is what the program answers", 1)[1].split("## Measured", 1)[0]
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"
    ]
    return [(name, beside, meaning, by) for name, beside, meaning, by in rows[2:]]


@pytest.mark.parametrize(
    ("name", "beside", "meaning", "by"), _examples(), ids=[f"{a}, {b}" for a, b, _, _ in _examples()]
)
def test_the_examples(name: str, beside: str, meaning: str, by: str) -> None:
    named = NAMES.item(name, description=beside)
    assert (named.meaning or "") == meaning
    assert by == ((named.naming.rule if named.naming else "the table") if named.meaning else "a person")


def test_there_are_examples() -> None:
    assert len(_examples()) > 8


def test_what_our_own_table_gives_is_what_the_page_says(script: ModuleType) -> None:
    found = script.measure([case for case in script.aliases() if case.half == "measured"])
    half = script.summed(found, "measured")
    assert half.automatic > 200
    assert half.precision >= script.WANTED
    for (name, side), tally in found.items():
        assert side == "measured"
        assert script._row(name, tally) in PAGE, "run: python scripts/measure_names.py"


def test_the_names_collected_later_are_as_the_page_says(script: ModuleType) -> None:
    found = script.measure(script.later())
    whole = script.summed(found)
    assert whole.automatic >= 20
    assert whole.precision >= script.WANTED
    assert script._row("Oryx, collected later", whole) in PAGE, "run: python scripts/measure_names.py"


def test_parties_are_as_the_page_says(script: ModuleType) -> None:
    found = script.measure_parties(script.parties())
    for name in {name for name, _ in found}:
        assert script._row(name, script.summed(found, None, name)) in PAGE, "run: python scripts/measure_names.py"


def test_the_published_precision_is_what_was_promised() -> None:
    told = re.search(r"Precision of automatic answers: \*\*([\d.]+)\*\* \((\d+) of (\d+); 95 % interval ([\d.]+)", PAGE)
    assert told
    assert float(told[1]) >= 0.98
    assert round(int(told[2]) / int(told[3]), 4) == float(told[1])
    fitted = re.search(r"The lowest threshold .* is \*\*([\d.]+)\*\*", PAGE)
    assert fitted
    assert float(fitted[1]) <= min(AUTOMATIC.values())
    assert f"{SAME_RULE} {AUTOMATIC[SAME_RULE]:g}" in PAGE


def test_a_name_is_never_on_both_halves(script: ModuleType) -> None:
    one, other = script.Case("a", "T-72 M1", None), script.Case("b", "t72m1", None)
    assert one.half == other.half
    halves = {script.Case("a", f"T-{number}", None).half for number in range(40)}
    assert halves == {"fitted", "measured"}


def test_an_answer_counts_as_right_only_where_it_is(script: ModuleType) -> None:
    tally = script.Tally()
    script._note(tally, script.Case("s", "x", "tank.t-72.t-72m"), "tank.t-72", [])
    script._note(tally, script.Case("s", "x", "tank.t-72"), "tank.t-72.t-72m", [])
    script._note(tally, script.Case("s", "x", None), "tank", [])
    script._note(tally, script.Case("s", "x", None, "tank.t-72"), "tank.t-72", [])
    script._note(tally, script.Case("s", "x", "tank.t-72"), None, ["ifv", "tank.t-72"])
    assert (tally.cases, tally.known, tally.automatic, tally.right, tally.exact, tally.offered) == (5, 3, 4, 2, 0, 1)
    assert [text for text, _, _ in tally.wrong] == ["x", "x"]
