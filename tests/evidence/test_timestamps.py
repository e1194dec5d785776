"""Time stamps from a local authority (openssl ts): accepted where they fit, refused with words where they do not."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sealing import LocalAuthority

from takingstock.evidence.timestamps import build_request, check_reply, check_request, post
from takingstock.records import BadFileError

DATA = b'{"head":1}\n'


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return LocalAuthority(tmp_path_factory.mktemp("tsa"), "Test")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return LocalAuthority(tmp_path_factory.mktemp("foreign"), "Foreign")


def test_a_reply_gives_the_authoritys_time(authority: LocalAuthority) -> None:
    request = build_request(DATA)
    check_request(request, DATA)
    when = check_reply(authority("", request), DATA, authority.root, request)
    assert abs(when - datetime.now(UTC)) < timedelta(minutes=2)
    assert when.tzinfo is UTC


def test_openssl_reads_our_request_and_agrees(authority: LocalAuthority, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "reply").write_bytes(authority("", build_request(DATA)))
    (tmp_path / "root").write_bytes(authority.root)
    said = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "data", "-in", "reply", "-CAfile", "root"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "Verification: OK" in said.stdout + said.stderr


def test_a_reply_over_something_else_is_refused(authority: LocalAuthority) -> None:
    request = build_request(b"other")
    with pytest.raises(BadFileError, match="over another checkpoint"):
        check_reply(authority("", request), DATA, authority.root, request)
    with pytest.raises(BadFileError, match="over another checkpoint"):
        check_request(request, DATA)


def test_a_reply_to_another_request_is_refused(authority: LocalAuthority) -> None:
    reply = authority("", build_request(DATA))
    with pytest.raises(BadFileError, match="answers another request"):
        check_reply(reply, DATA, authority.root, build_request(DATA))


def test_a_foreign_root_is_refused(authority: LocalAuthority, foreign: LocalAuthority) -> None:
    request = build_request(DATA)
    with pytest.raises(BadFileError, match="not signed under the named root"):
        check_reply(authority("", request), DATA, foreign.root, request)


def test_a_certificate_that_was_expired_when_it_signed_is_refused(tmp_path: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    late = LocalAuthority(tmp_path / "late", "Late")
    root = x509.load_pem_x509_certificate(late.root)
    key = serialization.load_pem_private_key((late.folder / "root.key").read_bytes(), None)
    gone = datetime.now(UTC) - timedelta(days=9)
    old = (
        x509.CertificateBuilder()
        .subject_name(root.subject)
        .issuer_name(root.issuer)
        .public_key(root.public_key())
        .serial_number(root.serial_number)
        .not_valid_before(gone - timedelta(days=9))
        .not_valid_after(gone)
    )
    for extension in root.extensions:
        old = old.add_extension(extension.value, extension.critical)
    expired = old.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    request = build_request(DATA)
    reply = late("", request)
    assert check_reply(reply, DATA, late.root, request)
    with pytest.raises(BadFileError, match="not valid at its time"):
        check_reply(reply, DATA, expired, request)


def test_a_flipped_byte_anywhere_in_what_is_signed_is_refused(authority: LocalAuthority) -> None:
    request = build_request(DATA)
    reply = authority("", request)
    unnoticed = []
    for place in range(0, len(reply), 29):
        altered = bytearray(reply)
        altered[place] ^= 1
        try:
            when = check_reply(bytes(altered), DATA, authority.root, request)
        except BadFileError:
            continue
        unnoticed.append(when)
    # What CMS leaves unsigned (its version, algorithm parameters) may change; the time may not.
    assert set(unnoticed) <= {check_reply(reply, DATA, authority.root, request)}
    assert len(unnoticed) < len(range(0, len(reply), 29)) / 10


@pytest.mark.parametrize("junk", [b"", b"<html>no</html>", b"0\x03\x02\x01\x00"])
def test_what_is_no_reply_is_refused(authority: LocalAuthority, junk: bytes) -> None:
    with pytest.raises(BadFileError):
        check_reply(junk, DATA, authority.root)
    with pytest.raises(BadFileError, match="damaged"):
        check_request(junk, DATA)


def test_a_root_that_is_none_is_said(authority: LocalAuthority) -> None:
    with pytest.raises(BadFileError, match="root certificate"):
        check_reply(authority("", build_request(DATA)), DATA, b"no pem")


def test_sent_over_http_on_this_machine(authority: LocalAuthority) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            reply = authority("", self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.handle_request, daemon=True).start()
        request = build_request(DATA)
        reply = post(f"http://127.0.0.1:{server.server_port}/", request)
    assert check_reply(reply, DATA, authority.root, request)
    with pytest.raises(OSError):
        post(f"http://127.0.0.1:{server.server_port}/", request)
    with pytest.raises(BadFileError, match="no address"):
        post("file:///etc/hostname", request)
