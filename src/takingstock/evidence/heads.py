"""Heads: what a checkpoint signs. Two Merkle trees (RFC 6962): the history's events, and the evidence's files.

Leaf i of the history tree is the canonical JSON of event i with all its fields; the leaves of the manifest tree are the
lines ``SHA256 SIZE`` (``SHA256 SIZE erased``) of the evidence, in order of id. A head names both roots, the case (the
digest of its first event), the checkpoint before it, the time by our clock and the key; Ed25519 signs its canonical
JSON. Everything here is a function of values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from pydantic import Field

from takingstock.evidence.keys import SigningKey, fingerprint_of, signed_by
from takingstock.records import Archive, BadValueError, Event, Record, canonical_json
from takingstock.records.evidence import SHA256
from takingstock.records.merkle import MerkleTree, leaf_hash

FORMAT: Final = "takingstock-head-1"


class TreeHead(Record):
    """A tree: its number of leaves, and its root (hex)."""

    size: int = Field(ge=0)
    root: str = Field(pattern=SHA256)


class ManifestItem(Record):
    """One file of the evidence: the SHA-256 of its stored bytes, their number, and whether its content was erased."""

    id: str = Field(pattern=SHA256)
    size: int = Field(ge=0)
    erased: bool = False

    @property
    def line(self) -> str:
        """The leaf as text."""
        return f"{self.id} {self.size}{' erased' if self.erased else ''}"


class Head(Record):
    """``number`` counts the checkpoints of a case from 1; ``previous`` is the SHA-256 of the checkpoint file before
    (empty: the first). ``key`` is the fingerprint of the signing key, ``first_key`` that of the case's first one."""

    format: Literal["takingstock-head-1"]
    case: str = Field(pattern=SHA256)
    number: int = Field(ge=1)
    previous: str = Field(pattern=r"^([0-9a-f]{64})?$")
    history: TreeHead
    manifest: TreeHead
    at: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    key: str = Field(pattern=SHA256)
    first_key: str = Field(pattern=SHA256)

    def text(self) -> str:
        """What is signed: the canonical JSON of all fields."""
        return canonical_json(self.model_dump(mode="json"))


class SignedHead(Record):
    """A head with its signature and the public key (both hex, Ed25519: 64 and 32 bytes)."""

    head: Head
    signature: str = Field(pattern=r"^[0-9a-f]{128}$")
    public_key: str = Field(pattern=SHA256)

    def text(self) -> str:
        """The one text form; the bytes of a checkpoint file, and what a time stamp is over."""
        return canonical_json(self.model_dump(mode="json")) + "\n"

    def digest(self) -> str:
        """SHA-256 (hex) of the checkpoint file."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    @property
    def genuine(self) -> bool:
        """Whether the signature is that of the named key over the head."""
        key = bytes.fromhex(self.public_key)
        named = fingerprint_of(key) == self.head.key
        return named and signed_by(key, bytes.fromhex(self.signature), self.head.text().encode())


def event_leaf(event: Event) -> bytes:
    """The hash of an event's leaf."""
    return leaf_hash(canonical_json(event.model_dump(mode="json")).encode())


def history_tree(events: Iterable[Event]) -> MerkleTree:
    """The tree over the events, in their order."""
    return MerkleTree(event_leaf(event) for event in events)


def manifest_tree(manifest: Iterable[ManifestItem]) -> MerkleTree:
    """The tree over the evidence. Sorts by id."""
    return MerkleTree(leaf_hash(item.line.encode()) for item in sorted(manifest, key=lambda item: item.id))


def manifest_of(archive: Archive) -> tuple[ManifestItem, ...]:
    """The files of the evidence that a case holds, by id."""
    erased = set(archive.erased)
    items = (ManifestItem(id=one.id, size=one.size, erased=one.id in erased) for one in archive.evidence)
    return tuple(sorted(items, key=lambda item: item.id))


def make_head(
    events: Sequence[Event],
    manifest: Sequence[ManifestItem],
    *,
    key: SigningKey,
    at: str,
    previous: SignedHead | None = None,
) -> SignedHead:
    """Sign the state of a case. ``at`` is UTC, ``YYYY-MM-DDTHH:MM:SSZ``. Raises BadValueError for an empty history."""
    if not events:
        raise BadValueError("a history without an event cannot be sealed; restore the case from a copy")
    trees = [
        TreeHead(size=len(tree), root=tree.root().hex()) for tree in (history_tree(events), manifest_tree(manifest))
    ]
    head = Head(
        format=FORMAT,
        case=events[0].digest,
        number=previous.head.number + 1 if previous else 1,
        previous=previous.digest() if previous else "",
        history=trees[0],
        manifest=trees[1],
        at=at,
        key=key.fingerprint,
        first_key=previous.head.first_key if previous else key.fingerprint,
    )
    return SignedHead(head=head, signature=key.sign(head.text().encode()).hex(), public_key=key.public.hex())
