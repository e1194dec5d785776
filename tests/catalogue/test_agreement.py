"""Alpha against a published example and a naive oracle; the rest on small cases."""

import random
import sys
from collections import Counter
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reviewing import AK, AKM, M16, PISTOL, RULE, SOURCE, TREE, ledger, put, sees, sighting

from takingstock.catalogue.agreement import NOTE, _dawid_skene, _ratings, agreement, alpha, too_little
from takingstock.records import Level, TakingStockError

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
    assert [(one.expert, one.true, one.said) for one in off] == [("C", M16, AKM)]
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


def em(ratings: list[tuple[str, str, str]]) -> dict[str, dict[str, float]]:
    """The method of Dawid and Skene written out once more, from the majority and to a standstill."""
    units, workers, labels = (sorted({one[n] for one in ratings}) for n in range(3))
    said = np.zeros((len(units), len(workers), len(labels)))
    for unit, worker, label in ratings:
        said[units.index(unit), workers.index(worker), labels.index(label)] += 1
    truth = said.sum(axis=1) / said.sum(axis=(1, 2))[:, None]
    for _ in range(20_000):
        error = np.einsum("uk,uwl->wkl", truth, said)
        error = np.clip(error, 1e-10, None)
        error /= error.sum(axis=2, keepdims=True)
        odds = np.log(np.clip(truth.mean(axis=0), 1e-10, None)) + np.einsum("uwl,wkl->uk", said, np.log(error))
        before, truth = truth, np.exp(odds - odds.max(axis=1, keepdims=True))
        truth /= truth.sum(axis=1, keepdims=True)
        if np.abs(truth - before).max() < 1e-10:
            break
    return {unit: dict(zip(labels, truth[n], strict=True)) for n, unit in enumerate(units)}


def panel(seed: int) -> list[tuple[str, str, str]]:
    """Fifteen sightings of three kinds; three experts who are right nine, seven and a half, and six times in ten."""
    draw = random.Random(seed)
    rows = []
    for unit in range(15):
        truth = draw.choice("abc")
        for worker, right in zip("ABC", (0.9, 0.75, 0.6), strict=True):
            if draw.random() < 0.9:
                rows.append((f"u{unit:02}", worker, truth if draw.random() < right else draw.choice("abc")))
    many = Counter(unit for unit, _, _ in rows)
    return [one for one in rows if many[one[0]] >= 2]


@pytest.mark.parametrize("seed", [1, 3, 7, 20])
def test_the_consensus_is_that_of_the_method_run_to_a_standstill(seed: int) -> None:
    pytest.importorskip("crowdkit")
    rows = panel(seed)
    found, _, words = _dawid_skene(rows, {name: name for name in "ABC"})
    expected = em(rows)
    assert words == ()
    for one in found:
        assert one.probability == pytest.approx(max(expected[one.sighting].values()), abs=1e-3)
        assert expected[one.sighting][one.item] == pytest.approx(one.probability, abs=1e-3)


def test_no_standstill_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("crowdkit")
    monkeypatch.setattr("takingstock.catalogue.agreement._ITERATIONS", 2)
    assert "still moves after 2 rounds" in _dawid_skene(panel(1), {name: name for name in "ABC"})[2][0]


def rated(level: Level | None, *units: tuple[Any, ...]) -> list[tuple[str, str, str]]:
    """The labels at a level; each unit lists the item, level and further fields of its experts."""
    return _ratings(
        [
            [sees(name, item, at, f"s{n}", **dict(more)) for name, (item, at, *more) in zip("ABC", unit, strict=False)]
            for n, unit in enumerate(units)
        ],
        level,
    )


def test_a_more_general_identification_is_missing_not_another_one() -> None:
    akm, ak, rifle, weapons = (AKM, "variant"), (AK, "family"), ("rifle", "class"), ("weapons", "class")
    assert rated(None, (rifle, akm), (akm, akm)) == [("s1", "a", AKM), ("s1", "b", AKM)]
    assert rated(None, (weapons, akm), (weapons, weapons)) == []
    # What two agree on at one depth is not another thing than what two others say below it.
    assert {unit for unit, _, _ in rated(None, (ak, ak), (akm, akm))} == {"s1"}
    assert [label for _, _, label in rated(Level.FAMILY, (ak, akm), (akm, akm))] == [AK] * 4
    assert [label for _, _, label in rated(Level.CLASS, (rifle, akm), ((PISTOL, "model"), akm))] == [
        "rifle", "rifle", "pistol", "rifle",
    ]  # fmt: skip
    third = rated(None, (akm, (M16, "model"), ak))
    assert [label for _, _, label in third] == [AKM, M16]


def test_only_those_who_reached_a_level_are_compared_at_it() -> None:
    assert rated(Level.MODEL, ((AKM, "model"), (M16, "family")), ((AKM, "model"), (AKM, "variant"))) == [
        ("s1", "a", AKM),
        ("s1", "b", AKM),
    ]


def test_joined_states_that_share_one_do_not_contradict() -> None:
    def made(*states: str) -> tuple[Any, ...]:
        return tuple((AKM, "maker", ("made_in", state)) for state in states)

    assert rated(Level.MAKER, made("RUS", "RUS+SUN")) == []
    found = rated(Level.MAKER, made("RUS", "RUS+SUN", "CHN"), made("CHN", "CHN"))
    assert [label for _, _, label in found] == ["RUS", "CHN", "CHN", "CHN"]
    assert rated(Level.MAKER, made("CHN+ROU", "ROU+HUN")) == []
    # Who names the maker and who names the country do not contradict each other.
    mixed = [((AKM, "maker", ("maker", "Izhmash")), (AKM, "maker", ("made_in", "RUS")))]
    assert rated(Level.MAKER, *mixed) == []
    makers = tuple((AKM, "maker", ("maker", name)) for name in ("Izhmash", "Tula"))
    assert [label for _, _, label in rated(Level.MAKER, makers, *mixed)] == ["izhmash", "tula"]


def test_the_confusion_prints_only_what_somebody_said() -> None:
    pytest.importorskip("crowdkit")
    found = agreement(ledger(MANY), RULE, TREE)
    assert {one.said for one in found.confusion} | {one.true for one in found.confusion} <= {AKM, M16, PISTOL}
