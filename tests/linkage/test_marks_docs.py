"""The tables of docs/marks.md, recomputed."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.linkage.marks import search
from takingstock.linkage.marks_links import RULE, proposals
from takingstock.records import DateRange, Ledger, Mode, Quantity, Sighting, Statement
from takingstock.records.marking import block_of, read_mark
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory

PAGE = (Path(__file__).parents[2] / "docs" / "marks.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The first table under a heading, without its head."""
    lines = iter(PAGE[PAGE.index(heading) :].splitlines())
    table = [line for line in _first(lines) if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def _first(lines: object) -> list[str]:
    found: list[str] = []
    for line in lines:  # type: ignore[attr-defined]
        if line.startswith("|"):
            found.append(line)
        elif found:
            break
    return found


@pytest.mark.parametrize("row", rows("## What a mark is"), ids=lambda row: row[0])
def test_what_a_mark_is(row: list[str]) -> None:
    written, kind, mark = row
    rounds = "ammunition" in written
    for text in written.split("`")[1::2]:
        found = read_mark(text, rounds=rounds)
        if "block" in kind:
            assert block_of(text) == ("ab", 1001, 1999)
        else:
            assert (found.kind, found.text) == (kind, mark.strip("`"))


@pytest.mark.parametrize("row", rows("## How a mark fits"), ids=lambda row: f"{row[0]} {row[1]}")
def test_how_a_mark_fits(row: list[str]) -> None:
    asked, recorded, fit, why = (cell.strip("`") for cell in row)
    sighting = Sighting(id="a", source="s", holder="h", item="rifle.assault.ak.akm", marks=(recorded,))
    ledger = Ledger(title="", revision=1, head="", sightings=(sighting,))
    hits = search(ledger, lambda item: False, asked, partial=fit == "partial")
    assert [(hit.match.value, hit.why) for hit in hits] == ([(fit, why)] if fit else [])


def test_the_example_of_a_proposal() -> None:
    delivery, capture, seen = rows("## Proposed links")

    def moved(id: str, row: list[str], mode: Mode) -> Statement:
        sender, receiver = (directory().resolve(name.strip()).id for name in row[1].split("→"))
        return Statement(
            id=id, movement=id, source="s", item="rifle.assault.ak.akm", mode=mode, from_party=sender,
            to_party=receiver, when=DateRange.parse(row[2]), quantity=Quantity.parse(row[3]),
            marks=(row[4],) if row[4] else (),
        )  # fmt: skip

    sighting = Sighting(
        id="o", source="s", holder="islamic-state", item="rifle.assault.ak.akm", when=DateRange.parse(seen[2]),
        quantity=Quantity.parse(seen[3]), marks=(seen[4],),
    )  # fmt: skip
    statements = (moved("in", delivery, Mode.EXPORT), moved("out", capture, Mode.CAPTURE))
    ledger = Ledger(title="", revision=1, head="", statements=statements, sightings=(sighting,))
    (made,) = proposals(ledger, taxonomy(), directory(), lambda item: False)
    assert (made.issue, made.receipt) == ("out", "in")
    assert f"**{made.quantity}** of the goods of `out` had come by `in`" in PAGE
    assert f"Rule `{RULE}`" in PAGE
