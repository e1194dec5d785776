"""A bag that was altered opens nothing, even where its manifests were made anew; every fault is named."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import bagit
import pytest

from takingstock.case import Rows, create, open_case
from takingstock.evidence.heads import manifest_of
from takingstock.evidence.keys import signing_key
from takingstock.evidence.seals import seal
from takingstock.evidence.vault import Vault
from takingstock.exchange.bag import read_bag, write_bag
from takingstock.records import BadFileError, ConflictError, Evidence, EvidenceAdded

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag of a sealed case with three files and certificates outside the case."""
    top = tmp_path_factory.mktemp("bag")
    (top / "root.pem").write_text("a root")
    with create(top / "case", "A case", now=WHEN) as case:
        named = case.settings.model_copy(update={"authority_root": str(top / "root.pem")})
        case.accept(named, actor="A", reason="an authority", now=WHEN)
        vault = Vault(case.folder)
        for number in range(3):
            (top / "file").write_text(f"file {number}")
            staged = vault.stage(top / "file")
            row = Evidence(id=staged.sha256, name=f"f{number}", size=staged.size)

            def body(delta, key=staged.sha256):
                return EvidenceAdded(added=delta.written, added_root=delta.added_root, evidence=key)

            case.write(Rows(evidence=(row,)), body, actor="A", reason="ingest", now=WHEN)
            vault.place(staged.sha256)
        key = signing_key(top / "key.pem", case=case.folder)
        seal(case.folder, case.events(), manifest_of(case.archive()), key=key, at=WHEN)
    with open_case(top / "case") as case:
        made = write_bag(case, top / "bag", when=WHEN)
        assert (made.files, made.proofs, made.locked) == (3, 3, False)
    return top / "bag"


@pytest.fixture
def copy(bag: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bag, tmp_path / "in" / "bag"))


def rebag(bag: Path) -> None:
    """Make all manifests fit what is there now, as a careful forger would."""
    made = bagit.Bag(str(bag))
    made.save(manifests=True)
    made.validate()


def refused(bag: Path, tmp_path: Path) -> str:
    """The words; and nothing is left where the case should have been."""
    (tmp_path / "out").mkdir()
    with pytest.raises(BadFileError) as caught:
        read_bag(bag, tmp_path / "out" / "case")
    assert list((tmp_path / "out").iterdir()) == []
    return str(caught.value)


def test_other_tools_read_it_and_certificates_travel_along(bag: Path, tmp_path: Path) -> None:
    assert bagit.Bag(str(bag)).validate()
    assert not [path for path in bag.parent.iterdir() if path.name.startswith(".")]
    with read_bag(bag, tmp_path / "case") as case:
        root = case.settings.beside(case.folder, case.settings.authority_root)
        assert root is not None
        assert root.is_relative_to(case.folder)
        assert root.read_text() == "a root"
        assert case.verify() == ()
        assert all(
            Vault(case.folder).original(one.id).stat().st_mode & 0o777 == 0o444 for one in case.archive().evidence
        )


def test_into_an_empty_folder_but_never_over_another(bag: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    read_bag(bag, tmp_path / "empty").close()
    with pytest.raises(ConflictError, match="case already"):
        read_bag(bag, tmp_path / "empty")
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConflictError, match="in the way"):
        read_bag(bag, tmp_path / "file")


def test_every_fault_is_named_at_once(copy: Path, tmp_path: Path) -> None:
    one, two, _ = sorted(path for path in (copy / "data" / "originals").rglob("*") if path.is_file())
    one.chmod(0o644)
    one.write_bytes(b"f1le 0")
    two.unlink()
    (copy / "data" / "seals" / "more.json").write_text("x")
    (copy / "stray.txt").write_text("x")
    (copy / "data" / "link").symlink_to("/etc/hostname")
    words = refused(copy, tmp_path)
    for fault in (
        f"{one.relative_to(copy)} was altered",
        f"{two.relative_to(copy)} is missing",
        "data/seals/more.json is in no manifest",
        "stray.txt is no part of a package",
        "data/link is a link",
    ):
        assert fault in words


@pytest.mark.parametrize("file", ["bag-info.txt", "manifest-sha256.txt", "data/custody-log.csv", "data/case/case.toml"])
def test_one_byte_in_any_file_is_named(copy: Path, tmp_path: Path, file: str) -> None:
    content = bytearray((copy / file).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / file).write_bytes(content)
    assert "not the package that was made" in refused(copy, tmp_path)


