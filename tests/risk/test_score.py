"""The score: what ships is what the data give; nothing is later than the decision; better than corruption alone."""

from __future__ import annotations

import csv
import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from takingstock.records import Application, DateRange, Indicator, Ledger
from takingstock.reference import indicators as shipped
from takingstock.reference import tables
from takingstock.reference.embargoes import embargoes
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.reference.scores import COUNTRY, REGISTER, UK, uk_scores
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.indicators import indicators
from takingstock.risk.score import (
    NAMES,
    OF_COUNTRY,
    OF_REGISTER,
    SIGNS,
    categories,
    comparable,
    features,
    predict,
    why_not,
)

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
HELD: dict[str, Any] = json.loads((ROOT / "src/takingstock/reference/data" / UK).read_text(encoding="utf-8"))
RIFLE = "rifle.assault.ak.akm"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    if not (SHARED / "licences").is_dir():
        pytest.skip("../shared/data/licences is not here")
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import fit_score
    finally:
        sys.path.pop(0)
    return fit_score


@pytest.fixture(scope="module")
def data(script: ModuleType) -> Any:
    return script.load(script.select(SHARED))


def dossier(end_user: str = "IRQ", when: str = "2010-05", item: str = RIFLE, **fields: Any) -> Dossier:
    around = fields.pop("around", None) or Background(
        Ledger(title="", revision=0, head=""),
        taxonomy(),
        directory(),
        embargoes=embargoes(),
        indicators=shipped.values(),
    )
    given: dict[str, Any] = {
        "id": "a",
        "exporter": "GBR",
        "end_user": end_user,
        "when": when,
        "goods": [{"item": item}],
    }
    return Dossier(around, Application.model_validate(given | fields))


def test_the_selection_is_as_published(script: ModuleType) -> None:
    selection = script.select(SHARED)
    assert (selection.rows, selection.refused_rows, selection.criterion_one) == (23_001, 161, 25)
    assert sum(one.refused for one in selection.decisions) == HELD["refusals"] == 121
    assert len(selection.decisions) == HELD["applications"]
    assert selection.stateless_refused == 0


def test_rows_of_other_lists_and_criterion_one_alone_are_out(script: ModuleType) -> None:
    selection = script.select(SHARED)
    assert all(rating.startswith("ML") for one in selection.decisions for rating in one.ratings)
    assert ("1",) not in {one.criteria for one in selection.decisions if one.refused}


