"""What a head binds, and what its signature vouches for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sealing import Small

from takingstock.evidence.heads import ManifestItem, SignedHead, history_tree, make_head, manifest_of, manifest_tree
from takingstock.evidence.keys import signing_key
from takingstock.records import Archive, BadValueError, Evidence
from takingstock.records.merkle import MerkleRoot

AT = "2026-03-04T05:06:07Z"


@pytest.fixture
def key(tmp_path: Path):
    return signing_key(tmp_path / "key.pem", case=tmp_path / "case")


def test_a_head_names_both_roots_the_case_and_the_key(key) -> None:
    case = Small.of(5)
    signed = make_head(case.events, case.manifest, key=key, at=AT)
    events, items = MerkleRoot(), MerkleRoot()
    for event in case.events:
        events.push(_text(event).encode())
    for item in sorted(case.manifest, key=lambda item: item.id):
        items.push(f"{item.id} {item.size}".encode())
    head = signed.head
    assert (head.history.size, head.history.root) == (6, events.hex())
    assert (head.manifest.size, head.manifest.root) == (5, items.hex())
    assert (head.case, head.number, head.previous, head.at) == (case.events[0].digest, 1, "", AT)
    assert head.key == head.first_key == key.fingerprint
    assert signed.genuine
    after = make_head(case.events, case.manifest, key=key, at=AT, previous=signed)
    assert (after.head.number, after.head.previous, after.head.first_key) == (2, signed.digest(), key.fingerprint)


def _text(event) -> str:
    return json.dumps(event.model_dump(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize(
    "change",
    [
        {"case": "a" * 64},
        {"number": 2},
        {"previous": "b" * 64},
        {"at": "2026-03-04T05:06:08Z"},
        {"key": "c" * 64},
        {"first_key": "d" * 64},
    ],
)
def test_no_field_of_a_head_can_change_under_its_signature(key, change: dict[str, object]) -> None:
    case = Small.of(2)
    signed = make_head(case.events, case.manifest, key=key, at=AT)
    altered = signed.model_copy(update={"head": signed.head.model_copy(update=change)})
    assert signed.genuine
    assert not altered.genuine


def test_a_signature_of_another_key_is_not_genuine(key, tmp_path: Path) -> None:
    case = Small.of(1)
    signed = make_head(case.events, case.manifest, key=key, at=AT)
    other = signing_key(tmp_path / "other.pem", case=tmp_path / "case")
    forged = SignedHead(
        head=signed.head, signature=other.sign(signed.head.text().encode()).hex(), public_key=other.public.hex()
    )
    assert not forged.genuine


def test_the_manifest_marks_what_was_erased() -> None:
    open_one, secret = Evidence(id="a" * 64, size=3), Evidence(id="b" * 64, size=4, secret=True, commitment="c" * 64)
    archive = Archive(revision=3, evidence=(secret, open_one), erased=(secret.id,))
    items = manifest_of(archive)
    assert [item.line for item in items] == [f"{'a' * 64} 3", f"{'b' * 64} 4 erased"]
    assert manifest_tree(items).root() != manifest_tree([items[0], ManifestItem(id="b" * 64, size=4)]).root()
    assert manifest_tree(reversed(items)).root() == manifest_tree(items).root()


def test_an_event_is_bound_with_all_its_fields() -> None:
    case = Small.of(3)
    root = history_tree(case.events).root()
    for name in type(case.events[0]).model_fields:
        other = case.events[2].model_copy(update={name: 9 if name == "seq" else "x"})
        assert history_tree([*case.events[:2], other, *case.events[3:]]).root() != root


def test_nothing_cannot_be_sealed(key) -> None:
    with pytest.raises(BadValueError, match="without an event"):
        make_head([], [], key=key, at=AT)
