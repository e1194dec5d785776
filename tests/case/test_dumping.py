"""Dump and restore: the same history, rows and head, on either engine; what is damaged makes no case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from takingstock.case import Case, Rows, restore
from takingstock.case.settings import Settings
from takingstock.records import BadFileError, ConflictError

WHO: dict[str, Any] = {"actor": "analyst", "reason": "entry"}


@pytest.fixture
def dumped(case: Case, make: Any, tmp_path: Path) -> Path:
    case.write(make.every_table(), now=make.at(1), **WHO)
    case.write(make.statements(3, item="pistol"), now=make.at(2), **WHO)
    out = tmp_path / "dump"
    out.mkdir()
    case.dump(out)
    return out


def test_nothing_is_lost(case: Case, dumped: Path, tmp_path: Path) -> None:
    with restore(tmp_path / "again", dumped, Settings(title="A case")) as again:
        assert again.events() == case.events()
        assert again.ledger() == case.ledger()
        assert again.ledger(2) == case.ledger(2)
        assert again.archive() == case.archive()
        assert again.verify() == ()
        assert again.head == case.head
        second = tmp_path / "second"
        second.mkdir()
        again.dump(second)
    for name in ("history.jsonl", "rows.jsonl"):
        assert (second / name).read_bytes() == (dumped / name).read_bytes()


def test_hidden_rows_go_to_a_file_of_their_own(case: Case, make: Any, tmp_path: Path) -> None:
    case.write(make.every_table(), **WHO)
    case.dump(tmp_path, lambda table, key: (table, key) == ("identifications", "g-1/e"))
    assert "The slide" not in (tmp_path / "rows.jsonl").read_text()
    assert "The slide" in (tmp_path / "hidden.jsonl").read_text()
    with restore(tmp_path / "again", tmp_path, Settings(title="A case")) as again:
        assert again.ledger() == case.ledger()
    (tmp_path / "hidden.jsonl").unlink()
    with pytest.raises(BadFileError, match="no sound case"):
        restore(tmp_path / "third", tmp_path, Settings(title="A case"))
    assert not (tmp_path / "third").exists()


@pytest.mark.parametrize("file", ["history.jsonl", "rows.jsonl"])
@pytest.mark.parametrize("damage", ["cut", "edit", "drop", "noise"])
def test_a_damaged_dump_makes_no_case(dumped: Path, tmp_path: Path, file: str, damage: str) -> None:
    lines = (dumped / file).read_text(encoding="utf-8").splitlines()
    if damage == "cut":
        lines[1] = lines[1][: len(lines[1]) // 2]
    elif damage == "drop":
        del lines[1]
    elif damage == "noise":
        lines[1] = json.dumps([1, 2])
    else:
        lines[1] = lines[1].replace("a", "e", 1) if file == "history.jsonl" else lines[1].replace('\\"E\\"', '\\"B\\"')
    (dumped / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises((BadFileError, ValueError)):
        restore(tmp_path / "again", dumped, Settings(title="A case"))
    assert not (tmp_path / "again").exists()


def test_each_part_is_one_event(case: Case, make: Any) -> None:
    from takingstock.case import rows_written

    before = case.revision
    rows: Rows = make.every_table()
    parts = [(Rows(incidents=rows.incidents), rows_written), (Rows(evidence=rows.evidence), rows_written)]
    done = case.write_each(parts, **WHO)
    assert [delta.event.seq for delta in done if delta.event] == [before + 1, before + 2]
    assert case.verify() == ()
    # One part that cannot be written undoes all of them.
    twice = Rows(incidents=(*rows.incidents, rows.incidents[0].model_copy(update={"what": "other"})))
    changed = Rows(evidence=(rows.evidence[0].model_copy(update={"size": 13}),))
    with pytest.raises(ConflictError, match="twice"):
        case.write_each([(changed, rows_written), (twice, rows_written)], **WHO)
    assert case.revision == before + 2


def test_only_secret_items_are_erased(case: Case, make: Any) -> None:
    rows: Rows = make.every_table()
    secret = rows.evidence[0].model_copy(update={"id": "c" * 64, "secret": True, "commitment": "d" * 64, "name": ""})
    case.write(Rows(evidence=(*rows.evidence, secret)), **WHO)
    with pytest.raises(ValueError, match="no secret item"):
        case.erase(["a" * 64], **WHO)
    event = case.erase(["c" * 64], **WHO)
    assert case.archive().erased == ("c" * 64,)
    assert case.archive(event.seq - 1).erased == ()
    with pytest.raises(ValueError, match="erased already"):
        case.erase(["c" * 64], **WHO)
    assert case.verify() == ()
