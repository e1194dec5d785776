"""A secret file that is added again: known with the key; without it, asked for or stored twice in full knowledge."""

from __future__ import annotations

from pathlib import Path

import pytest
from capturing import packed, record, wacz
from small import picture

from takingstock.case import create
from takingstock.evidence.vault import Vault
from takingstock.records import ConflictError
from takingstock.verbs.evidence import add
from takingstock.verbs.evidence.listing import listing
from takingstock.verbs.evidence.secrecy import erase, make_key
from takingstock.verbs.verify import verify


@pytest.fixture
def case(tmp_path: Path) -> Path:
    with create(tmp_path / "case", "A case"):
        pass
    make_key(tmp_path / "case", tmp_path / "key")
    return tmp_path / "case"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(picture(1))
    return tmp_path / "a.png"


def test_without_the_key_it_is_refused_before_anything_is_stored(case: Path, file: Path) -> None:
    assert add(case, [file], collector="A", secret=True).count("added") == 1
    with pytest.raises(ConflictError, match="only their key tells"):
        add(case, [file], collector="A", secret=True)
    assert len(listing(case).evidence) == 1


def test_stored_twice_in_full_knowledge_the_key_finds_it(case: Path, file: Path, tmp_path: Path) -> None:
    add(case, [file], collector="A", secret=True)
    assert add(case, [file], collector="A", secret=True, may_repeat=True).count("added") == 1
    again = add(case, [file], collector="A", secret=True, key=tmp_path / "key")
    assert again.count("known") == 1
    assert again.files[0].words == "the case has this file as a secret; nothing was added"
    assert "hold one and the same file" in again.words[-1]
    ids = [one.sha256 for one in listing(case).evidence]
    erase(case, ids[0], person="A", reason="stored twice")
    again = add(case, [file], collector="A", secret=True, key=tmp_path / "key")
    assert not any("one and the same" in line for line in again.words)
    assert verify(case).sound


def test_nothing_in_the_case_confirms_a_guess(case: Path, file: Path) -> None:
    """Whoever has the file and the case, and no key, does not learn that it is in there."""
    import hashlib

    add(case, [file], collector="A", secret=True)
    guess = hashlib.sha256(picture(1))
    for path in case.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert guess.hexdigest().encode() not in content, path
            assert guess.digest() not in content, path


def test_once_everything_is_erased_the_key_is_not_asked_for(case: Path, file: Path) -> None:
    add(case, [file], collector="A", secret=True)
    erase(case, listing(case).evidence[0].sha256, person="A", reason="asked for")
    assert add(case, [file], collector="A", secret=True).count("added") == 1


def test_what_is_secret_does_not_come_in_openly(case: Path, tmp_path: Path) -> None:
    """With the key it is seen; neither the file nor what lies in it leaves a record that points to the secret."""
    capture = wacz(tmp_path / "c.wacz", packed(record("https://e.org/1.png", picture(3))))
    add(case, [capture], collector="A", secret=True)
    made = add(case, [capture], collector="A", key=tmp_path / "key")
    assert made.files == ()
    assert all("keeps this file secret" in one.reason for one in made.rejects)
    assert list(Vault(case).incoming.iterdir()) == []
    assert verify(case).sound


def test_what_lies_open_is_said_to_lie_open(case: Path, file: Path) -> None:
    add(case, [file], collector="A")
    made = add(case, [file], collector="A", secret=True)
    assert made.files[0].words.endswith("it is kept in the open there, not as a secret")
