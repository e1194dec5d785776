"""A proof of one item: it holds by itself, and no byte of it can change unnoticed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from sealing import AT, LocalAuthority, Small

from takingstock.evidence import check_proof as standalone
from takingstock.evidence.keys import signing_key
from takingstock.evidence.proofs import CHECKER, Prover, check_proof
from takingstock.evidence.seals import seal
from takingstock.evidence.timestamps import Authority
from takingstock.records import BadValueError, ConflictError


class World:
    def __init__(self, folder: Path) -> None:
        self.key = signing_key(folder / "key.pem", case=folder / "case")
        self.tsa = LocalAuthority(folder / "tsa", "Test")
        self.case = Small.of(9)
        self.secret = self.case.add(b"from a source", secret=True)
        authority = Authority("https://tsa.example/", self.tsa.root)
        sealed = seal(
            folder, self.case.events, self.case.manifest, key=self.key, at=AT, authority=authority, send=self.tsa
        )
        assert sealed.stamped == (1,)
        self.prover = Prover(self.case.events, sealed.checkpoint)
        self.checkpoint = sealed.checkpoint

    def proof(self, item: str, **more) -> str:
        seq = self.case.added_by(item)
        return self.prover.prove(item, seq, self.case.rows[seq], **more)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


def test_every_item_is_proved_and_its_file_compared(world: World, tmp_path: Path) -> None:
    for item, content in world.case.files.items():
        file = tmp_path / "file"
        file.write_bytes(content)
        checked = check_proof(world.proof(item), file=file, key=world.key.fingerprint, root=world.tsa.root)
        assert checked.holds, checked.fault
        assert checked.stamped is not None
        assert any("byte for byte" in line for line in checked.remarks)
        file.write_bytes(content + b"x")
        assert "another one" in check_proof(world.proof(item), file=file).fault


def test_of_a_secret_item_only_the_commitment_is_shown(world: World) -> None:
    text = world.proof(world.secret)
    (row,) = json.loads(text)["rows"]
    assert set(json.loads(row["record"])) == {"id", "size", "secret", "commitment"}
    assert any("secret" in line for line in check_proof(text).remarks)


def test_collection_records_are_shown_only_when_asked_for(world: World) -> None:
    item = next(iter(world.case.files))
    assert "Lina" not in world.proof(item)
    text = world.proof(item, tables=("collections", "evidence"))
    assert "Lina" in text
    assert check_proof(text).holds


def test_the_key_is_compared_with_the_one_that_was_given(world: World) -> None:
    text = world.proof(world.secret)
    assert check_proof(text, key=world.key.fingerprint.upper()).holds
    assert "not by the one you were given" in check_proof(text, key="0" * 64).fault
    assert any("compare it" in line for line in check_proof(text).remarks)


def test_the_time_stamp_is_checked_where_the_root_is_given(world: World, tmp_path: Path) -> None:
    text = world.proof(world.secret)
    assert any("NOT CHECKED here" in line for line in check_proof(text).remarks)
    foreign = LocalAuthority(tmp_path / "foreign", "Foreign")
    assert "not signed under" in check_proof(text, root=foreign.root).fault


def test_no_byte_can_change_unnoticed(world: World) -> None:
    data = world.proof(next(iter(world.case.files)), tables=("collections", "evidence")).encode()
    chance = random.Random(4)
    for place in range(len(data)):
        altered = bytearray(data)
        altered[place] ^= 1 << chance.randrange(8)
        try:
            text = altered.decode()
        except UnicodeDecodeError:
            continue
        assert not check_proof(text, key=world.key.fingerprint).holds, (place, text[place - 30 : place + 30])


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, (*path, name))
    elif isinstance(value, list):
        for name, part in enumerate(value):
            yield from leaves(part, (*path, name))
    else:
        yield path


def test_no_field_can_be_changed_removed_or_added_even_in_canonical_form(world: World) -> None:
    text = world.proof(next(iter(world.case.files)))
    paths = list(leaves(json.loads(text)))
    assert len(paths) >= 40
    for path in paths:
        for change in ("change", "remove", "add"):
            proof = json.loads(text)
            inside = proof
            for name in path[:-1]:
                inside = inside[name]
            was = inside[path[-1]]
            if change == "change":
                inside[path[-1]] = was + 1 if isinstance(was, int) else was[:-1] + chr(ord(was[-1:] or "a") ^ 1)
            elif change == "remove":
                del inside[path[-1]]
            elif isinstance(inside, dict):
                inside["more"] = "x"
            else:
                inside.append("0" * 64)
            checked = check_proof(standalone.canonical(proof) + "\n", key=world.key.fingerprint)
            assert not checked.holds, (path, change)


def test_a_stamp_of_another_checkpoint_is_noticed_with_the_root(world: World) -> None:
    import base64
    import hashlib

    from takingstock.evidence.timestamps import build_request

    proof = json.loads(world.proof(world.secret))
    reply = world.tsa("", build_request(b"another checkpoint"))
    proof["time_stamp"] = {"sha256": hashlib.sha256(reply).hexdigest(), "base64": base64.b64encode(reply).decode()}
    text = standalone.canonical(proof) + "\n"
    assert "over another checkpoint" in check_proof(text, root=world.tsa.root).fault


def test_an_item_proved_by_another_items_event_is_noticed(world: World) -> None:
    one, two = list(world.case.files)[:2]
    proof, other = json.loads(world.proof(one)), json.loads(world.proof(two))
    for names in (("event", "history"), ("rows",), ("manifest",), ("item",), ("event", "history", "rows", "manifest")):
        mixed = proof | {name: other[name] for name in names}
        assert not check_proof(standalone.canonical(mixed) + "\n").holds, names


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"a":1}\n', "[" * 100_000, '{"format":"takingstock-proof-1"}\n']
)
def test_what_is_no_proof_does_not_hold(text: str) -> None:
    assert check_proof(text).fault


def test_what_the_checkpoint_does_not_hold_is_not_proved(world: World) -> None:
    with pytest.raises(BadValueError, match="seal the case"):
        world.prover.prove("0" * 64, 2, world.case.rows[2])
    with pytest.raises(ConflictError, match="is not what checkpoint 1 sealed"):
        Prover(world.case.events[:-1], world.checkpoint)


def run(*arguments: object, isolated: bool = False) -> subprocess.CompletedProcess[str]:
    """The program in plain Python; ``isolated``: without any installed package, as on a stranger's machine."""
    flags = ["-I", "-S"] if isolated else ["-I"]
    return subprocess.run([sys.executable, *flags, *map(str, arguments)], capture_output=True, text=True)


