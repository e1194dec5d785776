from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.catalogue.dimensions import By, CountryRole, era, key, states
from takingstock.records import DateRange


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("1974", "1970s"),
        ("1970..1979", "1970s"),
        ("1975..1985", "1970s-1980s"),
        ("1941-05-03", "1940s"),
        ("..1985", "..1980s"),
        ("1975..", "1970s.."),
        ("", None),
    ],
)
def test_era_is_the_decade_of_manufacture(made: str, name: str | None) -> None:
    assert era(DateRange.parse(made)) == name


def test_country_by_role(write: SimpleNamespace, taxonomy: Any) -> None:
    akm = write.seen("a", "rifle.assault.ak.akm", made_in="ROU", supplied_by="SUN+RUS")
    known = write.seen("b", "rifle.assault.ak.akm", designed_in="CHN")

    def country(sighting: Any, role: str) -> tuple[str | None, bool]:
        return key(sighting, By.COUNTRY, CountryRole(role), taxonomy)

    assert country(akm, "manufactured") == ("ROU", False)
    assert country(akm, "supplied") == ("RUS+SUN", False)
    assert country(akm, "designed") == ("SUN", True)
    assert country(known, "designed") == ("CHN", False)
    assert country(known, "manufactured") == (None, False)
    assert country(write.seen("c", "pistol"), "designed") == (None, False)
    assert country(write.seen("c", "unheard-of"), "designed") == (None, False)


def test_a_mixed_set_is_no_class(write: SimpleNamespace, taxonomy: Any) -> None:
    assert key(write.seen("a", "weapons"), By.CLASS, CountryRole.MANUFACTURED, taxonomy) == (None, False)
    assert key(write.seen("a", "rifle"), By.CLASS, CountryRole.MANUFACTURED, taxonomy) == ("rifle", False)


def test_joined_states() -> None:
    assert states("RUS+SUN") == {"RUS", "SUN"}
    assert states(None) == frozenset()
