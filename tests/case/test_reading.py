"""Reading: revisions, order, and one snapshot."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from takingstock.case import Case, Rows
from takingstock.records import BadValueError, Ledger, NotACaseError, RowsImported

WHO: dict[str, Any] = {"actor": "analyst", "reason": "entry"}


def test_an_empty_case_reads_as_an_empty_ledger(case: Case) -> None:
    assert case.ledger() == Ledger(title="A case", revision=1, head=case.head)


def test_the_ledger_at_every_revision(case: Case, make: Any) -> None:
    kept = [case.ledger()]
    for rows in (make.every_table(), make.statements(5), make.statements(3, item="pistol"), make.statements(8)):
        case.write(rows, **WHO)
        kept.append(case.ledger())
    for revision, ledger in enumerate(kept, start=1):
        assert case.ledger(as_of_revision=revision) == ledger
        assert ledger.head == case.events()[revision - 1].digest


@pytest.mark.parametrize("revision", [0, -1, 3])
def test_a_revision_that_is_not(case: Case, make: Any, revision: int) -> None:
    case.write(make.statements(1), **WHO)
    with pytest.raises(BadValueError, match=f"no revision {revision}; choose one from 1 to 2"):
        case.ledger(as_of_revision=revision)


def test_rows_are_sorted_by_code_point(case: Case, make: Any) -> None:
    ids = ["b", "B", "a", "ä", "Z", "_", "10", "9", "ع", "\U0001f9e8", "\uffef", "a-b", "a b", "ab"]
    case.write(Rows(statements=tuple(make.statement(1, id=key) for key in ids)), **WHO)
    assert [s.id for s in case.ledger().statements] == sorted(ids)
    assert case.verify() == ()


def test_reading_never_moves_the_revision(case: Case, make: Any) -> None:
    case.write(make.every_table(), **WHO)
    before = (case.revision, case.head)
    case.ledger()
    case.ledger(as_of_revision=1)
    case.events()
    case.verify()
    case.preview(make.statements(9))
    assert (case.revision, case.head) == before


def test_a_record_that_cannot_be_read_gets_one_line(case: Case, make: Any, tamper: Callable[..., None]) -> None:
    case.write(make.every_table(), **WHO)
    tamper(case, "UPDATE parties SET record = '{}'")
    with pytest.raises(NotACaseError, match="a record in parties cannot be read; takingstock verify says which"):
        case.ledger()
    assert gc.isenabled()
    assert case.verify() != ()


def test_the_collector_runs_again_afterwards(case: Case) -> None:
    assert gc.isenabled()
    case.ledger()
    assert gc.isenabled()
    gc.disable()
    try:
        case.ledger()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_known_on_a_day_goes_by_the_release_where_it_is_recorded(case: Case, make: Any) -> None:
    """Two releases imported on one day: before the second one the first is the truth, and both stay."""

    def imported(released: str) -> Any:
        return lambda delta: RowsImported(
            reader="r",
            file="f",
            file_sha256="0",
            read=1,
            ledger=1,
            review=0,
            rejected=0,
            added=delta.written,
            added_root=delta.added_root,
            retired=delta.retired,
            retired_root=delta.retired_root,
            released=released,
        )

    first = Rows(statements=(make.statement(1), make.statement(2)))
    second = Rows(statements=(make.statement(1, item="pistol"),), gone=(("statements", make.statement(2).id),))
    case.write(first, imported("2015-03-01"), now=make.at(1), **WHO)
    case.write(second, imported("2019-03-11"), now=make.at(1), **WHO)
    case.write(Rows(statements=(make.statement(3),)), now=make.at(2), **WHO)
    before = case.ledger_known(date(2019, 3, 10))
    assert before.statements == first.statements
    assert [s.item for s in case.ledger_known(date(2019, 3, 11)).statements] == ["pistol"]
    assert case.ledger_known(date(2030, 1, 1)).statements == case.ledger().statements
    with pytest.raises(BadValueError, match="nothing in this case was known"):
        case.ledger_known(date(2015, 2, 28))
    assert case.verify() == ()
