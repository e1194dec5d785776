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

from takingstock.records import BadFileError, Credentials, Integrity, Trust

NO_LIST: Final = "no list of trusted certificates given"
_ELSEWHERE: Final = "the file names credentials that are kept elsewhere; they were not fetched"
_TRUST_CODES: Final = ("signingCredential.untrusted", "signingCredential.trusted")
# The label of a manifest store (its box is never compressed), and the XMP property that names one kept elsewhere.
_MARKS: Final = (b"c2pa", b"dcterms:provenance")


def read_credentials(path: Path, media_type: str, trust: str | None) -> tuple[Credentials, str]:
    """The verdict on one file and words for it. ``trust`` is the path of a PEM file of trust anchors; None: trust is
    not judged. Raises OSError where that file cannot be read, BadFileError
    for a file without a manifest that cannot be searched. A manifest that cannot be read makes it invalid."""
    if not _holds(path, _MARKS):
        return Credentials(), ""
    import c2pa

    settings: dict[str, Any] = {
        "verify": {
            "verify_trust": trust is not None,
            "verify_timestamp_trust": False,
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
        }
    }
    if trust is not None:
        settings["trust"] = {"trust_anchors": Path(trust).read_text(encoding="utf-8")}
    try:
        with (
            path.open("rb") as file,
            c2pa.Context.from_dict(settings) as context,
            c2pa.Reader(media_type, file, context=context) as reader,
        ):
            told = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return Credentials(), ""
    except c2pa.C2paError.NotSupported:
        return Credentials(), f"credentials in {media_type} cannot be read"
    except c2pa.C2paError as error:
        words = " ".join(str(error).split())[:200]
        # The library has a class for this, and raises its parent.
        if words.startswith("Remote"):
            return Credentials(), _ELSEWHERE
        if not _holds(path, (b"jumb",)):
            raise BadFileError(f"the file cannot be searched for credentials ({words})") from error
        return Credentials(integrity=Integrity.INVALID, codes=(words,)), f"the credentials are damaged ({words})"
    found = _judged(told, trust is not None)
    if found.integrity is Integrity.INVALID:
        return found, ", ".join(found.codes[:3])
    return found, "" if trust is not None else NO_LIST


def _holds(path: Path, marks: tuple[bytes, ...]) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(mark) >= 0 for mark in marks)


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
    generators = [str(one.get("name", "")) for one in manifest.get("claim_generator_info") or []]
    return Credentials(
        integrity=Integrity.INVALID if broken or told.get("validation_state") == "Invalid" else Integrity.VALID,
        trust=trust,
        signer=" / ".join(filter(None, (signature.get("issuer"), signature.get("common_name"))))[:200],
        signed=signature.get("time") or "",
        generator=(manifest.get("claim_generator") or ", ".join(filter(None, generators)))[:200],
        codes=tuple(dict.fromkeys((*broken, *failures, *passed))),
    )
