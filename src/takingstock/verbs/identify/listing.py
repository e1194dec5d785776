"""How far each sighting has come. Of an open review nothing is told but that it is open."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from takingstock.records import Record, Review


class Standing(Record):
    """The reviews by sighting, how many there are of each state, and the case's rule in words."""

    revision: int
    rule: str
    reviews: tuple[Review, ...]
    states: tuple[tuple[str, int], ...]


def listing(folder: Path, *, sighting: str | None = None) -> Standing:
    """Every sighting that rests on evidence, or one. Raises NotACaseError, UnknownNameError."""
    from takingstock.case import open_case
    from takingstock.catalogue.review import review, reviews
    from takingstock.reference.items import taxonomy

    with open_case(folder) as case:
        ledger, rule = case.ledger(), case.settings.review
    table = taxonomy()
    if sighting:
        found: tuple[Review, ...] = (review(ledger, sighting, rule, table),)
    else:
        found = tuple(reviews(ledger, rule, table).values())
    states = Counter(one.state.value for one in found)
    return Standing(revision=ledger.revision, rule=rule.words, reviews=found, states=tuple(sorted(states.items())))
