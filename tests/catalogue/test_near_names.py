"""Names so alike that somebody has to say whether they are two people."""

from __future__ import annotations

import pytest

from takingstock.catalogue.near_names import near_names


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Vera Klein", "Vera Klein", False),
        ("Vera Klein", "Klein, Vera", True),
        ("Vera Klein", "V. Klein", True),
        ("Vera Klein", "Vera Kleinn", True),
        ("Vera Klein", "Victor Lund", False),
        ("Vera Klein", "Lena Klein", False),
        ("Ann", "Anna", False),
        ("محمد علي", "علي محمد", True),
        # One name for everybody, so there is nothing to ask.
        ("Vera Klein", "vera  KLEIN", False),
    ],
)
def test_names_that_are_nearly_the_same(one: str, other: str, near: bool) -> None:
    assert bool(near_names([one, other])) is near
