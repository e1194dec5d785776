"""The rows of the table as applications, and which question of the list an id belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from takingstock.records import Application
from takingstock.risk.gates.questions import WORDINGS

ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("table.yaml").read_text(encoding="utf-8"))


def _application(case: SimpleNamespace, fields: dict[str, Any]) -> Application:
    """The application of one row. YAML reads yes and no as truth values and days as dates."""
    given = dict(fields)
    words = {True: "yes", False: "no"}
    answers = {name: words.get(value, value) for name, value in given.pop("answers", {}).items()}
    if given.pop("clear", False):
        answers = case.clear | answers
    replies = [
        {key: words.get(value, value) if key == "value" else str(value) for key, value in one.items()}
        for one in given.pop("replies", [])
    ]
    for name in ("when", "period"):
        if name in given:
            given[name] = str(given[name])
    for one in given.get("undertakings", []):
        one["when"] = str(one.get("when", ""))
    return case.application(**given, answers=answers, replies=replies)


@pytest.fixture(scope="session")
def read(case: SimpleNamespace) -> Callable[[dict[str, Any]], Application]:
    """The application of a row of the table."""
    return lambda row: _application(case, row["app"])


@pytest.fixture(scope="session")
def patterns() -> Callable[[str], str | None]:
    """The key of the list of questions that an id is made from, or None."""
    compiled = [
        (key, re.compile(re.sub(r"\\{n\\}", r"\\d+", re.sub(r"\\{(record|by)\\}", "[^.]+", re.escape(key)))))
        for key in sorted(WORDINGS, key=lambda key: key.count("{"))
    ]
    return lambda name: next((key for key, pattern in compiled if pattern.fullmatch(name)), None)


@pytest.fixture(scope="session")
def rows(case: SimpleNamespace) -> list[tuple[str, Application]]:
    """Every application of the table."""
    return [(row["id"], _application(case, row["app"])) for row in ROWS]
