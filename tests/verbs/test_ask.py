"""The questions through the verb and the command line, on the bundled case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from takingstock.cli import main
from takingstock.records import BadValueError, UnknownNameError
from takingstock.verbs import import_file, init
from takingstock.verbs.ask import both_sides, stages, suppliers, totals

IRAQ = Path(__file__).resolve().parents[2] / "src" / "takingstock" / "cases" / "iraq"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ask") / "case"
    init(folder)
    import_file(folder, IRAQ)
    return folder


def test_the_count_is_published_and_the_list_is_not_held(case: Path) -> None:
    found = both_sides(case, "Iraq", "Iran", period="1980..1988")
    assert found.both == ()
    assert {figure.id: str(figure.quantity) for figure in found.published} == {
        "f-iraq-34": "34",
        "f-both-28": "28",
        "f-both-26": ">=26",
        "f-both-53": "53",
        "f-both-40": "40",
    }


def test_stingers_stage_by_stage(case: Path) -> None:
    rows = stages(case, recipient="Iraq", item="manpads.stinger")
    assert [(row.stage.value, str(row.quantities[0])) for row in rows] == [
        ("notified", "681"),
        ("ordered", "681"),
        ("delivered", "~200"),
    ]


def test_suppliers_through_the_command_line(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["ask", "suppliers", str(case), "--holder", "Iraq", "--period", "2003..2014", "--format", "json"])
    assert done.value.code == 0
    said = json.loads(capsys.readouterr().out)["suppliers"]
    assert "USA" in {row["party"] for row in said}
    assert all(row["movements"] + row["possible"] > 0 for row in said)


def test_what_is_asked_wrongly_says_what_to_do(case: Path) -> None:
    with pytest.raises(BadValueError, match="choose one of negotiated"):
        suppliers(case, "Iraq", stage="sold")
    with pytest.raises(UnknownNameError):
        suppliers(case, "Atlantis")
    with pytest.raises(BadValueError, match="two different parties"):
        both_sides(case, "Iraq", "IRQ")
    with pytest.raises(BadValueError, match="supplier, recipient, year, item, source"):
        totals(case, "colour")
    with pytest.raises(BadValueError, match="nothing in this case was known"):
        suppliers(case, "Iraq", as_of="1990")
