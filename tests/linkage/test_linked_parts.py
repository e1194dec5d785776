"""A whole is heard under its parts and never added to them; taken back, it is as if nothing had been said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from takingstock.linkage.linked import linked
from takingstock.records import Ledger, Linking, LinkKind, Mode, Money, Quantity, Source, Statement
from takingstock.reference.parties import directory

SOURCES = (Source(id="x", title="exporter"), Source(id="m", title="importer"), Source(id="r", title="register"))


def said(id: str, number: str, source: str = "m", **more: object) -> Statement:
    given = {"movement": id, "item": "tank.t-72", "from_party": "BGR", "to_party": "IRQ", "mode": Mode.EXPORT} | more
    return Statement(id=id, source=source, quantity=Quantity.parse(number), **given)  # type: ignore[arg-type]


def parts(*keys: str, into: str = "whole", kind: LinkKind = LinkKind.PARTS, **more: object) -> Linking:
    into = into if kind is LinkKind.PARTS else ""
    return Linking(id=f"{kind}-{into}-{keys}", kind=kind, movements=keys, into=into, person="A", reason="r", **more)  # type: ignore[arg-type]


def case(*rows: Statement, linkings: tuple[Linking, ...] = (parts("a", "b"),)) -> Ledger:
    statements = tuple(sorted(rows, key=lambda one: one.id))
    return Ledger(title="", revision=1, head="", sources=SOURCES, statements=statements, linkings=linkings)


def read(ledger: Ledger) -> dict[str, tuple[str, str]]:
    return {one.id: (one.movement, str(one.quantity)) for one in linked(ledger).statements}


ROWS = (said("whole", "100", "x"), said("a", "60"), said("b", "40"))


def test_a_whole_is_divided_by_the_figures_of_its_parts() -> None:
    assert read(case(*ROWS)) == {
        "a": ("a", "60"),
        "b": ("b", "40"),
        "whole#of#a": ("a", "60"),
        "whole#of#b": ("b", "40"),
    }
    views = linked(case(*ROWS)).movements(lambda a, b: a == b)
    assert [(one.key, one.sources, one.conflicts) for one in views] == [("a", ("m", "x"), ()), ("b", ("m", "x"), ())]
    shared = linked(case(*ROWS)).statement_by_id["whole#of#a"]
    assert "a part of 100 that whole reports together" in shared.remark


def test_what_the_whole_says_more_than_its_parts_is_a_conflict_of_each() -> None:
    views = linked(case(said("whole", "105", "x"), *ROWS[1:])).movements(lambda a, b: a == b)
    assert [[one.values for one in view.conflicts] for view in views] == [[("60", "63")], [("40", "42")]]


def test_ranges_values_and_capabilities_are_divided_too() -> None:
    money = Money(amount=Quantity.exact(1000), currency="EUR")
    ledger = linked(case(said("whole", "90..110", "x", value=money, tiv=5.0), *ROWS[1:]))
    one = ledger.statement_by_id["whole#of#b"]
    assert one.value is not None
    assert (str(one.quantity), one.value.amount.best, one.tiv) == ("36..44", 400, 2.0)


def test_a_part_that_has_no_figure_hears_it_without_one_and_one_that_is_gone_does_not() -> None:
    assert read(case(ROWS[0], ROWS[1], said("b", "")))["whole#of#b"] == ("b", "?")
    assert read(case(ROWS[0], ROWS[1])) == {"a": ("a", "60"), "whole#of#a": ("a", "100")}
    for rows in ((ROWS[0],), (ROWS[0], said("a", ""), said("b", ""))):
        assert read(case(*rows))["whole"] == ("whole", "100")


def test_withdrawn_or_read_again_it_changes_nothing() -> None:
    assert set(read(case(*ROWS, linkings=(parts("a", "b", withdrawn=True),)))) == {"whole", "a", "b"}
    once = linked(case(*ROWS))
    assert linked(once).statements == once.statements


def test_merges_come_first() -> None:
    merges = (parts("register", "whole", kind=LinkKind.MERGE), parts("a", "aa", kind=LinkKind.MERGE))
    rows = (*ROWS, said("register", "100", "r"), said("aa", "60", "r"))
    found = read(case(*rows, linkings=(parts("aa", "b"), *merges)))
    assert found["register#of#a"] == ("a", "60")
    assert found["whole#of#b"] == ("b", "40")
    assert {key for key, _ in found.values()} == {"a", "b"}


@given(
    st.lists(st.integers(1, 50), min_size=2, max_size=5), st.integers(1, 300), st.permutations([0, 1, 2]), st.booleans()
)
def test_the_shares_sum_to_the_whole_and_no_order_matters(
    figures: list[int], whole: int, order: list[int], back: bool
) -> None:
    keys = [f"p{number}" for number in range(len(figures))]
    rows = [said("whole", str(whole), "x"), *(said(key, str(n)) for key, n in zip(keys, figures, strict=True))]
    ledger = linked(case(*(rows[::-1] if back else rows), linkings=(parts(*keys),)))
    shares = [one for one in ledger.statements if one.source == "x"]
    assert sum(one.quantity.best or 0 for one in shares) == pytest.approx(whole, abs=1e-4)
    assert [one.id for one in ledger.statements] == sorted(one.id for one in ledger.statements)


def test_parts_name_their_whole() -> None:
    for into in ("", "a"):
        with pytest.raises(ValidationError, match="name the movement that is their whole"):
            parts("a", "b", into=into)


def test_the_example_of_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "linking.md").read_text(encoding="utf-8")
    part = page.split("<!-- parts -->", 1)[1].split("<!-- end", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    named = {"Iraq": "IRQ", "Iraqi Army": "iraqi-army", "Iraqi Federal Police": "iraqi-federal-police"}
    sources = tuple(Source(id=id, title=id) for id in sorted({row[1] for row in table}))
    rows = [said(key, number, source, to_party=named[to]) for key, source, to, number, _ in table]
    (whole, *own) = [row[0] for row in table]
    ledger = linked(case(*rows, linkings=(parts(*own, into=whole),)).model_copy(update={"sources": sources}))
    for key, source, _, number, heard in table[1:]:
        told = {one.source: str(one.quantity) for one in ledger.statements if one.movement == key}
        other = next(name for name in told if name != source)
        assert heard == f"{number} by its own source, {told[other]} by {other}"
    assert whole not in {one.movement for one in ledger.statements}
    assert all(view.conflicts for view in ledger.movements(lambda a, b: directory().part_of(a, b)))
