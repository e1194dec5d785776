"""The SIPRI extract in one call: every row accounted for, and the same ledger whatever the order or the repetition."""

import csv
import random
from pathlib import Path

import pytest

from takingstock.verbs import export, import_file, init, trace, verify

EXTRACT = Path(__file__).resolve().parents[3] / "shared" / "data" / "sipri" / "trade_register_extract.csv"
pytestmark = pytest.mark.skipif(not EXTRACT.is_file(), reason="the SIPRI extract is not beside the checkout")


def snapshot(case, folder):
    export(case, folder)
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def imported(folder, *files):
    init(folder, title="register")
    return [import_file(folder, file) for file in files]


def test_every_row_is_accounted_for_and_twice_is_once(tmp_path):
    first, second = imported(tmp_path / "case", EXTRACT, EXTRACT)
    assert first.reader == "sipri"
    assert first.read == 1538 == first.ledger + first.review + first.rejected
    assert first.ledger >= 0.95 * first.read
    assert first.rejected == len(first.rejects)
    assert all(row.reason for row in first.rejects)
    assert second.unchanged == second.ledger == first.ledger
    verdict = verify(tmp_path / "case")
    assert verdict.sound
    assert verdict.revision == 2, "the second import wrote an event though nothing was new"


def test_shuffled_rows_give_the_same_ledger(tmp_path):
    with EXTRACT.open(encoding="utf-8", newline="") as handle:
        head, *rows = list(csv.reader(handle))
    random.Random(1).shuffle(rows)
    shuffled = tmp_path / "shuffled" / EXTRACT.name
    shuffled.parent.mkdir()
    with shuffled.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([head, *rows])
    imported(tmp_path / "a", EXTRACT)
    imported(tmp_path / "b", shuffled)
    assert snapshot(tmp_path / "a", tmp_path / "xa") == snapshot(tmp_path / "b", tmp_path / "xb")


def test_the_register_alone_knows_what_it_does_not_know(tmp_path):
    imported(tmp_path / "case", EXTRACT)
    block = trace(tmp_path / "case", "Iraq", item="T-72M1").items[0]
    # The register has Hungary receiving such tanks from Belarus in 1996; what it held before is not in it.
    paths = {tuple(step.from_party for step in chain.steps) for chain in block.chains}
    assert ("BLR", "HUN") in paths
    assert any("Hungary" in c.words and "before 1995" in c.words for c in block.cautions)
    assert ("BLR", "unrecorded") in {(o.party, o.kind.value) for o in block.origins}
