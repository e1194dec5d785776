"""What the history tells of rows that were revised, and of files that are gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.case import Case, Rows, create
from takingstock.records import Evidence, Source


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return create(tmp_path / "case", title="A case", actor="A")


def put(case: Case, **titles: str) -> int:
    rows = Rows(sources=tuple(Source(id=id, title=title) for id, title in titles.items()))
    case.write(rows, actor="A", reason="r")
    return case.revision


def test_all_versions_of_what_was_revised_and_nothing_else(case: Case) -> None:
    one = put(case, a="first", b="only")
    assert case.revised("sources") == ()
    two = put(case, a="second", b="only")
    three = put(case, a="first")
    found = case.revised("sources")
    assert [(id, event) for id, event, _ in found] == [("a", one), ("a", two), ("a", three)]
    assert [record == Source(id="a", title="first").canonical() for *_, record in found] == [True, False, True]
    assert len(case.revised("sources", two)) == 2


def test_erased_up_to_a_revision(case: Case) -> None:
    gone = Evidence(id="a" * 64, size=1, secret=True, commitment="b" * 64)
    case.write(Rows(evidence=(gone,)), actor="A", reason="r")
    before = case.revision
    case.erase([gone.id], actor="A", reason="asked for")
    assert case.erased() == {gone.id}
    assert case.erased(before) == frozenset()