def test_the_value_column_is_never_read(script: ModuleType, tmp_path: Path) -> None:
    """It is empty in every refusal: with it any model would be right for the wrong reason."""
    (tmp_path / "licences").mkdir()
    with (SHARED / "licences/uk_licences_2008_2010.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:4000]
    assert any(row["value_gbp"] for row in rows)
    names = [name for name in rows[0] if name != "value_gbp"]
    with (tmp_path / "licences/uk_licences_2008_2010.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    assert script.select(tmp_path).rows > 1000


def test_a_refit_gives_what_ships(script: ModuleType, data: Any) -> None:
    """Nobody typed a coefficient in."""
    assert script.digests(SHARED) == HELD["digests"], "an input changed: run scripts/fit_score.py DATA_FOLDER --write"
    for id, model in script.coefficients(data).items():
        held = HELD["models"][id]
        assert model["intercept"] == pytest.approx(held["intercept"], abs=1e-6)
        assert [term["name"] for term in model["terms"]] == [term["name"] for term in held["terms"]]
        for new, old in zip(model["terms"], held["terms"], strict=True):
            for key in ("mean", "deviation", "low", "high", "coefficient"):
                assert new[key] == pytest.approx(old[key], abs=1e-6), (id, new["name"], key)
        np.testing.assert_allclose(model["covariance"], held["covariance"], atol=1e-6)


def test_out_of_sample_it_is_above_corruption_alone_and_calibrated(script: ModuleType, data: Any) -> None:
    """Each destination predicted by a fit on all others."""
    fold = np.unique(data.states, return_inverse=True)[1]
    p = script.out_of_sample(data, OF_REGISTER, fold)
    found = script.auc(p, data.y)
    assert found == pytest.approx(HELD["models"][REGISTER]["auc"]["value"], abs=1e-6)
    has = ~np.isnan(data.alone)
    alone = script.auc(data.alone[has], data.y[has])
    assert alone == pytest.approx(HELD["corruption_alone"]["applications"]["auc"], abs=1e-6)
    assert found > max(alone, 0.764) + 0.05
    for part in np.array_split(np.argsort(p, kind="stable"), 10):
        assert abs(p[part].mean() - data.y[part].mean()) < 0.02


def test_what_is_published_holds() -> None:
    register, country = (HELD["models"][id] for id in (REGISTER, COUNTRY))
    assert register["above_corruption_alone"]["low"] > 0
    # Honest about the other: without a register it is no better than the index alone, and says so.
    assert country["above_corruption_alone"]["low"] < 0
    for one in (register, country):
        assert one["calibration"]["largest_gap"] == max(abs(row["gap"]) for row in one["calibration"]["deciles"]) < 0.02
        assert sum(row["applications"] for row in one["calibration"]["deciles"]) == HELD["applications"]
        assert sum(row["refusals"] for row in one["calibration"]["deciles"]) == HELD["refusals"]


def test_the_page_prints_what_ships() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import score_page
    finally:
        sys.path.pop(0)
    page = (ROOT / "docs/indicators.md").read_text(encoding="utf-8")
    made = page.split("<!-- made by scripts/fit_score.py -->\n")[1].split("\n<!-- end of what")[0]
    assert made == score_page.page(HELD)
    assert (ROOT / "docs/images/uk-score.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_index_alone_as_a_quick_join_gives_it(script: ModuleType) -> None:
    found = script.names_as_written(SHARED)
    assert found["auc"] == pytest.approx(0.764, abs=0.002)
    assert found == HELD["corruption_alone"]["names_as_written"]


def test_no_indicator_is_later_than_the_decision(script: ModuleType) -> None:
    """Of every destination and month that the fit uses, every figure and every value that it rests on."""
    selection = script.select(SHARED)
    around = script.background(selection.decisions)
    ends = {one.id: one.when.last for one in shipped.values()}
    looked_at = 0
    for (_, month), found in script.given(around, selection.decisions).items():
        day = DateRange.parse(month).first
        assert day is not None
        for one in found:
            if one.value is None:
                continue
            assert one.when.last is not None, one.id
            assert one.when.last < day, (one.id, month)
            for used in one.rests_on:
                if used in ends:
                    assert ends[used] < day
                    looked_at += 1
    assert looked_at > 5_000


@pytest.mark.parametrize("month", ["2008-09", "2009-07", "2010-03"])
def test_changing_the_same_or_later_time_changes_nothing(script: ModuleType, month: str) -> None:
    """All figures of the year of the decision and after, and all decisions of its month and after, are changed; every
    indicator and every feature of every destination stays."""
    selection = script.select(SHARED)
    turned = [
        replace(one, refused=not one.refused, criteria=()) if one.month >= month else one for one in selection.decisions
    ]
    changed = tuple(
        one.model_copy(update={"value": one.value + 3.0}) if str(one.when) >= month[:4] else one
        for one in shipped.values()
    )
    asked = [one for one in selection.decisions if one.month == month]
    assert len({one.state for one in asked}) > 40
    before = script.background(selection.decisions)
    after = script.background(turned, values=changed)
    known = script.given(before, asked)
    assert known == script.given(after, asked)
    for one in asked:
        mine = known[one.state, one.month]
        old, new = Dossier(before, script.application(one)), Dossier(after, script.application(one))
        assert features(old, mine) == features(new, mine)


def test_changing_what_came_before_is_seen(script: ModuleType) -> None:
    """So that the test above can fail."""
    selection = script.select(SHARED)
    asked = [one for one in selection.decisions if one.month == "2009-07"]
    changed = tuple(
        one.model_copy(update={"value": one.value + 3.0}) if str(one.when) == "2008" else one
        for one in shipped.values()
    )
    before, after = script.background(selection.decisions), script.background(selection.decisions, values=changed)
    assert script.given(before, asked) != script.given(after, asked)


def test_what_ships_is_well_formed() -> None:
    scores = uk_scores()
    assert set(scores) == {REGISTER, COUNTRY}
    for id, names in ((REGISTER, OF_REGISTER), (COUNTRY, OF_COUNTRY)):
        one = scores[id]
        assert tuple(term.name for term in one.terms) == names
        covariance = np.array(one.covariance)
        assert np.allclose(covariance, covariance.T)
        assert np.linalg.eigvalsh(covariance).min() > -1e-9
        for term in one.terms:
            assert term.coefficient * SIGNS.get(term.name, 0) >= 0, term.name
    text = json.dumps(HELD)
    assert "licence 1" not in text
    assert HELD["digests"]["indicators/cpi.csv"] == tables.digest("indicators/cpi.csv")


def test_it_says_what_comparable_applications_came_to() -> None:
    one = dossier()
    found = comparable(one, indicators(one))
    assert found is not None
    assert 0 < found.low < found.share < found.high < 1
    assert found.words.startswith("Comparable applications were refused in ")
    assert "0.0 %" not in found.words
    assert "100" not in found.words
    assert {name.removeprefix("not: ") for name, _ in found.drivers} <= set(NAMES.values())
    assert "not: member of the European Union" in dict(found.drivers)
    words = " ".join(found.cautions)
    assert "not diversion" in words
    assert "not clearly better" in words
    assert "other states decide otherwise" not in words


def test_the_drivers_add_up_to_the_share() -> None:
    one = dossier("CHN", when="2009-03")
    given = indicators(one)
    found = features(one, given)
    assert found is not None
    score = uk_scores()[COUNTRY]
    line = score.intercept + sum(
        term.coefficient * (found[term.name] - term.mean) / term.deviation for term in score.terms
    )
    assert predict(score, found)[0] == pytest.approx(1 / (1 + math.exp(-line)))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"end_user": "nobody"}, "neither the end user nor the consignee"),
        ({"when": ""}, "no day of the authorisation"),
        ({"item": "listed.dual-use"}, "military list"),
        ({"item": "no-such-class"}, "military list"),
        ({"when": "2026-03"}, "no table of cpi reaches 2025"),
        ({"when": "1985-03"}, "no table of cpi reaches 1984"),
    ],
)
def test_where_nothing_can_be_compared_it_says_why(fields: dict[str, Any], why: str) -> None:
    one = dossier(**fields)
    given = indicators(one)
    assert comparable(one, given) is None
    assert why in why_not(one, given)


