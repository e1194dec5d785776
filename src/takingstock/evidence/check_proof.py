"""Check a takingstock proof: that a file of evidence stands in the sealed history of a case. Without the case.

    python check_proof.py PROOF.json [--file FILE] [--key FINGERPRINT] [--stamp FOLDER]

This one file needs Python 3.9 or later and nothing else; the signature is checked if the package "cryptography" is
installed, and otherwise this program says that it was not. --file hashes the file and compares. --key is the
fingerprint of the signing key as the team gave it to you by another way. --stamp writes checkpoint.json and stamp.tsr
into a folder, for: openssl ts -verify -data checkpoint.json -in stamp.tsr -CAfile ROOT.pem
Exit code 0: the proof holds; 1: it does not.

Method: Merkle audit paths as in RFC 6962, section 2.1.1, verified as in RFC 9162, section 2.1.3.2; Ed25519, RFC 8032.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

FORMAT = "takingstock-proof-1"
_HEX = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"format", "item", "rows", "event", "history", "manifest", "checkpoint", "time_stamp"}
_EVENT = ("seq", "kind", "actor", "at", "reason", "payload", "previous", "digest")


class Wrong(Exception):
    """The proof does not hold; the message says where."""


def canonical(value: Any) -> str:
    """JSON with sorted keys and no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def climb(leaf: bytes, index: Any, size: Any, path: Any) -> str:
    """The root (hex) that an audit path leads to from a leaf's bytes."""
    if type(index) is not int or type(size) is not int or not 0 <= index < size or not isinstance(path, list):
        raise Wrong("a path names no place in a tree")
    here, last = index, size - 1
    node = hashlib.sha256(b"\x00" + leaf).digest()
    for step in path:
        if not isinstance(step, str) or not _HEX.fullmatch(step) or last == 0:
            raise Wrong("a path has a step too many, or one that is no hash")
        other = bytes.fromhex(step)
        if here & 1 or here == last:
            node = hashlib.sha256(b"\x01" + other + node).digest()
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + other).digest()
        here, last = here >> 1, last >> 1
    if last:
        raise Wrong("a path is too short for its tree")
    return node.hex()


def check(text: str, file: Path | None = None, key: str | None = None) -> list[str]:
    """Remarks, in words, on a proof that holds. Raises Wrong for one that does not."""
    try:
        proof = json.loads(text)
        if not isinstance(proof, dict) or canonical(proof) + "\n" != text:
            raise Wrong("the file is not byte for byte as it was written")
        return _checked(proof, file, key)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OSError) as error:
        raise Wrong(f"the file is no whole proof: {type(error).__name__}: {error}") from error


def _checked(proof: dict[str, Any], file: Path | None, key: str | None) -> list[str]:
    if proof["format"] != FORMAT or set(proof) != _FIELDS:
        raise Wrong(f"this is not of the format {FORMAT}")
    item, event = proof["item"], proof["event"]
    if not isinstance(item, str) or not _HEX.fullmatch(item):
        raise Wrong("the item is not named by a SHA-256")
    _event(event)
    record = _rows(proof["rows"], item, event)
    head, remarks = _head(proof["checkpoint"], key)
    place = proof["history"]
    if set(place) != {"index", "path"} or place["index"] != event["seq"] - 1:
        raise Wrong("the place in the history is not the event's number")
    leaf = canonical({name: event[name] for name in _EVENT}).encode()
    if climb(leaf, place["index"], head["history"]["size"], place["path"]) != head["history"]["root"]:
        raise Wrong("the event is not in the history that was signed")
    erased = _manifest(proof["manifest"], item, record, head)
    remarks.insert(0, f"item {item}: event {event['seq']} of {event['at']}, by {event['actor']}: {event['reason']}")
    if record.get("secret"):
        remarks.append("the item is secret: this proves its encrypted bytes and a commitment, not what is in it")
    if erased:
        remarks.append("the content of the item was erased before this was sealed; its record stands")
    remarks += _stamp(proof["time_stamp"])
    remarks.append(_file(file, item))
    return remarks


def _event(event: Any) -> None:
    if set(event) != set(_EVENT):
        raise Wrong("the event has other fields than an event")
    if type(event["seq"]) is not int or not all(isinstance(event[name], str) for name in _EVENT[1:]):
        raise Wrong("the event holds values of another type")
    if sha256(canonical([event[name] for name in _EVENT[:-1]]).encode()) != event["digest"]:
        raise Wrong("the event's digest does not fit its fields")


