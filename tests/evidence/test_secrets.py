"""Secrets open with their key only, and are what was committed to."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from takingstock.evidence import secrets
from takingstock.records import BadFileError, BadValueError, ConflictError


def test_a_file_there_and_back(tmp_path: Path) -> None:
    recipient = secrets.new_identity(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    identity = secrets.identity_in(tmp_path / "key")
    (tmp_path / "plain").write_bytes(b"who told us" * 10_000)
    secrets.encrypt_file(tmp_path / "plain", tmp_path / "locked", recipient)
    assert b"who told us" not in (tmp_path / "locked").read_bytes()
    secrets.decrypt_file(tmp_path / "locked", tmp_path / "again", identity)
    assert (tmp_path / "again").read_bytes() == (tmp_path / "plain").read_bytes()


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    recipient = secrets.new_identity(tmp_path / "key")
    secrets.new_identity(tmp_path / "other")
    other = secrets.identity_in(tmp_path / "other")
    (tmp_path / "plain").write_bytes(b"x")
    secrets.encrypt_file(tmp_path / "plain", tmp_path / "locked", recipient)
    with pytest.raises(BadFileError, match="cannot be opened with this key"):
        secrets.decrypt_file(tmp_path / "locked", tmp_path / "again", other)
    assert not (tmp_path / "again").exists()
    envelope, commitment = secrets.seal({"a": 1}, recipient)
    with pytest.raises(BadFileError, match="cannot be opened"):
        secrets.unseal(envelope, other, commitment)


def test_an_envelope_is_what_was_committed_to(tmp_path: Path) -> None:
    recipient = secrets.new_identity(tmp_path / "key")
    identity = secrets.identity_in(tmp_path / "key")
    content = {"collection": {"collector": "ليلى", "url": "https://example.org"}}
    envelope, commitment = secrets.seal(content, recipient)
    assert secrets.unseal(envelope, identity, commitment) == content
    # The same content has another salt, so another commitment: a guess cannot be confirmed.
    assert secrets.seal(content, recipient)[1] != commitment
    other, _ = secrets.seal({"collection": {}}, recipient)
    with pytest.raises(BadFileError, match="something else than was committed to"):
        secrets.unseal(other, identity, commitment)
    with pytest.raises(BadFileError, match="cannot be opened"):
        secrets.unseal(envelope[:-1] + bytes([envelope[-1] ^ 1]), identity, commitment)


def test_keys_are_never_overwritten_and_others_are_refused(tmp_path: Path) -> None:
    secrets.new_identity(tmp_path / "key")
    with pytest.raises(ConflictError, match="never overwritten"):
        secrets.new_identity(tmp_path / "key")
    (tmp_path / "none").write_text("nothing")
    with pytest.raises(BadFileError, match="holds no key"):
        secrets.identity_in(tmp_path / "none")
    with pytest.raises(BadValueError, match="evidence key"):
        secrets.seal({}, "age1nonsense")