@pytest.mark.parametrize("kind", ["row", "event", "last event", "original", "gone", "checkpoint", "unknown", "no rows"])
def test_new_manifests_do_not_hide_what_was_altered(copy: Path, tmp_path: Path, kind: str) -> None:
    data = copy / "data"
    original = next(path for path in (data / "originals").rglob("*") if path.is_file())
    history, rows = data / "case" / "history.jsonl", data / "case" / "rows.jsonl"
    lines = history.read_text().splitlines(keepends=True)
    match kind:
        case "row":
            rows.write_text(rows.read_text().replace("f1", "f9"))
        case "event":
            event = json.loads(lines[1]) | {"reason": "another"}
            history.write_text("".join([lines[0], json.dumps(event) + "\n", *lines[2:]]))
        case "last event":
            key = json.loads(json.loads(lines[-1])["payload"])["evidence"]
            history.write_text("".join(lines[:-1]))
            kept = [line for line in rows.read_text().splitlines(keepends=True) if json.loads(line)["id"] != key]
            rows.write_text("".join(kept))
        case "original":
            original.write_bytes(b"other")
        case "gone":
            original.unlink()
        case "checkpoint":
            path = data / "seals" / "000001.json"
            path.write_text(path.read_text().replace("2026-03-04", "2025-03-04"))
        case "unknown":
            (data / "notes.txt").write_text("x")
        case _:
            rows.unlink()
    rebag(copy)
    assert refused(copy, tmp_path)


def test_a_locked_bag_says_what_it_needs(copy: Path, tmp_path: Path) -> None:
    (copy / "data" / "case" / "hidden.jsonl.age").write_bytes(b"age-encryption.org/v1\n")
    rebag(copy)
    assert "--key" in refused(copy, tmp_path)


def test_what_is_no_bag_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    assert "bagit.txt" in refused(tmp_path / "x", tmp_path)


def test_an_altered_vault_is_not_packed_as_if_it_were_whole(bag: Path, tmp_path: Path) -> None:
    shutil.copytree(bag.parent / "case", tmp_path / "case")
    with open_case(tmp_path / "case") as case:
        one = case.archive().evidence[0]
        file = Vault(case.folder).original(one.id)
        file.chmod(0o644)
        file.write_bytes(b"other")
        with pytest.raises(BadFileError, match=f"{one.id} was altered"):
            write_bag(case, tmp_path / "bag", when=WHEN)
        file.unlink()
        with pytest.raises(BadFileError, match=one.id):
            write_bag(case, tmp_path / "bag", when=WHEN)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case"]


def cut(copy: Path) -> None:
    """The last event and its row are gone, the file of the evidence too, and so are the seals: sound in itself."""
    data = copy / "data"
    lines = (data / "case" / "history.jsonl").read_text().splitlines(keepends=True)
    key = json.loads(json.loads(lines[-1])["payload"])["evidence"]
    (data / "case" / "history.jsonl").write_text("".join(lines[:-1]))
    rows = data / "case" / "rows.jsonl"
    kept = [line for line in rows.read_text().splitlines(keepends=True) if json.loads(line)["id"] != key]
    rows.write_text("".join(kept))
    (data / "originals" / key[:2] / key).unlink()
    (data / "originals" / key[:2]).rmdir()
    shutil.rmtree(data / "seals")
    shutil.rmtree(data / "proofs")


@pytest.mark.parametrize("also", ["", "head", "head and log"])
def test_an_end_that_was_cut_off_is_told_by_what_the_package_says_of_itself(
    copy: Path, tmp_path: Path, also: str
) -> None:
    cut(copy)
    info = copy / "bag-info.txt"
    if also:
        last = json.loads((copy / "data" / "case" / "history.jsonl").read_text().splitlines()[-1])["digest"]
        info.write_text(re.sub(r"Head: \w+", f"Head: {last}", info.read_text()))
    if also == "head and log":
        log = (copy / "data" / "custody-log.csv").read_text().splitlines(keepends=True)
        (copy / "data" / "custody-log.csv").write_text("".join(log[:-1]))
    rebag(copy)
    words = refused(copy, tmp_path)
    assert ("one of them was cut off" in words) == (not also)
    assert ("is not the log of this history" in words) == (also != "head and log")
    assert "tells of 1 checkpoint(s), there are 0" in words


def test_a_proof_of_another_case_is_named(copy: Path, tmp_path: Path) -> None:
    proof = next((copy / "data" / "proofs").glob("*.json"))
    told = json.loads(proof.read_text())
    told["event"]["digest"] = "0" * 64
    proof.write_text(json.dumps(told))
    rebag(copy)
    assert f"proofs/{proof.name} proves nothing of this case" in refused(copy, tmp_path)


def test_settings_that_nobody_accepted_do_not_come_in(copy: Path, tmp_path: Path) -> None:
    file = copy / "data" / "case" / "case.toml"
    file.write_text(file.read_text() + "[review]\nexperts = 1\n")
    rebag(copy)
    assert "review.experts is 1, the history has 2" in refused(copy, tmp_path)
