"""Tests of a policy, beside it in ``NAME.tests.yaml``: small applications, and what each rule has to say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from takingstock.records import (
    Application,
    BadFileError,
    Count,
    DecisionKind,
    Finding,
    Incident,
    Outcome,
    Party,
    Record,
    RuleOutcome,
    Source,
    Statement,
    Visit,
)
from takingstock.reference import plain_yaml, policies
from takingstock.reference.items import taxonomy
from takingstock.reference.policies import TESTS
from takingstock.reference.policy_vocabulary import nearest


class Standing(Record):
    """An earlier decision on the application, for rules that suspend or revoke."""

    kind: DecisionKind
    decided: str


class PolicyTest(Record):
    """One application and the outcomes expected of it, by rule; a rule that is not named may say anything.
    ``silent``: the policy does not speak of it at all. ``asks`` are ids of questions that must be asked. ``gates`` are
    outcomes by gate id, ``forecast`` one figure by ``measure@years``, ``indicators`` a value by id. The rest are facts
    of the case."""

    name: str
    application: Application
    expect: dict[str, RuleOutcome] = Field(default_factory=dict)
    asks: tuple[str, ...] = ()
    silent: bool = False
    gates: dict[str, Outcome] = Field(default_factory=dict)
    forecast: dict[str, float] = Field(default_factory=dict)
    indicators: dict[str, float] = Field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    sources: tuple[Source, ...] = ()
    statements: tuple[Statement, ...] = ()
    counts: tuple[Count, ...] = ()
    incidents: tuple[Incident, ...] = ()
    findings: tuple[Finding, ...] = ()
    visits: tuple[Visit, ...] = ()
    standing: Standing | None = None


def beside(path_or_name: str | Path) -> Path | str:
    """Where the tests of a policy lie: the name of one that ships, else the file beside it."""
    if str(path_or_name) in policies.names():
        return str(path_or_name)
    path = Path(path_or_name)
    return path.with_name(f"{path.name.removesuffix('.yaml').removesuffix('.yml')}{TESTS}")


def load_tests(path_or_name: str | Path) -> tuple[PolicyTest, ...]:
    """The tests of a policy that ships (by its name) or of a file of tests. Raises BadFileError with file and line."""
    data, name = policies.read_bytes(path_or_name, TESTS)
    return read_tests(data, name)


def read_tests(data: bytes, name: str) -> tuple[PolicyTest, ...]:
    """The tests from the bytes of a file. Raises BadFileError."""
    found, lines = plain_yaml.parsed(data, name)
    rows = found.get("tests") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not rows:
        raise BadFileError(f"{name}: a file of tests has the field tests with a list of at least one")
    faults: list[str] = []
    made: list[PolicyTest] = []
    for at, row in enumerate(rows):
        try:
            made.append(PolicyTest.model_validate(_named(row, at)))
        except ValidationError as error:
            faults += [_told(name, lines, at, one) for one in error.errors()]
        else:
            faults += _unknown(name, lines, at, made[-1])
    if faults:
        raise BadFileError("\n".join(dict.fromkeys(faults)))
    return tuple(made)


def _named(row: Any, at: int) -> Any:
    """The row with the short forms written out: an application needs no id here, and answers may stand as
    ``question: yes``, controls as ``control: evidenced`` (or offered, missing), goods as ``class: quantity``."""
    if not isinstance(row, dict) or not isinstance(row.get("application"), dict):
        return row
    app = {"id": f"test-{at + 1}"} | row["application"]
    if isinstance(app.get("replies"), dict):
        sound = {"person": "test", "reason": "test", "source": "test"}
        app["replies"] = [{"question": id_, "value": value} | sound for id_, value in app["replies"].items()]
    if isinstance(app.get("undertakings"), dict):
        app["undertakings"] = [_undertaking(name, stands) for name, stands in app["undertakings"].items()]
    if isinstance(app.get("goods"), dict):
        app["goods"] = [{"item": item, "quantity": quantity} for item, quantity in app["goods"].items()]
    return row | {"application": app}


def _undertaking(control: str, standing: str) -> dict[str, str]:
    shown = {"source": "test", "when": "2000-01-01"} if standing == "evidenced" else {}
    return {"control": control, "standing": standing} | shown


def _unknown(name: str, lines: plain_yaml.Lines, at: int, test: PolicyTest) -> list[str]:
    """Classes of goods that the table lacks: a slip of the pen would make every test of goods open."""
    line = plain_yaml.line_of(lines, ("tests", at, "application", "goods"))
    found = []
    for one in test.application.goods:
        if not taxonomy().has(one.item):
            near = ", ".join(item.id for item, _ in taxonomy().suggest(one.item, 3))
            hint = f"did you mean {near}?" if near else "see docs/items.md"
            found.append(f"{name}, line {line}: unknown item class {one.item!r}; {hint}")
    return found


def _told(name: str, lines: plain_yaml.Lines, at: int, error: Any) -> str:
    path = ("tests", at, *error["loc"])
    field = ".".join(str(one) for one in error["loc"])
    hint = ""
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        hint = f"; {nearest(str(error['loc'][0]), tuple(PolicyTest.model_fields))}"
    text = str(error["msg"]).removeprefix("Value error, ")
    return f"{name}, line {plain_yaml.line_of(lines, path)}: {field}: {text}{hint}"
