"""Agreement over closed reviews, from the verb down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.case import Rows, open_case
from takingstock.verbs.identify import agreement, queue_in


def test_an_open_review_tells_nothing_and_a_closed_one_counts(case: Path, answer: Callable[..., Path]) -> None:
    pytest.importorskip("crowdkit", reason="the extra agreement is not installed")
    queue_in(case, answer("X"), expert="X")
    assert sum(row.identifications for row in agreement(case).rows) == 0
    queue_in(case, answer("Y"), expert="Y")
    rows = [row for row in agreement(case).rows if row.identifications]
    assert rows
    assert {row.identifications for row in rows if row.scope != "expert"} == {2}


def test_a_case_without_identifications_has_no_figure(case: Path) -> None:
    pytest.importorskip("crowdkit", reason="the extra agreement is not installed")
    with open_case(case) as opened:
        assert opened.write(Rows(), actor="A", reason="nothing").event is None
    assert all(row.alpha is None for row in agreement(case).rows)
