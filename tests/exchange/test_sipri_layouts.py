"""The register's layouts, its uncertain figures, and what its preamble says."""

from __future__ import annotations

import pytest

from takingstock.exchange.grid import Grid
from takingstock.exchange.sipri_layouts import DEALS, DELIVERIES, Register, figure, layout_of, parse, uncertain, years
from takingstock.records import BadValueError, DateRange

DEAL_HEAD = [
    *("Recipient", "Supplier", "Year of order", "", "Number ordered", "", "Weapon designation"),
    *("Weapon description", "Number delivered", "", "Year(s) of delivery", "status", "Comments"),
    *("SIPRI TIV per unit", "SIPRI TIV for total order", "SIPRI TIV of delivered weapons;"),
]
DELIVERY_HEAD = [
    *("Deal ID", "Seller", "Buyer", "Designation", "Description", "Armament category", "Order date"),
    *("Order date is estimate", "Numbers delivered", "Numbers delivered is estimate", "Delivery year"),
    *("Delivery year is estimate", "Status", "SIPRI estimate", "TIV deal unit", "TIV delivery values"),
    "Local production",
]


def grid(*rows: list[str]) -> Grid:
    return Grid("r", tuple((line, tuple(cells)) for line, cells in enumerate(rows, start=1)))


def register(*rows: list[str]) -> Register:
    found = parse(grid(*rows))
    assert isinstance(found, Register)
    return found


def test_both_layouts_are_known_by_their_headers() -> None:
    assert layout_of(DEAL_HEAD) == (DEALS, 13)
    assert layout_of(DELIVERY_HEAD) == (DELIVERIES, 17)
    assert layout_of(["SIPRI AT Database ID", *DELIVERY_HEAD[1:]]) == (DELIVERIES, 17)
    assert layout_of(["id", "source", "item", "from", "to"]) is None
    assert layout_of(["Supplier", "Recipient", "Designation", "Status"]) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", (12, False)), ("(12)", (12, True)), ("12?", (12, True)), ("1,200", (1200, False)), ("0", (None, False))],
)
def test_figures(text: str, value: tuple[float | None, bool]) -> None:
    assert figure(text) == value


@pytest.mark.parametrize("text", ["", "?", "..", ". .", "(?)"])
def test_unknown_figures(text: str) -> None:
    assert figure(text)[0] is None


@pytest.mark.parametrize("text", ["-3", "a dozen", "1e9", "9" * 13, "1;2"])
def test_bad_figures(text: str) -> None:
    with pytest.raises(BadValueError, match="number"):
        figure(text)


@pytest.mark.parametrize(
    ("text", "meant", "doubt"),
    [
        ("2010", "2010", False),
        ("2010; 2011;", "2010..2011", False),
        ("(2012); 2010", "2010..2012", True),
        ("1984-1985", "1984..1985", False),
        ("2010?", "2010", True),
        ("", "", False),
        ("..", "", False),
    ],
)
def test_years(text: str, meant: str, doubt: bool) -> None:
    assert years(text) == (DateRange.parse(meant), doubt)


@pytest.mark.parametrize("text", ["20100", "1812", "soon", "2010; x", "-2010"])
def test_impossible_years(text: str) -> None:
    with pytest.raises(BadValueError, match="impossible year"):
        years(text)


def test_the_unnamed_column_behind_a_figure_is_its_doubt() -> None:
    row = ["Iraq", "Brazil", "1979", "?", "100", "", "EE-11", "APC", "100", "?", "1980", "New", "", "0.1", "10", "10;"]
    (found,) = register(DEAL_HEAD, row).rows
    assert [uncertain(found, name) for name in ("ordered", "number_ordered", "number")] == [True, False, True]
    assert found.values["tiv_total"] == "10"
    assert found.surplus == 0


# The two texts below are those of real downloads of 2014 and 2023 (as quoted in public), shortened.
@pytest.mark.parametrize(
    ("lines", "period", "published"),
    [
        (
            [
                "Transfers of major conventional weapons: sorted by recipient. "
                "Deals with deliveries or orders made for year range 1950 to 2013",
                "Information generated: 26 November 2014",
            ],
            "1950..2013",
            "2014-11-26",
        ),
        (
            ["Database search results for buyer 'All' and the years from 1950 to 2022 - (created: 2023-03-11)"],
            "1950..2022",
            "2023-03-11",
        ),
        (["SIPRI Transfers Database"], "", ""),
        (["Generated: 12 Feb 2026"], "", "2026-02-12"),
        (["the years from 2022 to 1950", "created: 99 Foo 2020"], "", ""),
    ],
)
def test_the_preamble(lines: list[str], period: str, published: str) -> None:
    found = register(*[[line] for line in lines], DELIVERY_HEAD, ["1"])
    assert (found.period, found.published) == (DateRange.parse(period), DateRange.parse(published))
    assert [row.line for row in found.rows] == [len(lines) + 2]


def test_a_missing_column_is_named() -> None:
    assert parse(grid(DELIVERY_HEAD[:10])) == ("Delivery year",)
    assert parse(grid(["a", "b"])) is None


def test_unknown_columns_are_kept_in_sight() -> None:
    assert register([*DELIVERY_HEAD, "Mood"]).unknown == ("Mood",)
