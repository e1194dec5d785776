"""docs/linking.md: the example is what the program answers, the numbers are those of a run, the table as measured."""

from __future__ import annotations

import importlib.util
import re
import sys
from math import log2
from pathlib import Path
from types import ModuleType

import pytest
from transfers_small import DIRECTORY, TAXONOMY, ledger, report

from takingstock.linkage.linked import linked
from takingstock.linkage.transfers import mergers, suggestions
from takingstock.linkage.transfers_weights import LEVELS
from takingstock.records import Linking, LinkKind

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "linking.md").read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    part = PAGE.split(f"<!-- {name} -->", 1)[1].split("<!-- end", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measure_linkage", ROOT / "scripts" / "measure_linkage.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure_linkage"] = module
    spec.loader.exec_module(module)
    if not module.REGISTER.exists():
        pytest.skip("the register extract is not at hand")
    return module


def test_the_example() -> None:
    told = ledger(*(report(key, source, many, when, item=item) for key, source, many, item, when in rows("example")))
    found = {", ".join(one.movements): one for one in suggestions(told, DIRECTORY, TAXONOMY)}
    answers = rows("answers")
    assert [keys for keys, _, _ in answers] == list(found)
    for keys, score, may in answers:
        assert f"{found[keys].score:.1f}" == score
        assert found[keys].automatic == (may == "yes")
    (merge,) = mergers(told, DIRECTORY, TAXONOMY)
    assert merge.movements == ("exp-1", "imp-1")
    person = Linking(id="p", kind=LinkKind.MERGE, movements=("exp-1", "reg-1"), person="A", reason="r")
    after = linked(told.model_copy(update={"linkings": (merge, person)}))
    first, second = after.movements(DIRECTORY.part_of)
    assert (first.key, second.key) == ("exp-1", "reg-2")
    assert [one.field for one in first.conflicts] == ["quantity"]


def test_the_table_of_weights_is_what_was_measured(script: ModuleType) -> None:
    real = [one for one in script.deliveries() if script.half(one) == "fitted"]
    found = script.fitted(real, script.USUAL)
    for name, some in {"quantity": 7, "date": 3, "item": 5}.items():
        for level, outcome in LEVELS[name].items():
            if found.m[name][level] > 20 and found.u[name][level] > 20:
                some -= 1
                measured = log2(found.share("m", name, level) / found.share("u", name, level))
                assert abs(outcome.weight - measured) < 0.6, (name, level)
        assert some <= 2


def test_the_results_are_those_of_a_run(script: ModuleType) -> None:
    real = [one for one in script.deliveries() if script.half(one) == "measured"]
    for noise in script.NOISES:
        assert script.row(noise, script.measure(real, noise)) in PAGE, "run: python scripts/measure_linkage.py"


def test_precision_as_assumed_is_what_a_rule_must_have() -> None:
    told = re.search(r"\| as assumed \|.*?\| ([\d.]+) \(", PAGE)
    assert told
    assert float(told[1]) >= 0.98


def test_every_command_is_on_the_page() -> None:
    from takingstock.cli.link import app

    for command in app.registered_commands:
        name = (command.name or getattr(command.callback, "__name__", "")).rstrip("_")
        assert f"`link {name} CASE" in PAGE, name
