"""Two releases of a mapped register: corrections and retractions, both truths, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.case import Case, Rows, create
from takingstock.case.delta import rows_written
from takingstock.exchange import load
from takingstock.records import BadFileError, Count, DateRange, ImportReport, Quantity, Source, Statement

MAPPING = """\
exports:
  source: {id: reg, title: A register, kind: official}
  queries:
    - filters_not: {State: [withdrawn]}
      entities:
        one:
          schema: Statement
          keys: [No]
          key_literal: ex
          properties:
            item: {column: Goods}
            from: {column: From}
            to: {literal: Iraq}
            quantity: {column: Number}
            when: {column: Date}
            mode: {literal: export}
"""
HEADER = "No,Goods,From,Number,Date,State\n"


def row(number: object, amount: object, sender: str = "Hungary", state: str = "", goods: str = "T-72M1") -> str:
    return f"{number},{goods},{sender},{amount},2005,{state}\n"


FIRST = row(1, 77) + row(2, 4) + row(3, 9)
SECOND = row(1, 70) + row(3, 9) + row(4, 5)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return create(tmp_path / "case", "A case")


@pytest.fixture
def bring(case: Case, tmp_path: Path) -> Callable[..., ImportReport]:
    return lambda text, day="", **options: brought(case, tmp_path, text, day, **options)


def brought(case: Case, folder: Path, text: str, day: str = "", mapping: str = MAPPING, **options: Any) -> ImportReport:
    (folder / "mapping.yml").write_text(mapping, encoding="utf-8")
    (folder / "r.csv").write_text(HEADER + text, encoding="utf-8")
    return load(case, folder / "r.csv", mapping=folder / "mapping.yml", released=DateRange.parse(day), **options)


def held(case: Case, day: str = "") -> dict[str, str]:
    ledger = case.ledger_known(date.fromisoformat(day)) if day else case.ledger()
    return {statement.id: str(statement.quantity) for statement in ledger.statements}


def test_a_whole_release_corrects_and_retracts_and_both_truths_stay(
    case: Case, bring: Callable[..., ImportReport]
) -> None:
    bring(FIRST, "2015-03-01")
    before = case.revision
    told = bring(SECOND, "2019-03-11", complete=True, dry_run=True)
    assert case.revision == before
    done = bring(SECOND, "2019-03-11", complete=True)
    assert (done.ledger, done.revised, done.unchanged) == (told.ledger, told.revised, told.unchanged) == (3, 1, 1)
    for one in (told, done):
        assert "1 entries that this release does not hold any more are retracted" in one.notes
    now = {"ex/1": "70", "ex/3": "9", "ex/4": "5"}
    assert held(case) == held(case, "2019-03-11") == now
    assert held(case, "2019-03-10") == {"ex/1": "77", "ex/2": "4", "ex/3": "9"}
    assert case.verify() == ()
    revision = case.revision
    bring(SECOND, "2019-03-11", complete=True)
    assert case.revision == revision
    bring(FIRST, "2020-01-01", complete=True)
    assert held(case) == {"ex/1": "77", "ex/2": "4", "ex/3": "9"}
    assert case.verify() == ()


def test_a_part_of_a_release_retracts_nothing_and_says_so(case: Case, bring: Callable[..., ImportReport]) -> None:
    bring(FIRST, "2015-03-01")
    done = bring(row(1, 70), "2019-03-11")
    assert any("2 entries of the case under the same source are not in this file and stay" in n for n in done.notes)
    assert len(held(case)) == 3
    assert case.verify() == ()


def test_releases_come_in_their_order(case: Case, bring: Callable[..., ImportReport]) -> None:
    bring(SECOND, "2019-03-11")
    before = held(case)
    for complete in (False, True):
        with pytest.raises(BadFileError, match=r"release of 2019-03-11 .* later than 2015-03-01"):
            bring(FIRST, "2015-03-01", complete=complete)
    with pytest.raises(BadFileError, match="say when this file was published"):
        bring(FIRST)
    with pytest.raises(BadFileError, match="needs its day"):
        bring(FIRST, complete=True)
    assert held(case) == before
    # Another register has days of its own, though the same reader reads it.
    bring(
        FIRST,
        "2001-01-01",
        mapping=MAPPING.replace("id: reg", "id: other").replace("key_literal: ex", "key_literal: o"),
    )
    assert len(held(case)) == 6


def test_a_register_is_its_source_whatever_its_mapping_is_called(
    case: Case, bring: Callable[..., ImportReport]
) -> None:
    bring(SECOND, "2019-03-11")
    with pytest.raises(BadFileError, match="release of 2019-03-11"):
        bring(FIRST, "2015-03-01", mapping=MAPPING.replace("exports:", "new-layout:"))


def test_a_row_that_waits_or_is_rejected_is_not_lacking(case: Case, bring: Callable[..., ImportReport]) -> None:
    bring(FIRST + row(5, 1) + row(6, 2), "2015-03-01")
    done = bring(
        row(1, 77) + row(2, 4, sender="Atlantis") + row(3, "many") + row(5, 1) + row(5, 2), "2019-03-11", complete=True
    )
    assert (done.review, done.rejected) == (1, 3)
    assert set(held(case)) == {"ex/1", "ex/2", "ex/3", "ex/5"}


def test_where_it_cannot_be_told_what_is_lacking_nothing_goes(case: Case, bring: Callable[..., ImportReport]) -> None:
    bring(FIRST, "2015-03-01")
    before, revision = held(case), case.revision
    for dry_run in (True, False):
        with pytest.raises(
            BadFileError, match="1 rows wait for a person or are rejected, and it cannot be told which of the 2"
        ):
            bring(row(1, 70) + row("", 9), "2019-03-11", complete=True, dry_run=dry_run)
    assert (held(case), case.revision) == (before, revision)
    # With nothing lacking there is nothing to mistake.
    assert bring(FIRST + row("", 9), "2019-03-11", complete=True).rejected == 1


def test_what_the_mapping_leaves_out_is_retracted(case: Case, bring: Callable[..., ImportReport]) -> None:
    bring(FIRST, "2015-03-01")
    bring(row(1, 77) + row(2, 4, state="withdrawn") + row(3, 9), "2019-03-11", complete=True)
    assert set(held(case)) == {"ex/1", "ex/3"}


def test_other_sources_stay_and_all_tables_of_the_register_count(
    case: Case, bring: Callable[..., ImportReport]
) -> None:
    bring(FIRST, "2015-03-01")
    statement = Statement(
        id="by-hand",
        movement="by-hand",
        source="else",
        item="tank.t72",
        from_party="HUN",
        to_party="IRQ",
        mode="export",
    )
    counted = {"holder": "IRQ", "item": "tank.t72", "quantity": Quantity.exact(3), "basis": "books"}
    counts = (Count(id="c", source="reg", **counted), Count(id="d", source="else", **counted))  # type: ignore[arg-type]
    rows = Rows(sources=(Source(id="else", title="t"),), statements=(statement,), counts=counts)
    case.write(rows, rows_written, actor="A", reason="r")
    done = bring(SECOND, "2019-03-11", complete=True)
    assert "2 entries that this release does not hold any more are retracted" in done.notes
    assert "by-hand" in held(case)
    assert [count.id for count in case.ledger().counts] == ["d"]
    assert case.verify() == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_ledger_is_the_last_whole_release(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever stood there, in whatever order, over batches and none: and the history proves it."""
    folder = tmp_path_factory.mktemp("releases")
    entries = st.dictionaries(st.integers(1, 60), st.integers(1, 3), min_size=1)
    with create(folder / "case", "A case") as case, pytest.MonkeyPatch.context() as patch:
        patch.setattr("takingstock.exchange.bulk_merge.GIVEN", data.draw(st.sampled_from([1, 3, 20_000])))
        patch.setattr("takingstock.exchange.bulk_merge.CHUNK", data.draw(st.sampled_from([1, 2, 1_000])))
        patch.setattr("takingstock.case.bulk.RETIRED", data.draw(st.sampled_from([1, 2, 2_000])))
        truths: dict[str, dict[str, str]] = {}
        for year in range(data.draw(st.integers(1, 3))):
            release = data.draw(entries)
            text = "".join(
                row(number, amount) for number, amount in data.draw(st.permutations(sorted(release.items())))
            )
            brought(case, folder, text, f"20{year:02}-01-01", complete=True)
            truths[f"20{year:02}-01-01"] = {f"ex/{number}": str(amount) for number, amount in release.items()}
            assert held(case) == truths[f"20{year:02}-01-01"]
        for day, truth in truths.items():
            assert held(case, day) == truth
        assert case.verify() == ()


def test_the_example_of_the_page(case: Case, bring: Callable[..., ImportReport]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
    text = page[page.index("## A later release") :]
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ][:6]
    first, second, before = head[1], head[2], head[3].removeprefix("known on ")
    for column, day in ((1, first), (2, second)):
        bring("".join(row(one[0], one[column]) for one in rows if one[column]), day, complete=True)
    assert held(case, before) == {f"ex/{one[0]}": one[3] for one in rows if one[3]}
    assert held(case) == {f"ex/{one[0]}": one[4] for one in rows if one[4]}
