"""The signing key: made once, closed to others, never inside the case."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from takingstock.evidence.keys import fingerprint_of, signed_by, signing_key
from takingstock.records import BadFileError, ConflictError


def test_made_on_first_use_and_the_same_ever_after(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "seal.pem"
    made = signing_key(path, case=tmp_path / "case")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = signing_key(path, case=tmp_path / "case")
    assert made.fingerprint == again.fingerprint == fingerprint_of(made.public)
    assert signed_by(made.public, again.sign(b"x"), b"x")
    assert not signed_by(made.public, again.sign(b"x"), b"y")
    assert not signed_by(b"short", again.sign(b"x"), b"x")


def test_a_password_closes_it(tmp_path: Path) -> None:
    path = tmp_path / "seal.pem"
    made = signing_key(path, case=tmp_path / "case", password="كلمة")
    assert signing_key(path, case=tmp_path / "case", password="كلمة").fingerprint == made.fingerprint
    with pytest.raises(BadFileError, match="needs a password"):
        signing_key(path, case=tmp_path / "case")
    with pytest.raises(BadFileError, match="not its password"):
        signing_key(path, case=tmp_path / "case", password="other")
    plain = tmp_path / "plain.pem"
    signing_key(plain, case=tmp_path / "case")
    with pytest.raises(BadFileError, match="has no password"):
        signing_key(plain, case=tmp_path / "case", password="x")


def test_a_key_inside_the_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match="inside the case"):
        signing_key(tmp_path / "case" / "evidence" / "key", case=tmp_path / "case")
    assert not (tmp_path / "case").exists()


def test_a_key_that_others_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "seal.pem"
    signing_key(path, case=tmp_path / "case")
    path.chmod(0o644)
    with pytest.raises(BadFileError, match="chmod 600"):
        signing_key(path, case=tmp_path / "case")
    path.write_text("no key")
    path.chmod(0o600)
    with pytest.raises(BadFileError, match="is no key"):
        signing_key(path, case=tmp_path / "case")
    rsa = generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(rsa)
    with pytest.raises(BadFileError, match="another kind"):
        signing_key(path, case=tmp_path / "case")
    with pytest.raises(BadFileError):
        signing_key(tmp_path, case=tmp_path / "case")