def test_the_program_runs_by_itself(world: World, tmp_path: Path) -> None:
    script = tmp_path / "check_proof.py"
    script.write_bytes(CHECKER.read_bytes())
    item = next(iter(world.case.files))
    (tmp_path / "proof.json").write_text(world.proof(item), encoding="utf-8", newline="")
    (tmp_path / "it").write_bytes(world.case.files[item])
    stamp = tmp_path / "stamp"
    ran = run(
        script, tmp_path / "proof.json", "--file", tmp_path / "it", "--key", world.key.fingerprint, "--stamp", stamp
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("THE PROOF HOLDS\n")
    (tmp_path / "root.pem").write_bytes(world.tsa.root)
    command = ["openssl", "ts", "-verify", "-data", "checkpoint.json", "-in", "stamp.tsr", "-CAfile", "../root.pem"]
    said = subprocess.run(command, cwd=stamp, capture_output=True, text=True)
    assert "Verification: OK" in said.stdout + said.stderr
    (tmp_path / "it").write_bytes(b"other")
    ran = run(script, tmp_path / "proof.json", "--file", tmp_path / "it")
    assert ran.returncode == 1
    assert ran.stdout.startswith("THE PROOF DOES NOT HOLD")


def test_the_program_says_what_it_could_not_check(world: World, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    path.write_text(world.proof(world.secret), encoding="utf-8", newline="")
    ran = run(CHECKER, path, isolated=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "NOT CHECKED: the signature" in ran.stdout
    path.write_text(path.read_text(encoding="utf-8").replace("Ali", "Eve"), encoding="utf-8", newline="")
    assert run(CHECKER, path, isolated=True).returncode == 1


def test_the_program_needs_nothing_of_ours() -> None:
    assert "takingstock." not in CHECKER.read_text(encoding="utf-8")
