"""seal and verify on a real case: a hundred tamperings, none unnoticed; a proof that stands without the case."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from takingstock.case import Rows, open_case
from takingstock.records import BadValueError, ConflictError, Source
from takingstock.verbs import init, seal, verify
from takingstock.verbs.evidence import add, listing, prove


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed case with files, rows and a few events; and beside it another case and a checkpoint kept elsewhere."""
    top = tmp_path_factory.mktemp("sealed")
    init(top / "case", title="A case")
    (top / "files").mkdir()
    for number in range(5):
        (top / "files" / f"f{number}.txt").write_text(f"file {number} " * 50)
    add(top / "case", [top / "files"], collector="A")
    with open_case(top / "case") as case:
        for number in range(4):
            case.write(Rows(sources=(Source(id=f"s{number}", title="t"),)), actor="A", reason="r")
    made = seal(top / "case", key=top / "key")
    assert made.fresh
    assert not seal(top / "case", key=top / "key").fresh
    shutil.copy(made.checkpoint, top / "kept.json")
    init(top / "other", title="Another")
    return top


def sql(case: Path, *statements: str) -> None:
    with sqlite3.connect(case / "case.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_hundred_tamperings(whole: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    rng = random.Random(99)
    with open_case(whole / "case") as opened:
        last = opened.revision
    ids = [one.sha256 for one in listing(whole / "case").evidence]
    kinds = ["flip", "edit", "delete", "delete last", "reorder", "insert", "swap", "row", "seal", "gone"]
    for number in range(100):
        shutil.rmtree(case, ignore_errors=True)
        shutil.copytree(whole / "case", case)
        kind = kinds[number % len(kinds)]
        seq = rng.randrange(2, last)
        name = rng.choice(ids)
        home = case / "evidence" / "originals" / name[:2] / name
        home.chmod(0o644)
        if kind == "flip":
            content = bytearray(home.read_bytes())
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            home.write_bytes(content)
        elif kind == "gone":
            home.unlink()
        elif kind == "edit":
            column = rng.choice(["actor", "reason", "at", "payload", "digest", "previous"])
            sql(case, f"UPDATE history SET {column} = {column} || 'x' WHERE seq = {seq}")
        elif kind == "delete":
            sql(case, f"DELETE FROM history WHERE seq = {seq}")
        elif kind == "delete last":
            # With its rows, and with the folder's own memory of the head: only the checkpoint shows it.
            sql(case, f"DELETE FROM history WHERE seq = {last}", f"DELETE FROM sources WHERE added_event = {last}")
            (case / "head.txt").unlink()
        elif kind == "reorder":
            sql(
                case,
                f"UPDATE history SET seq = -1 WHERE seq = {seq}",
                f"UPDATE history SET seq = {seq} WHERE seq = {last}",
                f"UPDATE history SET seq = {last} WHERE seq = -1",
            )
        elif kind == "insert":
            columns = "kind, actor, at, reason, payload, previous, digest"
            sql(case, f"INSERT INTO history SELECT {last + 1}, {columns} FROM history WHERE seq = {seq}")
        elif kind == "swap":
            shutil.copy(whole / "other" / "case.db", case / "case.db")
        elif kind == "row":
            sql(case, "UPDATE sources SET title = 'forged' WHERE id = 's1'")
        else:
            file = case / "seals" / "000001.json"
            file.chmod(0o644)
            text = file.read_text()
            spot = rng.randrange(len(text) - 2)
            file.write_text(text[:spot] + ("0" if text[spot] != "0" else "1") + text[spot + 1 :])
        verdict = verify(case)
        assert not verdict.sound, f"{number}: {kind} went unnoticed"
        if kind in {"flip", "gone"}:
            assert any(name in fault for fault in verdict.faults)
        kept = verify(case, since=str(whole / "kept.json"))
        assert not kept.sound
        if kind in {"delete last", "swap"}:
            assert any("kept" in fault for fault in kept.faults)


def test_the_case_may_grow(whole: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(whole / "case", case)
    with open_case(case) as opened:
        opened.write(Rows(sources=(Source(id="s9", title="t"),)), actor="A", reason="r")
    assert verify(case, since=str(whole / "kept.json")).sound
    assert seal(case, key=whole / "key").number == 2
    assert verify(case, since=str(whole / "kept.json")).seals == 2


def test_a_proof_stands_without_the_case(whole: Path, tmp_path: Path) -> None:
    file = whole / "files" / "f1.txt"
    prove(whole / "case", "f1.txt", tmp_path / "proof.json")
    checker = [sys.executable, str(tmp_path / "check_proof.py"), str(tmp_path / "proof.json")]
    done = subprocess.run([*checker, "--file", str(file)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    other = subprocess.run([*checker, "--file", __file__], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert other.returncode == 1
    proof = json.loads((tmp_path / "proof.json").read_text())
    proof["event"]["actor"] = "Somebody else"
    (tmp_path / "proof.json").write_text(json.dumps(proof, sort_keys=True, separators=(",", ":")) + "\n")
    assert subprocess.run(checker, capture_output=True, check=False).returncode == 1


def test_what_was_never_sealed_is_not_proved(tmp_path: Path) -> None:
    init(tmp_path / "case", title="A case")
    with pytest.raises(BadValueError, match="never sealed"):
        prove(tmp_path / "case", "a" * 64, tmp_path / "proof.json")


def test_a_case_resealed_with_a_foreign_key_is_noticed(whole: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(whole / "case", case)
    ours = seal(case, key=whole / "key").key
    assert verify(case, fingerprints=[ours]).sound
    for file in (case / "seals").iterdir():
        file.unlink()
    with pytest.raises(ConflictError, match="seals were taken out"):
        seal(case, key=tmp_path / "foreign")
    memory = (case / "head.txt").read_text().splitlines()[0]
    (case / "head.txt").write_text(memory + "\n")
    foreign = seal(case, key=tmp_path / "foreign").key
    assert verify(case).sound
    assert not verify(case, fingerprints=[ours]).sound
    assert not verify(case, since=str(whole / "kept.json"), fingerprints=[foreign]).sound


def test_a_new_key_takes_over_only_when_it_is_said_so(whole: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(whole / "case", case)
    first = seal(case, key=whole / "key").key
    with open_case(case) as opened:
        opened.write(Rows(sources=(Source(id="s9", title="t"),)), actor="A", reason="r")
    with pytest.raises(ConflictError, match="sealed with the key"):
        seal(case, key=tmp_path / "second")
    second = seal(case, key=tmp_path / "second", new_key=True).key
    assert not verify(case).sound
    assert verify(case, fingerprints=[first, second]).sound
