"""Marks: what fits and how well, what is shared, and what a shared mark proposes for the trace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.linkage.lookalikes import described, skeleton, taken
from takingstock.linkage.marks import Hit, Match, search, shared
from takingstock.linkage.marks_links import proposals
from takingstock.records import BadValueError, Count, DateRange, Ledger, Mode, Quantity, Sighting, Stage, Statement
from takingstock.records.marking import MarkKind, fold_mark
from takingstock.records.tracing import TraceRequest
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory

AKM = "rifle.assault.ak.akm"
ROUNDS = "ammunition.cartridge"


def sighting(id: str, *marks: str, holder: str = "islamic-state", **more: Any) -> Sighting:
    given = {"source": "s", "item": AKM, "quantity": Quantity.exact(1)} | more
    return Sighting(id=id, holder=holder, marks=marks, **given)


def moved(id: str, route: str, *marks: str, when: str = "", **more: Any) -> Statement:
    sender, receiver = route.split(">")
    given = {"source": "s", "item": AKM, "mode": Mode.EXPORT, "movement": f"m-{id}", "quantity": Quantity.exact(9)}
    given |= {"from_party": sender or None, "to_party": receiver or None, "when": DateRange.parse(when)} | more
    return Statement(id=id, marks=marks, **given)  # type: ignore[arg-type]


def ledger(*rows: Any, requests: tuple[TraceRequest, ...] = ()) -> Ledger:
    def of(kind: type) -> tuple[Any, ...]:
        return tuple(row for row in rows if isinstance(row, kind))

    return Ledger(
        title="", revision=1, head="", sightings=of(Sighting), statements=of(Statement), counts=of(Count),
        requests=requests,
    )  # fmt: skip


def ammunition(item: str) -> bool:
    return item.startswith("ammunition")


def found(text: str, *rows: Any, **more: Any) -> list[tuple[str, str]]:
    return [(hit.use.record, hit.match.value) for hit in search(ledger(*rows), ammunition, text, **more)]


def one(text: str, *rows: Any, **more: Any) -> Hit:
    (hit,) = search(ledger(*rows), ammunition, text, **more)
    return hit


def test_exact_before_look_alike_before_part() -> None:
    rows = (sighting("c", "AB10012"), sighting("b", "AB1OO1"), sighting("a", "serial: ab-1001"))
    assert found("AB1001", *rows, partial=True) == [("a", "exact"), ("b", "look-alike"), ("c", "partial")]
    assert found("AB1001", *rows) == [("a", "exact"), ("b", "look-alike")]


@pytest.mark.parametrize(
    ("asked", "written", "words"),
    [
        ("100", "1O0", "0 taken for O"),
        ("AI7", "AL7", "i taken for l"),
        ("A17", "AI7", "1 taken for I"),
        ("A17", "Al7", "1 taken for L"),
        ("A8", "AB", "8 taken for B"),
        ("A5", "AS5", None),
        ("A5", "AS", "5 taken for S"),
        ("A2", "AZ", "2 taken for Z"),
        ("AB7", "АВ7", "A taken for А (Cyrillic); B taken for В (Cyrillic)"),
        ("P37", "РЗ7", "P taken for Р (Cyrillic); 3 taken for З (Cyrillic)"),
        ("123", "١٢٣", "1 taken for ١ (Arabic-indic); 2 taken for ٢ (Arabic-indic); 3 taken for ٣ (Arabic-indic)"),
        ("12-34", "1234", "separators between figures differ"),
    ],
)
def test_look_alikes_say_what_was_taken_for_what(asked: str, written: str, words: str | None) -> None:
    hits = search(ledger(sighting("a", f"serial: {written}")), ammunition, asked)
    assert [hit.why for hit in hits] == ([words] if words else [])
    assert all(hit.match is Match.LOOK_ALIKE and hit.taken for hit in hits)


def test_what_only_case_and_dashes_part_is_the_same() -> None:
    assert one("ab 77", sighting("a", "serial: AB-77")).match is Match.EXACT


def test_kind_word_and_condition() -> None:
    rows = (
        sighting("a", "lot 66"), sighting("b", "factory: 66"), sighting("c", "import: US 66"),
        sighting("d", "serial: 66 [removed]"), moved("e", "USA>IRQ", "66", item=ROUNDS),
    )  # fmt: skip
    assert found("66", *rows) == [("a", "exact"), ("b", "exact"), ("e", "exact")]
    assert found("lot 66", *rows) == [("a", "exact"), ("e", "exact")]
    assert found("66", *rows, kind=MarkKind.FACTORY) == [("b", "exact")]
    assert found("us66", *rows, kind=MarkKind.IMPORT) == [("c", "exact")]


def test_a_serial_within_a_stated_block() -> None:
    hit = one("AB1500", moved("d", "USA>IRQ", "AB1001..AB1999"))
    assert (hit.match, hit.use.movement) == (Match.BLOCK, "m-d")
    assert not found("AB2000", moved("d", "USA>IRQ", "AB1001..AB1999"))
    assert not found("CD1500", moved("d", "USA>IRQ", "AB1001..AB1999"))


def test_parts_and_characters_that_cannot_be_read() -> None:
    rows = (sighting("a", "AB1501"), sighting("b", "AB1601"), sighting("c", "501"))
    assert found("AB1?01", *rows, partial=True) == [("a", "partial"), ("b", "partial")]
    assert found("B1?0", *rows, partial=True) == [("a", "partial"), ("b", "partial")]
    assert found("AB1501", *rows, partial=True) == [("a", "exact"), ("c", "partial")]
    assert "3" in one("1501", rows[0], partial=True).why
    with pytest.raises(BadValueError, match="at least 3"):
        search(ledger(*rows), ammunition, "1?1", partial=True)
    with pytest.raises(BadValueError, match="no mark"):
        search(ledger(*rows), ammunition, "--")


def test_trace_requests_are_searched() -> None:
    request = TraceRequest(
        id="tr-1", recipient="ROU", requester="us", item=AKM, serial="s/n 4477", import_marks="US 04", marks=("lot 9",)
    )
    ours = ledger(requests=(request,))
    assert [hit.use.kind for hit in search(ours, ammunition, "4477")] == ["serial"]
    assert [hit.use.kind for hit in search(ours, ammunition, "us04")] == ["import"]
    assert [hit.use.kind for hit in search(ours, ammunition, "lot 9")] == ["lot"]


def test_shared_between_records_and_not_between_statements_on_one_movement() -> None:
    same = (moved("a", "USA>IRQ", "lot 7"), moved("b", "USA>IRQ", "lot 7", movement="m-a"))
    assert shared(ledger(*same), ammunition) == ()
    counted = {
        "id": "c",
        "source": "s",
        "holder": "IRQ",
        "item": AKM,
        "basis": "physical",
        "quantity": "1",
        "marks": ("lot 7",),
    }
    count = Count.model_validate(counted)
    (group,) = shared(ledger(*same, count, sighting("x", "factory 66"), sighting("y", "factory 66")), ammunition)
    assert (group.kind, group.match, [use.record for use in group.uses]) == ("lot", Match.EXACT, ["a", "b", "c"])


def test_what_only_looks_alike_is_shared_and_says_so() -> None:
    (group,) = shared(ledger(sighting("a", "lot B7"), sighting("b", "lot 87")), ammunition)
    assert (group.match, described(group.taken)) == (Match.LOOK_ALIKE, "8 taken for B")


def propose(*rows: Any) -> list[tuple[str, str, str]]:
    made = proposals(ledger(*rows), taxonomy(), directory(), ammunition)
    return [(p.receipt, p.issue, str(p.quantity)) for p in made]


RECEIPT = moved("in", "ROU>iraqi-army", "lot 7", when="2010")
TAKEN = moved("out", "iraqi-army>islamic-state", when="2014-06", mode=Mode.CAPTURE, quantity=Quantity.exact(5))
SEEN = sighting("seen", "lot 7", when=DateRange.parse("2015"), quantity=Quantity.exact(3))


def test_a_sighting_and_a_delivery_propose_the_one_capture_between_them() -> None:
    (made,) = proposals(ledger(RECEIPT, TAKEN, SEEN), taxonomy(), directory(), ammunition)
    assert (made.receipt, made.issue, str(made.quantity), made.sightings) == ("m-in", "m-out", "3", ("seen",))
    assert not made.open
    assert made.rule == "shared-mark/1"
    assert "does not show it" in made.caution


def test_two_movements_of_one_lot() -> None:
    out = TAKEN.model_copy(update={"marks": ("LOT 7",)})
    assert propose(RECEIPT, out) == [("m-in", "m-out", "5")]
    # The capture itself bears the lot: the sighting shows no further link.
    assert propose(RECEIPT, out, SEEN) == [("m-in", "m-out", "5")]


def test_a_serial_is_one_item() -> None:
    receipt = RECEIPT.model_copy(update={"marks": ("serial 4477",)})
    assert propose(receipt, TAKEN, sighting("seen", "serial 4477", when=DateRange.parse("2015"))) == [
        ("m-in", "m-out", "1")
    ]


def test_without_a_way_the_link_stays_open() -> None:
    (made,) = proposals(ledger(RECEIPT, SEEN), taxonomy(), directory(), ammunition)
    assert made.open
    assert "no recorded movement leads there from its recipient, Iraqi Army" in made.reason
    other = TAKEN.model_copy(update={"id": "out2", "movement": "m-out2"})
    (two,) = proposals(ledger(RECEIPT, TAKEN, other, SEEN), taxonomy(), directory(), ammunition)
    assert two.open
    assert "2 recorded movements" in two.reason


@pytest.mark.parametrize(
    "change",
    [
        {"marks": ("lot Z",)},
        {"when": DateRange.parse("2009")},  # seen before it was delivered
        {"item": "pistol.makarov"},  # another class
        {"holder": "iraqi-army"},  # with its recipient
    ],
)
def test_what_proposes_nothing(change: dict[str, Any]) -> None:
    assert propose(RECEIPT, TAKEN, SEEN.model_copy(update=change)) == []


def test_a_look_alike_or_what_was_not_delivered_proposes_nothing() -> None:
    assert (
        propose(
            RECEIPT.model_copy(update={"marks": ("lot B1",)}), TAKEN, SEEN.model_copy(update={"marks": ("lot 81",)})
        )
        == []
    )
    assert propose(RECEIPT.model_copy(update={"stage": Stage.ORDERED}), TAKEN, SEEN) == []


TEXTS = st.text("aAbB8oO0iIlL1sS5zZ2ВОЗ٠١٢-· ", max_size=8)


@given(TEXTS, TEXTS)
def test_looking_alike_goes_both_ways_and_is_never_silent(a: str, b: str) -> None:
    one, other = fold_mark(a), fold_mark(b)
    if skeleton(one) != skeleton(other):
        return
    assert bool(taken(one, other)) == (one != other)
    assert {(p.asked, p.found) for p in taken(one, other)} == {(p.found, p.asked) for p in taken(other, one)}


@given(st.lists(TEXTS, max_size=6), TEXTS)
def test_each_record_is_found_once_a_mark_and_exact_leads(marks: list[str], text: str) -> None:
    rows = [sighting(str(n), f"serial: {mark}") for n, mark in enumerate(marks)]
    try:
        hits = search(ledger(*rows), ammunition, text)
    except BadValueError:
        return
    assert len({hit.use.record for hit in hits}) == len(hits)
    assert [hit.match for hit in hits] == sorted((hit.match for hit in hits), key=list(Match).index)
    exact = {str(n) for n, mark in enumerate(marks) if fold_mark(mark) == fold_mark(text)}
    assert exact <= {hit.use.record for hit in hits}
