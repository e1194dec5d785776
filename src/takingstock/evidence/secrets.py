"""Secrets: items that only the holder of a key reads, and commitments that vouch for them in the history.

A secret item is encrypted with age (https://age-encryption.org/v1) to the case's recipient, so that adding needs no
secret and reading needs the identity, a file outside the case. Its records lie in an envelope, encrypted alike. The
commitment is the SHA-256 over a random salt of 32 bytes and the envelope's content, so that nobody can confirm a guess
without the envelope, and erasing it leaves the history whole.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any, Final

import pyrage

from takingstock.records import BadFileError, BadValueError, ConflictError, canonical_json

_SALT: Final = 32
_NO_KEY: Final = "the recipient in case.toml is no public key of age; make one with: evidence key"


def new_identity(out: Path) -> str:
    """Make a key, write it to ``out`` (readable by its owner only), and give the recipient. Never overwrites."""
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    lines = ("# takingstock: whoever has this file reads the secret items of the case", f"# public key: {recipient}")
    text = "\n".join((*lines, str(identity), ""))
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConflictError(f"{out} exists; a key is never overwritten, choose another name") from None
    except OSError as error:
        raise BadFileError(f"{out} cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
    return recipient


def identity_in(path: Path) -> pyrage.x25519.Identity:
    """The key in a file. Raises BadFileError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        key = next(line.strip() for line in lines if line.strip().startswith("AGE-SECRET-KEY-"))
        return pyrage.x25519.Identity.from_str(key)
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError) as error:
        raise BadFileError(
            f"{path} holds no key (a line AGE-SECRET-KEY-…); name the file that evidence key made"
        ) from error


def encrypt_file(source: Path, out: Path, recipient: str) -> None:
    """Encrypt a file. Raises BadValueError for a recipient that is none."""
    try:
        with source.open("rb") as given, out.open("xb") as taken:
            pyrage.encrypt_io(given, taken, [pyrage.x25519.Recipient.from_str(recipient)])
            taken.flush()
            os.fsync(taken.fileno())
    except pyrage.RecipientError as error:
        raise BadValueError(_NO_KEY) from error


def decrypt_file(source: Path, out: Path, identity: pyrage.x25519.Identity) -> None:
    """Decrypt a file. Raises BadFileError for another key, or a file that was altered."""
    try:
        with source.open("rb") as given, out.open("xb") as taken:
            pyrage.decrypt_io(given, taken, [identity])
    except (pyrage.DecryptError, OSError) as error:
        out.unlink(missing_ok=True)
        raise BadFileError(f"{source.name} cannot be opened with this key: {error}") from error


def seal(content: dict[str, Any], recipient: str) -> tuple[bytes, str]:
    """(envelope, commitment). ``content`` is what JSON can hold."""
    salt = secrets.token_bytes(_SALT)
    inside = canonical_json({"content": content, "salt": base64.b64encode(salt).decode()})
    try:
        envelope = pyrage.encrypt(inside.encode(), [pyrage.x25519.Recipient.from_str(recipient)])
    except pyrage.RecipientError as error:
        raise BadValueError(_NO_KEY) from error
    return envelope, commitment(salt, content)


def unseal(envelope: bytes, identity: pyrage.x25519.Identity, expected: str) -> dict[str, Any]:
    """The content, if it is what the commitment vouches for. Raises BadFileError."""
    try:
        inside = json.loads(pyrage.decrypt(envelope, [identity]))
        content: dict[str, Any] = inside["content"]
        found = commitment(base64.b64decode(inside["salt"]), content)
    except (pyrage.DecryptError, ValueError, KeyError, TypeError) as error:
        raise BadFileError(f"an envelope cannot be opened with this key: {error}") from error
    if found != expected:
        raise BadFileError(f"the envelope of {expected[:12]} holds something else than was committed to")
    return content


def commitment(salt: bytes, content: dict[str, Any]) -> str:
    """SHA-256 (hex) over the salt and the canonical JSON of the content."""
    return hashlib.sha256(salt + canonical_json(content).encode()).hexdigest()
