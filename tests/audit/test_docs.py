"""The worked examples of docs/audit.md, recomputed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.audit import KINDS, contradictions, findings
from takingstock.audit.amounts import share_words, single
from takingstock.records import (
    Adjustment,
    Coverage,
    DateRange,
    Finding,
    FindingKind,
    ItemClass,
    Production,
    Quantity,
    Sampling,
    percent,
)
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
        return list(findings(write.ledger(*records), Taxonomy(items), parties, kinds=KINDS[:5]))

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


def given(cell: str) -> bool:
    return cell not in {"", "?"}


def test_books_and_count(write: SimpleNamespace, parties: Any, taxonomy: Any) -> None:
    rows = list(table("### Worked example: a count at the end"))
    assert len(rows) == 4
    for book, came, left, off, count, difference in rows:
        records = [
            write.counted("b", "tank", "army", book, "2006-01-31"),
            write.counted("p", "tank", "army", count, "2006-12-31", basis="physical"),
        ]
        records += [write.moved("in", "tank", "USA>army", came, "2006-03")] if given(came) else []
        records += [write.moved("out", "tank", "army>group", left, "2006-05", mode="capture")] if given(left) else []
        if given(off):
            records.append(
                Adjustment(
                    id="a",
                    holder="army",
                    item="tank",
                    direction="take-off",
                    quantity=Quantity.parse(off),
                    when=DateRange.parse("2006-06"),
                    person="N. N.",
                    reason="written off",
                )
            )
        found = findings(write.ledger(*records), taxonomy, parties, kinds=[FindingKind.BOOKS_AND_COUNT])
        assert [str(f.numerator) for f in found] == ([difference] if difference else [])


def test_samples(write: SimpleNamespace, parties: Any, taxonomy: Any) -> None:
    rows = list(table("### Worked example: entries not found"))
    assert len(rows) == 3
    for of, drawn, matched, random, unseen in rows:
        plan = {"direction": "book-to-floor", "of": of, "drawn": drawn, "matched": matched, "random": random == "yes"}
        count = write.counted("p", "tank", "army", of, basis="physical", sampling=Sampling.model_validate(plan))
        found = findings(write.ledger(count), taxonomy, parties, kinds=[FindingKind.NOT_COUNTED])
        assert [str(f.numerator) for f in found] == ([unseen] if unseen else [])


def test_mirror_reports(write: SimpleNamespace, parties: Any, taxonomy: Any) -> None:
    rows = list(table("### Worked example: reports of one year"))
    assert len(rows) == 3
    for exported, imported, gap, share in rows:
        ledger = write.ledger(
            write.moved("a", "tank", "DEU>JOR", exported, "2006", reporter="DEU", source="de"),
            write.moved("b", "tank", "DEU>JOR", imported, "2006", reporter="JOR", source="jo"),
        )
        found = findings(ledger, taxonomy, parties, kinds=[FindingKind.MIRROR_GAP])
        assert [(str(f.numerator), percent(f.share or 0)) for f in found] == ([(gap, share)] if gap else [])


def test_what_a_holder_should_have(write: SimpleNamespace, parties: Any, taxonomy: Any) -> None:
    rows = list(table("### Worked example: what a holder should have"))
    assert len(rows) == 3
    for before, came, left, closed, rest in rows:
        records = [
            write.counted("o", "tank", "army", before, "2008", basis="physical"),
            write.counted("x", "tank", "army", closed, "2010-12-31", basis="closed"),
            write.moved("out", "tank", "army>", left, "2009-06", mode="destruction"),
        ]
        records += [write.moved("in", "tank", "USA>army", came, "2009-03")] if given(came) else []
        found = findings(write.ledger(*records), taxonomy, parties, kinds=[FindingKind.CLOSED_NOT_EMPTY])
        assert [str(f.numerator) for f in found] == ([rest] if rest else [])


def test_embargo_on_iraq(write: SimpleNamespace, parties: Any, taxonomy: Any) -> None:
    rows = list(table("### Worked example: deliveries to the Government"))
    assert len(rows) == 5
    for when, lies, condition in rows:
        ledger = write.ledger(write.moved("m", "tank", "CHN>IRQ", "5", when))
        (found,) = findings(ledger, taxonomy, parties, kinds=[FindingKind.IN_EMBARGO])
        assert f", {lies} the United Nations arms embargo" in found.words
        assert (
            (f"({condition}); it would have to be shown" in found.caution)
            if condition
            else ("exemption" not in found.caution)
        )


def test_every_kind_is_in_the_tables() -> None:
    kinds = TEXT[TEXT.index("## The kinds") : TEXT.index("## Severity")]
    severity = TEXT[TEXT.index("## Severity") : TEXT.index("## Adjustments")]
    for kind in FindingKind:
        assert f"| `{kind.value}` |" in kinds
        assert f"`{kind.value}`" in severity


def test_what_is_summed_of_possible_doubles() -> None:
    from takingstock.audit.doubles import Doubles

    rows = list(table("### Worked example: what is summed"))
    assert len(rows) == 4
    for told, figure in rows:
        reports = [part.split(":") for part in told.split(";")]
        keys = {f"k{number}": frozenset({source.strip()}) for number, (source, _) in enumerate(reports)}
        doubles = Doubles.of([frozenset(keys)], keys, {})
        got = doubles.summed((key, Quantity.parse(text)) for key, (_, text) in zip(keys, reports, strict=True))
        assert str(got) == figure
