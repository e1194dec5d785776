"""docs/mapping.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from takingstock.case import Case
from takingstock.exchange import load
from takingstock.exchange.mapping_fields import TARGETS
from takingstock.records import Stage, Unit

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")


def test_the_worked_example(case: Case, tmp_path: Path) -> None:
    for name, text in re.findall(r"`(exports\.\w+)`\n\n```\w+\n(.*?)```", TEXT, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = load(case, tmp_path / "exports.csv", mapping=tmp_path / "exports.yaml")
    assert (report.read, report.ledger, report.review, report.rejected) == (5, 3, 1, 1)
    assert report.rejects[0].reason in " ".join(TEXT.split())
    ledger = case.ledger()
    found = {statement.id: statement for statement in ledger.statements}
    assert set(found) == {"customs/2014-071/1", "customs/2014-071/2", "customs/2014-090/1"}
    rounds, guns = found["customs/2014-071/2"], found["customs/2014-090/1"]
    assert (rounds.quantity.low, rounds.quantity.unit) == (500_000.0, Unit.ROUNDS)
    assert (guns.stage, guns.marks) == (Stage.AUTHORISED, ("R-101", "R-102"))
    value = found["customs/2014-071/1"].value
    assert value
    assert (value.amount.low, value.currency) == (310_500.5, "EUR")
    assert found["customs/2014-071/1"].quantity.low == 1200
    assert [str(source.coverage.period) for source in ledger.sources if source.coverage] == ["2014"]


def test_every_property_is_listed() -> None:
    section = TEXT.split("### Properties", 1)[1]
    for target in TARGETS.values():
        (line,) = [line for line in section.splitlines() if line.startswith(f"| `{target.schema}`")]
        listed = set(re.findall(r"`([a-z_]+)`", line))
        if "`place` …" in line:
            listed |= {"latitude", "longitude", "precision"}
        assert listed == set(target.properties), target.schema
