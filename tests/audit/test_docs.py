"""The worked examples of docs/audit.md, recomputed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.audit import contradictions, findings
from takingstock.audit.amounts import share_words, single
from takingstock.records import Coverage, DateRange, Finding, ItemClass, Production, percent
from takingstock.reference.taxonomy import Taxonomy

TEXT = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")


def table(heading: str) -> Iterator[list[str]]:
    """The rows of the first table under a heading, without its head."""
    lines = TEXT[TEXT.index(heading) :].splitlines()[1:]
    rows = [line for line in lines[: next(i for i, s in enumerate([*lines, "#"]) if s.startswith("#"))] if "|" in line]
    for row in rows[2:]:
        yield [cell.strip() for cell in row.strip("|").split("|")]


@pytest.fixture
def run(write: SimpleNamespace, parties: Any) -> Callable[..., list[Finding]]:
    groups = {"pistol": "small-arms", "rifle": "small-arms", "equipment": "equipment", "tank": "armour"}

    def compute(*records: Any) -> list[Finding]:
        ids = {record.item for record in records if hasattr(record, "item")} | {"small-arms"}
        ids |= {item.rsplit(".", depth)[0] for item in ids for depth in range(1, 5)}
        items = [
            ItemClass.model_validate(
                {
                    "id": id_,
                    "name": id_,
                    "group": groups.get(id_.partition(".")[0], "small-arms"),
                    "producers": (Production(state="SUN"),) if id_.startswith("tank.t") else (),
                }
            )
            for id_ in sorted(ids)
        ]
        return list(findings(write.ledger(*records), Taxonomy(items), parties))

    return compute


def test_one_figure_out_of_several_claims(run: Any, write: SimpleNamespace) -> None:
    rows = list(table("### Worked example: one figure"))
    assert len(rows) == 4
    for claims, figure in rows:
        said = [claim.split() for claim in claims.split(";")]
        (found,) = run(
            *(
                write.moved("m", "tank", "army>group", q, "2014", id=f"s{n}", source=f"v{n}", mode="capture", grade=g)
                for n, (q, g) in enumerate(said)
            )
        )
        assert str(found.numerator) == figure


def test_books(run: Any, write: SimpleNamespace) -> None:
    rows = {row[0]: row[1:] for row in table("### Worked example: GAO-07-711")}
    assert len(rows) == 5
    records = []
    for item, (issued, held, _, _) in rows.items():
        if item != "small-arms":
            when = "2004-06..2005-09-22"
            records.append(write.moved(item, item, "mission>force", issued, when, mode="issue", source="audit"))
            records.append(write.counted(item, item, "force", held, "2007-01"))
    found = {finding.item: finding for finding in run(*records)}
    assert set(found) == set(rows)
    for item, (issued, _, gap, share) in rows.items():
        assert (str(found[item].denominator), str(found[item].numerator)) == (issued, gap)
        assert percent(found[item].share or 0) == share


def test_claimed_captures(run: Any, write: SimpleNamespace) -> None:
    rows = list(table("### Worked example: Mosul"))
    assert len(rows) == 4
    for item, claimed, delivered, total, share in rows:
        years = [entry.split(":") for entry in delivered.split(";")]
        (found,) = run(
            *(write.moved(f"d{year.strip()}", item, "USA>IRQ", n.strip(), year.strip()) for year, n in years),
            write.moved("k", item, "army>group", claimed, "2014-06-09..2014-06-10", mode="capture"),
        )
        assert (str(found.numerator), str(found.denominator)) == (claimed, total)
        assert f"({share})." in found.words


def test_found_lost(run: Any, write: SimpleNamespace) -> None:
    ((lost, delivered, share),) = table("### Worked example: German")
    parts = enumerate(delivered.split(";"))
    (found,) = run(
        *(write.moved(f"d{n}", "pistol", "DEU>force", part.strip(), "2014-09..2015-08") for n, part in parts),
        write.counted("l", "small-arms", "force", lost, "2016", basis="lost"),
    )
    assert str(found.denominator) == "28000"
    assert share_words((found.share, found.share)) == share


def test_sent_more(run: Any, write: SimpleNamespace) -> None:
    rows = list(table("### Worked example: tanks"))
    assert len(rows) == 2
    register = write.source("register", coverage=Coverage(period=DateRange.parse("1995..")))
    for item, sent, received, rest, share in rows:
        records = [] if received == "?" else [write.moved("in", item, "CZE>HUN", received, "1996", source="other")]
        (found,) = [
            f for f in run(register, write.moved("out", item, "HUN>IRQ", sent, "2005"), *records) if f.holder == "HUN"
        ]
        assert (str(found.denominator), str(found.numerator)) == (sent, rest)
        assert (percent(found.share) if found.share is not None else "") == share


def test_who_contradicts_whom(write: SimpleNamespace, parties: Any, taxonomy: Any) -> None:
    rows = list(table("### Worked example: who"))
    assert len(rows) == 3
    for claims, sides in rows:
        said = [claim.split() for claim in claims.split(";")]
        ledger = write.ledger(
            *(write.moved("m", item, "army>group", q, id=f"s{n}", source=f"v{n}") for n, (item, q) in enumerate(said))
        )
        found = contradictions(ledger.movements(parties.part_of), ledger, taxonomy, parties)
        assert [side.value for one in found for side in one.sides] == [s.strip() for s in sides.split(";") if s]


def test_single_is_what_the_text_says_of_ranges() -> None:
    assert single((0.25, 0.4)) is None
