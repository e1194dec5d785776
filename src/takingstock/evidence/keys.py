"""Keys: the Ed25519 key that signs checkpoints. It lies outside the case, so that who can change a case cannot sign it.

Its fingerprint is the SHA-256 of the 32 bytes of the public key. Note it outside the case: it is what a signature is
compared with.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from takingstock.records import BadFileError, ConflictError


class SigningKey:
    """A key that signs."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the public key."""
        return fingerprint_of(self.public)

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._private.sign(message)


def signing_key(path: Path, *, case: Path, password: str | None = None) -> SigningKey:
    """The key in a file; made there on first use, readable by its owner only (PKCS #8, encrypted under a password).

    Raises ConflictError for a place inside the case folder, BadFileError for a file that is no such key, that others
    may read, or that the password does not open."""
    if path.resolve().is_relative_to(case.resolve()):
        raise ConflictError(f"{path} lies inside the case; keep the key that seals it elsewhere, and name that file")
    try:
        return _made(path, password)
    except FileExistsError:
        return _read(path, password)
    except OSError as error:
        raise BadFileError(f"{path}: no key can be written there ({error.strerror}); name another file") from error


def _made(path: Path, password: str | None) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    kept: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        kept = serialization.BestAvailableEncryption(password.encode())
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, kept)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return SigningKey(private)


def _read(path: Path, password: str | None) -> SigningKey:
    try:
        open_to = stat.S_IMODE(path.stat().st_mode) & 0o077
        pem = path.read_bytes()
    except OSError as error:
        raise BadFileError(f"{path} cannot be read ({error.strerror}); name the file that holds the key") from error
    if open_to and sys.platform != "win32":
        raise BadFileError(f"others may read the key {path}; close it with: chmod 600, or make a new key elsewhere")
    try:
        private = serialization.load_pem_private_key(pem, password.encode() if password else None)
    except TypeError as error:
        wanted = "needs a password" if not password else "has no password"
        raise BadFileError(f"the key {path} {wanted}; call again {'with' if not password else 'without'} it") from error
    except ValueError as error:
        raise BadFileError(f"{path} is no key, or this is not its password; name the file that holds it") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadFileError(f"{path} holds a key of another kind; name an Ed25519 key, or a new file to make one")
    return SigningKey(private)


def fingerprint_of(public: bytes) -> str:
    """SHA-256 (hex) of a public key."""
    return hashlib.sha256(public).hexdigest()


def signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is this key's over this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
