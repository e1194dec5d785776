"""Splink with our table gives what our own scoring gives. Skipped where the extra ``linkage`` is not installed."""

from __future__ import annotations

import random
import sys

import pytest
from transfers_small import DIRECTORY, TAXONOMY, ledger, report

from takingstock.linkage.blocking import reports
from takingstock.linkage.transfers import mergers, suggestions
from takingstock.linkage.transfers_matching import scored
from takingstock.linkage.transfers_weights import FIELDS, LEVELS
from takingstock.linkage.with_splink import _SQL, NoSplinkError, scored_by_splink
from takingstock.records import Ledger, Money, Quantity, Stage


def mixed() -> Ledger:
    """Reports with every kind of gap."""
    chance = random.Random(3)
    euros = [None, *(Money(amount=Quantity.parse(text), currency="EUR") for text in ("100", "103", "140", "400"))]
    rows = []
    for n in range(160):
        rows.append(
            report(
                f"k{n:03}",
                chance.choice(("r1", "r2", "r3", "r4")),
                chance.choice(("?", "10", "10..12", "137", "140", "~138", ">=100", "60")),
                chance.choice(("", "2010", "2011", "2010..2012", "2010-05", "2010-06", "..2009", "2012..")),
                from_party=chance.choice(("BGR", "RUS", "SUN", "RUS+SUN", None)),
                to_party=chance.choice(("IRQ", "IRQ", "JOR", None)),
                via=chance.choice(((), ("JOR",))),
                item=chance.choice(("tank", "tank.t-72", "tank.t-72.t-72m", "tank.t-55", "armour", "weapons")),
                stage=chance.choice((Stage.DELIVERED, Stage.DELIVERED, Stage.AUTHORISED)),
                designation=chance.choice(("", "T-72M")),
                made_in=chance.choice((None, "RUS", "UKR")),
                value=chance.choice(euros),
            )
        )
    return ledger(*rows)


def test_every_level_is_written_in_sql() -> None:
    for name in FIELDS:
        assert {level for level in _SQL[name] if level} == set(LEVELS[name])


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(NoSplinkError, match="linkage"):
        list(scored_by_splink(()))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_same_pairs_levels_and_scores() -> None:
    pytest.importorskip("splink", reason="the extra linkage (splink, duckdb) is not installed")
    shown = reports(mixed(), DIRECTORY, TAXONOMY)
    ours = {(i, j): (levels, score) for i, j, levels, score in scored(shown)}
    theirs = {(i, j): (levels, score) for i, j, levels, score in scored_by_splink(shown)}
    assert len(ours) > 300
    assert theirs.keys() == ours.keys()
    for pair, (levels, score) in ours.items():
        assert theirs[pair][0] == levels, pair
        assert theirs[pair][1] == pytest.approx(score, abs=1e-6)
    used = {(name, level) for levels, _ in ours.values() for name, level in zip(FIELDS, levels, strict=True)}
    assert {("quantity", "within"), ("quantity", "part"), ("item", "broad"), ("recipient", "intermediate")} <= used


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_same_suggestions_and_linkings() -> None:
    pytest.importorskip("splink", reason="the extra linkage (splink, duckdb) is not installed")
    rows = mixed()
    assert suggestions(rows, DIRECTORY, TAXONOMY, scorer=scored_by_splink) == suggestions(rows, DIRECTORY, TAXONOMY)
    assert mergers(rows, DIRECTORY, TAXONOMY, scorer=scored_by_splink) == mergers(rows, DIRECTORY, TAXONOMY)
