"""Time stamps: an authority's word (RFC 3161) that a checkpoint existed at a time, beside the time by our own clock.

Requests are built without a network. Sending one is the caller's function; the one given here posts over HTTP to the
authority that the case names, the only thing in the product that uses a network.
"""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client._rust import parse_timestamp_request  # The library names no public reader of requests.

from takingstock.records import BadFileError

TIMEOUT: Final = 20.0
LARGEST: Final = 1 << 20
"""Bytes that a reply may have; real ones have some thousands."""

Post = Callable[[str, bytes], bytes]
"""Sends a request (DER) to an address and gives the reply (DER). Raises OSError where it cannot be reached."""


@dataclass(frozen=True)
class Authority:
    """Where requests go, and the PEM of the root certificates that replies are checked against."""

    url: str
    root: bytes


def post(url: str, request: bytes) -> bytes:
    """Send a request over HTTP, as RFC 3161, section 3.4, says. Raises OSError, and BadFileError for another scheme."""
    if not url.lower().startswith(("http://", "https://")):
        raise BadFileError(f"{url} is no address of a time-stamping authority; give one with https:// in case.toml")
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    ask = urllib.request.Request(url, data=request, headers=headers, method="POST")
    with urllib.request.urlopen(ask, timeout=TIMEOUT) as answer:
        body: bytes = answer.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise OSError(f"the reply is larger than {LARGEST} bytes")
    return body


def build_request(data: bytes) -> bytes:
    """A request (DER) over the SHA-256 of the data, with a random nonce, asking for the certificate."""
    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True)
    return builder.cert_request(cert_request=True).build().as_bytes()


def check_request(request: bytes, data: bytes) -> None:
    """Raises BadFileError for a request that is none, or is over something else."""
    try:
        message = parse_timestamp_request(request).message_imprint.message
    except ValueError as error:
        raise BadFileError("the request is damaged; delete it, and the next seal makes a new one") from error
    if message != hashlib.sha256(data).digest():
        raise BadFileError("the request is over another checkpoint; delete it, and the next seal makes a new one")


def check_reply(reply: bytes, data: bytes, root: bytes, request: bytes | None = None) -> datetime:
    """The authority's time (UTC), if its reply holds for the data: granted, signed under one of the root certificates
    (PEM), each valid at that time, and with the request's nonce where the request is given.

    Raises BadFileError that says why not."""
    answer = _decoded(reply)
    try:
        roots = x509.load_pem_x509_certificates(root)
    except ValueError as error:
        raise BadFileError("the authority's root certificate cannot be read; name its PEM file in case.toml") from error
    if request is not None:
        try:
            builder = VerifierBuilder.from_request(parse_timestamp_request(request))
        except ValueError as error:
            raise BadFileError("the request that belongs to the time stamp is damaged") from error
    else:
        builder = VerifierBuilder()
    for certificate in roots:
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(answer, data)
        return answer.tst_info.gen_time.astimezone(UTC)
    except (VerificationError, ValueError) as error:
        raise BadFileError(f"the time stamp does not hold: {_why(str(error))}") from error


def check_over(reply: bytes, data: bytes) -> None:
    """What can be told without a root: that the reply is a time stamp, granted, and over the data. Who signed it, and
    so when, is not checked. Raises BadFileError that says why not."""
    imprint = _decoded(reply).tst_info.message_imprint
    if imprint.message != hashlib.sha256(data).digest():
        raise BadFileError("the time stamp does not hold: it is over another checkpoint")


def _decoded(reply: bytes) -> TimeStampResponse:
    try:
        answer = decode_timestamp_response(reply)
    except ValueError as error:
        raise BadFileError("the reply is no time stamp (RFC 3161); ask the authority again") from error
    if answer.status not in (0, 1):
        words = "; ".join(answer.status_string) or f"status {answer.status}"
        raise BadFileError(f"the authority refused to stamp: {words}")
    return answer


def _why(words: str) -> str:
    for sign, said in _MEANING.items():
        if sign.lower() in words.lower():
            return f"{said} ({words})"
    return words


_MEANING: Final = {
    "Mismatch between messages": "it is over another checkpoint",
    "Nonce mismatch": "it answers another request",
    "verifying certificates": "it is not signed under the named root, or a certificate was not valid at its time",
    "EKU": "its signer's certificate is not for time-stamping",
}
