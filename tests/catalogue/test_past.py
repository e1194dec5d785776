"""What earlier versions of rows say of those that stand."""

from typing import Any

from reviewing import ledger, rules, sees, sighting

from takingstock.catalogue.past import past
from takingstock.records.identification import shown


def versions(*rows: tuple[int, Any]) -> list[tuple[str, int, str]]:
    return [(row.id, event, row.canonical()) for event, row in rows]


def test_only_what_does_not_say_itself_is_looked_up_and_only_of_changed_sightings() -> None:
    first, second = sighting(quantity="1"), sighting(quantity="2")
    asked: list[tuple[str, str]] = []

    def written(table: str, id: str) -> int:
        asked.append((table, id))
        return 5

    rows = [second, sees("Anna"), sees("Ben", seen=shown(())), sees("Carl", sighting="t"), rules("release")]
    found = past(ledger(*rows, sighting("t")), versions((2, first), (7, second)), written)
    assert asked == [("identifications", "i-s-Anna"), ("rulings", "r-s-1-release")]
    assert found.changed == {"s": 7}
    assert found.before_change("s", "i-s-Anna")
    assert not found.before_change("t", "i-t-Carl")
    assert past(ledger(*rows), (), written).changed == {}


def test_the_version_in_the_ledger_is_the_one_that_counts() -> None:
    """Of a ledger of an earlier day: what came later is not its past."""
    one, two = sighting(evidence=()), sighting()
    rows = versions((2, one), (4, two))
    assert past(ledger(one), rows, lambda *_: 0).rested == frozenset()
    assert past(ledger(two), rows, lambda *_: 0).changed == {"s": 4}
    assert past(ledger(one), versions((2, two), (4, one)), lambda *_: 0).rested == {"s"}
