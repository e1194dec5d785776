"""Runs come back sorted, nothing lost, the rows of one id together."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.exchange import bulk_merge
from takingstock.exchange.bulk_merge import Runs

ids = st.text(alphabet="abé\U0001f600Z", max_size=3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.lists(ids, max_size=12), max_size=5), chunk=st.integers(1, 4), given=st.integers(1, 6))
def test_merging_is_sorting(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[str]], chunk: int, given: int
) -> None:
    before = bulk_merge.CHUNK, bulk_merge.GIVEN
    bulk_merge.CHUNK, bulk_merge.GIVEN = chunk, given
    folder = tmp_path_factory.mktemp("runs")
    try:
        sorter = Runs(folder)
        for number, names in enumerate(runs):
            sorter.add(
                pl.DataFrame({"id": names, "line": [number] * len(names)}, schema={"id": pl.String, "line": pl.Int64})
            )
        frames = list(sorter.merged())
        sorter.close()
    finally:
        bulk_merge.CHUNK, bulk_merge.GIVEN = before
    found = [(id, line) for frame in frames for id, line in frame.rows()]
    expected = [(id, number) for number, names in enumerate(runs) for id in names]
    assert [id for id, _ in found] == sorted(id for id, _ in expected), "by code point"
    assert sorted(found) == sorted(expected)
    assert sorter.rows == len(expected)
    for one, other in pairwise(frames):
        assert one["id"][-1] < other["id"][0]
    assert list(Path(folder).iterdir()) == []
