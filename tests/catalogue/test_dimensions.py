from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.catalogue.dimensions import Basis, By, CountryRole, era, key, states
from takingstock.records import DateRange, ItemClass, ItemGroup
from takingstock.reference.taxonomy import ItemEvidence, Taxonomy


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

    def country(sighting: Any, role: str) -> tuple[str | None, Basis]:
        return key(sighting, By.COUNTRY, CountryRole(role), taxonomy)

    assert country(akm, "manufactured") == ("ROU", Basis.STATED)
    assert country(akm, "supplied") == ("RUS+SUN", Basis.STATED)
    assert country(akm, "designed") == ("SUN", Basis.UNVERIFIED)
    assert country(known, "designed") == ("CHN", Basis.STATED)
    assert country(known, "manufactured") == (None, Basis.STATED)
    assert country(write.seen("c", "pistol"), "designed") == (None, Basis.STATED)
    assert country(write.seen("c", "unheard-of"), "designed") == (None, Basis.STATED)


def test_a_mixed_set_is_no_class(write: SimpleNamespace, taxonomy: Any) -> None:
    assert key(write.seen("a", "weapons"), By.CLASS, CountryRole.MANUFACTURED, taxonomy) == (None, Basis.STATED)
    assert key(write.seen("a", "rifle"), By.CLASS, CountryRole.MANUFACTURED, taxonomy) == ("rifle", Basis.STATED)


def test_a_designer_is_verified_where_a_source_states_it(write: SimpleNamespace) -> None:
    rows = [
        ItemClass(id="a", name="a", group=ItemGroup.SMALL_ARMS, designer="RUS", verified=True),
        ItemClass(id="b", name="b", group=ItemGroup.SMALL_ARMS, designer="RUS"),
        ItemClass(id="c", name="c", group=ItemGroup.SMALL_ARMS, designer="RUS"),
    ]
    table = Taxonomy(rows, evidence=[ItemEvidence(item="c", source="a list", supported=("name", "designer"))])
    found = {id_: key(write.seen("s", id_), By.COUNTRY, CountryRole.DESIGNED, table) for id_ in "abc"}
    assert found == {"a": ("RUS", Basis.TABLE), "b": ("RUS", Basis.UNVERIFIED), "c": ("RUS", Basis.TABLE)}


def test_joined_states() -> None:
    assert states("RUS+SUN") == {"RUS", "SUN"}
    assert states(None) == frozenset()
