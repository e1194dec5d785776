"""Regions as they are typed."""

from __future__ import annotations

import pytest

from takingstock.records import BadValueError, RegionKind
from takingstock.verbs.evidence.regions import region


def test_a_region() -> None:
    made = region("serial=0.10,0.2,0.25,0.4")
    assert made.kind is RegionKind.SERIAL
    assert (made.left, made.top, made.right, made.bottom) == (0.1, 0.2, 0.25, 0.4)
    assert region(" face =0,0,1,1").kind is RegionKind.FACE


@pytest.mark.parametrize(
    "text",
    ["", "face", "face=0.1,0.2,0.3", "face=a,b,c,d", "nose=0.1,0.2,0.3,0.4", "face=0.1,0.2,1.3,0.4", "face=0,0,0,1"],
)
def test_what_is_none_is_told_the_form(text: str) -> None:
    with pytest.raises(BadValueError, match=r"is no region; write KIND=LEFT,TOP,RIGHT,BOTTOM .* kinds: face"):
        region(text)
