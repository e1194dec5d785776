"""The standing of sightings: one or all, and nothing of an open review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.records import UnknownNameError
from takingstock.verbs.identify import listing, queue_in
from takingstock.verbs.shapes.identify import standing_json, standing_table


def test_all_or_one(case: Path) -> None:
    every = listing(case)
    assert every.states == (("verified", 1),)
    assert listing(case, sighting="s-1").reviews == every.reviews
    assert every.rule == "2 people on the source, 2 independent experts at the released level"
    with pytest.raises(UnknownNameError):
        listing(case, sighting="s-9")


def test_of_an_open_review_only_that_it_is_open(case: Path, answer: Callable[..., Path]) -> None:
    queue_in(case, answer("X", reason="UNIQUE-WORDS"), expert="X")
    found = listing(case)
    assert found.states == (("in-review", 1),)
    told = f"{standing_json(found)} {standing_table(found)}"
    assert "UNIQUE-WORDS" not in told
    assert "akm" not in told.casefold()
    head, ((*cells,),) = standing_table(found)
    assert dict(zip(head, cells, strict=True))["item"] == ""