def test_another_state_and_another_time_are_said() -> None:
    one = dossier("JOR", when="2016-03", exporter="DEU")
    found = comparable(one, indicators(one))
    assert found is not None
    words = " ".join(found.cautions)
    assert "other states decide otherwise" in words
    assert "practice in 2016 may differ" in words
    assert "another method since 2012" in words


def test_a_register_in_the_case_is_used(script: ModuleType) -> None:
    selection = script.select(SHARED)
    around = script.background(selection.decisions)
    one = dossier("LKA", when="2010-06", around=around)
    given = indicators(one)
    found = comparable(one, given)
    plain = dossier("LKA", when="2010-06")
    without = comparable(plain, indicators(plain))
    assert found is not None
    assert without is not None
    assert found.version.startswith("uk-register")
    assert without.version.startswith("uk-country")
    assert "licences refused to the destination in the twelve months before" in dict(found.drivers)
    assert found.share > without.share


def test_extrapolation_is_said() -> None:
    one = dossier("IRQ")
    given = [
        indicator.model_copy(update={"value": 1e6}) if indicator.id == "conflict-deaths" else indicator
        for indicator in indicators(one)
    ]
    found = comparable(one, given)
    assert found is not None
    assert any("extrapolated: deaths in conflict in the year before" in caution for caution in found.cautions)


@pytest.mark.parametrize(
    ("item", "category"),
    [
        (RIFLE, {"ML1"}),
        ("listed.ml10", {"ML10"}),
        ("listed.ml22", {"ML22"}),
        ("small-arms", {"ML1"}),
        ("tank.t-72", {"ML6"}),
    ],
)
def test_goods_find_their_category(item: str, category: set[str]) -> None:
    assert categories(dossier(item=item)) == category


def test_more_corruption_or_deaths_never_lowers_the_share() -> None:
    one = dossier("JOR", when="2010-05")
    given = indicators(one)

    def share(id: str, value: float) -> float:
        changed: list[Indicator] = [i.model_copy(update={"value": value}) if i.id == id else i for i in given]
        found = comparable(one, changed)
        assert found is not None
        return found.share

    assert share("corruption", 2.0) > share("corruption", 6.0)
    assert share("conflict-deaths", 900.0) > share("conflict-deaths", 0.0)
