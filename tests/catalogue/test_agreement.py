"""Alpha against a published example and a naive oracle; the rest on small cases."""

import sys
from collections import Counter
from itertools import permutations
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reviewing import AKM, M16, PISTOL, RULE, SOURCE, TREE, ledger, put, sees, sighting

from takingstock.catalogue.agreement import NOTE, agreement, alpha, too_little
from takingstock.records import TakingStockError

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), example C: four observers, twelve units, values
# missing; nominal alpha 0.743.
PUBLISHED = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def oracle(ratings: list[tuple[str, str, str]]) -> float:
    """1 - observed / expected disagreement, over every ordered pair of values of a unit."""
    units: dict[str, list[str]] = {}
    for unit, _, label in ratings:
        units.setdefault(unit, []).append(label)
    pairable = [values for values in units.values() if len(values) > 1]
    n = Counter(value for values in pairable for value in values)
    total = sum(n.values())
    observed = sum(sum(a != b for a, b in permutations(values, 2)) / (len(values) - 1) for values in pairable) / total
    expected = sum(n[a] * n[b] for a, b in permutations(n, 2)) / (total * (total - 1))
    return 1 - observed / expected


def test_alpha_is_that_of_the_published_example() -> None:
    pytest.importorskip("crowdkit")
    rows = [(f"u{u:02}", f"o{o}", v) for o, row in enumerate(PUBLISHED) for u, v in enumerate(row.split()) if v != "."]
    assert oracle(rows) == pytest.approx(0.743, abs=0.0005)
    assert alpha([one for one in rows if one[0] != "u11"]) == pytest.approx(oracle(rows), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), min_size=2, max_size=4), min_size=2, max_size=6))
def test_alpha_is_that_of_the_oracle(units: list[list[str]]) -> None:
    pytest.importorskip("crowdkit")
    rows = [(f"u{u}", f"o{o}", value) for u, values in enumerate(units) for o, value in enumerate(values)]
    assume(not too_little(rows))
    assert alpha(rows) == pytest.approx(oracle(rows), abs=1e-9)


def reviewed(*answers: tuple[str, ...]) -> list[Any]:
    rows: list[Any] = [*SOURCE]
    for n, items in enumerate(answers):
        rows.append(sighting(f"s{n}"))
        rows += [sees(expert, item, sighting=f"s{n}") for expert, item in zip("ABC", items, strict=False)]
    return rows


MANY = reviewed(*[(AKM, AKM, AKM)] * 4, *[(M16, M16, AKM)] * 2, *[(PISTOL, PISTOL, PISTOL)] * 3)


def test_classes_experts_and_consensus() -> None:
    pytest.importorskip("crowdkit")
    found = agreement(ledger(MANY), RULE, TREE)
    rows = {(row.scope, row.key, row.level and row.level.value): row for row in found.rows}
    assert rows["all", "", None].units == 9
    assert 0 < (rows["all", "", None].alpha or 0) < 1
    assert rows["all", "", "class"].alpha == pytest.approx(1)
    assert rows["class", "pistol", None].alpha is None
    assert "variation" in rows["class", "pistol", None].words
    assert rows["all", "", "serial"].alpha is None
    assert rows["expert", "C", None].identifications == 27
    assert [one.item for one in found.consensus] == [*[AKM] * 4, *[M16] * 2, *[PISTOL] * 3]
    off = [one for one in found.confusion if one.true != one.said and one.probability > 0.5]
    assert [(one.expert, one.true, one.said) for one in off] == [("C", M16, "rifle.assault.ak")]
    assert found.note == NOTE


def test_only_closed_reviews_enter() -> None:
    pytest.importorskip("crowdkit")
    found = agreement(ledger(MANY, *[put("D", sighting=f"s{n}") for n in range(9)]), RULE, TREE)
    assert found.rows[0].units == 0
    assert not found.consensus
    assert not found.confusion
    assert found.words[0].startswith("9 sightings")


def test_too_little_gives_no_number_and_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "crowdkit", None)
    found = agreement(ledger(reviewed((AKM, AKM))), RULE, TREE)
    assert all(row.alpha is None and row.words for row in found.rows)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "crowdkit", None)
    with pytest.raises(TakingStockError, match=r"takingstock\[agreement\]"):
        agreement(ledger(MANY), RULE, TREE)
