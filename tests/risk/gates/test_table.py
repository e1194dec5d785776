"""The table of applications (``table.yaml``): what every gate must say of each, and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from takingstock.records import Application, Outcome
from takingstock.risk.gates import judge
from takingstock.risk.gates.questions import WORDINGS

ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("table.yaml").read_text(encoding="utf-8"))
WORDS = {"bars": "bars", "asks": "needs an answer", "passes": "passes", "none": "not applicable"}
Read = Callable[[dict[str, Any]], Application]
NOTHING = {"apmbc": "none", "ccm": "none"}


def expected(gates: list[str], expect: dict[str, str]) -> dict[str, str]:
    """The outcome of each gate by the longest key that it begins with; "weapons" stands for both bans."""
    keys = NOTHING | expect
    if "weapons" in expect:
        keys |= dict.fromkeys(("apmbc", "ccm"), expect["weapons"])
    found = {}
    for id_ in gates:
        fitting = [key for key in keys if id_ == key or id_.startswith((f"{key}-", f"{key}."))]
        assert fitting, f"the row says nothing of the gate {id_}"
        found[id_] = WORDS[keys[max(fitting, key=len)]]
    for key in expect:
        if key != "weapons":
            assert any(id_ == key or id_.startswith((f"{key}-", f"{key}.")) for id_ in gates), f"no gate {key}"
    return found


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_gates(row: dict[str, Any], case: SimpleNamespace, read: Read) -> None:
    gates = judge(case.dossier(read(row)))
    said = {gate.id: gate.outcome.value for gate in gates}
    assert said == expected(list(said), row["expect"]), row["why"]
    asked = {question.id for gate in gates for question in gate.questions}
    assert set(row.get("asked", ())) <= asked
    assert not set(row.get("quiet", ())) & asked


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_every_gate_can_be_checked(row: dict[str, Any], case: SimpleNamespace, read: Read) -> None:
    for gate in judge(case.dossier(read(row))):
        assert gate.reference
        assert gate.source
        assert gate.facts, gate.id
        if gate.outcome is Outcome.NEEDS_ANSWER:
            assert gate.questions, f"{gate.id} needs an answer and asks nothing"
        if gate.outcome in {Outcome.PASSES, Outcome.NOT_APPLICABLE}:
            assert not gate.questions, f"{gate.id} asks though nothing is open"


def test_there_are_at_least_sixty_rows_and_each_says_why() -> None:
    assert len(ROWS) >= 60
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert all(row["why"].endswith(".") for row in ROWS)


def test_every_question_is_asked_by_some_row(
    case: SimpleNamespace, read: Read, patterns: Callable[[str], str | None]
) -> None:
    asked = {
        patterns(question.id) for row in ROWS for gate in judge(case.dossier(read(row))) for question in gate.questions
    }
    assert None not in asked
    # These need tables or parties that the rows do not have; test_embargo.py and test_gates.py ask them.
    rest = {"embargo.{record}.goods", "consignee.who", "apmbc.membership", "ccm.exception"}
    assert set(WORDINGS) - asked <= rest
