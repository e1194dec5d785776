"""Captures made by hand: writers would refuse what is meant here."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from pathlib import Path


def record(url: str, body: bytes, *, kind: str = "image/png", status: str = "200 OK", more: str = "") -> bytes:
    """One response, as it lies in a WARC."""
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{hashlib.sha256(url.encode()).hexdigest()}>\r\n"
        f"WARC-Date: 2015-03-01T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def wacz(path: Path, warc: bytes, digest: str | None = None, **parts: bytes) -> Path:
    """A package with one WARC and its hash, or the given one."""
    said = digest or hashlib.sha256(warc).hexdigest()
    table = {"resources": [{"path": "archive/data.warc.gz", "hash": f"sha256:{said}"}]}
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("archive/data.warc.gz", warc)
        package.writestr("datapackage.json", json.dumps(table))
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def packed(*records: bytes) -> bytes:
    """Each record a member of its own, as the format wants it."""
    return b"".join(gzip.compress(one) for one in records)
