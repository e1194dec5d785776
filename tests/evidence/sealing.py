"""A small case of values, and a local time-stamping authority made with openssl, for the tests of seals."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from takingstock.evidence.heads import ManifestItem
from takingstock.evidence.proofs import AddedRow
from takingstock.records import GENESIS, Collection, Event, Evidence, canonical_json, sealed
from takingstock.records.merkle import MerkleRoot, leaf_of

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def chained(fields: list[dict[str, Any]]) -> list[Event]:
    """Events with right numbers, links and digests, as a forger would make them too."""
    events: list[Event] = []
    for seq, one in enumerate(fields, start=1):
        given = {name: one[name] for name in ("kind", "actor", "at", "reason", "payload")}
        previous = events[-1].digest if events else GENESIS
        digest = sealed(seq=seq, previous=previous, **given)
        events.append(Event(seq=seq, previous=previous, digest=digest, **given))
    return events


@dataclass
class Small:
    """``rows`` maps an event's number to the rows it added; ``files`` an id to its bytes."""

    events: list[Event] = field(default_factory=list)
    manifest: list[ManifestItem] = field(default_factory=list)
    rows: dict[int, list[AddedRow]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, items: int, title: str = "small") -> Small:
        case = cls()
        opened = {
            "kind": "case-opened",
            "payload": canonical_json({"kind": "case-opened", "title": title, "schema_version": "0002"}),
        }
        case._append(opened | {"reason": "case opened"})
        for number in range(items):
            case.add(f"picture {number} of {title}".encode())
        return case

    def add(self, content: bytes, secret: bool = False) -> str:
        key = hashlib.sha256(content).hexdigest()
        commitment = hashlib.sha256(b"salt" + content).hexdigest() if secret else None
        name = "" if secret else f"{len(self.files)}.jpg"
        evidence = Evidence(id=key, name=name, size=len(content), secret=secret, commitment=commitment)
        rows = [AddedRow("evidence", key, evidence.canonical())]
        if not secret:
            collected = Collection(id=f"c-{key[:8]}", evidence=key, collector="Lina")
            rows.insert(0, AddedRow("collections", collected.id, collected.canonical()))
        root = MerkleRoot()
        for row in rows:
            root.push(leaf_of(row.table, row.record))
        added = [[row.table, 1] for row in rows]
        body = {"kind": "evidence-added", "added": added, "added_root": root.hex(), "evidence": key}
        self._append({"kind": "evidence-added", "reason": "ingest جمع", "payload": canonical_json(body)})
        self.rows[len(self.events)] = rows
        self.files[key] = content
        self.manifest = sorted([*self.manifest, ManifestItem(id=key, size=len(content))], key=lambda item: item.id)
        return key

    def erase(self, key: str) -> None:
        body = canonical_json({"kind": "evidence-erased", "erased": [key]})
        self._append({"kind": "evidence-erased", "reason": "source at risk", "payload": body})
        self.manifest = [item.model_copy(update={"erased": True}) if item.id == key else item for item in self.manifest]

    def added_by(self, key: str) -> int:
        return next(seq for seq, rows in self.rows.items() if any(row.id == key for row in rows))

    def copy(self) -> Small:
        return replace(self, events=list(self.events), manifest=list(self.manifest), rows=dict(self.rows))

    def _append(self, fields: dict[str, Any]) -> None:
        at = f"2026-01-02T03:{len(self.events) // 60:02}:{len(self.events) % 60:02}Z"
        self.events = chained([*(one.model_dump() for one in self.events), fields | {"actor": "Ali", "at": at}])


class LocalAuthority:
    """``openssl ts`` as an authority in a folder: a root, and a signer under it, valid for the days given."""

    def __init__(self, folder: Path, name: str, days: int = 30) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._run("req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30", "-subj", f"/CN={name}")
        self._run("req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr", "-subj", f"/CN={name} signer")
        (folder / "ext").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
        sign = (
            f"x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem -days {days} -extfile ext"
        )
        self._run(sign)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(
            "[tsa]\ndefault_tsa=it\n[it]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\nsigner_key=tsa.key\n"
            "signer_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n"
        )
        self.root = (folder / "root.pem").read_bytes()
        self.asked: list[str] = []

    def __call__(self, url: str, request: bytes) -> bytes:
        self.asked.append(url)
        (self.folder / "in.tsq").write_bytes(request)
        self._run("ts -reply -config tsa.cnf -queryfile in.tsq -out out.tsr")
        return (self.folder / "out.tsr").read_bytes()

    def _run(self, command: str, *more: str) -> None:
        subprocess.run(["openssl", *command.split(), *more], cwd=self.folder, check=True, capture_output=True)
