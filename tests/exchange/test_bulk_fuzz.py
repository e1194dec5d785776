"""Whatever bytes come as mapping or as table: the named errors only, and every row in one place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.exchange.test_bulk import HEADER, MAPPING, by_bulk, one_by_one, sound_rows, text_of
from tests.exchange.test_fuzz import Edit, edits, mutated

from takingstock.exchange.mapping import read_mapping
from takingstock.exchange.suggesting import suggest_mapping
from takingstock.records import BadFileError

COMMON = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LINES = "\n".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in sound_rows(4))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "x"


@COMMON
@given(changes=edits)
def test_a_mutated_mapping(file: Path, changes: list[Edit]) -> None:
    file.write_bytes(mutated(MAPPING.encode(), changes))
    try:
        assert read_mapping(file).queries
    except BadFileError:
        return


@COMMON
@given(changes=edits)
@pytest.mark.parametrize("content", [text_of(sound_rows(4)), LINES])
def test_a_mutated_table(file: Path, content: str, changes: list[Edit]) -> None:
    file.write_bytes(mutated(content.encode(), changes))
    try:
        work, found = by_bulk(file)
    except BadFileError:
        return
    expected = one_by_one(file)
    # Rows of too many cells are refused as they are read, before either lane sees them.
    bad = sum(len(block.bad) for block in work.stream.blocks())
    assert (work.read_rows, work.ledger, len(work.first)) == (
        expected.read + bad,
        expected.ledger,
        len(expected.rejected) + bad,
    )
    assert work.read_rows == work.ledger + work.review.rows + len(work.first)
    assert sum(len(rows) for rows in found.values()) <= work.ledger


@COMMON
@given(changes=edits)
def test_a_draft_of_a_mutated_table(file: Path, changes: list[Edit]) -> None:
    file.write_bytes(mutated(text_of(sound_rows(4)).encode(), changes))
    try:
        draft = suggest_mapping(file)
    except BadFileError:
        return
    if "It imports as it stands" in draft:
        file.write_text(draft, encoding="utf-8")
        assert read_mapping(file).queries