def _rows(rows: Any, item: str, event: dict[str, Any]) -> dict[str, Any]:
    """Every row leads to the root in its event; gives the record of the evidence."""
    payload = json.loads(event["payload"])
    size = sum(number for _, number in payload["added"])
    if payload.get("evidence", item) != item:
        raise Wrong("the event added another item")
    found: list[dict[str, Any]] = []
    for row in rows:
        if set(row) != {"table", "record", "index", "path"}:
            raise Wrong("a row has other fields than a row")
        if climb(f"{row['table']}\n{row['record']}".encode(), row["index"], size, row["path"]) != payload["added_root"]:
            raise Wrong(f"a row of {row['table']} is not one that the event added")
        record = json.loads(row["record"])
        if row["table"] == "evidence" and record["id"] == item:
            found.append(record)
    if len(found) != 1:
        raise Wrong("the proof does not hold the record of its item")
    return found[0]


def _head(checkpoint: Any, key: str | None) -> tuple[dict[str, Any], list[str]]:
    if set(checkpoint) != {"head", "signature", "public_key"}:
        raise Wrong("the checkpoint has other fields than a checkpoint")
    head: dict[str, Any] = checkpoint["head"]
    public, signature = checkpoint["public_key"], checkpoint["signature"]
    if not _HEX.fullmatch(public) or not re.fullmatch(r"[0-9a-f]{128}", signature):
        raise Wrong("the key or the signature is not written as hex")
    if sha256(bytes.fromhex(public)) != head["key"]:
        raise Wrong("the head was signed by another key than the one it names")
    if key is not None and key.lower().replace(" ", "") != head["key"]:
        raise Wrong(f"the head was signed by the key {head['key']}, not by the one you were given")
    remarks = [f"sealed at {head['at']} by the clock of the team, checkpoint {head['number']} of case {head['case']}"]
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        remarks.append('NOT CHECKED: the signature; install the package "cryptography" and run this again')
        return head, remarks
    try:
        signed = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        signed.verify(bytes.fromhex(signature), canonical(head).encode())
    except InvalidSignature:
        raise Wrong("the signature does not fit the head") from None
    if key is None:
        remarks.append(f"signed by the key {head['key']}: compare it with the one that the team gave you")
    return head, remarks


def _manifest(place: Any, item: str, record: dict[str, Any], head: dict[str, Any]) -> bool:
    """Whether the item was erased by then; raises Wrong where the manifest does not hold it."""
    if set(place) != {"leaf", "index", "path"}:
        raise Wrong("the place in the manifest has other fields")
    whole = f"{item} {record['size']}"
    if place["leaf"] not in (whole, f"{whole} erased"):
        raise Wrong("the line of the manifest is not the item's")
    if (
        climb(place["leaf"].encode(), place["index"], head["manifest"]["size"], place["path"])
        != head["manifest"]["root"]
    ):
        raise Wrong("the item is not in the manifest that was signed")
    return bool(place["leaf"] != whole)


def _stamp(stamp: Any) -> list[str]:
    if stamp is None:
        return ["no authority's time stamp: the time above is the team's own"]
    if set(stamp) != {"sha256", "base64"}:
        raise Wrong("the time stamp has other fields")
    reply = base64.b64decode(stamp["base64"], validate=True)
    if base64.b64encode(reply).decode() != stamp["base64"] or sha256(reply) != stamp["sha256"]:
        raise Wrong("the time stamp was altered")
    return ["NOT CHECKED here: the authority's time stamp; write it out with --stamp and check it with openssl"]


def _file(file: Path | None, item: str) -> str:
    if file is None:
        return "NOT CHECKED: the file itself; name it with --file"
    digest = hashlib.sha256()
    with file.open("rb") as given:
        while block := given.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != item:
        raise Wrong(f"the file is another one: it hashes to {digest.hexdigest()}")
    return f"the file {file.name} is the item, byte for byte"


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Check a takingstock proof without the case.")
    parser.add_argument("proof", type=Path)
    parser.add_argument("--file", type=Path, help="the file of evidence itself")
    parser.add_argument("--key", help="fingerprint (SHA-256, hex) of the team's signing key")
    parser.add_argument("--stamp", type=Path, help="folder to write the time stamp and what it is over into")
    asked = parser.parse_args(arguments)
    try:
        text = asked.proof.read_bytes().decode()
        remarks = check(text, asked.file, asked.key)
    except (Wrong, OSError, UnicodeDecodeError) as error:
        sys.stdout.write(f"THE PROOF DOES NOT HOLD: {error}\n")
        return 1
    proof = json.loads(text)
    if asked.stamp and proof["time_stamp"]:
        asked.stamp.mkdir(parents=True, exist_ok=True)
        (asked.stamp / "checkpoint.json").write_bytes((canonical(proof["checkpoint"]) + "\n").encode())
        (asked.stamp / "stamp.tsr").write_bytes(base64.b64decode(proof["time_stamp"]["base64"]))
    sys.stdout.write("".join(f"{line}\n" for line in ["THE PROOF HOLDS", *remarks]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
