"""Proofs: that one item of evidence stands in the sealed history, as one file that a third party checks alone.

The chain in a proof: the evidence's row is in the Merkle root of the event that added it; the event is in the root of
the history that the head names; the item's line is in the root of the manifest; the head is signed, and a time stamp,
if there is one, is over head and signature. :mod:`takingstock.evidence.check_proof` checks it, and runs by itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from takingstock.evidence import check_proof as standalone
from takingstock.evidence.heads import history_tree, manifest_tree
from takingstock.evidence.seal_checks import Checkpoint
from takingstock.evidence.timestamps import check_reply
from takingstock.records import (
    BODY,
    BadFileError,
    BadValueError,
    CaseOpened,
    ConflictError,
    Event,
    EvidenceErased,
    SettingsChanged,
)
from takingstock.records.merkle import MerkleTree, leaf_hash, leaf_of

CHECKER = Path(standalone.__file__)
"""The program that checks a proof by itself, to be handed over with it."""


@dataclass(frozen=True)
class AddedRow:
    """A row as an event added it: its table, its id, the text of its record."""

    table: str
    id: str
    record: str


@dataclass(frozen=True)
class Checked:
    """What a check found: ``fault`` is empty where the proof holds; ``remarks`` say what was and was not checked."""

    fault: str
    remarks: tuple[str, ...] = ()
    stamped: datetime | None = None

    @property
    def holds(self) -> bool:
        return not self.fault


class Prover:
    """Makes proofs against one checkpoint; the trees are built once. Raises ConflictError where the history or the
    list of evidence is not what the checkpoint sealed."""

    def __init__(self, events: Sequence[Event], checkpoint: Checkpoint) -> None:
        head = checkpoint.signed.head
        self._checkpoint, self._events = checkpoint, events[: head.history.size]
        self._history = history_tree(self._events)
        items = sorted(checkpoint.manifest or (), key=lambda item: item.id)
        self._manifest = manifest_tree(items)
        self._lines = {item.id: (place, item.line) for place, item in enumerate(items)}
        wanted = (head.history.root, head.manifest.root)
        if (self._history.root().hex(), self._manifest.root().hex()) != wanted:
            raise ConflictError(
                f"the case is not what checkpoint {head.number} sealed, so it proves nothing; run takingstock verify"
            )

    def prove(self, item: str, seq: int, rows: Iterable[AddedRow], tables: Sequence[str] = ("evidence",)) -> str:
        """The proof of an item (id) as the text of a file. ``seq`` is the event that added its row, ``rows`` all rows
        that this event added; those of ``tables`` are shown in the proof.

        Raises BadValueError for an item that the checkpoint does not hold, ConflictError where the rows are not those
        that the event sealed."""
        if item not in self._lines or not 1 <= seq <= len(self._events):
            number = self._checkpoint.signed.head.number
            raise BadValueError(f"checkpoint {number} does not hold the item {item}; seal the case, then ask again")
        event = self._events[seq - 1]
        ordered = sorted(rows, key=lambda row: (row.table, row.id))
        tree = MerkleTree(leaf_hash(leaf_of(row.table, row.record)) for row in ordered)
        body = BODY.validate_json(event.payload)
        if isinstance(body, CaseOpened | EvidenceErased | SettingsChanged) or tree.root().hex() != body.added_root:
            raise ConflictError(f"the rows of event {seq} are not those it was sealed with; run takingstock verify")
        shown = [
            {"table": row.table, "record": row.record, "index": place, "path": _hex(tree.inclusion(place))}
            for place, row in enumerate(ordered)
            if row.table in tables
        ]
        index, line = self._lines[item]
        reply = self._checkpoint.reply
        proof = {
            "format": standalone.FORMAT,
            "item": item,
            "rows": shown,
            "event": event.model_dump(mode="json"),
            "history": {"index": seq - 1, "path": _hex(self._history.inclusion(seq - 1))},
            "manifest": {"leaf": line, "index": index, "path": _hex(self._manifest.inclusion(index))},
            "checkpoint": self._checkpoint.signed.model_dump(mode="json"),
            "time_stamp": reply
            and {"sha256": hashlib.sha256(reply).hexdigest(), "base64": base64.b64encode(reply).decode()},
        }
        text = standalone.canonical(proof) + "\n"
        standalone.check(text)
        return text


def check_proof(text: str, *, file: Path | None = None, key: str | None = None, root: bytes | None = None) -> Checked:
    """Check a proof without a case. ``file``: the item itself; ``key``: the fingerprint as the team gave it by another
    way; ``root``: PEM of the time-stamping authority's root certificate."""
    try:
        remarks = standalone.check(text, file, key)
    except standalone.Wrong as error:
        return Checked(str(error))
    proof: dict[str, Any] = json.loads(text)
    stamp = proof["time_stamp"]
    if root is None or stamp is None:
        return Checked("", tuple(remarks))
    try:
        data = (standalone.canonical(proof["checkpoint"]) + "\n").encode()
        when = check_reply(base64.b64decode(stamp["base64"]), data, root)
    except BadFileError as error:
        return Checked(str(error))
    kept = [line for line in remarks if "time stamp" not in line]
    return Checked("", (*kept, f"the authority signed at {when:%Y-%m-%dT%H:%M:%SZ}"), when)


def _hex(path: Iterable[bytes]) -> list[str]:
    return [step.hex() for step in path]
