"""The worked examples of docs/arsenal.md, recomputed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.catalogue import wilson
from takingstock.records import Arsenal, percent

TEXT = (Path(__file__).parents[2] / "docs" / "arsenal.md").read_text(encoding="utf-8")
Stock = Callable[..., Arsenal]


def table(heading: str) -> Iterator[list[str]]:
    """The rows of the first table under a heading, without its head."""
    lines = TEXT[TEXT.index(heading) :].splitlines()[1:]
    rows = [line for line in lines[: next(i for i, s in enumerate([*lines, "#"]) if s.startswith("#"))] if "|" in line]
    for row in rows[2:]:
        yield [cell.strip() for cell in row.strip("|").split("|")]


def test_ids_of_single_sightings(stock: Stock, write: SimpleNamespace) -> None:
    rows = list(table("## Populations"))
    assert len(rows) == 5
    for unit, level, when, name in rows:
        (found,) = stock(write.seen("a", "rifle", "1", unit=unit, level=level, when=when)).populations
        assert found.id == name


@pytest.mark.parametrize(
    ("heading", "size", "item"),
    [
        ("### Worked example: reported shares", "1832", "weapons"),
        ("### Worked example: reported counts", "~1730", "rifle"),
    ],
)
def test_reported_figures(stock: Stock, write: SimpleNamespace, heading: str, size: str, item: str) -> None:
    *rows, rest = table(heading)
    assert len(rows) == 3
    sightings = []
    for key, reported, *_ in rows:
        share = float(reported) if "0." in reported else None
        quantity = "" if share else reported
        sightings.append(write.seen(key, item, quantity, "p", share=share, made_in=key))
    (found,) = stock(write.population("p", size), *sightings).populations
    assert [
        [row.key, percent(row.share or 0), f"{row.count:.7g}", "yes" if row.derived else "no"] for row in found.rows
    ] == [[key, share, count, derived] for key, _, share, count, derived in rows]
    assert percent(found.rest or 0) == rest[2]


def test_what_is_added(stock: Stock, write: SimpleNamespace) -> None:
    rows = list(table("### Worked example: what is added"))
    assert len(rows) == 5
    seen: list[Any] = [
        write.seen(name, item, quantity, "p", made_in=country, made=made)
        for name, item, country, made, quantity, _ in rows
    ]
    (found,) = stock(write.population("p", "1000"), *seen).populations
    expected = sum(float(quantity) for *_, quantity, added in rows if added == "yes")
    assert {row.key: row.count for row in found.rows}["CHN"] == expected == 422


def test_interval() -> None:
    rows = list(table("### Worked example: Wilson"))
    assert len(rows) == 2
    for found, n, low, high in rows:
        assert [f"{bound:.4f}" for bound in wilson(int(found) / int(n), int(n))] == [low, high]
