"""Reading: rows that do not add up cannot be made."""

from __future__ import annotations

import pytest

from takingstock.exchange import Reading
from takingstock.records import Rejected


def test_every_row_is_somewhere() -> None:
    rejected = (Rejected(line=2, reason="x"),)
    assert Reading("r", "f", 2, taken=((("sources", "a"),),), rejected=rejected).ledger == 1
    with pytest.raises(AssertionError, match="do not add up: 3 read, 1 to the ledger"):
        Reading("r", "f", 3, taken=((("sources", "a"),),), rejected=rejected)
