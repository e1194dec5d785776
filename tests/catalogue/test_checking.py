import pytest
from pydantic import ValidationError
from reviewing import TREE, sees

from takingstock.catalogue.checking import CRAFT_FIELDS, TREATY_CATEGORIES, check_craft, check_identification
from takingstock.records import Craft
from takingstock.reference.parties import directory


def test_every_fault_is_told() -> None:
    wrong = sees("Anna", "rifle.assault.ak.amk", "maker", made_in="CHN+XXX", craft={"base_item": "kettle"})
    faults = check_identification(wrong, TREE, directory())
    assert len(faults) == 3
    assert "did you mean rifle.assault.ak" in faults[0]
    assert "'XXX'" in faults[1]
    assert "'kettle'" in faults[2]


def test_a_good_one_has_no_fault() -> None:
    assert check_identification(sees("Anna", level="maker", made_in="CHN+SUN"), TREE, directory()) == ()
    assert "needs the maker" in check_identification(sees("Anna", level="maker"), TREE, directory())[0]


def test_a_craft_item_holds_nothing_technical() -> None:
    assert set(Craft.model_fields) == CRAFT_FIELDS
    with pytest.raises(ValidationError):
        Craft.model_validate({"filling": "x"})


@pytest.mark.parametrize("category", [*TREATY_CATEGORIES, "", "other remnant"])
def test_known_or_short_treaty_categories_pass(category: str) -> None:
    assert check_craft(Craft(treaty_category=category), TREE) == ()


def test_long_or_contradicting_treaty_categories_do_not() -> None:
    assert "at most 60" in check_craft(Craft(treaty_category="x" * 61), TREE)[0]
    mine = Craft.model_validate({"treaty_category": TREATY_CATEGORIES[0], "victim_activated": "no"})
    assert "set off by its victim" in check_craft(mine, TREE)[0]
