"""The figures that the bundled case must give."""

from importlib.resources import files
from pathlib import Path

import pytest

from takingstock.audit import findings
from takingstock.records import Finding, Ledger


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], Finding]:
    folder = Path(str(files("takingstock"))) / "cases" / "iraq"
    if not (folder / "statements.csv").exists():
        pytest.skip("the bundled case iraq is not there yet")
    exchange = pytest.importorskip("takingstock.exchange")
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    reading = exchange.read_template(folder)
    tables = ("sources", "parties", "statements", "counts", "populations", "sightings")
    ledger = Ledger(title="Iraq", revision=1, head="", **{name: getattr(reading, name) for name in tables})
    every = findings(ledger, taxonomy(), directory(ledger.parties))
    return {(finding.kind.value, finding.item): finding for finding in every}


@pytest.mark.parametrize(
    ("item", "gap", "issued"),
    [
        ("rifle.assault.ak.ak-47", 110_000, 185_000),
        ("pistol", 80_000, 170_000),
        ("equipment.body-armour", 135_000, 215_000),
        ("equipment.helmet", 115_000, 140_000),
        ("small-arms", 190_000, 355_000),
    ],
)
def test_not_in_the_books(found: dict[tuple[str, str], Finding], item: str, gap: int, issued: int) -> None:
    finding = found["not-in-books", item]
    assert (finding.numerator.low, finding.numerator.high) == (gap, gap)
    assert (finding.denominator.low, finding.denominator.high) == (issued, issued)
    assert finding.share == pytest.approx(gap / issued)
    assert "theft" in finding.caution


@pytest.mark.parametrize(
    ("item", "claimed", "delivered", "words", "claimants"),
    [
        ("vehicle.light.hmmwv", "2300", 8564, "26.9 %", ("Haider al-Abadi, prime minister of Iraq",)),
        ("artillery.towed.howitzer.m198", "<=52", 120, "at most 43.3 %", ("Reuters, as quoted", "the outlet")),
        ("tank.m1.m1a1", ">=40", 140, "at least 28.6 %", ("Reuters, as quoted",)),
    ],
)
def test_claimed_captures(
    found: dict[tuple[str, str], Finding],
    item: str,
    claimed: str,
    delivered: int,
    words: str,
    claimants: tuple[str, ...],
) -> None:
    finding = found["claimed-capture", item]
    assert str(finding.numerator) == claimed
    assert (finding.denominator.low, finding.denominator.high) == (delivered, delivered)
    assert finding.share == pytest.approx((finding.numerator.best or 0) / delivered)
    assert words in finding.words
    assert finding.claimants == claimants


def test_machine_guns_are_not_reuters_four_thousand(found: dict[tuple[str, str], Finding]) -> None:
    finding = found["claimed-capture", "machine-gun"]
    assert str(finding.numerator) == "4000"
    assert not any("Reuters" in name for name in finding.claimants)
    assert "74,000 (Machine gun; Reuters" in finding.caution


def test_lost_and_sold_of_the_german_deliveries(found: dict[tuple[str, str], Finding]) -> None:
    (finding,) = [f for (kind, _), f in found.items() if kind == "lost-or-illegally-sold"]
    assert (finding.numerator.best, finding.denominator.best) == (30, 28_000)


def test_hungarys_stock_before_the_register_is_not_in_the_records(found: dict[tuple[str, str], Finding]) -> None:
    finding = found["sent-more-than-recorded", "tank.t-72.t-72m1"]
    assert (finding.holder, finding.numerator.best) == ("HUN", 77)
    assert "from 1995" in finding.caution


def test_no_maker_is_said_to_have_sent_more_than_it_had(found: dict[tuple[str, str], Finding]) -> None:
    holders = {f.holder for (kind, _), f in found.items() if kind == "sent-more-than-recorded"}
    assert holders.isdisjoint({"USA", "RUS", "DEU", "POL", "CHN"})
