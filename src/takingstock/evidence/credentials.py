"""Credentials: what a C2PA manifest in a file is worth. Integrity and trust are two answers.

Integrity: the manifest fits the content and its signature holds. Trust: the signer's certificate leads to one of the
certificates that the case trusts. Nothing is fetched: manifests kept elsewhere count as absent, and no revocation
server is asked.

Status codes: C2PA specification, section on validation, as the library c2pa-python reports them.
"""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import Any, Final

from takingstock.records import Credentials, Integrity, Trust

_TRUST_CODES: Final = ("signingCredential.untrusted", "signingCredential.trusted")
_ABSENT: Final = ("ManifestNotFound", "JumbfNotFound")
_UNREADABLE: Final = ("UnsupportedType", "NotSupported")


def credentials(path: Path, media_type: str, trust: Path | None) -> Credentials:
    """The verdict on one file. ``trust`` is a PEM file of trusted certificates; None: trust is not judged.

    Raises OSError where that file cannot be read, ValueError for a file without a manifest that cannot be searched."""
    import c2pa

    verify = {"verify_trust": trust is not None, "remote_manifest_fetch": False, "ocsp_fetch": False}
    settings: dict[str, Any] = {"verify": verify}
    if trust is not None:
        settings["trust"] = {"trust_anchors": trust.read_text(encoding="utf-8")}
    try:
        with path.open("rb") as file, c2pa.Context.from_dict(settings) as context:
            reader = c2pa.Reader(media_type, file, context=context)
            try:
                told = json.loads(reader.json())
            finally:
                reader.close()
    except c2pa.C2paError as error:
        words = f"{type(error).__name__} {error}"
        if any(sign in words for sign in (*_ABSENT, *_UNREADABLE)):
            return Credentials()
        if not _marked(path):
            raise ValueError(f"the file cannot be searched for credentials: {error}") from error
        return Credentials(integrity=Integrity.INVALID, codes=(" ".join(str(error).split())[:200],))
    return _judged(told, trust is not None)


def _marked(path: Path) -> bool:
    """Whether the file holds the sign of a manifest at all, so that one which cannot be read is a broken one."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"jumdc2pa") >= 0 or content.find(b"urn:uuid:c2pa") >= 0 or content.find(b"c2pa.claim") >= 0


def _judged(told: dict[str, Any], asked: bool) -> Credentials:
    manifest = told.get("manifests", {}).get(told.get("active_manifest", ""), {})
    signature = manifest.get("signature_info") or {}
    active = told.get("validation_results", {}).get("activeManifest", {})
    failures = [one["code"] for one in active.get("failure", []) if one.get("code")]
    failures += [one["code"] for one in told.get("validation_status", []) if one.get("code") not in failures]
    broken = [code for code in failures if code not in _TRUST_CODES]
    passed = [one["code"] for one in active.get("success", []) if one.get("code")]
    trust = Trust.NOT_JUDGED
    if asked:
        trust = Trust.TRUSTED if "signingCredential.trusted" in passed else Trust.UNTRUSTED
    return Credentials(
        integrity=Integrity.INVALID if broken or told.get("validation_state") == "Invalid" else Integrity.VALID,
        trust=trust,
        signer=" / ".join(filter(None, (signature.get("issuer"), signature.get("common_name"))))[:200],
        signed=signature.get("time") or "",
        generator=(manifest.get("claim_generator") or "")[:200],
        codes=tuple(dict.fromkeys((*broken, *failures, *passed))),
    )
