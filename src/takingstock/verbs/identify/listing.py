"""How far each sighting has come. Of an open review nothing is told but that it is open."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from takingstock.records import Record, Review


class Standing(Record):
    """The reviews by sighting, how many there are of each state, the case's rule in words, and what to look at."""

    revision: int
    rule: str
    reviews: tuple[Review, ...]
    states: tuple[tuple[str, int], ...]
    notes: tuple[str, ...] = ()


def listing(folder: Path, *, sighting: str | None = None) -> Standing:
    """Every sighting that rests on evidence, or one. Raises NotACaseError, UnknownNameError."""
    from takingstock.case import open_case
    from takingstock.catalogue.cautions import cautions, files
    from takingstock.catalogue.releasing import counting
    from takingstock.catalogue.review import review, reviews
    from takingstock.reference.items import taxonomy
    from takingstock.verbs.past import alike, past_of

    table = taxonomy()
    with open_case(folder) as case:
        ledger, rule = case.ledger(), case.settings.review
        past = past_of(case, ledger)
        counted = counting(ledger, rule, table, past=past)
        notes = cautions(counted, ledger.likenesses, alike(case, files(counted)))
    if sighting:
        found: tuple[Review, ...] = (review(ledger, sighting, rule, table, past=past),)
    else:
        found = tuple(reviews(ledger, rule, table, past=past).values())
    states = Counter(one.state.value for one in found)
    return Standing(
        revision=ledger.revision, rule=rule.words, reviews=found, states=tuple(sorted(states.items())), notes=notes
    )
