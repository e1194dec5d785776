import pytest
from reviewing import AKM, M16, RULE, SOURCE, ledger, put, rules, sees, sighting

from takingstock.catalogue.blindness import open_identifications, queue, visible
from takingstock.records import ReviewRule

OPEN = [sighting(), *SOURCE, put("Anna"), put("Ben"), put("Carl"), sees("Anna", AKM), sees("Ben", M16)]


def test_no_open_identification_is_visible_to_another() -> None:
    case = ledger(OPEN)
    assert open_identifications(case, RULE) == {"i-s-Anna", "i-s-Ben"}
    assert visible(case, RULE).identifications == ()
    assert [one.expert for one in visible(case, RULE, " ANNA").identifications] == ["Anna"]
    assert visible(case, RULE, "Carl").identifications == ()


@pytest.mark.parametrize("row", [sees("Carl"), rules("close")])
def test_all_is_visible_once_the_review_is_closed(row: object) -> None:
    case = ledger(OPEN, row)
    assert open_identifications(case, RULE) == frozenset()
    assert visible(case, RULE) == case


def test_a_single_identification_stays_closed_without_any_assignment() -> None:
    assert open_identifications(ledger(sighting(), sees("Anna")), RULE) == {"i-s-Anna"}
    assert open_identifications(ledger(sees("Anna", sighting="gone")), RULE) == {"i-gone-Anna"}


def test_the_queue_is_the_same_whatever_others_said() -> None:
    (mine,) = queue(ledger(OPEN), RULE, "carl")
    assert (mine.sighting, mine.assigned, mine.ready) == ("s", True, True)
    assert "rifle" not in mine.model_dump_json()
    other = ledger(OPEN[:-2], sees("Anna", M16))
    assert queue(other, RULE, "Carl") == (mine,)
    assert queue(ledger(OPEN[:-2]), RULE, "Carl") == (mine,)


def test_the_queue_ends_with_the_answer_and_is_for_experts_only() -> None:
    assert queue(ledger(OPEN), RULE, "Anna") == ()
    assert queue(ledger(OPEN), RULE, "Dora") == ()
    assert queue(ledger(sighting(), SOURCE), RULE, "Dora")[0].assigned is False
    assert queue(ledger(sighting(), SOURCE), ReviewRule(experts_named=("Anna",)), "Dora") == ()
    assert queue(ledger(OPEN, rules("close")), RULE, "Carl") == ()
